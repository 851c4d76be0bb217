"""The page on which a person mends what the portal refused: cause in words, one button, export, whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from motcua.base.data import SYSTEM
from motcua.exchange import api as exchange
from motcua.exchange.data import TroubleRow
from motcua.exchange.models import Outage, PlannedOutage, Track
from motcua.exchange.reconciliation import running
from tests.desk.conftest import Browser, at, browser, fresh_cache, strict_templates
from tests.desk.factories import page, text_of
from tests.dossiers.factories import CENTRE, MORNING, OFFICE, OTHER_CENTRE, World, receive
from tests.exchange.national.conftest import portal, sandbox, shared_world, stamp, world
from tests.exchange.national.factories import Portal, send, take_up, track

__all__ = [
    "at", "browser", "fresh_cache", "portal", "sandbox", "shared_world", "stamp", "strict_templates", "world",
]  # fmt: skip
pytestmark = pytest.mark.django_db
SYNC = "/desk/sync"


def wrong(world: World, portal: Portal, agency: str = CENTRE) -> TroubleRow:
    """A dossier with a telephone number that the portal refuses."""
    by = world.reception if agency == CENTRE else world.at(OTHER_CENTRE, "reception")
    filed = receive(world, by=by, receiving_agency=agency, applicant=world.party(phone="hỏi chồng"))
    take_up(filed.dossier_id)
    send()
    [row] = [one for one in exchange.troubles(by=SYSTEM) if one.dossier == filed.dossier_id]
    return row


def test_the_cause_is_said_and_one_button_sends_again(world: World, portal: Portal, browser: Browser) -> None:
    row = wrong(world, portal)
    client = browser(world.lead)
    shown = page(client.get(SYNC))
    told = text_of(shown.select_one("main"))
    assert "Thiếu hoặc sai thông tin trong hồ sơ: số điện thoại" in told
    assert row.code in told
    answer = client.post(f"{SYNC}/again", {"dossier": str(row.dossier)}, follow=True)
    assert "1 hồ sơ đã vào đầu hàng gửi" in answer.content.decode()
    assert not track(row.dossier).blocked
    send(MORNING + timedelta(days=60))
    assert track(row.dossier).trouble == "data"  # still wrong: the cause is back, nothing is hidden


def test_the_share_counts_what_the_outbox_never_saw(world: World, portal: Portal, browser: Browser) -> None:
    done = receive(world)
    receive(world)
    take_up(done.dossier_id)
    send()
    [unit] = exchange.shares(by=world.lead)
    assert (unit.dossiers, unit.synchronised, unit.waiting, unit.per_cent) == (2, 1, 1, 50.0)
    assert "50,0%" in page(browser(world.lead).get(SYNC)).text


def test_a_desk_sees_and_sends_its_own_only(world: World, portal: Portal, browser: Browser) -> None:
    row = wrong(world, portal, agency=OTHER_CENTRE)
    assert row.code not in browser(world.lead).get(SYNC).content.decode()
    browser(world.lead).post(f"{SYNC}/again", {"dossier": str(row.dossier)})
    assert track(row.dossier).blocked
    controller = browser(world.at(OFFICE, "controller"))
    assert row.code in controller.get(SYNC).content.decode()
    controller.post(f"{SYNC}/again?trouble=data", {"all": "1"})
    assert not track(row.dossier).blocked
    assert browser(world.solver).get(SYNC).status_code == 403
    assert Client().get(SYNC).status_code == 302


def test_export_and_filter(world: World, portal: Portal, browser: Browser) -> None:
    row = wrong(world, portal)
    client = browser(world.lead)
    sheet = client.get(f"{SYNC}?as=csv").content.decode("utf-8-sig")
    assert row.code in sheet
    assert "số điện thoại" in sheet
    assert row.code not in client.get(f"{SYNC}?trouble=mapping&as=csv").content.decode()
    for bad in ("trouble=%00", "code=%00x", "agency='--", "trouble=nothing"):
        assert client.get(f"{SYNC}?{bad}").status_code == 200
    assert (
        client.post(f"{SYNC}/again", {"dossier": ["x", "00000000-0000-0000-0000-000000000000"]}).status_code
        == 302
    )


def test_outages_are_shown_with_what_still_works(world: World, portal: Portal, browser: Browser) -> None:
    Outage.objects.create(connector="national", since=MORNING, cause="HTTP 503")
    shown = browser(world.lead).get(SYNC).content.decode()
    assert "không trả lời từ" in shown
    assert "Nộp hồ sơ tại quầy" in shown


def test_a_planned_outage_is_announced_seven_working_days_ahead(world: World) -> None:
    admin = world.at(OFFICE, "system_admin")

    def announce(days: int) -> PlannedOutage:
        starts = MORNING + timedelta(days=days)
        key = exchange.announce_outage(
            by=admin, at=MORNING, connector="national", starts_at=starts,
            ends_at=starts + timedelta(hours=4), what_vi="Bảo trì Cổng",
        )  # fmt: skip
        return PlannedOutage.objects.get(pk=key)

    assert not announce(8).told_in_time  # Monday to Tuesday of the next week: six working days
    assert announce(9).told_in_time  # the seventh
    assert [one.told_in_time for one in exchange.announcements(at=MORNING)] == [False, True]
    exchange.withdraw_outage(by=admin, at=MORNING, outage_id=announce(20).pk)
    assert len(exchange.announcements(at=MORNING)) == 2
    with pytest.raises(exchange.BadOutage):
        announce(-3)
    with pytest.raises(exchange.NotYourExchange):
        exchange.withdraw_outage(by=world.lead, at=MORNING, outage_id=1)


def test_differences_are_opened_with_their_cure(world: World, portal: Portal, browser: Browser) -> None:
    filed = receive(world)
    running.reconcile(by=SYSTEM, at=MORNING + timedelta(days=1))
    controller = browser(world.at(OFFICE, "controller"))
    assert "Chưa được đưa vào hàng gửi" in controller.get(SYNC).content.decode()
    shown = controller.get(f"{SYNC}/differences?cause=not_taken_up").content.decode()
    assert filed.code in shown
    assert "Kiểm tra tiến trình đồng bộ" in shown
    proof = controller.get(f"{SYNC}/differences?as=proof")
    assert running.vouched(proof.content.decode()) == []
    assert browser(world.lead).get(f"{SYNC}/differences?as=proof").status_code == 403
    assert exchange.resend(by=world.lead, at=MORNING, dossier_ids=[filed.dossier_id]) == 1
    send(MORNING + timedelta(days=60))
    assert portal.states(filed.code) == ["2"]


def test_a_resend_is_in_the_ledger_and_forces_the_record(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    send()
    exchange.resend(by=world.lead, at=MORNING, dossier_ids=[filed.dossier_id])
    send(MORNING + timedelta(days=60))
    assert portal.kinds(filed.code) == ["add", "update"]
    assert Track.objects.get().recorded_seq == 1
    with pytest.raises(exchange.NothingToResend):
        exchange.resend(by=world.lead, at=MORNING, dossier_ids=[])
