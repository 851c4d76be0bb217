"""Two at the same moment, each in its own connection: a double click, two officers, two filings, two last answers.

Kept apart from the other tests: these commit, and may not share a module with a world that is held open.
"""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from motcua.base.db import NotInTransaction
from motcua.base.errors import DomainError
from motcua.dossiers import api
from motcua.dossiers.actions.numbering import next_code
from motcua.dossiers.data import Step
from motcua.dossiers.models import Dossier

from .factories import CENTRE, COMMITTEE, MORNING, build_world, receive, take_in, to_step


def _both(first: Any, second: Any) -> list[Any]:
    """Run two calls at the same moment in their own connections; what came of each."""
    outcomes: list[Any] = [None, None]
    barrier = threading.Barrier(2)

    def run(index: int, call: Any) -> None:
        try:
            barrier.wait()
            outcomes[index] = call()
        except (DomainError, psycopg.Error) as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, c)) for i, c in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_in_a_transaction_only() -> None:
    """Outside of one, a failed filing could leave a gap."""
    with pytest.raises(NotInTransaction):
        next_code(CENTRE, MORNING)


@pytest.mark.django_db(transaction=True)
def test_at_once_in_earnest() -> None:
    """Two connections: double click, two officers on one dossier, two filings of one unit, two last answers."""
    world = build_world()
    later = MORNING + timedelta(hours=2)

    def filing(key: str) -> Any:
        return lambda: receive(world, idempotency_key=key)

    double = _both(filing("same"), filing("same"))
    assert len({f.dossier_id for f in double}) == 1
    assert sorted(f.created for f in double) == [False, True]

    two = _both(filing("one"), filing("two"))
    assert sorted(f.code[-4:] for f in two) == ["0002", "0003"]

    same = _both(lambda: take_in(world, outside_code="Q1"), lambda: take_in(world, outside_code="Q1"))
    assert len({f.dossier_id for f in same}) == 1

    def accepting(by: Any, dossier_id: UUID) -> Any:
        return lambda: api.accept(by=by, at=later, dossier_id=dossier_id)

    fresh = take_in(world)
    won = _both(accepting(world.reception, fresh.dossier_id), accepting(world.lead, fresh.dossier_id))
    assert sorted(type(w).__name__ for w in won) == ["Done", "NotPossibleNow"]

    dossier = double[0].dossier_id
    to_step(world, dossier, Step.SOLVING, at=later)
    agencies = ("so-tu-phap", "ubnd-xa-16690")
    for agency in agencies:
        api.consult(
            by=world.solver, at=later + timedelta(hours=1), dossier_id=dossier, agency=agency, question="?"
        )

    def answering(agency: str) -> Any:
        return lambda: api.answer_consultation(
            by=world.at(agency, "solver"), at=later + timedelta(hours=2), dossier_id=dossier, answer="đồng ý"
        )

    _both(answering(agencies[0]), answering(agencies[1]))
    row = Dossier.objects.get(id=dossier)
    assert (row.step, row.handling_agency) == (Step.SOLVING, COMMITTEE)
    assert api.replayed(dossier).seq == row.seq


@pytest.mark.django_db(transaction=True)
def test_eight_desks_at_one_unit_and_day() -> None:
    """Eight connections file to one unit and day, one in five fails late: codes without gap or double, no deadlock."""
    world = build_world()
    threads, each = 8, 10
    codes: list[str] = []
    failures: list[Exception] = []
    barrier = threading.Barrier(threads)

    def run(number: int) -> None:
        try:
            barrier.wait()
            for turn in range(each):
                if turn % 5 == 4:
                    with contextlib.suppress(Interrupted), transaction.atomic():
                        receive(world)
                        raise Interrupted
                elif (number + turn) % 2:
                    codes.append(receive(world).code)
                else:
                    codes.append(take_in(world).code)
        except (DomainError, DatabaseError) as error:
            failures.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(90)
    assert not any(thread.is_alive() for thread in running)
    assert failures == []
    expected = threads * each * 4 // 5
    assert sorted(int(code[-4:]) for code in codes) == list(range(1, expected + 1))
    assert Dossier.objects.count() == expected
    for row in Dossier.objects.all()[:5]:
        assert api.replayed(row.id).seq == row.seq == 1


class Interrupted(Exception):
    """What goes wrong after the number was taken."""
