"""The citizen's inbox: what is there, whose it is, what opening it does, and how to be told otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from motcua.base.data import Actor, ActorKind
from motcua.dossiers import api as dossiers
from motcua.ledger import api as ledger
from motcua.notices import api as notices
from tests.portal import factories
from tests.portal.conftest import World
from tests.portal.test_filing import begin, fill_all

AT = factories.MARCH


def page(answer: Any, status: int = 200) -> BeautifulSoup:
    """The page that was answered."""
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


@pytest.fixture
def told(hoa: Client, march: Any, world: World) -> UUID:
    """A dossier that the desk received, and what is told about it."""
    answer = hoa.post(fill_all(hoa, begin(hoa)))
    dossier_id = UUID(answer["Location"].split("/")[2])
    dossiers.accept(by=world.officers["reception"], at=AT + timedelta(minutes=1), dossier_id=dossier_id)
    notices.plan_entries(
        ledger.entries(ledger.Subject(kind="dossier", id=str(dossier_id))), at=AT + timedelta(minutes=2)
    )
    while notices.send_due(notices.ChannelId.INBOX, at=AT + timedelta(minutes=3)):
        pass
    return dossier_id


def test_an_empty_inbox_says_what_will_come(hoa: Client) -> None:
    text = page(hoa.get("/me/notices")).get_text(" ")
    assert "Chưa có tin nào" in text
    assert "chưa đọc" not in text


def test_a_message_is_new_until_it_is_opened(hoa: Client, told: UUID) -> None:
    before = page(hoa.get("/me/notices"))
    assert "(2" in before.select_one("header nav").get_text()  # type: ignore[union-attr]
    assert "2 tin chưa đọc" in before.get_text(" ")
    row = before.select("ul.rows li")[0]
    assert "chosen" in row["class"]
    link = row.select_one(".name a")
    assert link is not None
    hoa.head(link["href"])  # a mail program that looks ahead has not read it
    assert "2 tin chưa đọc" in page(hoa.get("/me/notices")).get_text(" ")
    opened = page(hoa.get(link["href"]))
    assert opened.select_one(f'a[href="/dossier/{told}"]') is not None
    assert "1 tin chưa đọc" in page(hoa.get("/me/notices")).get_text(" ")


def test_it_is_searched_with_or_without_accents(hoa: Client, told: UUID) -> None:
    assert len(page(hoa.get("/me/notices?q=hen+tra")).select("ul.rows li")) == 2
    assert len(page(hoa.get("/me/notices?q=duoc+tiep+nhan")).select("ul.rows li")) == 1
    assert "Không có tin nào như vậy" in page(hoa.get("/me/notices?q=%00xe+dap")).get_text(" ")
    for odd in ("0", "-1", "x", "²", "99999999999999999999", "1.5", ""):
        assert hoa.get(f"/me/notices?page={odd}").status_code == 200


def test_nobody_else_reads_it(hoa: Client, told: UUID, world: World) -> None:
    item = notices.inbox(by=Actor(kind=ActorKind.CITIZEN, ref=str(world.mother))).items[0]
    other = Client()
    factories.sign_in(other, world.stranger, "Người Khác")
    assert other.get(f"/me/notices/{item.id}").status_code == 404
    assert Client().get(f"/me/notices/{item.id}").status_code == 302
    assert hoa.get(f"/me/notices/{uuid4()}").status_code == 404


def test_how_to_be_told_is_chosen(hoa: Client, world: World) -> None:
    shown = page(hoa.get("/me/notices/choices"))
    assert shown.select_one("#mail[checked]") is not None
    assert "21:00" in shown.get_text(" ")
    answer = hoa.post("/me/notices/choices", {"language": "en", "sms": "1"})
    assert answer.status_code == 302
    assert notices.choice_of(world.mother) == notices.Choice(language="en", mail=False, sms=True)
    again = page(hoa.get(answer["Location"]))
    assert "Đã lưu" in again.get_text(" ")
    assert again.select_one("#mail[checked]") is None
    refused = page(hoa.post("/me/notices/choices", {"language": "xx"}), 422)
    assert "tiếng Việt hoặc tiếng Anh" in refused.get_text(" ")
    assert notices.choice_of(world.mother).language == "en"
