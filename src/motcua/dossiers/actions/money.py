"""Fees of a dossier: asked by the pinned tariff, paid at the counter or elsewhere, linked to the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.dossiers.actions import linked
from motcua.dossiers.actions.core import begin, finish
from motcua.dossiers.data import Action, Done, State
from motcua.dossiers.models import Dossier, PaymentLink
from motcua.dossiers.rules.kinds import SUBJECT
from motcua.fees import api as fees
from motcua.fees.data import About, Entitlement, FeeDue, FeeLine, PaymentMethod, PaymentView
from motcua.procedures import api as procedures
from motcua.procedures.data import ChannelKind


class NothingToPay(DomainError):
    """By the tariff of its day nothing is to be paid for this dossier."""

    message_vi = "Theo biểu phí áp dụng, hồ sơ này không phải nộp phí, lệ phí."


class NoSuchDemand(DomainError):
    """No such payment was asked for this dossier."""

    message_vi = "Hồ sơ không có khoản phải nộp này."


def fee_of(row: Dossier, *, cases: Iterable[str] | None = None, facts: Iterable[Entitlement] = ()) -> FeeDue:
    """What the tariff in force when the dossier was filed asks; a later one never touches it.

    `facts` that were shown about the payer lower it (poor household, merit, ...).
    """
    content = procedures.version(row.procedure_version_id).content
    return fees.fee_due(
        content,
        ChannelKind(row.channel),
        at=row.submitted_at,
        quantity=row.quantity,
        cases=cases,
        facts=facts,
    )


def ask_for(row: Dossier, lines: Sequence[FeeLine], *, by: Actor, at: datetime) -> PaymentView:
    """Ask for the sum of `lines` on the dossier's account, and link the two; within the caller's transaction."""
    asked = fees.ask(
        by=by,
        at=at,
        subject_kind=SUBJECT,
        subject_id=str(row.id),
        agency_key=row.desk_agency,
        lines=lines,
        about=about_of(row),
    )
    PaymentLink.objects.create(dossier=row, payment_id=asked.id)
    return asked


def about_of(row: Dossier) -> About:
    """For what and by whom is paid, as receipts say it."""
    submitter = row.submitter or {}
    return About(
        title=row.procedure_name,
        code=row.code,
        procedure=row.procedure_code,
        payer=str(submitter.get("name") or row.applicant_name),
    )


def request_payment(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    lines: Sequence[FeeLine] = (),
    cases: Iterable[str] | None = None,
    facts: Iterable[Entitlement] = (),
    expected_seq: int | None = None,
) -> Done:
    """Ask the citizen to pay before the work goes on: state 6, the clock stands still.

    `lines` for sums that only an officer knows (a tax notice); otherwise the tariff decides. Raises
    `NothingToPay` where it comes to nothing.
    """
    with transaction.atomic():
        move = begin(
            action=Action.REQUEST_PAYMENT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq
        )
        row = move.row
        asked = tuple(lines) or fee_of(row, cases=cases, facts=facts).lines
        if sum(line.amount for line in asked) <= 0:
            raise NothingToPay(row.code)
        payment = ask_for(row, asked, by=by, at=at)
        return finish(
            move,
            {
                "payment": str(payment.id),
                "amount": payment.amount,
                "lines": [line.as_json() for line in asked],
            },
            why="chờ thực hiện nghĩa vụ tài chính",
        )


def record_payment(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    payment_id: UUID,
    amount: int,
    method: PaymentMethod,
    outside_ref: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Record that a demand was paid; the work goes on once nothing is waited for. Gives the receipt number.

    Raises `NoSuchDemand`, and from `fees` `WrongAmount`, `PaymentNotPossible` (paid before).
    """
    with transaction.atomic():
        move = begin(
            action=Action.RECORD_PAYMENT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq
        )
        row = move.row
        if not PaymentLink.objects.filter(dossier=row, payment_id=payment_id).exists():
            raise NoSuchDemand(str(payment_id))
        payment = fees.record(
            by=by, at=at, payment_id=payment_id, amount=amount, method=method, outside_ref=outside_ref
        )
        done = finish(
            move,
            {
                "payment": str(payment.id),
                "amount": payment.amount,
                "method": payment.method.value,
                "online": payment.method.online,
                "receipt_number": payment.receipt_number,
                "outside_ref": outside_ref,
            },
        )
        linked.conclude_if_done(row, at=at)
        return done


def record_counter_payment(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    amount: int,
    method: PaymentMethod = PaymentMethod.CASH,
    lines: Sequence[FeeLine] = (),
    cases: Iterable[str] | None = None,
    facts: Iterable[Entitlement] = (),
    expected_seq: int | None = None,
) -> Done:
    """Take the fee at the counter, asked and paid in one: a receipt, no waiting, the state stays.

    A dossier that waits for a payment (state 6) has a demand already: the one open demand is paid.
    """
    with transaction.atomic():
        move = begin(
            action=Action.RECORD_PAYMENT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq
        )
        row = move.row
        if row.state == State.PAYMENT_DUE:
            demand = fees.open_demand([link.payment_id for link in PaymentLink.objects.filter(dossier=row)])
            if demand is None:
                raise NoSuchDemand(row.code)
            payment_id = demand.id
        else:
            asked = tuple(lines) or fee_of(row, cases=cases, facts=facts).lines
            if sum(line.amount for line in asked) <= 0:
                raise NothingToPay(row.code)
            payment_id = ask_for(row, asked, by=by, at=at).id
        payment = fees.record(by=by, at=at, payment_id=payment_id, amount=amount, method=method)
        done = finish(
            move,
            {
                "payment": str(payment.id),
                "amount": payment.amount,
                "method": payment.method.value,
                "online": payment.method.online,
                "receipt_number": payment.receipt_number,
                "counter": True,
            },
        )
        linked.conclude_if_done(row, at=at)
        return done
