"""Two callbacks at once, in threads of their own, with real transactions."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from motcua.dossiers import api as dossiers
from motcua.fees import api as fees
from motcua.fees.data import AttemptState, PaymentState, Verdict
from motcua.fees.models import Attempt, MoneyIn, Payment, ReceiptCounter
from tests.dossiers.factories import build_world
from tests.payments.playing import LATER, Outside, owing


@pytest.mark.django_db(transaction=True)
def test_two_at_once(outside: Outside) -> None:
    """Eight threads bring the same message, eight others another transaction of the same try: one payment, one
    surplus, one receipt."""
    world = build_world()
    demand = owing(world)[1]
    assert demand is not None
    attempt = fees.start(by=world.citizen, at=LATER, payment_id=demand.id, gateway_id="platform")
    bodies = [outside.message(attempt.reference, MaGiaoDich=f"GD-{n % 2}") for n in range(16)]
    verdicts: list[Verdict] = []

    def run(body: bytes) -> None:
        try:
            settled = fees.receive_callback(at=LATER, gateway_id="platform", body=body)[1]
            if settled.payment_id is not None:
                dossiers.note_payment(at=LATER, payment_id=settled.payment_id)
            verdicts.append(settled.verdict)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(verdicts) == [Verdict.APPLIED, *[Verdict.DOUBLED] * 14, Verdict.SURPLUS]
    assert Payment.objects.get(id=demand.id).state == PaymentState.PAID
    assert sorted(MoneyIn.objects.values_list("state", flat=True)) == ["applied", "to_refund"]
    assert ReceiptCounter.objects.get().last == 1
    assert Attempt.objects.get(id=attempt.id).state == AttemptState.PAID
