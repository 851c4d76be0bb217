"""What both parts of the tour share: a dossier worked through at the deciding agency, a paper checked by anybody."""

from __future__ import annotations

from collections.abc import Mapping

from motcua.base import clock
from motcua.demo.tour import desk
from motcua.demo.tour.browser import Browser
from motcua.demo.tour.cast import Office, officer_names
from motcua.demo.tour.papers import judged, tampered, verdict
from motcua.demo.tour.telling import Teller, check
from motcua.staff.api import Role


def work_through(
    tell: Teller, office: Office, *, committee: str, code: str, decided: Mapping[str, str]
) -> None:
    """From acceptance to the stamped result at the deciding agency, by whoever the process asks for.

    `decided`: what the officer writes into the result, by the keys of the catalogue.
    """
    with tell.step("Cơ quan giải quyết phân công, công chức nhận việc"):
        _who, browser = _head(office, committee)
        desk.act(browser, desk.find(browser, code), "assign")
        who, browser = office.officer(committee, Role.SOLVER)
        page = desk.find(browser, code)
        if page.link(to="/do/take_up") or "take_up" in str(page.forms):
            page = desk.act(browser, page, "take_up")
        tell.note(who)
    with tell.step("Công chức thẩm định, đề xuất đồng ý"):
        opinion = {"outcome": "granted", "opinion": "Hồ sơ đủ điều kiện, đề nghị giải quyết."}
        desk.act(browser, page, "propose", {**opinion, **decided})
    name, browser = office.officer(committee, Role.REVIEWER)
    page = desk.find(browser, code)
    if page.link(to="/do/approve"):
        with tell.step("Trưởng phòng duyệt"):
            desk.act(browser, page, "approve", {"note": "Nhất trí."})
            tell.note(name)
    with tell.step("Lãnh đạo ký số kết quả"):
        name, browser = office.officer(committee, Role.SIGNER)
        desk.act(browser, desk.find(browser, code), "sign_result")
        tell.note(name)
    with tell.step("Văn thư đóng dấu số của cơ quan"):
        name, browser = office.officer(committee, Role.CLERK)
        desk.act(browser, desk.find(browser, code), "stamp")
        tell.note(name)


def _head(office: Office, committee: str) -> tuple[str, Browser]:
    day = (office.at or clock.now()).date()
    role = Role.REVIEWER if officer_names(committee, Role.REVIEWER, on=day) else Role.LEADER
    return office.officer(committee, role)


def check_paper(tell: Teller, anybody: Browser, pdf: bytes) -> None:
    """The verify page on the paper and on a copy with one changed byte."""
    with tell.step("Trang kiểm tra giấy tờ: chữ ký đúng, còn giá trị"):
        page = judged(anybody, pdf)
        check(page.status == 200 and verdict(page).startswith("✓"), "giấy thật được nói là thật", page)
        tell.note(verdict(page))
    with tell.step("Sửa một byte rồi kiểm tra lại: bị phát hiện"):
        page = judged(anybody, tampered(pdf))
        check(not verdict(page).startswith("✓"), "giấy bị sửa được nói là bị sửa", page)
        tell.note(verdict(page) or " ".join(page.text.split())[:120])
