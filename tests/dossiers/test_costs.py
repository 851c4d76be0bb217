"""What filings, actions and lists cost: the number of queries is fixed, and does not grow unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from motcua.base.clock import VN
from motcua.deadlines import api as deadlines
from motcua.dossiers import api
from motcua.dossiers.api import ComponentGiven, HowProvided, Queue, Step
from motcua.procedures import api as procedures

from .factories import (
    CENTRE,
    CERTIFY,
    COMMITTEE,
    JUSTICE,
    MORNING,
    PAPER,
    World,
    receive,
    take_in,
    to_step,
)

pytestmark = pytest.mark.django_db

# Two savepoint words stand around each action here, for a test is itself a transaction.
SAVEPOINT = 2
LATER = MORNING + timedelta(minutes=30)
OLD_DESK = "motcua-xa-16663-cu"


@pytest.fixture
def warm(world: World) -> World:
    """A process that has seen the day's procedures and calendars before."""
    for code in (CERTIFY,):
        procedures.version_on(code, MORNING.date())
        procedures.version_on(code, datetime(2025, 3, 14, tzinfo=VN).date())
    for agency in (CENTRE, COMMITTEE, JUSTICE, OLD_DESK):
        deadlines.calendar_for(agency, known_at=MORNING)
        deadlines.calendar_for(agency, known_at=datetime(2025, 3, 14, 8, 5, tzinfo=VN))
    receive(world)  # the day's counter and the person's key are there
    return world


def test_filing_online(warm: World, django_assert_max_num_queries: Any) -> None:
    """A citizen's e-form with two files."""
    at = datetime(2025, 3, 14, 8, 5, tzinfo=VN)
    files = [ComponentGiven(code=code, how=HowProvided.FILE, file_id=uuid4()) for code in ("TP-01", "TP-02")]

    def file(key: str) -> api.Filed:
        return api.submit(
            by=warm.citizen,
            at=at,
            idempotency_key=key,
            procedure_code=CERTIFY,
            receiving_agency=OLD_DESK,
            applicant=warm.party(),
            answers={"purpose": "vay vốn"},
            components=files,
        )

    file("first of the day")
    with django_assert_max_num_queries(9 + SAVEPOINT):
        file("second")
    with django_assert_max_num_queries(3 + SAVEPOINT):
        file("second")  # resent: found, nothing done


def test_receiving_at_the_desk(warm: World, django_assert_max_num_queries: Any) -> None:
    """Received and accepted, with the clock's first fact."""
    with django_assert_max_num_queries(10 + SAVEPOINT):
        receive(warm)


def test_taking_in_from_outside(warm: World, django_assert_max_num_queries: Any) -> None:
    """As the national portal hands it in."""
    with django_assert_max_num_queries(8 + SAVEPOINT):
        take_in(warm)


Act = Callable[[World, Any], object]
ACTS: tuple[tuple[str, Step, int, Act], ...] = (
    (
        "assign",
        Step.NONE,
        5,
        lambda w, i: api.assign(
            by=w.at(COMMITTEE, "desk_lead"), at=LATER, dossier_id=i, assignee=w.solver.ref
        ),
    ),
    (
        "ask a supplement",
        Step.NONE,
        10,
        lambda w, i: api.request_supplement(by=w.reception, at=LATER, dossier_id=i, what="thiếu giấy"),
    ),
    ("take up", Step.ASSIGNED, 4, lambda w, i: api.take_up(by=w.solver, at=LATER, dossier_id=i)),
    (
        "consult",
        Step.SOLVING,
        7,
        lambda w, i: api.consult(by=w.solver, at=LATER, dossier_id=i, agency=JUSTICE, question="?"),
    ),
    (
        "propose",
        Step.SOLVING,
        5,
        lambda w, i: api.propose(by=w.solver, at=LATER, dossier_id=i, opinion="đủ"),
    ),
    (
        "send back",
        Step.REVIEWING,
        4,
        lambda w, i: api.return_step(by=w.reviewer, at=LATER, dossier_id=i, reason="xem lại"),
    ),
    ("approve", Step.REVIEWING, 4, lambda w, i: api.approve(by=w.reviewer, at=LATER, dossier_id=i)),
)


@pytest.mark.parametrize(("step", "most", "act"), [row[1:] for row in ACTS], ids=[row[0] for row in ACTS])
def test_acting(warm: World, django_assert_max_num_queries: Any, step: Step, most: int, act: Act) -> None:
    """The row, its entry (key and envelope), its update; and what the action itself must know."""
    filed = receive(warm)
    if step is not Step.NONE:
        to_step(warm, filed.dossier_id, step, at=MORNING)
    with django_assert_max_num_queries(most + SAVEPOINT):
        act(warm, filed.dossier_id)


def test_accepting_and_supplying(warm: World, django_assert_max_num_queries: Any) -> None:
    """From outside: accepted; what is missing asked for and brought."""
    filed = take_in(warm)
    with django_assert_max_num_queries(8 + SAVEPOINT):
        api.accept(by=warm.reception, at=LATER, dossier_id=filed.dossier_id)
    api.request_supplement(by=warm.reception, at=LATER, dossier_id=filed.dossier_id, what="thiếu")
    with django_assert_max_num_queries(12 + SAVEPOINT):
        api.supply(by=warm.reception, at=LATER, dossier_id=filed.dossier_id, components=[PAPER])


def test_lists(warm: World, django_assert_max_num_queries: Any) -> None:
    """A page and the tabs: one query each, whatever lies there."""
    head = warm.at(COMMITTEE, "leader")
    for _ in range(3):
        receive(warm)
    with django_assert_max_num_queries(1):
        assert len(api.worklist(by=head, at=LATER, queue=Queue.ASSIGN).rows) == 4
    with django_assert_max_num_queries(1):
        assert api.counts(by=head, at=LATER)[Queue.ASSIGN] == (4, 0)


def test_only_what_changed_is_written(warm: World) -> None:
    """Another's column, changed meanwhile outside the action, is not overwritten by the action's old copy."""
    from motcua.dossiers.actions import rows
    from motcua.dossiers.models import Dossier

    filed = receive(warm)
    row = rows.hold(filed.dossier_id)
    assert row is not None
    Dossier.objects.filter(id=row.id).update(return_by="post")
    row.reason = "vì thế"
    row.proposal["opinion"] = "đổi tại chỗ"  # a change inside a JSON value is seen as well
    rows.update(row)
    fresh = Dossier.objects.get(id=row.id)
    assert (fresh.return_by, fresh.reason, fresh.proposal) == ("post", "vì thế", {"opinion": "đổi tại chỗ"})
