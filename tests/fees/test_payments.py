"""Demands and payments: the sum in full, once, with a receipt from a series without gaps."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind
from motcua.fees import api
from motcua.fees.api import FeeLine, PaymentMethod, PaymentState, PaymentView
from motcua.fees.models import Payment
from motcua.ledger.api import Subject, entries

CENTRE = "ttpvhcc-xa-16681"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=VN)
CASHIER = Actor(kind=ActorKind.OFFICER, ref=str(uuid4()), unit=CENTRE, role="reception")


def line(amount: int = 8000) -> FeeLine:
    """One charge."""
    return FeeLine(
        name="Lệ phí", code="", kind="charge", unit_amount=amount, quantity=1, cap=None, amount=amount
    )


def ask(*amounts: int, agency: str = CENTRE) -> PaymentView:
    """A demand."""
    return api.ask(
        by=CASHIER,
        at=AT,
        subject_kind="dossier",
        subject_id=str(uuid4()),
        agency_key=agency,
        lines=[line(amount) for amount in amounts or (8000,)],
    )


def pay(demand: PaymentView, **changes: Any) -> PaymentView:
    """Paid in cash an hour later."""
    values: dict[str, Any] = {
        "by": CASHIER,
        "at": AT + timedelta(hours=1),
        "payment_id": demand.id,
        "amount": demand.amount,
        "method": PaymentMethod.CASH,
    }
    return api.record(**{**values, **changes})


@pytest.mark.django_db
class TestPaying:
    """In full, once, written down."""

    def test_asked_and_paid(self) -> None:
        """Two entries, the receipt in the second."""
        demand = ask(8000, 2000)
        assert (demand.amount, demand.state, demand.receipt_number) == (10_000, PaymentState.DUE, "")
        paid = pay(demand)
        assert (paid.state, paid.receipt_number) == (PaymentState.PAID, "2026-0000001")
        told = entries(Subject(kind="payment", id=str(demand.id)))
        assert [entry.kind for entry in told] == ["payment.asked", "payment.recorded"]
        assert (told[-1].payload or {})["receipt_number"] == "2026-0000001"

    @pytest.mark.parametrize("amount", [7999, 8001, 0, -8000])
    def test_another_sum(self, amount: int) -> None:
        """Neither less nor more; no receipt number is used."""
        demand = ask()
        with pytest.raises(api.WrongAmount):
            pay(demand, amount=amount)
        assert pay(demand).receipt_number == "2026-0000001"

    @pytest.mark.parametrize("amounts", [(), (-1,), (8000, -8000)])
    def test_bad_demands(self, amounts: tuple[int, ...]) -> None:
        """Nothing asked, or less than nothing."""
        with pytest.raises(api.AmountInvalid):
            api.ask(
                by=CASHIER,
                at=AT,
                subject_kind="dossier",
                subject_id="x",
                agency_key=CENTRE,
                lines=[line(amount) for amount in amounts],
            )

    def test_how_must_be_said(self) -> None:
        """A payment without a method is none."""
        with pytest.raises(api.MethodMissing):
            pay(ask(), method=PaymentMethod.NONE)

    def test_unknown_payment(self) -> None:
        """An id of nowhere."""
        with pytest.raises(api.NoSuchPayment):
            pay(ask(), payment_id=uuid4())

    def test_an_outside_reference_pays_once(self) -> None:
        """The platform's confirmation sent for two demands is refused by the table itself."""
        pay(ask(), outside_ref="DVC-1", method=PaymentMethod.NATIONAL_PLATFORM)
        with pytest.raises(IntegrityError), transaction.atomic():
            pay(ask(), outside_ref="DVC-1", method=PaymentMethod.NATIONAL_PLATFORM)


def _paid() -> PaymentView:
    return pay(ask())


def _cancelled() -> PaymentView:
    return api.cancel(by=CASHIER, at=AT, payment_id=ask().id, reason="lập nhầm")


def _refunded() -> PaymentView:
    asked = _refund_asked()
    return api.counted_out(by=CASHIER, at=AT + timedelta(hours=3), payment_id=asked.id)


