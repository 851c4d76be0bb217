"""The dossier's clock: adds one fact to the earlier ones and lets `deadlines` count the due time from all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from motcua.base.data import Json
from motcua.deadlines.api import calendar_for, clock, regime
from motcua.deadlines.data import (
    ClockEvent,
    ClockEventKind,
    ClockState,
    LimitUnit,
    Regime,
    RunState,
    TimeLimit,
)
from motcua.dossiers.actions import rows
from motcua.dossiers.models import ClockFact, Dossier
from motcua.dossiers.rules.transitions import Clock

_KINDS = {
    Clock.START: ClockEventKind.START,
    Clock.PAUSE: ClockEventKind.PAUSE,
    Clock.RESUME: ClockEventKind.RESUME,
    Clock.RESTART: ClockEventKind.RESTART,
    Clock.EXTEND: ClockEventKind.EXTEND,
}


@dataclass(frozen=True, kw_only=True)
class ClockMove:
    """The fact to store and the due time that follows from it (None: no limit is known)."""

    event: ClockEvent
    due: datetime | None


def limit_of(row: Dossier) -> TimeLimit | None:
    """The dossier's time limit as pinned at acceptance; None where the law gave none that is known."""
    return TimeLimit(row.limit_amount, LimitUnit(row.limit_unit)) if row.limit_amount else None


def regime_of(row: Dossier) -> Regime:
    """The rules of counting as pinned."""
    return regime(row.regime)


def events_of(row: Dossier) -> list[ClockEvent]:
    """The clock facts so far."""
    return [
        ClockEvent(
            kind=ClockEventKind(fact.kind),
            at=fact.at,
            limit=TimeLimit(fact.limit_amount, LimitUnit(fact.limit_unit)) if fact.limit_amount else None,
            to=fact.to,
            why=fact.why,
        )
        for fact in ClockFact.objects.filter(dossier=row)
    ]


def count(row: Dossier, events: Sequence[ClockEvent], *, known_at: datetime) -> ClockState | None:
    """The clock's state from these events; None where there is no limit or nothing has started."""
    limit = limit_of(row)
    if limit is None or not events:
        return None
    calendar = calendar_for(row.handling_agency, known_at=known_at)
    return clock(events, limit=limit, calendar=calendar, regime=regime_of(row))


def advance(
    row: Dossier, what: Clock, *, ended_well: bool, at: datetime, to: datetime | None = None, why: str = ""
) -> ClockMove | None:
    """The fact that this transition adds; None where it adds none. Raises the clock's own errors.

    An end before a decision (withdrawn, stopped) only pauses, so that reopening does not give time away.
    """
    if what is Clock.NONE:
        return None
    # Without a limit nothing is counted, but the facts are kept: a limit may be found out later.
    earlier = [] if what is Clock.START else events_of(row)
    if what is Clock.END:
        kind = ClockEventKind.STOP if ended_well else ClockEventKind.PAUSE
        if not earlier or (not ended_well and paused(earlier)):
            return None
    else:
        kind = _KINDS[what]
        if kind is ClockEventKind.RESTART and regime_of(row).supplement.value != "restart":
            kind = ClockEventKind.RESUME
    event = ClockEvent(
        kind=kind, at=at, limit=limit_of(row) if kind is ClockEventKind.START else None, to=to, why=why[:1000]
    )
    state = count(row, [*earlier, event], known_at=at)
    due = state.due if state is not None and state.state is not RunState.PAUSED else None
    return ClockMove(event=event, due=due)


def paused(events: Sequence[ClockEvent]) -> bool:
    """Is the clock standing still?"""
    return bool(events) and events[-1].kind is ClockEventKind.PAUSE


def as_payload(move: ClockMove) -> dict[str, Json]:
    """The fact as the ledger keeps it."""
    event = move.event
    return {
        "kind": event.kind.value,
        "at": event.at.astimezone(UTC).isoformat(),
        "limit": f"{event.limit.amount} {event.limit.unit.value}" if event.limit else None,
        "to": event.to.astimezone(UTC).isoformat() if event.to else None,
        "why": event.why,
    }


def store(row: Dossier, move: ClockMove, *, part: int = 0) -> None:
    """Keep the fact under the number of its ledger entry."""
    event = move.event
    rows.insert(
        ClockFact(
            dossier=row,
            seq=row.seq,
            part=part,
            kind=event.kind.value,
            at=event.at,
            limit_amount=event.limit.amount if event.limit else None,
            limit_unit=event.limit.unit.value if event.limit else "",
            to=event.to,
            why=event.why,
        )
    )
