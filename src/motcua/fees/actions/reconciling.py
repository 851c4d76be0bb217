"""Compares each day what payment services and the bank booked with what we and the ledger have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from motcua.base.clock import VN
from motcua.base.data import require_aware
from motcua.fees.actions.starting import gateway
from motcua.fees.data import Movement
from motcua.fees.models import MoneyIn, Reconciliation
from motcua.fees.queries.reconciling import ReconciliationView, view
from motcua.fees.rules.reconciling import Difference, compare, net
from motcua.ledger.api import Subject, entries


def reconcile(*, at: datetime, gateway_id: str, day: date) -> ReconciliationView:
    """Compare one day of one gateway to the đồng and keep the result.

    Raises `NoSuchGateway`, `GatewayUnavailable`, `GatewayRefused`: without a statement there is no comparison.
    """
    require_aware(at)
    theirs = list(gateway(gateway_id).statement(day, at=at))
    ours = movements(gateway_id, day)
    differences = [*compare(theirs, ours), *_against_ledger(gateway_id, day)]
    row = Reconciliation.objects.create(
        id=uuid4(),
        gateway=gateway_id,
        day=day,
        made_at=at,
        theirs_count=len(theirs),
        theirs_amount=net(theirs),
        ours_count=len(ours),
        ours_amount=net(ours),
        differences=[one.as_json() for one in differences],
    )
    return view(row)


def _span(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time.min, tzinfo=VN)
    return start, start + timedelta(days=1)


def movements(gateway_id: str, day: date) -> Sequence[Movement]:
    """What we have of the gateway on `day`: money in by the outside's booking time, and what went back."""
    start, end = _span(day)
    came = MoneyIn.objects.filter(gateway=gateway_id, booked_at__gte=start, booked_at__lt=end)
    back = MoneyIn.objects.filter(gateway=gateway_id, refunded_at__gte=start, refunded_at__lt=end)
    return [
        *(
            Movement(
                outside_ref=one.outside_ref,
                reference=one.reference,
                amount=one.amount,
                refund=False,
                at=one.booked_at,
            )
            for one in came
        ),
        *(
            Movement(
                outside_ref=one.refund_ref,
                reference=one.reference,
                amount=one.amount,
                refund=True,
                at=one.refunded_at or one.booked_at,
            )
            for one in back
        ),
    ]


def _against_ledger(gateway_id: str, day: date) -> list[Difference]:
    """Money that pays a demand must stand in the ledger with the same sum, exactly once."""
    start, end = _span(day)
    rows = MoneyIn.objects.filter(
        gateway=gateway_id, booked_at__gte=start, booked_at__lt=end, payment__isnull=False, why=""
    )
    found = []
    for money in rows:
        told = [
            entry.payload or {}
            for entry in entries(Subject(kind="payment", id=str(money.payment_id)))
            if entry.kind == "payment.recorded"
        ]
        sums = [one.get("amount") for one in told]
        if sums != [money.amount]:
            booked = sum(one for one in sums if isinstance(one, int)) if sums else None
            found.append(
                Difference(
                    kind="ledger",
                    outside_ref=money.outside_ref,
                    reference=money.reference,
                    refund=False,
                    theirs=money.amount,
                    ours=booked,
                )
            )
    return found
