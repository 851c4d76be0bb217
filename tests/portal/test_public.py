"""Pages for anybody."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.portal.conftest import World
from tests.portal.factories import BIRTH


def page(client: Client, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.usefixtures("march")
def test_the_front_page_asks_what_you_need(client: Client, world: World) -> None:
    front = page(client, "/")
    assert front.h1.get_text() == "Bạn cần làm gì?"  # type: ignore[union-attr]
    assert len(front.select("a[href^='/life/']")) > 10
    assert front.select_one("a[href^='/sign-in']")


@pytest.mark.usefixtures("march")
def test_everyday_words_find_the_procedure(client: Client, world: World) -> None:
    found = page(client, "/?q=lam giay khai sinh cho con")
    assert found.select_one(f"a[href='/procedure/{BIRTH}']")
    assert found.select_one("#q")["value"] == "lam giay khai sinh cho con"  # type: ignore[index]


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize(
    "query", ["xyzzy quux", "<script>alert(1)</script>", "%00", "'; DROP TABLE x;--", "a" * 5000]
)
def test_a_search_that_finds_nothing_says_what_to_do(client: Client, db: None, query: str) -> None:
    answer = client.get("/", {"q": query})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


@pytest.mark.usefixtures("march")
def test_a_life_event_lists_its_procedures(client: Client, world: World) -> None:
    assert page(client, "/life/having_child").select_one(f"a[href='/procedure/{BIRTH}']")
    page(client, "/life/nothing", 404)


@pytest.mark.usefixtures("march")
def test_in_march_2025_the_procedure_is_filed_here(client: Client, world: World) -> None:
    shown = page(client, f"/procedure/{BIRTH}")
    assert shown.select_one(f"a.primary[href='/file/{BIRTH}']")
    text = shown.get_text(" ")
    for part in (
        "Nộp ở đâu",
        "Bao lâu",
        "Tốn bao nhiêu",
        "Cần giấy tờ gì",
        "Bạn nhận được",
        "Căn cứ pháp lý",
    ):
        assert part in text
    assert "theo nguồn thứ hai" in text  # how sure it is stands beside the law


def test_since_july_2025_the_page_sends_to_the_national_portal(client: Client, world: World) -> None:
    shown = page(client, f"/procedure/{BIRTH}")
    assert not shown.select_one(f"a[href='/file/{BIRTH}']")
    assert shown.select_one("a[href='https://dichvucong.gov.vn']")


def test_an_unknown_procedure_is_not_found(client: Client, db: None) -> None:
    page(client, "/procedure/9.999999", 404)


@pytest.mark.parametrize(
    "code", ["H41.12-250314-0007", "h41.1", "' OR 1=1 --", "\x00", "x" * 300, "%", "..."]
)
def test_a_code_that_says_nothing_gets_one_and_the_same_answer(client: Client, db: None, code: str) -> None:
    answer = client.post("/track", {"code": code})
    assert answer.status_code == 200
    text = BeautifulSoup(answer.content, "html.parser").get_text(" ")
    if code.strip("\x00"):
        assert "Không có thông tin cho mã này" in text


def test_codes_cannot_be_tried_one_after_the_other(client: Client, db: None) -> None:
    last = [client.post("/track", {"code": f"H41.12-250314-{n:04d}"}).status_code for n in range(15)]
    assert last[0] == 200
    assert last[-1] == 429


def test_the_verify_page_refuses_nonsense_kindly(client: Client, db: None) -> None:
    assert client.get("/verify").status_code == 200
    assert client.post("/verify", {}).status_code == 422
    for code in ("abc", "\x00", "x" * 1000, "AAAA-BBBB-CCCC"):
        assert client.post("/verify", {"code": code}).status_code == 422
    assert client.get("/xac-minh/khong-co").status_code == 422


@pytest.mark.parametrize("path", ["/accessibility", "/lost", "/track", "/verify"])
def test_public_pages_have_one_heading(client: Client, db: None, path: str) -> None:
    assert len(page(client, path).select("h1")) == 1


@pytest.mark.parametrize(
    "path", ["/me", "/me/wallet", "/me/notices", "/me/data", "/me/contact", f"/file/{BIRTH}"]
)
def test_own_pages_lead_to_vneid_first(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=")


def test_a_dead_identity_provider_is_told_and_nothing_breaks(
    client: Client, db: None, settings: object
) -> None:
    settings.MOTCUA_VNEID_ISSUER = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    answer = client.get("/sign-in")
    assert answer.status_code == 403
    assert "VNeID hiện không trả lời" in answer.content.decode()


def test_a_browser_that_says_who_it_is_is_not_believed(client: Client, db: None) -> None:
    answer = client.get(
        "/sign-in/vneid/return/", {"state": "x", "code": "y", "personal_number": "040190000112"}
    )
    assert answer.status_code == 403
    assert client.get("/me").status_code == 302
