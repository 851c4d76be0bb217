"""A dossier's main way: received, worked on, signed, stamped, handed out; and what the ledger tells of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from motcua.base.clock import VN
from motcua.dossiers import api
from motcua.dossiers.api import State, Step

from .factories import CENTRE, COMMITTEE, MORNING, World, receive, resolve, take_in

pytestmark = pytest.mark.django_db


def test_received_at_the_desk_is_accepted_with_a_promise(world: World) -> None:
    """NĐ 61/2018 Đ.17.1c: one visit gives the receipt with the due time, five working days on."""
    filed = receive(world)
    assert filed.state is State.ACCEPTED
    assert filed.code == "H41.50.01.01-260302-0001"
    assert filed.due_at == datetime(2026, 3, 9, 17, 0, tzinfo=VN)
    view = api.get_for(by=world.reception, at=MORNING, dossier_id=filed.dossier_id)
    assert view.promised_due == filed.due_at
    assert view.card.handling_agency == COMMITTEE


def test_whole_way_to_the_citizen(world: World) -> None:
    """Ten entries' worth of work; the row agrees with the replay at the end."""
    filed = receive(world)
    done = resolve(world, filed.dossier_id, at=MORNING + timedelta(hours=1))
    assert (done.state, done.step) == (State.RESOLVED, Step.NONE)
    done = api.return_result(by=world.reception, at=MORNING + timedelta(days=1), dossier_id=filed.dossier_id)
    assert done.state is State.RETURNED
    standing = api.replayed(filed.dossier_id)
    assert (standing.state, standing.seq) == (State.RETURNED, done.seq)
    kinds = [entry.kind for entry in api.history(filed.dossier_id)]
    assert kinds == [
        "dossier.received_at_desk",
        "dossier.assigned",
        "dossier.taken_up",
        "dossier.proposed",
        "dossier.approved",
        "dossier.signed",
        "dossier.resolved",
        "dossier.returned",
    ]


def test_from_the_portal_waits_for_acceptance(world: World) -> None:
    """An acknowledgement first; the clock starts with acceptance."""
    filed = take_in(world)
    assert (filed.state, filed.due_at) == (State.REGISTERED, None)
    page = api.worklist(by=world.reception, at=MORNING, queue=api.Queue.ACCEPT)
    assert [row.id for row in page.rows] == [filed.dossier_id]
    done = api.accept(by=world.reception, at=MORNING + timedelta(hours=2), dossier_id=filed.dossier_id)
    assert done.state is State.ACCEPTED
    assert done.due_at == datetime(2026, 3, 9, 17, 0, tzinfo=VN)
    assert (
        api.get_by_code(by=world.reception, at=MORNING, code=filed.outside_code).card.receiving_agency
        == CENTRE
    )
