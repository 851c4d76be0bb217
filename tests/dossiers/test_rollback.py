"""The change and its ledger entry live and die together; what SQL can hold, it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from motcua.dossiers import api
from motcua.dossiers.actions import core
from motcua.dossiers.data import State, Step
from motcua.dossiers.models import ClockFact, Component, Dossier, NumberCounter, SupplementRequest

from .factories import MORNING, World, receive


class LedgerDown(Exception):
    """The ledger refuses the entry."""


@pytest.fixture
def broken_ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """From now on no entry of a dossier can be written."""

    def refuse(**_: Any) -> None:
        raise LedgerDown

    def arm() -> None:
        monkeypatch.setattr(core, "append", refuse)

    yield arm
    monkeypatch.undo()


@pytest.mark.django_db
class TestLedgerFails:
    """House rule 3."""

    def test_filing(self, world: World, broken_ledger: Any) -> None:
        """No dossier, no paper, no number used."""
        broken_ledger()
        with pytest.raises(LedgerDown):
            receive(world)
        assert not Dossier.objects.exists()
        assert not Component.objects.exists()
        assert not NumberCounter.objects.exists()

    def test_action(self, world: World, broken_ledger: Any) -> None:
        """The dossier stands where it stood, and nothing beside it was kept."""
        filed = receive(world)
        facts = ClockFact.objects.count()
        broken_ledger()
        with pytest.raises(LedgerDown):
            api.request_supplement(
                by=world.lead, at=MORNING + timedelta(hours=1), dossier_id=filed.dossier_id, what="thiếu"
            )
        row = Dossier.objects.get(id=filed.dossier_id)
        assert (row.state, row.seq) == (State.ACCEPTED, filed.seq)
        assert not SupplementRequest.objects.exists()
        assert ClockFact.objects.count() == facts

    def test_row_and_ledger_out_of_step(self, world: World) -> None:
        """A row changed behind the ledger's back is found out at the next action."""
        filed = receive(world)
        Dossier.objects.filter(id=filed.dossier_id).update(seq=7)
        with pytest.raises(api.HistoryMismatch):
            api.move_paper(
                by=world.reception, at=MORNING + timedelta(hours=1), dossier_id=filed.dossier_id, place="tủ"
            )


@pytest.mark.django_db
class TestSqlHolds:
    """What the code would never do, the database refuses."""

    @pytest.mark.parametrize(
        "change",
        [
            {"state": 11},
            {"state": State.IN_PROGRESS},
            {"step": Step.SOLVING},
            {"state": State.RETURNED},
            {"state": State.SUPPLEMENT},
            {"accepted_by": ""},
            {"due_at": None},
            {"ended_at": MORNING},
            {"returned_at": MORNING},
            {"outcome": "granted"},
            {"queue": ""},
            {"quantity": 0},
            {"limit_unit": ""},
            {"outside_code": "X"},
            {"held_state": State.ACCEPTED},
            {"submitted_at": MORNING + timedelta(days=400)},
        ],
    )
    def test_an_impossible_row(self, world: World, change: dict[str, Any]) -> None:
        """Each is refused by a constraint of its own."""
        filed = receive(world)
        with pytest.raises(Exception, match=r"dossier_|violates check"), transaction.atomic():
            Dossier.objects.filter(id=filed.dossier_id).update(**change)

    def test_the_app_cannot_rewrite_history(self, world: World) -> None:
        """Entries are added, never changed: the serving role has no right to."""
        receive(world)
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE ledger_entry SET kind = 'dossier.refused'")
