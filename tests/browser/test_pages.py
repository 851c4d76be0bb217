"""Every page of the portal and of the pattern book, looked at by axe in four ways."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from motcua.config.middleware import TIME_COOKIE
from motcua.dossiers import api as dossiers
from motcua.ui import patterns
from tests.browser.conftest import Open, World, check_page, picture
from tests.portal.factories import BIRTH, MARCH
from tests.portal.test_filing import begin, fill_all

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
WAYS = [(width, scheme) for width in ("phone", "wide") for scheme in ("light", "dark")]
PUBLIC = {
    "home": "/",
    "found": "/?q=lam giay khai sinh cho con",
    "not-found": "/?q=xyzzy",
    "life": "/life/having_child",
    "procedure": f"/procedure/{BIRTH}",
    "track": "/track",
    "track-unknown": "/track?code=H41.12-250314-0007",
    "verify": "/verify",
    "verify-unknown": "/verify/AAAA-BBBB",
    "lost": "/lost",
    "accessibility": "/accessibility",
    "404": "/nothing-here",
    "patterns": "/patterns",
}


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_public_pages(
    visit: Open, world: World, march_cookies: dict[str, str], width: str, scheme: str
) -> None:
    only_time = {TIME_COOKIE: march_cookies[TIME_COOKIE]}
    page = visit("/", width=width, scheme=scheme, cookies=only_time)
    for name, path in PUBLIC.items():
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
        check_page(page)
        picture(page, f"{name}-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_the_pattern_book(visit: Open, width: str, scheme: str) -> None:
    page = visit("/patterns", width=width, scheme=scheme)
    root = page.url.removesuffix("/patterns")
    for entry in patterns.book():
        page.goto(f"{root}/patterns/{entry.slug}")
        check_page(page)


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_own_pages(
    visit: Open, client: Client, world: World, march_cookies: dict[str, str], width: str, scheme: str
) -> None:
    client.cookies[TIME_COOKIE] = march_cookies[TIME_COOKIE].strip('"')
    draft = begin(client)
    check = fill_all(client, draft)
    sent = client.post(check)["Location"]
    dossier = sent.removesuffix("/sent")
    dossiers.request_supplement(
        by=world.officers["reception"],
        at=MARCH,
        dossier_id=UUID(dossier.removeprefix("/dossier/")),
        what="Ảnh giấy chứng sinh bị mờ, chụp lại rõ số giấy.",
        papers=["1.001193-TP02"],
    )
    second = begin(client)
    pages: dict[str, Any] = {
        "me": "/me",
        "wallet": "/me/wallet",
        "notices": "/me/notices",
        "data": "/me/data",
        "contact": "/me/contact",
        "start": f"/file/{BIRTH}",
        "applicant": f"{second}/step/applicant",
        "child": f"{second}/step/child",
        "birth_place": f"{second}/step/birth_place",
        "mother": f"{second}/step/mother",
        "papers": f"{second}/papers",
        "check": f"{second}/check",
        "wrong": f"{second}/wrong/applicant",
        "sent": sent,
        "dossier": dossier,
        "supply": f"{dossier}/supply",
        "withdraw": f"{dossier}/withdraw",
    }
    page = visit("/me", width=width, scheme=scheme, cookies=march_cookies)
    root = page.url.removesuffix("/me")
    for name, path in pages.items():
        page.goto(root + path)
        assert "Không có trang nào" not in page.content(), path
        check_page(page)
        picture(page, f"own-{name}-{width}-{scheme}")
