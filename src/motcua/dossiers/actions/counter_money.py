"""Money over the counter: the fee less what the payer's papers allow, taken in cash or by card, or nothing to take."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.dossiers.actions import linked
from motcua.dossiers.actions.core import begin, finish
from motcua.dossiers.actions.money import NothingToPay, ask_for, fee_of
from motcua.dossiers.data import Action, Done
from motcua.dossiers.models import Dossier, PaymentLink
from motcua.fees import api as fees
from motcua.fees.data import Entitlement, FeeLine, PaymentMethod, PaymentState, PaymentView
from motcua.procedures.data import ChannelKind


class ProofMissing(DomainError):
    """Say which paper proves the exemption or reduction (its number)."""

    message_vi = "Hãy ghi giấy tờ chứng minh diện miễn, giảm (số giấy tờ)."


class PaidAlready(DomainError):
    """Nothing is due any more for this dossier; it was paid before."""

    message_vi = "Hồ sơ này đã nộp đủ, không còn khoản phải nộp."


def to_take(row: Dossier, demand: PaymentView | None, facts: Iterable[Entitlement]) -> tuple[FeeLine, ...]:
    """The lines to take now: the demand's, or the tariff's, each less what the shown facts allow."""
    shown = tuple(facts)
    if demand is None or (shown and all(line.get("base") is not None for line in demand.lines)):
        return fee_of(row, facts=shown).lines
    lines = [FeeLine(**line) for line in demand.lines]  # type: ignore[arg-type]
    if not shown:
        return tuple(lines)
    return fees.reduced_lines(
        lines,
        procedure=row.procedure_code,
        channel=ChannelKind(row.channel),
        at=row.submitted_at,
        facts=shown,
    )


def quote_at_counter(*, dossier_id: UUID, facts: Iterable[Entitlement] = ()) -> tuple[FeeLine, ...]:
    """What the cashier is to take, line by line with its reason; empty when everything is paid. Reads only."""
    row = Dossier.objects.get(id=dossier_id)
    demand, paid = _standing(row)
    if demand is None and paid:
        return ()
    return to_take(row, demand, facts)


def _standing(row: Dossier) -> tuple[PaymentView | None, bool]:
    """The demand that waits, and whether anything was paid before."""
    known = fees.payments([link.payment_id for link in PaymentLink.objects.filter(dossier=row)])
    due = next((one for one in known if one.state is PaymentState.DUE), None)
    return due, any(one.state is PaymentState.PAID for one in known)


def take_at_counter(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    amount: int,
    method: PaymentMethod,
    facts: Iterable[Entitlement] = (),
    proof: str = "",
    leaf: tuple[str, int] | None = None,
    expected_seq: int | None = None,
) -> Done:
    """Take what is due over the counter with a receipt; where the shown facts leave nothing, note the exemption.

    A demand that the facts lower is withdrawn and asked anew, so that both stand in the ledger. Raises
    `ProofMissing`, `NothingToPay`, `PaidAlready`, and from `fees` `WrongAmount` and what a leaf refuses.
    """
    shown, proof = tuple(facts), proof.strip()[:300]
    if shown and not proof:
        raise ProofMissing(str(dossier_id))
    with transaction.atomic():
        move = begin(
            action=Action.RECORD_PAYMENT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq
        )
        row = move.row
        demand, paid = _standing(row)
        if demand is None and paid:
            raise PaidAlready(row.code)
        lines = to_take(row, demand, shown)
        total = sum(line.amount for line in lines)
        why = {"facts": [fact.value for fact in shown], "proof": proof} if shown else {}
        if demand is not None and total != demand.amount:
            fees.cancel(by=by, at=at, payment_id=demand.id, reason=f"Miễn, giảm theo đối tượng: {proof}")
            demand = None
        if total == 0:
            if not shown:
                raise NothingToPay(row.code)
            done = finish(move, {"amount": 0, "exempt": [line.rule for line in lines], **why})
            linked.conclude_if_done(row, at=at)
            return done
        if demand is None:
            demand = ask_for(row, lines, by=by, at=at)
        payment = fees.record(by=by, at=at, payment_id=demand.id, amount=amount, method=method, leaf=leaf)
        done = finish(
            move,
            {
                "payment": str(payment.id),
                "amount": payment.amount,
                "method": payment.method.value,
                "online": payment.method.online,
                "receipt_number": payment.receipt_number,
                "counter": True,
                **why,
            },
        )
        linked.conclude_if_done(row, at=at)
        return done
