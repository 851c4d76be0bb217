"""What could not be taken in from the portal stands on a page with its cause; one button tries again."""

from __future__ import annotations

import pytest

from motcua.exchange import api as exchange
from motcua.exchange.inbound import taking
from motcua.exchange.models import Delivery
from tests.desk.conftest import Browser, at, browser, fresh_cache, strict_templates
from tests.dossiers.factories import OFFICE, World
from tests.exchange.inbound.test_taking import NOW, file_there
from tests.exchange.national.conftest import portal, sandbox, shared_world, stamp, world
from tests.exchange.national.factories import Portal

__all__ = [
    "at", "browser", "fresh_cache", "portal", "sandbox", "shared_world", "stamp", "strict_templates", "world",
]  # fmt: skip
pytestmark = pytest.mark.django_db
PAGE = "/desk/sync/inbound"


def test_a_unit_that_nobody_knows_is_the_controllers_to_mend(
    world: World, portal: Portal, browser: Browser
) -> None:
    made = file_there(portal, MaDonVi="H41.21.05")
    taking.poll(at=NOW)
    controller = browser(world.at(OFFICE, "controller"))
    told = controller.get(PAGE).content.decode()
    assert made["MaHoSo"] in told
    assert "Mã đơn vị H41.21.05 không có" in told
    waits_until = Delivery.objects.get().next_try_at
    browser(world.lead).post(PAGE, {"delivery": made["MaGiaoNhan"]})
    assert Delivery.objects.get().next_try_at == waits_until
    controller.post(PAGE, {"delivery": ["\x00", made["MaGiaoNhan"]]})
    assert Delivery.objects.get().next_try_at != waits_until


def test_a_desk_sees_what_waits_for_it(world: World, portal: Portal, browser: Browser) -> None:
    made = file_there(portal, MaTTHC="7.123456")
    taking.poll(at=NOW)
    told = browser(world.lead).get(PAGE).content.decode()
    assert made["MaHoSo"] in told
    assert "Hệ thống chưa có thủ tục này" in told
    assert exchange.take_again(by=world.lead, at=NOW, delivery_ids=[made["MaGiaoNhan"]]) == 1
    assert Delivery.objects.get().next_try_at == NOW
    with pytest.raises(exchange.NothingToTake):
        exchange.take_again(by=world.lead, at=NOW, delivery_ids=["x"])
    assert browser(world.solver).get(PAGE).status_code == 403
