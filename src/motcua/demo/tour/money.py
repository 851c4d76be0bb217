"""The citizen pays online what the counter did not take: the platform's page, the receipt, the message, the rating."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

from motcua.demo.tour.browser import Browser
from motcua.demo.tour.cast import Office, citizen_signs_in, officer_signs_in
from motcua.demo.tour.pages import Page
from motcua.demo.tour.papers import Folder, words_of
from motcua.demo.tour.telling import Teller, TourFailed, check
from motcua.people.api import SourcePerson
from motcua.staff.api import Role
from motcua.units import api as units

PATIENCE = 120.0
COPIES = "Chứng thực bản sao"
RECEIPT = re.compile(r"20\d\d-\d{7}")
LEADER = "dieuhanh.tinh"
T = TypeVar("T")


def until(what: str, look: Callable[[], T | None]) -> T:
    """Look again and again until it is there; fail when it is not after two minutes."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TourFailed(what, f"chưa thấy sau {PATIENCE:.0f} giây")
        time.sleep(0.5)


def pays_online(tell: Teller, base_url: str, citizen: SourcePerson, folder: Folder) -> None:
    """What the certified copies cost, paid from the phone."""
    browser = Browser(base_url)
    try:
        with tell.step("Công dân mở hồ sơ trên điện thoại: thấy số phí và vì sao"):
            citizen_signs_in(browser, citizen)
            where, asked = _to_pay(browser)
            tell.note(next((line for line in asked.text.splitlines() if "Mức thu" in line), ""))
        with tell.step("Nộp qua nền tảng thanh toán của Cổng quốc gia (mô phỏng)"):
            form = asked.form(has="way")
            check(form is not None, "trang nộp tiền có cách nộp", asked)
            assert form is not None
            checkout = browser.send(asked, form, {"way": "platform"}, press="Nộp")
            form = checkout.form(button="Thanh toán")
            check(form is not None, "trang của nền tảng có nút Thanh toán", checkout)
            assert form is not None
            browser.send(checkout, form, press="Thanh toán")
        with tell.step("Nền tảng báo về: đã nộp, có biên lai điện tử đánh số liên tục"):
            paid = until("trang nói đã nộp", lambda: _paid(browser, where))
            pdf = folder.keep(browser.open(paid.link(to="receipt.pdf") or ""), "6-bien-lai")
            found = RECEIPT.search(paid.text)
            number = found.group() if found else ""
            check(
                bool(number) and number in words_of(pdf), f"biên lai PDF ghi cùng số {number}", words_of(pdf)
            )
            tell.note(f"biên lai {number}")
        with tell.step("Tin báo của công dân: biết hồ sơ đến đâu mà không phải hỏi"):
            inbox = until("hộp tin báo có tin", lambda: _inbox(browser))
            tell.note(inbox)
        with tell.step("Đánh giá việc giải quyết bằng một lần bấm"):
            page = browser.open(where.removesuffix("/pay"))
            href = page.link(to="/rate/")
            check(href is not None, "hồ sơ đã xong có chỗ đánh giá", page)
            rate = browser.open(href or "")
            form = next((one for one in rate.forms if any(b.name == "mark" for b in one.buttons)), None)
            check(form is not None, "trang đánh giá có các mức", rate)
            assert form is not None
            thanks = browser.send(rate, form, press=next(b for b in form.buttons if b.name == "mark"))
            check("Cảm ơn" in thanks.text, "đánh giá được ghi", thanks)
    finally:
        browser.close()


def _to_pay(browser: Browser) -> tuple[str, Page]:
    """The newest certified copies of the citizen that are not paid yet: the address and the page to pay them."""
    mine = browser.open("/me")
    for href, said in mine.links:
        if "/dossier/" not in href or COPIES.casefold() not in said.casefold():
            continue
        link = browser.open(href).link("Nộp phí, lệ phí", to="/pay")
        if link is not None:
            return link, browser.open(link)
    raise TourFailed("hồ sơ chứng thực bản sao có nút “Nộp phí, lệ phí”", mine)


def _paid(browser: Browser, where: str) -> Page | None:
    page = browser.open(where)
    return page if page.link(to="receipt.pdf") and "đã nộp" in page.text else None


def _inbox(browser: Browser) -> str:
    page = browser.open("/me/notices")
    return next((said for href, said in page.links if "/me/notices/" in href and "choices" not in href), "")


def taken_today(tell: Teller, office: Office, centre: str) -> None:
    """The cash page of the centre: what was taken today, to the đồng."""
    with tell.step("Bảng thu phí trong ngày của trung tâm: từng khoản, đúng đến đồng"):
        _name, browser = office.officer(centre, Role.RECEPTION)
        page = browser.open("/desk/cash")
        check("Tổng cộng" in page.text, "bảng thu phí có tổng", page)
        tell.note(units.agency(centre).name)


def seen_by_leaders(tell: Teller, base_url: str) -> None:
    """The province's index from the evidence of these dossiers, and the units and registers behind it."""
    browser = Browser(base_url)
    try:
        with tell.step("Lãnh đạo mở trang điều hành: điểm phục vụ tính từ chính các hồ sơ này"):
            officer_signs_in(browser, LEADER)
            page = browser.open("/ioc/")
            check("Điểm phục vụ" in page.text, "trang điều hành có điểm", page)
            unit = page.link(to="/ioc/units/")
            check(unit is not None, "từ điểm mở được từng đơn vị", page)
            tell.note(browser.open(unit or "").title)
        registers = page.link(to="/ioc/registers")
        if registers is not None:
            with tell.step("Lãnh đạo xem việc làm sạch sổ đăng ký theo dữ liệu dân cư"):
                tell.note(browser.open(registers).title)
    finally:
        browser.close()
