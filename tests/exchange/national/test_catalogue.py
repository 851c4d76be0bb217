"""The portal's own list of procedures gives the codes of records; a list that cannot be read changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from motcua.exchange.connectors import CallFailed
from motcua.exchange.models import PortalProcedure
from motcua.exchange.national import catalogue, client
from tests.dossiers.factories import MORNING, World
from tests.exchange.national.factories import Portal

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=1)


def test_the_list_is_taken_over_whole(world: World, portal: Portal) -> None:
    assert catalogue.is_due(at=LATER)
    assert catalogue.read_procedures(at=LATER) == PortalProcedure.objects.count()
    assert PortalProcedure.objects.filter(read_at=LATER).exclude(field_code="").exists()
    assert not PortalProcedure.objects.filter(read_at=MORNING).exists()
    assert not catalogue.is_due(at=LATER + timedelta(hours=1))


@pytest.mark.parametrize("kind", ["bad_json", "empty", "wrong_answer", "error_inside", "down"])
def test_a_list_that_cannot_be_read_changes_nothing(world: World, portal: Portal, kind: str) -> None:
    before = list(PortalProcedure.objects.order_by("code").values())
    portal.faults({"kind": kind})
    with pytest.raises((client.PortalFailed, CallFailed)):
        catalogue.read_procedures(at=LATER)
    assert list(PortalProcedure.objects.order_by("code").values()) == before


def test_rows_without_a_field_are_left_out() -> None:
    rows: list[Any] = [
        {"MATTHC": "1.1", "MALINHVUC": ""},
        "x",
        {"MATTHC": "1.2.000.00.00.H41", "MALINHVUC": "G1"},
    ]
    assert [row.code for row in catalogue._rows(rows, MORNING)] == ["1.2"]
