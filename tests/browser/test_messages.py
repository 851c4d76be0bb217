"""The inbox, a message, how to be told, and the list of what did not arrive: axe, narrow and wide, light and dark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from motcua.base.data import Actor, ActorKind
from motcua.config.middleware import TIME_COOKIE
from motcua.ledger import api as ledger
from motcua.notices import api as notices
from motcua.notices.data import Accepted, Outgoing, Undeliverable, channels
from tests.browser.conftest import Open, World, check_page, picture
from tests.browser.test_desk_pages import cookies_of, desk
from tests.dossiers.factories import MORNING, OFFICE, receive
from tests.dossiers.factories import World as Desk
from tests.portal.factories import MARCH
from tests.portal.test_filing import begin, fill_all

__all__ = ["desk"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
WAYS = [("phone", "dark"), ("wide", "light")]


def tell(dossier_id: UUID, at: Any, *sent_by: notices.ChannelId) -> None:
    """What the duties do, for these channels."""
    entries = ledger.entries(ledger.Subject(kind="dossier", id=str(dossier_id)))
    with transaction.atomic():
        notices.plan_entries(entries, at=at)
    for channel in sent_by:
        notices.send_due(channel, at=at)


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_the_inbox(
    visit: Open, client: Client, world: World, march_cookies: dict[str, str], width: str, scheme: str
) -> None:
    page = visit("/me/notices", width=width, scheme=scheme, cookies=march_cookies)
    check_page(page)
    picture(page, f"inbox-empty-{width}-{scheme}")
    client.cookies[TIME_COOKIE] = march_cookies[TIME_COOKIE].strip('"')
    answer = client.post(fill_all(client, begin(client)))
    tell(UUID(answer["Location"].split("/")[2]), MARCH + timedelta(minutes=1), notices.ChannelId.INBOX)
    page.reload()
    check_page(page)
    picture(page, f"inbox-{width}-{scheme}")
    page.click("ul.rows .name a")
    check_page(page)
    picture(page, f"message-{width}-{scheme}")
    page.goto(page.url.rsplit("/", 1)[0] + "/choices")
    check_page(page)
    picture(page, f"choices-{width}-{scheme}")


class Broken:
    """A channel on which nothing arrives."""

    def check_config(self) -> list[str]:
        """Nothing."""
        return []

    def send(self, message: Outgoing, *, at: Any) -> Accepted:
        """Never."""
        raise Undeliverable("không có số này")

    def report(self, keys: Any, *, at: Any) -> tuple[()]:
        """Nothing."""
        return ()


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_what_did_not_arrive_and_what_is_due(
    visit: Open, desk: Desk, monkeypatch: pytest.MonkeyPatch, width: str, scheme: str
) -> None:
    monkeypatch.setitem(channels._plugins, "sms", Broken())
    applicant = desk.party(person_id=None, personal_number="", phone="0912345678")
    filed = receive(desk, applicant=applicant)
    tell(filed.dossier_id, MORNING, notices.ChannelId.SMS)
    tab = visit(
        "/desk/messages", width=width, scheme=scheme, cookies=cookies_of(desk.at(OFFICE, "system_admin"))
    )
    assert filed.code in tab.content()
    check_page(tab)
    picture(tab, f"dead-letters-{width}-{scheme}")
    notices.remind(at=MORNING + timedelta(days=4))
    notices.send_due(notices.ChannelId.INBOX, at=MORNING + timedelta(days=4))
    mine = Actor(kind=ActorKind.OFFICER, ref=desk.reviewer.ref)
    assert notices.unread(by=mine) >= 1
    tab = visit("/desk/", width=width, scheme=scheme, cookies=cookies_of(desk.reviewer))
    assert "Nhắc việc" in tab.content()
    check_page(tab)
    picture(tab, f"reminders-{width}-{scheme}")
