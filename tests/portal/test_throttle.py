"""Counting tries: shared between processes, without a trace of who asked, by the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from motcua.portal import throttle
from motcua.portal.models import Tally

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that the test turns."""
    now = [1_700_000_000.0]
    monkeypatch.setattr(throttle.time, "time", lambda: now[0])
    return now


def test_tries_are_counted_and_then_refused(rf: RequestFactory, hour: list[float]) -> None:
    request = rf.get("/", REMOTE_ADDR="203.0.113.7")
    for _ in range(3):
        throttle.spend(request, scope="x", limit=3, seconds=600)
    with pytest.raises(throttle.TooManyTries):
        throttle.spend(request, scope="x", limit=3, seconds=600)
    throttle.spend(request, scope="y", limit=3, seconds=600)
    throttle.spend(rf.get("/", REMOTE_ADDR="203.0.113.8"), scope="x", limit=3, seconds=600)
    hour[0] += 600
    throttle.spend(request, scope="x", limit=3, seconds=600)


def test_a_household_with_many_ipv6_addresses_is_one(rf: RequestFactory) -> None:
    one, other = (throttle.client_of(rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{n}")) for n in (1, 2))
    assert one == other
    assert one != throttle.client_of(rf.get("/", REMOTE_ADDR="2001:db8:1:3::1"))
    assert throttle.client_of(rf.get("/", REMOTE_ADDR="nonsense")) == "nonsense"


def test_nothing_that_is_kept_says_who_asked(hour: list[float]) -> None:
    kept = []
    for _ in range(2):
        throttle.count("track", "203.0.113.7", seconds=600)
        kept.append(bytes(Tally.objects.latest("until").key))
        hour[0] += 600
    first, second = kept
    assert first != second
    assert b"203" not in first + second
    assert len(first) == 32


def test_what_ran_out_is_swept_away(hour: list[float]) -> None:
    old = datetime.fromtimestamp(hour[0], tz=UTC) - timedelta(seconds=1)
    Tally.objects.bulk_create(Tally(key=bytes([n] * 32), until=old) for n in range(150))
    throttle.count("x", "a", seconds=60)
    assert Tally.objects.filter(until__lte=old).count() == 50
    throttle.count("x", "b", seconds=60)
    assert Tally.objects.count() == 2


def test_misses_end_sooner_than_finds(hour: list[float]) -> None:
    limiter, at = throttle.TrackingLimiter(), datetime.now(tz=UTC)
    for _ in range(limiter.most_misses):
        assert limiter.allow(client="a", at=at, found=None)
        limiter.allow(client="a", at=at, found=False)
        limiter.allow(client="b", at=at, found=True)
    assert not limiter.allow(client="a", at=at, found=None)
    assert limiter.allow(client="b", at=at, found=None)
