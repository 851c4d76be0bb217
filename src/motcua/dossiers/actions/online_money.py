"""Online payments of a dossier: the owner asks what is due, pays outside, and the dossier learns of it once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import SYSTEM, Actor, require_aware
from motcua.base.errors import DomainError
from motcua.dossiers.actions import linked
from motcua.dossiers.actions.core import begin, finish, locked
from motcua.dossiers.actions.money import NothingToPay, ask_for, fee_of
from motcua.dossiers.data import Action, Done, State
from motcua.dossiers.models import Dossier, PaymentLink
from motcua.dossiers.permissions import check_sight
from motcua.dossiers.queries.access import relations_of
from motcua.dossiers.rules.kinds import KINDS, SUBJECT
from motcua.dossiers.rules.transitions import NotPossibleNow
from motcua.fees import api as fees
from motcua.fees.data import PaymentState, PaymentView
from motcua.ledger.api import EntryView, Subject, entries

_ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED})
_NOTED = KINDS[Action.RECORD_PAYMENT]


class NothingMoreToPay(DomainError):
    """This dossier has ended; nothing is to be paid for it."""

    message_vi = "Hồ sơ đã kết thúc, không phải nộp phí, lệ phí nữa."


def owe(*, by: Actor, at: datetime, dossier_id: UUID) -> PaymentView:
    """The demand that waits for the owner, or a new one for what the tariff asks and nobody asked yet.

    The dossier's state stays: nothing waits for a payment that the owner makes early or at return. The demand's
    own entry tells of it. Raises `NotYours`, `NothingToPay`, `NothingMoreToPay`.
    """
    require_aware(at)
    with transaction.atomic():
        row = locked(dossier_id)
        check_sight(by, relations_of(by, row, at))
        known = fees.payments([link.payment_id for link in PaymentLink.objects.filter(dossier=row)])
        due = next((one for one in known if one.state is PaymentState.DUE), None)
        if due is not None:
            return due
        if row.state in _ENDED:
            raise NothingMoreToPay(row.code)
        settled = any(one.state is not PaymentState.CANCELLED for one in known)
        lines = () if settled else fee_of(row).lines
        if sum(line.amount for line in lines) <= 0:
            raise NothingToPay(row.code)
        return ask_for(row, lines, by=by, at=at)


def adopt_payments(*, by: Actor, at: datetime, dossier_id: UUID, draft_id: UUID) -> int:
    """What the citizen paid, or began to pay, before filing belongs to the dossier that the draft became; how many."""
    require_aware(at)
    with transaction.atomic():
        row = locked(dossier_id)
        check_sight(by, relations_of(by, row, at))
        mine = fees.assign(by=by, at=at, subject_kind="draft", subject_id=str(draft_id), code=row.code)
        for one in mine:
            PaymentLink.objects.create(dossier=row, payment_id=one.id)
        for one in mine:
            if one.state is PaymentState.PAID:
                note_payment(at=at, payment_id=one.id)
    return len(mine)


def note_payment(*, at: datetime, payment_id: UUID, by: Actor = SYSTEM) -> Done | None:
    """Take note that a demand of a dossier was paid online: the work goes on, or nothing was waiting for it.

    Safe to repeat and to run in two processes: the dossier's lock and its own history make it once. None when it
    was noted before, when the demand is no dossier's, or when the dossier has ended meanwhile; then the money goes
    back by `fees.ask_refund`.
    """
    require_aware(at)
    with transaction.atomic():
        dossier_id = (
            PaymentLink.objects.filter(payment_id=payment_id).values_list("dossier_id", flat=True).first()
        )
        if dossier_id is None:
            return None
        row = locked(dossier_id)
        payment = fees.payment(payment_id)
        if payment.state is not PaymentState.PAID or _noted(row, payment_id):
            return None
        moment = max(at, row.changed_at)  # another machine's clock may be a moment ahead of ours
        try:
            move = begin(action=Action.RECORD_PAYMENT, by=by, at=moment, dossier_id=dossier_id)
        except NotPossibleNow:
            reason = "Hồ sơ đã kết thúc trước khi tiền đến"
            fees.ask_refund(by=by, at=at, payment_id=payment_id, reason=reason)
            return None
        done = finish(
            move,
            {
                "payment": str(payment.id),
                "amount": payment.amount,
                "method": payment.method.value,
                "online": payment.method.online,
                "receipt_number": payment.receipt_number,
            },
        )
        linked.conclude_if_done(row, at=moment)
        return done


def _noted(row: Dossier, payment_id: UUID) -> bool:
    """Does the dossier's own history say that this payment was recorded? Asked under the dossier's lock."""
    return any(
        entry.kind == _NOTED and (entry.payload or {}).get("payment") == str(payment_id)
        for entry in entries(Subject(kind=SUBJECT, id=str(row.id)))
    )


def note_entries(batch: Sequence[EntryView], *, at: datetime) -> int:
    """Take note of every online payment among these entries of the ledger; how many were new."""
    noted = 0
    for entry in batch:
        told = entry.payload or {}
        if entry.kind == "payment.recorded" and told.get("through") == fees.ONLINE:
            noted += note_payment(at=at, payment_id=UUID(entry.subject.id)) is not None
    return noted
