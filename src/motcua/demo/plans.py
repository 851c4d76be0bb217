"""Decides what the invented dossiers are: who files what, where, when and how, and what becomes of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from motcua.base.clock import VN
from motcua.deadlines.data import LimitUnit, TimeLimit
from motcua.demo import samples
from motcua.dossiers.data import Channel
from motcua.people.api import SourcePerson
from motcua.procedures import api as procedures

AT_ONCE_CODE = "2.000815"
LINKED_CODE = "2.000986"
FILES_FROM = (
    24  # years of age of those who file in the demo: the oldest that a sample's rules ask for, and some
)
OPENS, CLOSES = time(7, 30), time(16, 45)
DAY_HOURS = 8.0
# Each officer's and agency's key costs a certificate: the first dossiers are signed in a few communes only.
FIRST_WAVE, SIGNING_COMMUNES, NEAR_SHARE = 2000, 8, 0.2
LATE_SHARE = 0.05
STORIES = (
    ("granted", 66),
    ("supplement", 9),
    ("rejected", 4),
    ("refused", 4),
    ("withdrawn", 3),
    ("stopped", 2),
    ("payment", 5),
    ("forgotten", 4),
    ("consulted", 3),
)
UNFINISHED = frozenset({"forgotten", "consulted"})
_HOURS = {
    LimitUnit.HOUR: 1 / 3,
    LimitUnit.WORKING_HOUR: 1.0,
    LimitUnit.SAME_DAY: 4.0,
    LimitUnit.DAY: DAY_HOURS * 5 / 7,
    LimitUnit.WORKING_DAY: DAY_HOURS,
    LimitUnit.MONTH: DAY_HOURS * 21,
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One dossier to be told: who, where, what, when, how; `pace`: its share of the hours the law gives."""

    number: int
    person: SourcePerson
    commune: str
    code: str
    story: str
    channel: Channel
    filed_at: datetime
    signed: bool
    pace: float
    hours: float


def plans(
    *, first: int, last: int, adults: Sequence[SourcePerson], until: datetime, seed: int, sign_share: float
) -> list[Plan]:
    """The dossiers numbered `first` to `last`, spread over twelve months; the same arguments give the same.

    What is still being worked on was filed lately, as in an office that keeps up: one in twenty is late.
    """
    crowd = Counter(person.permanent_unit for person in adults)
    signing = {unit for unit, _ in crowd.most_common(SIGNING_COMMUNES if first < FIRST_WAVE else None)}
    limits = working_hours(until.date())
    codes = [code for code in limits if code != LINKED_CODE]
    near = [person for person in adults if person.permanent_unit in signing]
    made = []
    for number in range(first, last):
        chance = random.Random(f"{seed}/{number}/plan")
        person = chance.choice(near if chance.random() < NEAR_SHARE else adults)
        code = AT_ONCE_CODE if chance.random() < 0.25 else chance.choice(codes)
        story = chance.choices([name for name, _ in STORIES], [weight for _, weight in STORIES])[0]
        signed = chance.random() < sign_share and person.permanent_unit in signing
        pace = chance.uniform(1.1, 1.6) if chance.random() < LATE_SHARE else chance.uniform(0.15, 0.75)
        going_on = code != AT_ONCE_CODE and (not signed or story in UNFINISHED)
        filed = (
            earlier(until, limits[code] * pace) if going_on else _some_day(until, limits[code] * pace, chance)
        )
        made.append(
            Plan(
                number=number,
                person=_old_enough(person, adults, filed.date(), chance),
                commune=person.permanent_unit or "",
                code=code,
                story=story,
                channel=chance.choices((Channel.ONLINE, Channel.DIRECT, Channel.POST), (60, 37, 3))[0],
                filed_at=filed,
                signed=signed,
                pace=pace,
                hours=limits[code],
            )
        )
    return [plan for plan in made if plan.commune]


def working_hours(on: date) -> dict[str, float]:
    """About how many working hours the law gives for each procedure that has a sample."""
    return {
        one.code: _hours(procedures.version_on(one.code, on=on).content.limit)
        for one in samples.all_samples()
    }


def _hours(limit: TimeLimit | None) -> float:
    return limit.amount * _HOURS[limit.unit] if limit else DAY_HOURS


def _some_day(until: datetime, hours: float, chance: random.Random) -> datetime:
    """A working moment of the last twelve months, long enough ago for the story to end, more often lately."""
    ago = timedelta(days=chance.triangular(0, 365, 20))
    ended = earlier(until, hours * 1.5)
    day = min(until - ago, ended).astimezone(VN)
    moment = datetime.combine(day.date(), time(chance.randint(7, 16), chance.randint(30, 44)), tzinfo=VN)
    return min(later(moment, 0, chance), ended)


def _old_enough(
    person: SourcePerson, crowd: Sequence[SourcePerson], on: date, chance: random.Random
) -> SourcePerson:
    """Somebody whom the forms' own rules let file what the samples tell: who adopts is 20 years older than the
    child, who marries is 20 (Luật Hôn nhân và gia đình 2014 Đ.8), who trades is 18, each on the day of filing."""
    for _ in range(200):
        if person.dob is not None and (on - person.dob).days > FILES_FROM * 366:
            break
        person = chance.choice(crowd)
    return person


def later(at: datetime, hours: float, chance: random.Random) -> datetime:
    """About `hours` working hours after `at`, on a weekday, between opening and closing."""
    day, left = at.astimezone(VN), timedelta(hours=hours)
    while True:
        day = max(day, datetime.combine(day.date(), OPENS, tzinfo=VN))
        end = datetime.combine(day.date(), CLOSES, tzinfo=VN)
        if day.weekday() < 5 and day < end:
            if day + left <= end:
                return day + left + timedelta(seconds=chance.randint(1, 900))
            left -= end - day
        day = datetime.combine(day.date() + timedelta(days=1), OPENS, tzinfo=VN)


def earlier(at: datetime, hours: float) -> datetime:
    """`hours` working hours before `at`, on a weekday, between opening and closing."""
    day, left = at.astimezone(VN), timedelta(hours=hours)
    while True:
        day = min(day, datetime.combine(day.date(), CLOSES, tzinfo=VN))
        begin = datetime.combine(day.date(), OPENS, tzinfo=VN)
        if day.weekday() < 5 and day > begin:
            if day - left >= begin:
                return day - left
            left -= day - begin
        day = datetime.combine(day.date() - timedelta(days=1), CLOSES, tzinfo=VN)


def pause(plan: Plan, chance: random.Random) -> float:
    """Working hours until somebody acts on it again: some seven steps fill the plan's share of the limit."""
    return plan.hours * plan.pace / 7 * chance.uniform(0.5, 1.4)


def commune_centre(plan: Plan) -> str:
    """The one-stop centre of the plan's commune."""
    return f"ttpvhcc-xa-{plan.commune.split('@', 1)[0]}"
