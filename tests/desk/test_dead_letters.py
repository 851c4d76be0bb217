"""The administrator's list of messages that did not arrive, and the officer's reminders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup

from motcua.base.data import SYSTEM
from motcua.dossiers import api as dossiers
from motcua.ledger import api as ledger
from motcua.notices import api as notices
from motcua.notices.data import Accepted, Outgoing, Undeliverable, channels
from tests.dossiers.factories import COMMITTEE, MORNING, OFFICE, World, receive

from .conftest import Browser

pytestmark = pytest.mark.django_db


class Broken:
    """A channel on which nothing arrives."""

    def check_config(self) -> list[str]:
        """Nothing."""
        return []

    def send(self, message: Outgoing, *, at: Any) -> Accepted:
        """Never."""
        raise Undeliverable("không có thuê bao")

    def report(self, keys: Any, *, at: Any) -> tuple[()]:
        """Nothing."""
        return ()


@pytest.fixture
def stuck(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """A text message that did not arrive; gives its dossier's code."""
    monkeypatch.setitem(channels._plugins, "sms", Broken())
    applicant = world.party(person_id=None, personal_number="", phone="0912345678")
    filed = receive(world, applicant=applicant)
    entries = ledger.entries(ledger.Subject(kind="dossier", id=str(filed.dossier_id)))
    notices.plan_entries(entries, at=MORNING)
    notices.send_due(notices.ChannelId.SMS, at=MORNING)
    return filed.code


def page(answer: Any) -> BeautifulSoup:
    """The page that was answered."""
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_what_did_not_arrive_is_shown_with_its_cause_and_sent_again(
    browser: Browser, world: World, stuck: str
) -> None:
    admin = browser(world.at(OFFICE, "system_admin"))
    shown = page(admin.get("/desk/messages"))
    text = shown.get_text(" ")
    assert stuck in text
    assert "không có thuê bao" in text
    assert "0912345678" not in text
    assert "Hoa" not in shown.select_one("main").get_text()  # type: ignore[union-attr]
    one = shown.select_one("input[name=message]")
    assert one is not None
    assert admin.post("/desk/messages", {"message": str(one["value"])}).status_code == 302
    after = page(admin.get("/desk/messages")).get_text(" ")
    assert "Đã đưa 1 tin" in after
    assert stuck not in after


def test_all_at_once_and_nonsense_is_refused_in_words(browser: Browser, world: World, stuck: str) -> None:
    admin = browser(world.at(OFFICE, "system_admin"))
    for nonsense in ("", "x", str(uuid4())):
        answer = admin.post("/desk/messages", {"message": nonsense}, follow=True)
        assert "không nằm trong danh sách" in page(answer).get_text(" ")
    admin.post("/desk/messages", {"all": "1"})
    assert "Không có tin nào bị kẹt" in page(admin.get("/desk/messages")).get_text(" ")
    assert browser(world.reception).get("/desk/messages").status_code == 403
    assert browser(world.reception).post("/desk/messages", {"all": "1"}).status_code == 403


def test_a_reminder_is_on_the_start_page_until_it_is_opened(browser: Browser, world: World, at: Any) -> None:
    filed = receive(world)
    dossiers.assign(
        by=world.at(COMMITTEE, "desk_lead"),
        at=MORNING + timedelta(minutes=5),
        dossier_id=filed.dossier_id,
        assignee=world.solver.ref,
    )
    due = dossiers.get_for(by=SYSTEM, at=at, dossier_id=filed.dossier_id).card.due_at
    assert due is not None
    notices.remind(at=due - timedelta(days=3))
    notices.send_due(notices.ChannelId.INBOX, at=due)
    solver = browser(world.solver)
    form = page(solver.get("/desk/")).select_one("form[action^='/desk/reminders/']")
    assert form is not None
    strange = browser(world.signer)
    assert strange.post(form["action"]).status_code == 404
    answer = solver.post(form["action"])
    assert answer["Location"] == f"/desk/dossiers/{filed.dossier_id}"
    assert page(solver.get("/desk/")).select_one("form[action^='/desk/reminders/']") is None
