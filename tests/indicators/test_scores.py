"""Scores from the evidence: live by the ledger's news, the same after a full rebuild, and through the merger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest

from motcua.base.clock import VN
from motcua.base.duties import duties
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Channel, HowProvided, PaperFact
from motcua.feedback import api as feedback
from motcua.indicators import api
from motcua.indicators.actions.counting import add, recount
from motcua.indicators.actions.evidence import refresh, store
from motcua.indicators.api import Grain, Level, period_of
from motcua.indicators.data import Counted
from motcua.indicators.models import Evidence, ProcedureTally, Tally, WorkTally
from motcua.indicators.rules.evidence import holds_name, judge
from motcua.indicators.rules.tallies import COLUMNS, PROCEDURE_COLUMNS, differences
from motcua.ledger import api as ledger
from motcua.ledger.models import EntryRow
from tests.dossiers.factories import COMMITTEE, MORNING, World, receive, resolve, take_in

from .factories import DUE, PROCEDURE, a_file, ended, facts, inputs

pytestmark = pytest.mark.django_db

MARCH = period_of(date(2026, 3, 2), Grain.MONTH)
NEXT_WEEK = MORNING + timedelta(days=10)
Numbers = tuple[list[tuple[object, ...]], ...]


def everything() -> Numbers:
    """All counts and all evidence, to be compared to the last digit; rows of zeros are as good as none."""
    days = Tally.objects.order_by("grain", "agency", "day").values_list("grain", "agency", "day", *COLUMNS)
    keys = ("grain", "agency", "procedure_code", "first_day")
    spans = ProcedureTally.objects.order_by(*keys).values_list(*keys, *PROCEDURE_COLUMNS)
    keys = ("agency", "month", "ended", "can", "signs")
    work = WorkTally.objects.order_by(*keys).values_list(*keys, "dossiers")
    rows = Evidence.objects.order_by("dossier_id").values_list()
    counts = [[r for r in days if any(r[3:])], [r for r in spans if any(r[4:])], [r for r in work if r[-1]]]
    return list(rows), *counts


def follow(at: datetime) -> None:
    """What the duty does with everything that the ledger says of dossiers, once more."""
    rows = EntryRow.objects.filter(subject_kind__in=["dossier", "rating"]).values_list(
        "subject_kind", "subject_id"
    )
    for kind, one in sorted(set(rows)):
        api.take_news(ledger.entries(ledger.Subject(kind=kind, id=one)), at=at)


def test_an_officers_action_moves_the_score(world: World) -> None:
    follow(MORNING)
    filed = receive(world)
    follow(MORNING + timedelta(minutes=1))
    before = api.unit_score(COMMITTEE, MARCH, at=MORNING + timedelta(minutes=1))
    assert before.one("TDGQ_ON_TIME").scored.score == 20
    assert before.one("ORIGINAL_RESULT_AVAILABLE").scored.score == 0
    resolve(world, filed.dossier_id, at=MORNING + timedelta(hours=1))
    follow(MORNING + timedelta(hours=2))
    after = api.unit_score(COMMITTEE, MARCH, at=MORNING + timedelta(hours=2))
    assert after.one("ORIGINAL_RESULT_AVAILABLE").scored.score == 6
    assert after.as_of == MORNING + timedelta(hours=2)
    assert (after.rank, after.of) == (1, 1)
    assert api.unit_score("tinh", MARCH, at=NEXT_WEEK).one("TDGQ_ON_TIME").tallied.denominator == 1


def test_a_due_time_that_passes_costs_points_without_anybody_acting(world: World) -> None:
    receive(world)
    follow(MORNING)
    assert duties.get("indicators.pass_due").run(at=NEXT_WEEK) == 1
    assert duties.get("indicators.pass_due").run(at=NEXT_WEEK) == 0
    assert api.unit_score(COMMITTEE, MARCH, at=NEXT_WEEK).one("TDGQ_ON_TIME").scored.score == 0


def test_the_rebuild_gives_the_same_numbers_to_the_last_digit(world: World) -> None:
    first = receive(world)
    second = receive(world, at=MORNING + timedelta(hours=1))
    take_in(world)
    follow(MORNING + timedelta(hours=2))
    resolve(world, first.dossier_id, at=MORNING + timedelta(days=1))
    follow(MORNING + timedelta(days=1, hours=2))
    feedback.rate(
        by=world.citizen, at=NEXT_WEEK, dossier_id=first.dossier_id, mark=feedback.Mark.BAD,
        way=feedback.Way.LINK, place="10.0.0.1",
    )  # fmt: skip
    dossiers.withdraw(by=world.citizen, at=NEXT_WEEK, dossier_id=second.dossier_id, reason="không cần nữa")
    follow(NEXT_WEEK)
    live = everything()
    assert len(live[0]) == 3
    assert api.rebuild(at=NEXT_WEEK) == 3
    assert everything() == live


def test_a_second_reading_of_the_same_news_changes_nothing(world: World) -> None:
    filed = receive(world)
    assert refresh([filed.dossier_id], at=MORNING) == 1
    before = everything()
    assert refresh([filed.dossier_id], at=MORNING) == 0
    assert everything() == before


def put(*some: object) -> None:
    """Evidence that did not come from dossiers of this world."""
    counted = [judge(one, at=NEXT_WEEK) for one in some]  # type: ignore[arg-type]
    store(counted, fresh=True)
    add(differences([], counted))


def test_a_new_communes_history_is_its_predecessors(world: World) -> None:
    start = datetime(2025, 6, 2, 9, 0, tzinfo=VN)
    old = {"accepted_at": start, "submitted_at": start, "promised_due": start + timedelta(days=3)}
    put(
        inputs(ended(start + timedelta(days=1), handling_agency="ubnd-xa-16690-cu", **old)),
        inputs(ended(start + timedelta(days=5), handling_agency="ubnd-xa-16690-cu", **old)),
    )
    june = period_of(date(2025, 6, 2), Grain.MONTH)
    today = datetime(2026, 3, 12, 9, 0, tzinfo=VN)
    heir = api.unit_of("ubnd-xa-16690-cu", today.date())
    found = api.unit_score(heir, june, at=today)
    assert heir == "ubnd-xa-16690"
    assert found.scheme.id == "qd766-2022"
    assert (found.one("TDGQ_ON_TIME").tallied.numerator, found.handled) == (1, 2)
    (_, scored), *_ = api.history(heir, [june], at=today)
    assert scored.one("TDGQ_ON_TIME").scored.score == 10


def test_a_dossier_counts_in_every_month_that_it_runs_through(world: World) -> None:
    due = datetime(2026, 2, 20, 17, 0, tzinfo=VN)
    start = datetime(2026, 1, 20, 9, 0, tzinfo=VN)
    put(inputs(ended(DUE, accepted_at=start, submitted_at=start, promised_due=due)))
    january, february, april = (period_of(date(2026, m, 1), Grain.MONTH) for m in (1, 2, 4))

    def in_time(period: api.Period) -> tuple[object, object]:
        line = api.unit_score("ubnd-xa-16681", period, at=NEXT_WEEK).one("TDGQ_ON_TIME").tallied
        return line.numerator, line.denominator

    assert in_time(january) == (1, 1)  # open and in time at the month's end
    assert in_time(february) == (0, 1)  # late since the 20th
    assert in_time(MARCH) == (0, 1)  # ended late
    assert in_time(april) == (0, 0)
    assert in_time(period_of(date(2026, 2, 19), Grain.DAY)) == (1, 1)
    assert in_time(period_of(date(2026, 2, 20), Grain.DAY)) == (0, 1)


def test_what_nobody_reports_is_unknown_and_named(world: World) -> None:
    put(inputs(ended(DUE)))
    province = api.unit_score("tinh", MARCH, at=NEXT_WEEK)
    assert province.one("DOSSIER_SYNC").scored.score is None
    assert province.total.score is None
    assert "GROUP_CKMB" in province.total.reason
    assert province.known_maximum < Decimal(100)


def test_units_are_ranked_among_their_kind_and_the_idle_are_not(world: World) -> None:
    put(inputs(ended(DUE)), inputs(ended(DUE + timedelta(days=9), handling_agency="ubnd-xa-16690")))
    found = api.unit_scores(MARCH, level=Level.COMMUNE, at=NEXT_WEEK)
    assert len(found) == 130
    assert [(s.unit.key, s.rank) for s in found[:2]] == [("ubnd-xa-16681", 1), ("ubnd-xa-16690", 2)]
    assert {s.rank for s in found[2:]} == {None}


def test_a_unit_that_was_not_there_is_refused(world: World) -> None:
    with pytest.raises(api.UnknownUnit):
        api.unit_score("ubnd-xa-16690-cu", MARCH, at=NEXT_WEEK)
    assert api.unit_of("no-such-agency", date(2026, 1, 1)) == ""


def test_every_predicate_of_the_definitions_is_known(world: World) -> None:
    put(inputs(facts()))
    for name in ("qd766-2022", "qd766-2026"):
        found = api.unit_score("tinh", MARCH, at=NEXT_WEEK, scheme=api.scheme(name))
        unknown = {i.indicator.code for i in found.indicators if i.tallied.denominator is None}
        assert not unknown


def test_the_total_is_a_number_when_the_portal_answers(world: World) -> None:
    put(inputs(ended(DUE), synchronised=True))
    province = api.unit_score("tinh", MARCH, at=NEXT_WEEK)
    assert province.total.score == province.known
    assert (province.known_maximum, province.total.reason) == (100, "")


def test_a_certified_copy_counts_when_its_file_is_there(world: World) -> None:
    copies = replace(PROCEDURE, certifies=True)
    put(
        inputs(ended(DUE), procedure=copies, files=(a_file(),)),
        inputs(ended(DUE), procedure=copies, files=(a_file(size=0),)),
        inputs(ended(DUE), files=(a_file(),)),
    )
    line = api.unit_score("tinh", MARCH, at=NEXT_WEEK).one("ELECTRONIC_CERTIFIED_COPY")
    assert (line.tallied.numerator, line.tallied.denominator, line.scored.score) == (1, 2, 1)


class Portal:
    """A witness that has seen what it is told."""

    def __init__(self) -> None:
        self.seen: set[UUID] = set()

    def acknowledged(self, ids: Sequence[UUID]) -> set[UUID]:
        """Those it has seen."""
        return self.seen & set(ids)


def test_a_confirmation_of_the_portal_moves_the_score(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = Portal()
    monkeypatch.setattr(api.sync_sources, "_plugins", {"test": portal})
    filed = receive(world)
    refresh([filed.dossier_id], at=MORNING)
    assert api.unit_score(COMMITTEE, MARCH, at=MORNING).one("DOSSIER_SYNC").scored.score == 0
    assert duties.get("indicators.synchronised").run(at=MORNING) == 0
    portal.seen.add(filed.dossier_id)
    assert duties.get("indicators.synchronised").run(at=MORNING) == 1
    assert duties.get("indicators.synchronised").run(at=MORNING) == 0
    assert api.unit_score(COMMITTEE, MARCH, at=MORNING).one("DOSSIER_SYNC").scored.score == 6


def random_evidence(random: Random, number: int) -> Counted:
    """A dossier of one of a few agencies, at any point of its life."""
    start = datetime(2026, 1, 5, 9, 0, tzinfo=VN) + timedelta(days=random.randrange(60))
    due = start + timedelta(days=random.randrange(1, 12))
    times = {"accepted_at": start, "submitted_at": start, "promised_due": due}
    agency = random.choice(["ubnd-xa-16681", "ubnd-xa-16690", "so-tu-phap", "ubnd-xa-16690-cu"])
    papers = (PaperFact(how=random.choice(list(HowProvided)), file_id=None, source="population"),)
    plain = {
        **times, "id": UUID(int=number), "handling_agency": agency, "papers": papers,
        "channel": random.choice(list(Channel)), "procedure_code": f"1.{random.randrange(5):06d}",
    }  # fmt: skip
    over = random.random() < 0.7
    dossier = ended(start + timedelta(hours=random.randrange(1, 400)), **plain) if over else facts(**plain)
    files = (a_file(),) if random.random() < 0.5 else ()
    known = inputs(dossier, files=files, synchronised=random.random() < 0.5, complained=random.random() < 0.1)
    return judge(known, at=NEXT_WEEK)


@pytest.mark.parametrize("number", [300, pytest.param(100_000, marks=pytest.mark.slow)])
def test_moved_counts_equal_summed_counts(world: World, number: int) -> None:
    random = Random(766)
    now: dict[UUID, Counted] = {}
    for first in range(0, number, 5000):
        fresh = [random_evidence(random, n) for n in range(first, min(first + 5000, number))]
        store(fresh, fresh=True)
        add(differences([], fresh))
        now.update({one.dossier_id: one for one in fresh})
        again = [
            random_evidence(random, one.dossier_id.int)
            for one in random.sample(list(now.values()), len(fresh) // 3)
        ]
        before = [now[one.dossier_id] for one in again]
        store(again)
        add(differences(before, again))
        now.update({one.dossier_id: one for one in again})
    moved = everything()
    recount()
    assert everything() == moved
    assert len(moved[0]) == number


def test_news_that_was_seen_costs_a_look_only(world: World, django_assert_num_queries: Any) -> None:
    filed = receive(world)
    follow(MORNING)
    news = ledger.entries(ledger.Subject(kind="dossier", id=str(filed.dossier_id)))
    with django_assert_num_queries(1):
        api.take_news(news, at=MORNING)


def test_what_can_still_hold_has_its_denominator_already() -> None:
    """The counts of open work leave out what already holds: this is why they may."""
    random = Random(4)
    for one in (random_evidence(random, n) for n in range(300)):
        for name in api.scheme_ids():
            for indicator in api.scheme(name).indicators:
                below, above = holds_name(indicator.denominator), holds_name(indicator.numerator)
                if above is not None and below is not None and one.can & above:
                    assert one.holds & below
