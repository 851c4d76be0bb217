"""The desk's three answers to a filing, and the supplement: accept, refuse, ask for papers, take them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, Json
from motcua.deadlines.api import calendar_for, due_time, regime_on
from motcua.deadlines.data import TimeLimit
from motcua.dossiers import policies
from motcua.dossiers.actions import linked
from motcua.dossiers.actions.checks import limit_for, pin_limit
from motcua.dossiers.actions.clocks import regime_of
from motcua.dossiers.actions.core import Move, begin, finish, stamp_of
from motcua.dossiers.actions.creating import keep_papers, paper_payload
from motcua.dossiers.actions.handing import hand_over, ministry_system
from motcua.dossiers.data import Action, Channel, ComponentGiven, Done, State
from motcua.dossiers.models import Component, Dossier, SupplementRequest
from motcua.dossiers.rules.reception import reception_rule_on
from motcua.procedures import api as procedures


def accept(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    expected_seq: int | None = None,
    limit: TimeLimit | None = None,
) -> Done:
    """Accept: the clock starts, the receipt promises the due time (NĐ 61/2018 Đ.17.1c).

    Pins the version in force now (design: a dossier keeps what was in force when it was accepted) and the regime
    of counting. `limit` counts only where the procedure's version gives none. A linked part of a ministry's own
    system is handed over to it at once.
    """
    with transaction.atomic():
        move = begin(action=Action.ACCEPT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row, day = move.row, at.astimezone(VN).date()
        repinned = _pin_version(row, at, limit)
        row.regime = regime_on(day).id
        row.accepted_at, row.accepted_by = at, by.ref
        done = finish(
            move,
            {
                "version": str(row.procedure_version_id),
                "version_changed": repinned,
                "accepted_by": by.ref,
            },
        )
        _accept_parts(row, by=by, at=at)
        if row.parent_id is not None and ministry_system(row, at):
            hand_over(by=SYSTEM, at=at, dossier_id=row.id)
        return done


def _accept_parts(row: Dossier, *, by: Actor, at: datetime) -> None:
    """Linked dossiers that need no other's result start with their parent: one receipt, each its own clock."""
    linked = procedures.version(row.filed_version_id).content.linked
    starting = [part.code for part in linked if not part.after]
    for child in row.children.filter(part_code__in=starting, state=State.REGISTERED).order_by("code"):
        accept(by=by, at=at, dossier_id=child.id)


def _pin_version(row: Dossier, at: datetime, limit: TimeLimit | None) -> bool:
    """Pin the version of today; the one it was filed under where the procedure has since ended."""
    try:
        version = procedures.version_on(row.procedure_code, at.astimezone(VN).date())
    except procedures.NoVersionInForce:
        version = procedures.version(row.procedure_version_id)
    changed = bool(version.id != row.procedure_version_id)
    row.procedure_version_id = version.id
    pin_limit(row, limit_for(version.content, Channel(row.channel)) or limit)
    return changed


