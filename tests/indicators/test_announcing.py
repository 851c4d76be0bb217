"""Indicators 1.1 and 1.2: announced before it came into force, public soon after it was signed."""

from __future__ import annotations

from datetime import date

from motcua.indicators.api import Grain, period_of
from motcua.indicators.rules.announcing import Announcement, announced_in

MARCH = period_of(date(2026, 3, 2), Grain.MONTH)


def one(signed_after: date | None, public: date, public_by: date, in_force: date) -> Announcement:
    signed = date(2026, 3, 2) if signed_after else None
    return Announcement(
        in_force=in_force, public=public, signed=signed, signed_after=signed_after, public_by=public_by
    )


def test_five_working_days_decide_both() -> None:
    due = date(2026, 3, 9)
    in_time = one(due, public=due, public_by=due, in_force=due)
    late = one(due, public=date(2026, 3, 10), public_by=due, in_force=date(2026, 3, 8))
    assert announced_in(MARCH, (in_time, late)) == {
        "procedure.announced": 2,
        "procedure.announced_in_time": 1,
        "procedure.to_publish": 2,
        "procedure.published_in_time": 1,
    }


def test_without_a_day_of_signing_the_first_is_unknown_where_it_is_asked_for() -> None:
    unsigned = one(None, public=date(2026, 3, 4), public_by=date(2026, 3, 9), in_force=date(2026, 3, 2))
    assert announced_in(MARCH, (unsigned,))["procedure.announced_in_time"] is None
    april = announced_in(MARCH.next(), (unsigned,))
    assert (april["procedure.announced"], april["procedure.announced_in_time"]) == (0, 0)
    assert (april["procedure.to_publish"], april["procedure.published_in_time"]) == (1, 1)
