"""What happened to a dossier, from its ledger entries: timeline, replay as known, why it is due when it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from motcua.base.data import Actor, Json
from motcua.deadlines.api import calendar_for, clock, regime
from motcua.deadlines.data import ClockEvent, ClockEventKind, LimitUnit, TimeLimit
from motcua.dossiers.data import Action, ClockExplanation, Sight, State, Step, TimelineItem
from motcua.dossiers.models import ClockFact, Dossier, HandoverItem
from motcua.dossiers.permissions import NotYours, check_sight
from motcua.dossiers.queries.access import relations_of
from motcua.dossiers.rules.kinds import HANDOVER_SUBJECT, KINDS, SUBJECT
from motcua.dossiers.rules.replay import Fact, Standing, replay
from motcua.ledger.api import EntryView, Subject, entries

_ACTIONS = {kind: action for action, kind in KINDS.items()}
# Internal words that an owner is not shown: proposals and opinions before the decision.
_INTERNAL = frozenset(
    {
        Action.CONSULT,
        Action.ANSWER_CONSULTATION,
        Action.PROPOSE,
        Action.APPROVE,
        Action.RETURN_STEP,
        Action.ASSIGN,
        Action.MOVE_PAPER,
    }
)
_NOTES = ("reason", "what", "question", "answer", "note")
# What the owner is owed even where the words are internal: who has it and where (TT 01/2018 Đ.16).
_OWED = ("assignee", "handling_agency")
_PRIVATE = ("answers", "answers_before", "applicant", "submitter", "before", "after")


def seen_row(by: Actor, at: datetime, dossier_id: UUID) -> tuple[Dossier, Sight]:
    """The row and how much of it the actor sees; raises `NotYours`."""
    row = Dossier.objects.filter(id=dossier_id).first()
    if row is None:
        raise NotYours(str(dossier_id))
    return row, check_sight(by, relations_of(by, row, at))


def history(dossier_id: UUID) -> list[EntryView]:
    """The dossier's ledger entries in their order; for the system's own use, without a check of the reader."""
    return entries(Subject(kind=SUBJECT, id=str(dossier_id)))


def timeline(*, by: Actor, at: datetime, dossier_id: UUID) -> tuple[TimelineItem, ...]:
    """What happened, oldest first, with hand-over lists that carried its paper.

    The owner sees unit, person and time of every step (TT 01/2018 Đ.16) but not the words of internal opinions.
    A BRIEF reader sees none of it: raises `NotYours`.
    """
    row, sight = seen_row(by, at, dossier_id)
    if sight is Sight.BRIEF:
        raise NotYours("brief readers see no timeline")
    items = [_item(entry, sight) for entry in history(row.id)]
    if sight is Sight.FULL:
        items += _handovers(row)
    return tuple(sorted(items, key=lambda item: (item.at, item.seq)))


def _item(entry: EntryView, sight: Sight) -> TimelineItem:
    action = _ACTIONS.get(entry.kind)
    payload: Mapping[str, Json] = entry.payload or {}
    hidden = sight is Sight.OWNER and action in _INTERNAL
    note = "" if hidden else next((str(payload[key]) for key in _NOTES if payload.get(key)), "")
    state = payload.get("state")
    due = payload.get("due_at")
    return TimelineItem(
        seq=entry.subject_seq,
        at=entry.at,
        kind=entry.kind,
        action=action,
        label_vi=action.label_vi if action else entry.kind,
        label_en=action.label_en if action else entry.kind,
        who=entry.actor.ref,
        role=entry.actor.role or entry.actor.kind.value,
        unit=entry.unit or "",
        state=State(int(str(state))) if state else None,
        step=Step(str(payload.get("step") or "")),
        note=note,
        due_at=datetime.fromisoformat(str(due)) if due else None,
        details={k: v for k, v in payload.items() if (k in _OWED if hidden else k not in _PRIVATE)},
    )


def _handovers(row: Dossier) -> list[TimelineItem]:
    lists = HandoverItem.objects.filter(dossier=row).values_list("handover_id", flat=True)
    labels = {
        "handover.sent": ("Giao hồ sơ giấy theo danh sách", "Paper sent with a hand-over list"),
        "handover.received": ("Nhận hồ sơ giấy theo danh sách", "Paper received with a hand-over list"),
    }
    found = []
    for sheet_id in lists:
        for entry in entries(Subject(kind=HANDOVER_SUBJECT, id=str(sheet_id))):
            vi, en = labels[entry.kind]
            payload = entry.payload or {}
            found.append(
                TimelineItem(
                    seq=entry.subject_seq,
                    at=entry.at,
                    kind=entry.kind,
                    action=None,
                    label_vi=vi,
                    label_en=en,
                    who=entry.actor.ref,
                    role=entry.actor.role or "",
                    unit=entry.unit or "",
                    state=None,
                    step=Step.NONE,
                    note=str(payload.get("number", "")),
                    due_at=None,
                )
            )
    return found


def as_known(dossier_id: UUID, at: datetime) -> Standing:
    """Where the dossier stood by what had been recorded at `at`. Raises `NotYours` when nothing had been."""
    facts = [entry for entry in history(dossier_id) if entry.recorded_at <= at]
    if not facts:
        raise NotYours(str(dossier_id))
    return replay(facts_of(facts))


def replayed(dossier_id: UUID) -> Standing:
    """Where the dossier stands by its ledger entries alone."""
    return replay(facts_of(history(dossier_id)))


def facts_of(found: Iterable[EntryView]) -> Iterable[Fact]:
    """Entries as replay wants them."""
    return (Fact(seq=e.subject_seq, at=e.at, payload=e.payload or {}) for e in found)


def explain_clock(
    *, by: Actor, at: datetime, dossier_id: UUID, known_at: datetime | None = None
) -> ClockExplanation:
    """Why the dossier is due when it is: facts, count day by day, and the promise on the receipt.

    `known_at` (default `at`) asks with the calendar as it was known then: what the desk could know.
    """
    row, _ = seen_row(by, at, dossier_id)
    facts = list(ClockFact.objects.filter(dossier=row))
    told: tuple[Mapping[str, Json], ...] = tuple(
        {"kind": fact.kind, "at": fact.at.isoformat(), "why": fact.why, "seq": fact.seq} for fact in facts
    )
    if row.limit_amount is None or not facts:
        return ClockExplanation(
            due_at=row.due_at,
            promised_due=row.promised_due,
            state="none",
            regime=row.regime,
            limit="",
            facts=told,
            days=(),
        )
    limit = TimeLimit(row.limit_amount, LimitUnit(row.limit_unit))
    state = clock(
        [_event(fact) for fact in facts],
        limit=limit,
        calendar=calendar_for(row.handling_agency, known_at=known_at or at),
        regime=regime(row.regime),
    )
    days: list[Mapping[str, Json]] = [
        {
            "day": day.day.isoformat(),
            "reason": day.reason.value,
            "counted": day.counted,
            "why_vi": day.why_vi,
        }
        for day in state.days
    ]
    return ClockExplanation(
        due_at=state.due,
        promised_due=row.promised_due,
        state=state.state.value,
        regime=row.regime,
        limit=limit.words,
        facts=told,
        days=tuple(days),
    )


def _event(fact: ClockFact) -> ClockEvent:
    return ClockEvent(
        kind=ClockEventKind(fact.kind),
        at=fact.at,
        limit=TimeLimit(fact.limit_amount, LimitUnit(fact.limit_unit)) if fact.limit_amount else None,
        to=fact.to,
        why=fact.why,
    )
