"""Random histories of a clock, sensible or not: each is counted consistently or refused in words."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from motcua.base.clock import VN
from motcua.base.errors import DomainError
from motcua.deadlines.api import (
    ClockEvent,
    ClockEventKind,
    ClockState,
    LimitUnit,
    RunState,
    TimeLimit,
    clock,
    regime_on,
)

from .factories import calendar

KNOWN = calendar()
HISTORIES = 6000
LIMITS = [TimeLimit.parse(text) for text in ("same", "3wd", "15wd", "10d", "1m", "8wh", "24h", "72h")]


def history(chance: random.Random) -> list[ClockEvent]:
    """A start and up to five more events, now and then out of order or senseless."""
    at = datetime(2025, 1, 2, 8, tzinfo=VN) + timedelta(minutes=chance.randrange(60 * 24 * 500))
    found = [ClockEvent(kind=ClockEventKind.START, at=at)]
    for _ in range(chance.randrange(6)):
        at += timedelta(minutes=chance.randrange(-20, 60 * 24 * 4))
        kind = chance.choice(list(ClockEventKind))
        extends = kind is ClockEventKind.EXTEND
        by = chance.random() < 0.5
        found.append(
            ClockEvent(
                kind=kind,
                at=at,
                limit=TimeLimit(chance.randint(1, 9), LimitUnit.WORKING_DAY) if extends and by else None,
                to=at + timedelta(days=chance.randrange(30)) if extends and not by else None,
            )
        )
    return found


def check(state: ClockState, events: list[ClockEvent]) -> None:
    """What holds of every state."""
    assert 0 <= state.used <= state.total
    assert state.paused_for >= timedelta(0)
    assert state.started == events[0].at
    last = events[-1].kind
    if last is ClockEventKind.STOP:
        assert state.state is RunState.STOPPED
    elif last is ClockEventKind.PAUSE:
        assert state.state is RunState.PAUSED
    else:
        assert state.state is RunState.RUNNING
    if state.state is RunState.RUNNING:
        assert state.due is not None
    days: list[date] = [entry.day for entry in state.days]
    assert days == sorted(set(days)), "a day is explained once, in order"
    assert all(entry.why_vi.endswith(".") and "{" not in entry.why_vi for entry in state.days)
    if state.due is not None:
        assert state.due > events[0].at
        assert days[-1] == (state.due - timedelta(microseconds=1)).date(), "the count reaches the due day"


def test_random_histories() -> None:
    chance = random.Random("histories")
    kept = refused = 0
    said: set[str] = set()
    for _ in range(HISTORIES):
        events, limit = history(chance), chance.choice(LIMITS)
        regime = regime_on(events[0].at.date())
        try:
            state = clock(events, limit=limit, calendar=KNOWN, regime=regime)
        except DomainError as error:
            refused += 1
            said.update((error.public("vi"), error.public("en")))
        else:
            kept += 1
            check(state, events)
    assert not [sentence for sentence in said if "{" in sentence]
    assert kept > HISTORIES // 5
    assert refused > HISTORIES // 5
