"""What lives in a ministry's own system is mirrored: once, by its latest version, counted for its unit."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.dossiers.data import State
from motcua.exchange import connectors
from motcua.exchange.inbound import ministries
from motcua.exchange.models import Handover, MinistryDossier
from tests.dossiers.factories import CENTRE, MORNING, World, receive
from tests.exchange.national.factories import Portal

pytestmark = pytest.mark.django_db


def play(portal: Portal, **changes: Any) -> None:
    values = {
        "MaHoSo": "DKKD-1", "MaTTHC": "2.001583", "MaDonVi": "H41.50.01", "TrangThaiHoSo": "4", "KenhThucHien": "2",
        "NgayNopHoSo": "20260302080000", "NgayTiepNhan": "20260302083000",
    }  # fmt: skip
    portal.post("_ministry", {"HeThong": "DKKD", "data": [{**values, **changes}]})


def test_states_and_counts_are_mirrored(world: World, portal: Portal) -> None:
    play(portal)
    play(portal, MaHoSo="DKKD-2", KenhThucHien="1")
    assert ministries.mirror(at=MORNING) == 2
    assert ministries.mirror(at=MORNING) == 0
    play(portal, TrangThaiHoSo="10")
    assert ministries.mirror(at=MORNING) == 1
    assert MinistryDossier.objects.get(code="DKKD-1").state == State.RETURNED
    [share] = ministries.online_shares({CENTRE: (2, 0)})
    assert (share.ours, share.ministries, share.ministries_online, share.per_cent) == (2, 2, 1, 25.0)


@pytest.mark.parametrize("kind", ["duplicate", "reorder"])
def test_doubled_and_reordered_lists_change_nothing(world: World, portal: Portal, kind: str) -> None:
    play(portal)
    play(portal, MaHoSo="DKKD-2")
    portal.faults({"kind": kind, "operation": "ministry/list"})
    ministries.mirror(at=MORNING)
    assert MinistryDossier.objects.count() == 2


def test_a_unit_of_another_vintage_counts_for_nobody(world: World, portal: Portal) -> None:
    play(portal, MaDonVi="H41.21.05")
    ministries.mirror(at=MORNING)
    assert MinistryDossier.objects.get().agency == ""


def test_an_outage_loses_nothing(world: World, portal: Portal) -> None:
    play(portal)
    portal.faults({"kind": "down"})
    assert ministries.turn(at=MORNING) == 0
    portal.faults()
    connectors.forget_circuits()
    assert ministries.turn(at=MORNING) == 1


def test_a_dossier_is_handed_over_once(world: World, portal: Portal) -> None:
    filed = receive(world)
    Handover.objects.create(dossier=filed.dossier_id, system="DKKD", handed_at=MORNING, next_try_at=MORNING)
    assert ministries.hand_over(at=MORNING) == 1
    code = Handover.objects.get().their_code
    Handover.objects.update(their_code="", done_at=None)
    assert ministries.hand_over(at=MORNING) == 1
    assert Handover.objects.get().their_code == code


def test_the_system_is_known_by_the_catalogues_words() -> None:
    assert ministries.system_code("Cổng thông tin quốc gia về đăng ký doanh nghiệp (Bộ Tài chính)") == "DKKD"
    assert ministries.system_code("Hệ thống của Bộ Công an") == "CA"
    assert ministries.system_code("Hệ thống khác") == ""
