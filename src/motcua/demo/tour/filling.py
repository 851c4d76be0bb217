"""Fills an e-form page by page from a sample's answers, following whatever boxes the pages show."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from motcua.demo.tour.browser import Browser, File
from motcua.demo.tour.pages import Form, Page
from motcua.demo.tour.telling import check
from motcua.units import api as units

MOST_PAGES = 40
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def flat(answers: Mapping[str, Any], start: str = "") -> dict[str, str]:
    """Answers by the names of their boxes: `mother.dob`, `witnesses.0.name`; dates and yes as people type them."""
    found: dict[str, str] = {}
    for key, value in answers.items():
        name = f"{start}{key}"
        if isinstance(value, Mapping):
            found |= flat(value, f"{name}.")
        elif isinstance(value, list):
            for at, row in enumerate(value):
                found |= flat(row, f"{name}.{at}.") if isinstance(row, Mapping) else {}
        else:
            found[name] = typed(value)
    return found


def typed(value: Any) -> str:
    """One answer as a person types it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ISO_DAY.sub(r"\3/\2/\1", str(value)) if ISO_DAY.fullmatch(str(value)) else str(value)


def place_words(key: str) -> str:
    """A unit's name with what it lies in, as one types it to be understood."""
    one = units.unit(key)
    return f"{one.name}, {units.unit(one.parent_key).name}" if one.parent_key else one.name


def values_for(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    """What to put into this page's boxes."""
    values: dict[str, str] = {}
    for name in form.names():
        if name.endswith(".q"):
            key = answers.get(name.removesuffix(".q"), "")
            if "@" in key:
                values[name] = place_words(key)
        elif name in answers and form.named(name)[0].kind not in ("file", "hidden"):
            offered = {one.value for one in form.named(name)}
            if form.named(name)[0].kind != "radio" or answers[name] in offered:
                values[name] = answers[name]
    return values


def look_up_places(browser: Browser, page: Page, form: Form, values: dict[str, str]) -> tuple[Page, Form]:
    """Where the page has a box for a commune: press "Tìm" and come back to the choices."""
    if not any(name.endswith(".q") for name in values):
        return page, form
    look = next((one for one in form.buttons if one.name == "look"), None)
    if look is None:
        return page, form
    page = browser.send(page, form, values, press=look)
    again = page.form(has=next(name for name in values if name.endswith(".q")))
    check(again is not None, "trang còn ô chọn xã, phường", page)
    assert again is not None
    return page, again


def uploads_for(page: Page, form: Form, paper: File, papers: Collection[str]) -> dict[str, File]:
    """Which file boxes of the page get the paper: those of the papers that the sample brings, and the form's own."""
    boxes = [one.name for one in form.boxes if one.kind == "file"]
    if "/papers" in page.url:
        return {name: paper for name in boxes if name.removesuffix(".new") in papers}
    return dict.fromkeys(boxes[:1], paper)


def fill(
    browser: Browser, page: Page, answers: Mapping[str, str], *, paper: File, papers: Collection[str]
) -> tuple[Page, int, int]:
    """Go through the form until the page that sends it; (that page, pages filled, files attached)."""
    pages = files = 0
    for _ in range(MOST_PAGES):
        form = page.form(button="Tiếp tục")
        if form is None:
            break
        values = values_for(form, answers)
        page, form = look_up_places(browser, page, form, values)
        values = values_for(form, answers)
        uploads = uploads_for(page, form, paper, papers)
        # A file is brought up first, as without a script; then the page is sent on.
        if uploads:
            upload = next((one for one in form.buttons if one.name == "upload"), None)
            check(upload is not None, "nút tải tệp lên", page)
            page = browser.send(page, form, values, press=upload or "", files=uploads)
            files += len(uploads)
            form = page.form(button="Tiếp tục") or form
            values = values_for(form, answers)
        before = page.url
        page = browser.send(page, form, values, press="Tiếp tục", expect=None)
        check(page.status == 200, f"trang {before} nhận các câu trả lời", page)
        pages += 1
    check(page.form(button="Nộp hồ sơ") is not None, "đến trang xem lại và nộp", page)
    return page, pages, files
