"""The morning page: whose turn it is, what is due first, many at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from motcua.desk.worklists import counted_words
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import State, Step
from tests.desk.conftest import Browser
from tests.desk.factories import page, text_of
from tests.dossiers.factories import CERTIFY, COMMITTEE, MORNING, QUICK, World, receive, take_in, to_step


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, world: World) -> None:
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/desk/sign-in/")


def test_reception_sees_what_came_online_first_due_first(world: World, browser: Browser) -> None:
    late = take_in(world, at=MORNING - timedelta(days=3))
    new = take_in(world)
    shown = page(browser(world.reception).get("/desk/"))
    codes = [text_of(link) for link in shown.select("ol.rows a.name")]
    assert codes == [late.code, new.code]
    assert "Quá hạn" in text_of(shown.select("ol.rows > li")[0])
    assert "(2)" in text_of(shown.select_one("ul.tabs [aria-current=page]"))


def test_a_list_costs_a_fixed_number_of_queries(
    world: World, browser: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(world.reception)
    for _ in range(3):
        take_in(world)
    with django_assert_max_num_queries(12) as few:
        page(client.get("/desk/"))
    for _ in range(9):
        take_in(world)
    with django_assert_max_num_queries(len(few.captured_queries)):
        page(client.get("/desk/"))


def test_pages_follow_one_another_without_a_gap(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motcua.desk.worklists.PAGE", 2)
    filed = {take_in(world).code for _ in range(5)}
    client, seen, href = browser(world.reception), [], "/desk/"
    for _ in range(3):
        shown = page(client.get(href))
        seen += [text_of(link) for link in shown.select("ol.rows a.name")]
        following = shown.select_one("a[rel=next]")
        href = f"/desk/{following['href']}" if following else ""
    assert href == ""
    assert len(seen) == 5
    assert set(seen) == filed


@pytest.mark.parametrize("mark", ["x", "YWJj", "%00", "' OR 1=1", "A" * 3000])
def test_a_page_mark_that_cannot_be_read_is_said(world: World, browser: Browser, mark: str) -> None:
    shown = page(browser(world.reception).get("/desk/", {"after": mark}))
    assert "quay lại trang đầu" in text_of(shown.select_one("[role=alert]"))


def test_a_foreign_worklist_is_not_shown(world: World, browser: Browser) -> None:
    filed = receive(world)
    to_step(world, filed.dossier_id, Step.SIGNING, at=MORNING)
    shown = page(browser(world.reception).get("/desk/?q=sign"))
    assert filed.code not in shown.get_text()
    assert not shown.select("a[href='?q=sign']")


def test_many_are_accepted_at_once_and_the_refused_is_named(world: World, browser: Browser) -> None:
    first, second = take_in(world), take_in(world)
    dossiers.accept(by=world.reception, at=MORNING, dossier_id=second.dossier_id)
    client = browser(world.reception)
    chosen = [f"{first.dossier_id}:{first.seq}", f"{second.dossier_id}:{second.seq}", "nonsense", "a:b"]
    shown = page(client.post("/desk/bulk", {"q": "accept", "chosen": chosen}))
    assert first.code in text_of(shown.main)
    assert "1 hồ sơ chưa làm được" in text_of(shown.select_one("[role=alert]"))
    view = dossiers.get_for(by=world.reception, at=MORNING + timedelta(days=1), dossier_id=first.dossier_id)
    assert view.card.state is State.ACCEPTED


def test_bulk_of_nothing_says_so(world: World, browser: Browser) -> None:
    take_in(world)
    shown = page(browser(world.reception).post("/desk/bulk", {"q": "accept"}), 422)
    assert "ít nhất một" in text_of(shown.select_one("[role=alert]"))


def test_a_leader_signs_many_from_the_list(world: World, browser: Browser, at: datetime) -> None:
    filed = [receive(world) for _ in range(3)]
    for one in filed:
        to_step(world, one.dossier_id, Step.SIGNING, at=MORNING)
    client = browser(world.signer)
    shown = page(client.get("/desk/"))
    chosen = [box["value"] for box in shown.select("input[name=chosen]")]
    assert len(chosen) == 3
    done = page(client.post("/desk/bulk", {"q": "sign", "chosen": chosen}))
    assert "Xong 3 hồ sơ" in text_of(done.main)
    waiting = page(browser(world.clerk).get("/desk/"))
    assert {one.code for one in filed} <= {text_of(link) for link in waiting.select("ol.rows a.name")}


def test_a_lead_assigns_a_pile(world: World, browser: Browser) -> None:
    filed = [receive(world), receive(world, procedure_code=QUICK)]
    client = browser(world.at(COMMITTEE, "desk_lead"))
    shown = page(client.get("/desk/?q=assign"))
    (officer,) = [option["value"] for option in shown.select("#assignee option")]
    chosen = [box["value"] for box in shown.select("input[name=chosen]")]
    page(client.post("/desk/bulk", {"q": "assign", "chosen": chosen, "assignee": officer}))
    mine = page(browser(world.solver).get("/desk/?q=solve&mine=1"))
    assert {one.code for one in filed} == {text_of(link) for link in mine.select("ol.rows a.name")}


def test_the_glance_shows_what_is_proposed_to_who_may_see_it(world: World, browser: Browser) -> None:
    filed = receive(world)
    to_step(world, filed.dossier_id, Step.SIGNING, at=MORNING)
    shown = page(browser(world.signer).get(f"/desk/dossiers/{filed.dossier_id}/glance"))
    assert "đủ điều kiện" in shown.get_text()
    assert (
        browser(world.at("ubnd-xa-16690", "signer"))
        .get(f"/desk/dossiers/{filed.dossier_id}/glance")
        .status_code
        == 404
    )


def test_a_code_opens_its_dossier_at_any_centre(world: World, browser: Browser) -> None:
    filed = receive(world)
    client = browser(world.at("ttpvhcc-xa-16690", "reception"))
    answer = client.get("/desk/search", {"text": filed.code})
    assert answer["Location"] == f"/desk/dossiers/{filed.dossier_id}"
    shown = page(client.get(answer["Location"]))
    assert "phần tóm tắt" in shown.get_text()
    assert "vay vốn" not in shown.get_text()


@pytest.mark.parametrize("text", ["", "a", "\x00", "<script>", "'; --", "x" * 5000, "Nguyễn Thị Hoa"])
def test_a_search_answers_whatever_is_typed(world: World, browser: Browser, text: str) -> None:
    filed = receive(world, procedure_code=CERTIFY)
    answer = browser(world.reception).get("/desk/search", {"text": text})
    assert answer.status_code == 200
    assert b'<script>"' not in answer.content
    assert (filed.code in answer.content.decode()) is (text == "Nguyễn Thị Hoa")


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (999, "999"), (1000, "1.000+"), (1001, "1.001+")])
def test_a_count_that_stops_says_so(count: int, words: str) -> None:
    assert counted_words(count) == words
