"""What a script adds: saving while typing, questions that come at once, files that go up by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from motcua.config.middleware import TIME_COOKIE
from tests.browser.conftest import Open, check_page
from tests.portal.test_filing import PNG, begin

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def draft(client: Client, march_cookies: dict[str, str]) -> str:
    """A draft of the mother."""
    client.cookies[TIME_COOKIE] = march_cookies[TIME_COOKIE].strip('"')
    return begin(client)


def test_what_is_typed_is_saved_while_typing(visit: Open, draft: str, march_cookies: dict[str, str]) -> None:
    page = visit(f"{draft}/step/child", cookies=march_cookies)
    with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        page.fill("[name=child_name]", "Trần Gia Hân")
    assert saved.value.json()["revision"] > 1
    page.reload()
    assert page.input_value("[name=child_name]") == "Trần Gia Hân"


def test_questions_come_at_once_and_the_reader_s_place_is_kept(
    visit: Open, draft: str, march_cookies: dict[str, str]
) -> None:
    page = visit(f"{draft}/step/birth_place", cookies=march_cookies)
    assert page.locator("[name=facility_name]").count() == 0
    page.check("[name=born_at_facility][value=true]")
    page.wait_for_selector("[name=facility_name]")
    assert page.locator("[name=born_at_facility][value=true]").is_checked()
    assert page.evaluate("document.activeElement.name") == "born_at_facility"
    check_page(page)


def test_a_chosen_file_goes_up_by_itself(
    visit: Open, draft: str, march_cookies: dict[str, str], tmp_path: Path
) -> None:
    photo = tmp_path / "giay-chung-sinh.png"
    photo.write_bytes(PNG)
    page = visit(f"{draft}/step/birth_place", width="phone", cookies=march_cookies)
    page.set_input_files("[name='birth_notice_file.new']", str(photo))
    page.wait_for_selector(".tile")
    assert "giay-chung-sinh.png" in page.inner_text(".tile")
    check_page(page)


def test_the_keyboard_alone_reaches_everything(
    visit: Open, draft: str, march_cookies: dict[str, str]
) -> None:
    page = visit(f"{draft}/step/who", cookies=march_cookies)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("path", ["/", "/track", "/patterns"])
def test_nothing_is_cut_off_at_400_percent(visit: Open, path: str) -> None:
    page = visit(path)
    page.set_viewport_size({"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth <= 320")


def test_the_whole_page_works_without_a_script(
    visit: Open, draft: str, march_cookies: dict[str, str]
) -> None:
    page = visit(f"{draft}/step/birth_place", cookies=march_cookies, javascript=False)
    page.check("[name=born_at_facility][value=true]")
    page.click("button.primary")
    page.wait_for_selector("[name=facility_name]")
