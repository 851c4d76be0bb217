"""One dossier, as much of it as its reader may see, with what the reader may do; every reading is recorded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from motcua.base.data import Actor
from motcua.dossiers.data import (
    Action,
    Allowed,
    ComponentRow,
    DossierView,
    ExtensionRow,
    HowProvided,
    Outcome,
    PaperRow,
    Party,
    PaymentRow,
    Relation,
    ResultRow,
    Sight,
    State,
    Step,
    SupplementRow,
)
from motcua.dossiers.models import Dossier, PaymentLink
from motcua.dossiers.permissions import NotYours, check_sight, granted
from motcua.dossiers.queries.access import relations_of
from motcua.dossiers.queries.cards import card
from motcua.dossiers.queries.lists import consultation_row
from motcua.dossiers.rules.kinds import SUBJECT
from motcua.dossiers.rules.numbers import as_typed
from motcua.dossiers.rules.transitions import TRANSITIONS
from motcua.fees import api as fees
from motcua.ledger.api import Subject, record_access

_SEEN = {
    Sight.FULL: ("applicant", "submitter", "answers", "components"),
    Sight.OWNER: (),
    Sight.BRIEF: ("applicant.name",),
}


# What is done to the parts of a linked dossier and never to the whole.
_IN_PARTS_ONLY = frozenset({Action.ASSIGN, Action.FORWARD, Action.HAND_OVER, Action.STOP})


def get_for(*, by: Actor, at: datetime, dossier_id: UUID, purpose: str = "giải quyết hồ sơ") -> DossierView:
    """The dossier for this reader. Raises `NotYours` when there is none or it is not the reader's to see.

    A reading of somebody else's personal data goes to the access log with its purpose.
    """
    row = Dossier.objects.filter(id=dossier_id).first()
    if row is None:
        raise NotYours(str(dossier_id))
    return _seen(row, by=by, at=at, purpose=purpose)


def get_by_code(*, by: Actor, at: datetime, code: str, purpose: str = "tra cứu hồ sơ") -> DossierView:
    """The same by code or outside code; an unknown code and a forbidden one give the same `NotYours`."""
    typed = as_typed(code, most=80)
    row = Dossier.objects.filter(code=typed.upper()).first()
    if row is None and typed:
        row = Dossier.objects.filter(outside_code=typed).first()
    if row is None:
        raise NotYours(code[:60])
    return _seen(row, by=by, at=at, purpose=purpose)


def _seen(row: Dossier, *, by: Actor, at: datetime, purpose: str) -> DossierView:
    has = relations_of(by, row, at)
    sight = check_sight(by, has)
    if fields := _SEEN[sight]:
        record_access(
            by=by, at=at, subject=Subject(kind=SUBJECT, id=str(row.id)), purpose=purpose, fields=fields
        )
    allowed = Allowed(actions=allowed_actions(row, by, has), relations=has, sight=sight)
    return _view(row, allowed, at) if sight is not Sight.BRIEF else _brief(row, allowed, at)


def allowed_actions(row: Dossier, by: Actor, has: frozenset[Relation]) -> frozenset[Action]:
    """What the table and the matrix let this actor do now (a rule may still say no, with its reason)."""
    state, step = State(row.state), Step(row.step)
    held = State(row.held_state) if row.held_state else None
    found = frozenset(
        t.action for t in TRANSITIONS if t.starts_from(state, step, held) and granted(by, has, t.grants)
    )
    return found - _IN_PARTS_ONLY if row.has_parts else found


def _brief(row: Dossier, allowed: Allowed, at: datetime) -> DossierView:
    """Enough to hand out a result or a paper at any centre: names and state, nothing of the content."""
    return DossierView(
        card=card(row, at),
        sight=Sight.BRIEF,
        procedure_version=row.procedure_version_id,
        filed_version=row.filed_version_id,
        applicant=Party(name=row.applicant_name),
        submitter=Party(name=str(row.submitter["name"])) if row.submitter else None,
        acting_as="",
        answers={},
        outcome=Outcome(row.outcome),
        promised_due=row.promised_due,
        ended_at=row.ended_at,
        returned_at=row.returned_at,
        return_agency=row.return_agency,
        return_by=row.return_by,
        reason="",
        quantity=row.quantity,
        proposal={},
        components=(),
        supplements=(),
        consultations=(),
        extension=None,
        payments=_payments(row),
        results=_results(row),
        paper=_paper(row),
        parent_id=row.parent_id,
        has_parts=row.has_parts,
        handed_to=row.handed_to,
        handed_code=row.handed_code,
        handed_state=row.handed_state,
        children=(),
        successor_of=row.successor_of,
        allowed=allowed,
    )


def _view(row: Dossier, allowed: Allowed, at: datetime) -> DossierView:
    internal = allowed.sight is Sight.FULL
    return DossierView(
        card=card(row, at),
        sight=allowed.sight,
        procedure_version=row.procedure_version_id,
        filed_version=row.filed_version_id,
        applicant=Party.from_json(row.applicant),
        submitter=Party.from_json(row.submitter) if row.submitter else None,
        acting_as=row.acting_as,
        answers=row.answers,
        outcome=Outcome(row.outcome),
        promised_due=row.promised_due,
        ended_at=row.ended_at,
        returned_at=row.returned_at,
        return_agency=row.return_agency,
        return_by=row.return_by,
        reason=row.reason,
        quantity=row.quantity,
        proposal=row.proposal if internal else {},
        components=_components(row),
        supplements=_supplements(row),
        consultations=tuple(consultation_row(c) for c in row.consultations.select_related("dossier"))
        if internal
        else (),
        extension=_extension(row),
        payments=_payments(row),
        results=_results(row) if internal or row.state in (State.RESOLVED, State.RETURNED) else (),
        paper=_paper(row),
        parent_id=row.parent_id,
        has_parts=row.has_parts,
        handed_to=row.handed_to,
        handed_code=row.handed_code,
        handed_state=row.handed_state,
        children=tuple(card(child, at) for child in row.children.order_by("code")),
        successor_of=row.successor_of,
        allowed=allowed,
    )


def _components(row: Dossier) -> tuple[ComponentRow, ...]:
    return tuple(
        ComponentRow(
            id=one.id,
            code=one.code,
            name=one.name,
            how=HowProvided(one.how),
            copies=one.copies,
            original=one.original,
            file_id=one.file_id,
            wallet_ref=one.wallet_ref,
            fact=one.fact,
            digitised_at=one.digitised_at,
            provided_at=one.provided_at,
            note=one.note,
        )
        for one in row.components.filter(replaced_at__isnull=True)
    )


def _supplements(row: Dossier) -> tuple[SupplementRow, ...]:
    return tuple(
        SupplementRow(
            id=one.id,
            number=one.number,
            asked_at=one.asked_at,
            asked_by=one.asked_by,
            what=one.what,
            papers=tuple(one.papers),
            late=one.late,
            again=one.again,
            supplied_at=one.supplied_at,
            due_before=one.due_before,
            due_after=one.due_after,
        )
        for one in row.supplements.all()
    )


def _extension(row: Dossier) -> ExtensionRow | None:
    one = row.extensions.last()
    if one is None:
        return None
    return ExtensionRow(
        asked_at=one.asked_at, reason=one.reason, due_before=one.due_before, due_after=one.due_after
    )


def _payments(row: Dossier) -> tuple[PaymentRow, ...]:
    ids = list(PaymentLink.objects.filter(dossier=row).values_list("payment_id", flat=True))
    return tuple(
        PaymentRow(
            payment_id=one.id,
            amount=one.amount,
            state=one.state.value,
            receipt_number=one.receipt_number,
            online=one.method.online,
            paid_at=one.paid_at,
        )
        for one in (fees.payments(ids) if ids else ())
    )


def _results(row: Dossier) -> tuple[ResultRow, ...]:
    return tuple(
        ResultRow(
            result_id=one.result_id,
            title=one.title,
            full_number=one.full_number,
            signed_at=one.signed_at,
            stamped_at=one.stamped_at,
            withdrawn_at=one.withdrawn_at,
        )
        for one in row.results.all()
    )


def _paper(row: Dossier) -> PaperRow | None:
    here = row.papers.filter(until__isnull=True).first()
    if here is None:
        return None
    return PaperRow(agency=here.agency, place=here.place, holder=here.holder, since=here.since)
