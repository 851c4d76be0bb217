"""Officers at work in the tour: find a dossier, take one action on it as its page offers it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from motcua.demo.tour.browser import Browser
from motcua.demo.tour.pages import Control, Form, Page
from motcua.demo.tour.telling import TourFailed, check

DOSSIER = re.compile(r"/desk/dossiers/([0-9a-f-]{36})")


def find(browser: Browser, code: str) -> Page:
    """The dossier's page, found by its code with the search of the desk."""
    page = browser.open("/desk/")
    form = page.form(has="text")
    check(form is not None, "bàn làm việc có ô tìm hồ sơ", page)
    assert form is not None
    page = browser.send(page, form, {"text": code})
    if DOSSIER.search(page.url):
        return page
    href = page.link(code, to="/desk/dossiers/")
    check(href is not None, f"tìm thấy hồ sơ {code}", page)
    return browser.open(href or "")


def act(
    browser: Browser, page: Page, action: str, values: Mapping[str, str | Sequence[str]] | None = None
) -> Page:
    """Take the action that the dossier's page offers; what it asks is filled from `values` or left as offered."""
    where = f"/do/{action}"
    href = page.link(to=where)
    if href is not None:
        asked = browser.open(href)
        form = next((one for one in asked.forms if one.has("expected_seq")), None)
        check(form is not None, f"trang của việc “{action}”", asked)
        assert form is not None
        answer = browser.send(asked, form, _only_asked(form, values or {}), expect=None)
    else:
        form, button = _direct(page, where)
        answer = browser.send(page, form, press=button, expect=None)
    check(
        answer.status == 200 and DOSSIER.search(answer.url) is not None and where not in answer.url,
        f"việc “{action}” được thực hiện",
        answer,
    )
    return answer


def _direct(page: Page, where: str) -> tuple[Form, Control]:
    for form in page.forms:
        for button in form.buttons:
            if where in (button.form_action or form.action):
                return form, button
    offered = [href for href, _said in page.links if "/do/" in href]
    offered += [b.form_action for form in page.forms for b in form.buttons if b.form_action]
    raise TourFailed(f"trang hồ sơ có nút “{where}”", f"chỉ có {offered}")


def _only_asked(form: Form, values: Mapping[str, str | Sequence[str]]) -> dict[str, str | Sequence[str]]:
    """What the page has boxes for; `decided.dob` also answers `dob`."""
    found: dict[str, str | Sequence[str]] = {}
    for name in form.names():
        for key in (name, name.rpartition(".")[2]):
            if key in values:
                found[name] = values[key]
    return found
