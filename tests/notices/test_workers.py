"""Several workers and a crash in the middle: everything is told, and told once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from motcua.base.duties import duties
from motcua.ledger.models import CursorRow
from motcua.notices.data import ChannelId
from motcua.notices.jobs import CURSOR
from motcua.notices.models import Message
from tests.dossiers.factories import MORNING, build_world, take_in
from tests.ledger.settling import sequence_all
from tests.notices.conftest import reachable
from tests.notices.factories import Wire

Wires = dict[ChannelId, Wire]


class PowerCut(BaseException):
    """The process ends here."""


@pytest.fixture
def sequencer(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection[Any]]:
    """The sequencer's own connection."""
    urls = request.getfixturevalue("database_urls")
    with psycopg.connect(urls["sequencer"], autocommit=True) as made:
        yield made


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_workers_and_a_crash_in_the_consumer_tell_everything_once(
    wires: Wires, sequencer: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = reachable(build_world())
    filed = [take_in(world, at=MORNING + timedelta(minutes=n)) for n in range(30)]
    at = MORNING + timedelta(hours=1)
    sequence_all(sequencer)
    keep = Message.objects.bulk_create
    crashes = [PowerCut(), RuntimeError("ngắt")]

    def crash(*args: Any, **more: Any) -> Any:
        keep(*args, **more)
        raise crashes.pop()

    monkeypatch.setattr(Message.objects, "bulk_create", crash)
    plan_duty = duties.get("notices.plan")
    for kind in (RuntimeError, PowerCut):
        with pytest.raises(kind):
            while plan_duty.run(at=at):
                pass
    monkeypatch.setattr(Message.objects, "bulk_create", keep)

    def work(_number: int) -> None:
        try:
            while plan_duty.run(at=at) or any(
                duties.get(f"notices.send.{channel.value}").run(at=at) for channel in ChannelId
            ):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    work(0)
    for channel in ChannelId:
        calls = wires[channel].calls
        assert len(calls) == len({call.key for call in calls}) == len(filed), channel
    # Going back to the beginning tells nobody anything again.
    CursorRow.objects.filter(name=CURSOR).update(position=0)
    work(0)
    assert [len(wires[channel].calls) for channel in ChannelId] == [len(filed)] * 3