def _refund_asked() -> PaymentView:
    return api.ask_refund(by=CASHIER, at=AT + timedelta(hours=2), payment_id=_paid().id, reason="thu nhầm")


def _cancel(one: PaymentView) -> object:
    return api.cancel(by=CASHIER, at=AT, payment_id=one.id, reason="lý do")


def _refund(one: PaymentView) -> object:
    return api.ask_refund(by=CASHIER, at=AT, payment_id=one.id, reason="lý do")


def _count_out(one: PaymentView) -> object:
    return api.counted_out(by=CASHIER, at=AT, payment_id=one.id)


def _void(one: PaymentView) -> object:
    return api.void_receipt(by=CASHIER, at=AT, payment_id=one.id, reason="lý do")


FORBIDDEN: tuple[tuple[Callable[[], PaymentView], Callable[[PaymentView], object]], ...] = (
    (ask, _refund),
    (ask, _count_out),
    (ask, _void),
    (_paid, _count_out),
    (_cancelled, _count_out),
    (_cancelled, _void),
    (_refund_asked, pay),
    (_refund_asked, _cancel),
    (_refund_asked, _refund),
    (_refund_asked, _void),
    (_refunded, _count_out),
    (_refunded, _void),
    (_paid, pay),
    (_paid, _cancel),
    (_cancelled, pay),
    (_cancelled, _cancel),
    (_cancelled, _refund),
    (_refunded, pay),
    (_refunded, _cancel),
    (_refunded, _refund),
)


@pytest.mark.django_db
@pytest.mark.parametrize(("made", "call"), FORBIDDEN)
def test_forbidden_moves(made: Callable[[], PaymentView], call: Callable[[PaymentView], object]) -> None:
    """Refused, and neither row nor ledger says otherwise."""
    one = made()
    subject = Subject(kind="payment", id=str(one.id))
    before = len(entries(subject))
    with pytest.raises(api.PaymentNotPossible):
        call(one)
    assert Payment.objects.get(id=one.id).state == one.state
    assert len(entries(subject)) == before


@pytest.mark.django_db
@pytest.mark.parametrize("call", [api.cancel, api.ask_refund, api.void_receipt])
def test_ends_need_a_reason(call: Any) -> None:
    """Money given back or let go is accounted for."""
    with pytest.raises(api.ReasonMissing):
        call(by=CASHIER, at=AT, payment_id=ask().id, reason="  ")


@pytest.mark.django_db
class TestReceipts:
    """A series per agency and year, without gaps."""

    def test_per_agency_and_year(self) -> None:
        """Each its own; a new year (in Việt Nam) starts anew; a refund keeps its number used."""
        assert [pay(ask()).receipt_number for _ in range(2)] == ["2026-0000001", "2026-0000002"]
        assert pay(ask(agency="ttpvhcc-tinh")).receipt_number == "2026-0000001"
        new_year = datetime(2026, 12, 31, 17, 30, tzinfo=VN).replace(hour=23, minute=59)
        assert pay(ask(), at=new_year).receipt_number == "2026-0000003"
        assert pay(ask(), at=new_year + timedelta(minutes=1)).receipt_number == "2027-0000001"
        _refunded()
        assert pay(ask()).receipt_number == "2026-0000005"

    def test_a_failed_payment_gives_its_number_back(self) -> None:
        """What is rolled back leaves no hole."""
        with contextlib.suppress(RuntimeError), transaction.atomic():
            pay(ask())
            raise RuntimeError
        assert pay(ask()).receipt_number == "2026-0000001"


@pytest.mark.django_db(transaction=True)
def test_eight_cashiers() -> None:
    """Eight at once, one demand paid by all of them: it has one receipt; the series has neither hole nor double."""
    shared = ask()
    numbers: list[str] = []
    refused: list[str] = []

    def run() -> None:
        try:
            for turn in range(5):
                try:
                    numbers.append(pay(shared if turn == 2 else ask()).receipt_number)
                except api.PaymentNotPossible as error:
                    refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(refused) == 7
    assert sorted(numbers) == [api.receipt_number(2026, n) for n in range(1, 34)]
