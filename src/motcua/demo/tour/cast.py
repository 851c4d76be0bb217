"""Who plays in the tour: a mother, the officers of an office on a day, and how each of them signs in."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pyotp

from motcua.base import clock
from motcua.base.data import Validity
from motcua.demo.officers import PASSWORD, totp_secret
from motcua.demo.population import generate
from motcua.demo.tour.browser import Browser
from motcua.demo.tour.pages import Page
from motcua.demo.tour.telling import TourFailed, check
from motcua.people.api import Sex, SourcePerson, age_on
from motcua.staff.api import Role

CODE_SECONDS = 30
MOST_TRIES = 4


def grown_ups(
    *, on: date, sex: Sex | None = None, youngest: int = 22, oldest: int = 45
) -> list[SourcePerson]:
    """Citizens with a full VNeID account (level 2), a home and an age in between on that day."""
    return [
        one
        for one in generate().adults()
        if one.dob
        and one.permanent_unit
        and (sex is None or one.sex is sex)
        and youngest <= age_on(one.dob, on) <= oldest
        and int(one.ref.removeprefix("NA-")) % 10
    ]


def officer_names(agency_key: str, role: Role, *, on: date) -> list[str]:
    """User names of the agency's officers who have the role that day."""
    return [
        one.username
        for one in generate().officers
        if one.agency_key == agency_key
        and role in one.roles
        and Validity(start=one.valid_from, end=one.valid_to).contains(on)
    ]


def citizen_signs_in(browser: Browser, person: SourcePerson) -> Page:
    """Through the sandbox's VNeID: its own page, its own button, back with a code; the page of the citizen's tasks."""
    page = browser.open("/sign-in?next=/me")
    search = page.form(has="q")
    check(search is not None, "trang đăng nhập VNeID mô phỏng có ô tìm người", page)
    assert search is not None
    page = browser.send(page, search, {"q": person.personal_number or ""})
    choose = next((one for one in page.forms if one.button(person.full_name)), None)
    check(choose is not None, f"VNeID mô phỏng có tài khoản của {person.full_name}", page)
    assert choose is not None
    page = browser.send(page, choose, press=person.full_name)
    check(page.url.startswith(browser.base_url) and "/me" in page.url, "về lại cổng, đã đăng nhập", page)
    return page


def officer_signs_in(browser: Browser, username: str) -> Page:
    """Password, then the authenticator's code of this moment; a code that was used is waited out."""
    for attempt in range(MOST_TRIES):
        page = browser.open("/desk/sign-in/")
        form = page.form(has="password")
        check(form is not None, "trang đăng nhập bàn một cửa", page)
        assert form is not None
        page = browser.send(page, form, {"username": username, "password": PASSWORD})
        form = page.form(has="code")
        check(form is not None, f"mật khẩu của {username} được nhận", page)
        assert form is not None
        moment = browser.at or clock.now()
        code = pyotp.TOTP(totp_secret(username)).at(moment)
        page = browser.send(page, form, {"code": code}, expect=None)
        if page.status == 200:
            break
        check(attempt + 1 < MOST_TRIES, f"mã xác thực của {username} được nhận", page)
        _wait_for_next_code(browser)
    choose = page.form(has="position", action="") if "/positions" in page.url else None
    if choose is not None:
        page = browser.send(page, choose)
    check("/desk/" in page.url, f"{username} vào bàn làm việc", page)
    return page


def _wait_for_next_code(browser: Browser) -> None:
    if browser.at is not None:
        browser.pretend(browser.at + timedelta(seconds=CODE_SECONDS + 1))
        return
    time.sleep(CODE_SECONDS - time.time() % CODE_SECONDS + 0.5)


class Office:
    """The officers of the tour at work: one browser each, signed in once."""

    def __init__(self, base_url: str, *, at: datetime | None) -> None:
        self.base_url, self.at = base_url, at
        self._browsers: dict[str, Browser] = {}

    def officer(self, agency_key: str, role: Role) -> tuple[str, Browser]:
        """(user name, browser) of an officer of the agency who has the role."""
        day = (self.at or clock.now()).date()
        names = officer_names(agency_key, role, on=day)
        if not names:
            raise TourFailed(f"cơ quan {agency_key} có cán bộ giữ vai trò {role}", "không có ai")
        known = next((name for name in names if name in self._browsers), None)
        if known is not None:
            browser = self._browsers[known]
            if self.at is not None:
                browser.pretend(max(self.at, browser.at or self.at))
            return known, browser
        browser = Browser(self.base_url, at=self.at)
        officer_signs_in(browser, names[0])
        self._browsers[names[0]] = browser
        return names[0], browser

    def close(self) -> None:
        """Everybody goes home."""
        for browser in self._browsers.values():
            browser.close()
