"""The desk's small world: that of the dossiers' tests, with browsers in which its officers are signed in."""

from __future__ import annotations

from datetime import date, datetime

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

from motcua.base.data import Actor
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.staff import api as staff

CARD = "040190000112|186123456|Nguyễn Thị Hoa|20051990|Nữ|Số 1, khối 2, Nghệ An|01012022"
STRANGER_CARD = "040092000119||Trần Văn Mới|01021992|Nam|Số 9, khối 5, Nghệ An|01012022"


def sign_in(client: Client, officer: Actor, *, at: datetime) -> Client:
    """Put the officer into the client's session, as the two factors do, and set the browser's clock."""
    account = staff.account_by_username(f"{officer.unit}.{officer.role}")
    assert account is not None
    (position,) = staff.positions(account.id, on=at.date())
    session = client.session
    session["officer"] = {"account": str(account.id), "position": str(position.id)}
    session.save()
    client.cookies[TIME_COOKIE] = sign_time(at)
    return client


def page(response: HttpResponse, status: int = 200) -> BeautifulSoup:
    """The parsed page; the status is checked first."""
    assert response.status_code == status, (response.status_code, response.content[:2000])
    return BeautifulSoup(response.content, "html.parser")


def text_of(node: Tag) -> str:
    """The words of a part of a page, on one line."""
    return " ".join(node.get_text(" ").split())


NEW_YEAR = date(2026, 1, 1)