def refuse(
    *, by: Actor, at: datetime, dossier_id: UUID, reason: str, expected_seq: int | None = None
) -> Done:
    """Refuse to accept, with the reason that the refusal slip states (NĐ 61/2018 Đ.17.1b)."""
    why = policies.check_reason(reason)
    with transaction.atomic():
        move = begin(action=Action.REFUSE, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        row.reason = why
        close_open_requests(row, at)
        done = finish(move, {"reason": why}, why=why)
        linked.end_parts(row, Action.REFUSE, by=by, at=at, reason=why)
        linked.part_ended(row, at=at)
        return done


def request_supplement(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    what: str,
    papers: Sequence[str] = (),
    exceptional_reason: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Ask the citizen, once and in full, for what is missing: state 5, the clock stands still.

    Lawful within the regime's working days from receipt (NĐ 61/2018 Đ.19.4: three); later is recorded as late on
    the control slip. A second request raises `AlreadyAskedOnce` unless who answers for the desk or the division
    gives `exceptional_reason`; it is flagged and counts against the agency (index 766 group 2).
    """
    asked = policies.check_reason(what)
    with transaction.atomic():
        move = begin(
            action=Action.REQUEST_SUPPLEMENT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq
        )
        row = move.row
        earlier = list(
            SupplementRequest.objects.filter(dossier=row)
            .order_by("number")
            .values_list("asked_at", flat=True)
        )
        again = policies.check_supplement_once(
            earlier, regime_of(row), by=by, exceptional_reason=exceptional_reason
        )
        late = _asked_late(move)
        request = SupplementRequest.objects.create(
            dossier=row,
            number=len(earlier) + 1,
            asked_at=at,
            asked_by=by.ref,
            what=asked,
            papers=list(papers),
            late=late,
            again=again,
            exceptional_reason=exceptional_reason.strip() if again else "",
            due_before=row.due_at,
        )
        return finish(
            move,
            {
                "supplement": str(request.id),
                "number": request.number,
                "what": asked,
                "papers": list(papers),
                "late": late,
                "again": again,
                "exceptional_reason": request.exceptional_reason,
                "due_before": stamp_of(row.due_at),
            },
            why=asked,
        )


def _asked_late(move: Move) -> bool:
    row, regime = move.row, regime_of(move.row)
    start = row.accepted_at or row.submitted_at
    calendar = calendar_for(row.handling_agency, known_at=move.at)
    return move.at > due_time(start, regime.supplement_within, calendar, regime).due


def supply(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    components: Sequence[ComponentGiven] = (),
    answers: Mapping[str, Json] | None = None,
    note: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Take in what was asked for: back to where the dossier was, counted again from the beginning where it had
    been accepted (NĐ 61/2018 Đ.19.4). `answers` replaces the e-form's answers where they were corrected."""
    with transaction.atomic():
        move = begin(action=Action.SUPPLY, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        request = SupplementRequest.objects.get(dossier=row, supplied_at__isnull=True, closed_at__isnull=True)
        before = row.answers
        if answers is not None:
            row.answers = validated(row, answers)
        if row.held_state == State.REGISTERED:
            # The desk looks at it anew: its own time to answer starts again.
            row.queue_due = _answer_due(row, at)
        done = finish(
            move,
            {
                "supplement": str(request.id),
                "components": [paper_payload(one) for one in components],
                "answers": row.answers if answers is not None else None,
                "answers_before": before if answers is not None else None,
                "note": note,
                "due_before": stamp_of(request.due_before),
            },
        )
        keep_papers(row, [(one, one.name or _name_of(row, one.code)) for one in components], by=by, at=at)
        request.supplied_at, request.supplied_by, request.due_after = at, by.ref, row.due_at
        request.save(update_fields=["supplied_at", "supplied_by", "due_after"])
        linked.conclude_if_done(row, at=at)
        return done


def validated(row: Dossier, answers: Mapping[str, Json]) -> dict[str, Json]:
    """The answers checked by the form that was filled in; raises `AnswersInvalid`."""
    form = procedures.version(row.filed_version_id).content.form
    if form is None:
        return dict(answers)
    result = procedures.validate(form, answers, today=row.submitted_at.astimezone(VN).date())
    if not result.ok:
        raise policies.AnswersInvalid(dict(result.errors))
    return dict(result.values)


def _answer_due(row: Dossier, at: datetime) -> datetime:
    day = at.astimezone(VN).date()
    calendar = calendar_for(row.desk_agency, known_at=at)
    return due_time(at, reception_rule_on(day).answer_within, calendar, regime_on(day)).due


def _name_of(row: Dossier, code: str) -> str:
    content = procedures.version(row.procedure_version_id).content
    named = next((c.name for c in content.components if c.code == code), "")
    if named:
        return named
    earlier = Component.objects.filter(dossier=row, code=code).values_list("name", flat=True).first()
    return earlier or code


def close_open_requests(row: Dossier, at: datetime) -> None:
    """An end closes what was still waited for: supplements and opinions."""
    SupplementRequest.objects.filter(dossier=row, supplied_at__isnull=True, closed_at__isnull=True).update(
        closed_at=at
    )
    row.consultations.filter(answered_at__isnull=True, closed_at__isnull=True).update(closed_at=at)
