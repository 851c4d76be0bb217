"""The internal process inside state 4: assign, take up, forward, consult, send back, propose, approve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, Json
from motcua.base.errors import DomainError
from motcua.deadlines.api import calendar_for, due_time
from motcua.dossiers import policies
from motcua.dossiers.actions.clocks import regime_of
from motcua.dossiers.actions.core import begin, finish, stamp_of
from motcua.dossiers.data import Action, Done, Outcome, Step
from motcua.dossiers.models import Consultation, Dossier, ResultLink
from motcua.dossiers.permissions import NotAllowed
from motcua.dossiers.queries.access import agency_of
from motcua.dossiers.rules.process import has_review
from motcua.dossiers.rules.reception import reception_rule_on
from motcua.procedures import api as procedures
from motcua.staff import api as staff
from motcua.staff.data import Role


class WrongOfficer(DomainError):
    """This officer does not examine dossiers at the agency that decides this one."""

    message_vi = "Cán bộ được chọn không có vai trò thẩm định tại cơ quan giải quyết hồ sơ."


class UnknownAgencyChosen(DomainError):
    """The agency “{agency}” does not exist on this day."""

    message_vi = "Không có cơ quan “{agency}” vào ngày này."


class NotAsked(DomainError):
    """Your agency was not asked for an opinion on this dossier, or has given it."""

    message_vi = "Cơ quan bạn không có yêu cầu cho ý kiến nào đang chờ với hồ sơ này."


class AskedAlready(DomainError):
    """This agency has already been asked and has not answered yet."""

    message_vi = "Cơ quan này đã được lấy ý kiến và chưa trả lời."


def assign(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    assignee: str,
    note: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Give the dossier to an examining officer of the agency that decides; `assignee` is the account's id."""
    with transaction.atomic():
        move = begin(action=Action.ASSIGN, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        policies.check_whole(row)
        day = at.astimezone(VN).date()
        if by.role == Role.SOLVER and assignee != by.ref:
            raise NotAllowed("an examining officer takes a dossier, and gives none away")
        working = {str(p.account_id) for p in staff.officers(row.handling_agency, Role.SOLVER, on=day)}
        if assignee not in working:
            raise WrongOfficer(assignee)
        before = row.assignee
        row.assignee = assignee
        return finish(move, {"assigned_before": before, "note": note})


def take_up(*, by: Actor, at: datetime, dossier_id: UUID, expected_seq: int | None = None) -> Done:
    """The officer in charge begins to examine."""
    with transaction.atomic():
        move = begin(action=Action.TAKE_UP, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        return finish(move)


def forward(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    to_agency: str,
    note: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Send the dossier to the agency that decides, or on to the next one (NĐ 61/2018 Đ.18.2, Đ.19.6–7)."""
    with transaction.atomic():
        move = begin(action=Action.FORWARD, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        policies.check_whole(row)
        # From the desk the first forwarding goes to the agency already named as deciding: that is no standing still.
        if row.step:
            policies.check_other_agency(to_agency, row.handling_agency)
        _check_agency(to_agency, at)
        before = row.handling_agency
        row.handling_agency, row.assignee = to_agency, ""
        return finish(move, {"from_agency": before, "note": note})


def _check_agency(key: str, at: datetime) -> None:
    agency = agency_of(key)
    if agency is None or not agency.validity.contains(at.astimezone(VN).date()):
        raise UnknownAgencyChosen(agency=key)


def consult(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    agency: str,
    question: str,
    answer_by: datetime | None = None,
    expected_seq: int | None = None,
) -> Done:
    """Ask another agency for its opinion, with the question and the time to answer (NĐ 61/2018 Đ.19.5).

    The clock runs on. Without `answer_by` our default number of working days counts.
    """
    asked = policies.check_reason(question)
    with transaction.atomic():
        move = begin(action=Action.CONSULT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        policies.check_other_agency(agency, row.handling_agency)
        _check_agency(agency, at)
        if answer_by is None:
            rule = reception_rule_on(at.astimezone(VN).date())
            calendar = calendar_for(agency, known_at=at)
            answer_by = due_time(at, rule.consult_within, calendar, regime_of(row)).due
        policies.check_answer_by(answer_by, at)
        if row.consultations.filter(agency=agency, answered_at__isnull=True, closed_at__isnull=True).exists():
            raise AskedAlready(agency)
        opinion = Consultation.objects.create(
            dossier=row, agency=agency, question=asked, asked_at=at, asked_by=by.ref, answer_by=answer_by
        )
        return finish(
            move,
            {
                "consultation": str(opinion.id),
                "agency": agency,
                "question": asked,
                "answer_by": stamp_of(answer_by),
            },
        )


def answer_consultation(
    *, by: Actor, at: datetime, dossier_id: UUID, answer: str, expected_seq: int | None = None
) -> Done:
    """Give the opinion that one's agency was asked for; the last one lets the work go on."""
    said = policies.check_reason(answer)
    with transaction.atomic():
        move = begin(
            action=Action.ANSWER_CONSULTATION,
            by=by,
            at=at,
            dossier_id=dossier_id,
            expected_seq=expected_seq,
            to_step=lambda row: Step.CONSULTING if _others_owe(row, by) else Step.SOLVING,
        )
        opinion = move.row.consultations.filter(
            agency=by.unit, answered_at__isnull=True, closed_at__isnull=True
        ).first()
        if opinion is None:
            raise NotAsked(by.unit or "")
        opinion.answered_at, opinion.answered_by, opinion.answer = at, by.ref, said
        opinion.save(update_fields=["answered_at", "answered_by", "answer"])
        return finish(
            move,
            {
                "consultation": str(opinion.id),
                "agency": opinion.agency,
                "answer": said,
                "late": at > opinion.answer_by,
            },
        )


def _others_owe(row: Dossier, by: Actor) -> bool:
    """Does another agency still owe its opinion? Asked of the locked row: of two last answers at once the second
    sees the first."""
    waiting = row.consultations.filter(answered_at__isnull=True, closed_at__isnull=True)
    return waiting.exclude(agency=by.unit or "").exists()


def return_step(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    reason: str,
    to_step: Step | None = None,
    expected_seq: int | None = None,
) -> Done:
    """Send the dossier back a step with the reason: reviewing → examining, signing → reviewing or examining
    (`to_step`, default the one before), stamping → signing (the signed paper is withdrawn)."""
    why = policies.check_reason(reason)
    with transaction.atomic():
        move = begin(
            action=Action.RETURN_STEP,
            by=by,
            at=at,
            dossier_id=dossier_id,
            expected_seq=expected_seq,
            to_step=to_step or _one_back,
        )
        row = move.row
        if row.step == Step.STAMPING:
            ResultLink.objects.filter(dossier=row, withdrawn_at__isnull=True).update(withdrawn_at=at)
        return finish(move, {"reason": why, "from_step": row.step})


def _one_back(row: Dossier) -> Step:
    """The step before: a review where the process knows one."""
    return Step.REVIEWING if row.step == Step.SIGNING and _has_review(row) else Step.SOLVING


def propose(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    outcome: Outcome = Outcome.GRANTED,
    opinion: str,
    data: Mapping[str, Json] | None = None,
    expected_seq: int | None = None,
) -> Done:
    """Propose the result: grant, or reject with the reason in `opinion` (NĐ 61/2018 Đ.19.8).

    Goes to review, or straight to signature where the internal process knows no review. `data` fills the
    result's template.
    """
    said = policies.check_reason(opinion)
    if outcome is Outcome.NONE:
        raise policies.ReasonMissing("a proposal grants or rejects")
    with transaction.atomic():
        move = begin(
            action=Action.PROPOSE,
            by=by,
            at=at,
            dossier_id=dossier_id,
            expected_seq=expected_seq,
            to_step=lambda row: Step.REVIEWING if _has_review(row) else Step.SIGNING,
        )
        row = move.row
        row.proposal = {"outcome": outcome.value, "opinion": said, "data": dict(data or {})}
        row.proposed_by = by.ref
        return finish(move, {"proposal": row.proposal, "proposed_by": by.ref})


def _has_review(row: Dossier) -> bool:
    content = procedures.version(row.procedure_version_id).content
    return has_review(content.internal_process)


def approve(
    *, by: Actor, at: datetime, dossier_id: UUID, note: str = "", expected_seq: int | None = None
) -> Done:
    """Agree with the proposal of somebody else and hand it to who signs."""
    with transaction.atomic():
        move = begin(action=Action.APPROVE, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        policies.check_not_own_proposal(move.row, by)
        return finish(move, {"note": note})
