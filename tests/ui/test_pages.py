"""The shared addresses: the page's own files, the language switch, the pattern book, the pages of trouble."""

from __future__ import annotations

import gzip
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory

from motcua.base.clock import VN
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.ui import assets, patterns, views

EDITION = assets.edition()


@pytest.mark.parametrize("path", assets.paths())
def test_an_asset_is_served_whole_and_kept_for_a_year(client: Client, path: str) -> None:
    answer = client.get(f"/assets/{EDITION}/{path}")
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    squeezed = client.get(f"/assets/{EDITION}/{path}", headers={"accept-encoding": "gzip"})
    if squeezed.get("Content-Encoding") == "gzip":
        assert gzip.decompress(squeezed.content) == answer.content


def test_an_old_edition_still_answers_but_is_not_kept(client: Client) -> None:
    assert client.get("/assets/0000000000/ui/motcua.css")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["../settings.py", "ui/../../views.py", "%2e%2e/views.py", "fonts/../../../etc/passwd", "ui/none.css"],
)
def test_there_is_no_way_to_the_disk(client: Client, path: str) -> None:
    assert client.get(f"/assets/{EDITION}/{path}").status_code == 404


def test_a_first_visit_is_light_enough_for_a_slow_line() -> None:
    first_visit = ["ui/motcua.css", "ui/motcua.js", "vendor/htmx.min.js", "fonts/BeVietnamPro-Regular.woff"]
    found = [assets.asset(path) for path in first_visit]
    assert sum(len(one.squeezed or one.content) for one in found) < 60_000


def test_the_switch_remembers_the_language(client: Client) -> None:
    answer = client.post("/language", {"language": "en", "next": "/patterns"})
    assert answer.status_code == 302
    assert answer["Location"] == "/patterns"
    page = BeautifulSoup(client.get("/patterns").content, "html.parser")
    assert page.html["lang"] == "en"  # type: ignore[index]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_switch_never_leads_elsewhere(client: Client, target: str) -> None:
    assert client.post("/language", {"language": "vi", "next": target})["Location"] == "/"


def test_a_pretended_day_is_told_on_every_page_with_the_way_back(client: Client) -> None:
    assert not BeautifulSoup(client.get("/patterns").content, "html.parser").select(".pretended")
    client.cookies[TIME_COOKIE] = sign_time(datetime(2025, 3, 14, 8, 5, tzinfo=VN))
    page = BeautifulSoup(client.get("/patterns").content, "html.parser")
    assert "08:05, 14/03/2025" in page.select_one(".pretended").get_text()  # type: ignore[union-attr]
    form = page.select_one(".pretended form")
    answer = client.post(str(form["action"]), {"next": form.select_one("[name=next]")["value"]})  # type: ignore[index,union-attr]
    assert answer["Location"] == "/patterns"
    assert not BeautifulSoup(client.get("/patterns").content, "html.parser").select(".pretended")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_way_back_to_now_never_leads_elsewhere(client: Client, target: str) -> None:
    assert client.post("/now", {"next": target})["Location"] == "/"
    assert client.get("/now").status_code == 405


def test_an_unknown_language_is_refused(client: Client) -> None:
    assert client.post("/language", {"language": "xx"}).status_code == 400
    assert client.get("/language").status_code == 405


def test_a_phone_set_to_english_by_its_maker_is_spoken_to_in_vietnamese(client: Client) -> None:
    page = client.get("/patterns", headers={"accept-language": "en-US,en;q=0.9"})
    assert BeautifulSoup(page.content, "html.parser").html["lang"] == "vi"  # type: ignore[index]


def test_the_pattern_book_lists_every_piece(client: Client) -> None:
    page = BeautifulSoup(client.get("/patterns").content, "html.parser")
    links = {a["href"] for a in page.select("ul.rows a")}
    assert links == {f"/patterns/{entry.slug}" for entry in patterns.book()}


@pytest.mark.parametrize("slug", [entry.slug for entry in patterns.book()])
def test_each_piece_has_its_page(client: Client, slug: str) -> None:
    page = BeautifulSoup(client.get(f"/patterns/{slug}").content, "html.parser")
    assert len(page.select("h1")) == 1
    ids = [node["id"] for node in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_an_unknown_piece_is_not_found(client: Client) -> None:
    assert client.get("/patterns/nothing").status_code == 404


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, lambda r: views.bad_request(r, ValueError())),
        (403, lambda r: views.permission_denied(r, PermissionError())),
        (403, lambda r: views.stale_form(r, "no cookie")),
        (404, lambda r: views.not_found(r, LookupError())),
        (500, views.server_error),
        (503, views.unavailable),
    ],
)
def test_the_pages_of_trouble_need_no_database(rf: RequestFactory, status: int, answer: object) -> None:
    # No `db` mark: a query would fail the test.
    response = answer(rf.get("/x"))  # type: ignore[operator]
    assert response.status_code == status
    page = BeautifulSoup(response.content, "html.parser")
    words = page.main.get_text(" ")  # type: ignore[union-attr]
    assert "lỗi hệ thống" not in words.lower()
    assert len(page.select("main p")) >= 3  # what is safe, what to do, the number
