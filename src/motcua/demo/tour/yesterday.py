"""March 2025: the citizen files on the province's own e-form; the commune's committee decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from motcua.base import clock
from motcua.base.clock import VN
from motcua.demo import samples
from motcua.demo.tour import desk
from motcua.demo.tour.browser import Browser
from motcua.demo.tour.cast import Office, citizen_signs_in, grown_ups
from motcua.demo.tour.filling import fill, flat, look_up_places, typed
from motcua.demo.tour.pages import Form, Page
from motcua.demo.tour.papers import Folder, scan, words_of
from motcua.demo.tour.telling import Teller, check
from motcua.demo.tour.working import check_paper, work_through
from motcua.people.api import Sex, SourcePerson
from motcua.staff.api import Role
from motcua.units import api as units

BIRTH = "1.001193"
FIRST_DAY, DAYS = date(2025, 3, 3), 20  # the working days of March 2025, from Monday 3
WISH = "làm giấy khai sinh cho con"
CODE = re.compile(r"(?:\d{3}(?:\.\d{2})+\.)?H41[.\d]*-\d{6}-\d{4,5}")  # both styles of codes


@dataclass
class Scene:
    """Who, where and when: chosen by the minute, so that the tour can be played again and again."""

    at: datetime
    desk_agency: str
    committee: str
    unit: str
    mother: SourcePerson


def scene() -> Scene:
    """A working morning of March 2025 in one of the 412 communes of that time, and a mother."""
    minute = int(clock.now().timestamp()) // 60
    day = FIRST_DAY + timedelta(days=7 * (minute % 4) + minute % 5)
    at = datetime.combine(day, time(8, 5), tzinfo=VN) + timedelta(minutes=minute % 45)
    offices = units.agencies(on=day, kind=units.AgencyKind.ONE_STOP_CENTRE, level=units.Level.COMMUNE)
    chosen = offices[minute % len(offices)]
    committees = units.agencies(on=day, kind=units.AgencyKind.PEOPLE_COMMITTEE, unit_key=chosen.unit_key)
    mothers = grown_ups(on=day, sex=Sex.FEMALE, youngest=22, oldest=38)
    return Scene(
        at=at,
        desk_agency=chosen.key,
        committee=committees[0].key,
        unit=chosen.unit_key or "",
        mother=mothers[minute % len(mothers)],
    )


def play(tell: Teller, base_url: str, folder: Folder) -> None:
    """The whole of yesterday's law."""
    here = scene()
    place = units.agency(here.desk_agency).name
    tell.part(f"Luật hôm qua: {here.at:%d/%m/%Y}, {place}")
    citizen = Browser(base_url, at=here.at)
    office = Office(base_url, at=here.at)
    try:
        code, dossier_url = _files(tell, citizen, here, folder)
        _is_worked_on(tell, office, here, code, folder)
        _gets_the_result(tell, citizen, here, dossier_url, folder)
    finally:
        citizen.close()
        office.close()


def _files(tell: Teller, citizen: Browser, here: Scene, folder: Folder) -> tuple[str, str]:
    with tell.step(f"Tìm “{WISH}”: thủ tục Đăng ký khai sinh đứng đầu"):
        page = citizen.open("/")
        form = page.form(has="q")
        check(form is not None, "trang chủ có ô tìm", page)
        assert form is not None
        page = citizen.send(page, form, {"q": WISH})
        first = page.link(to="/procedure/")
        check(first is not None and BIRTH in first, f"thủ tục {BIRTH} đứng đầu kết quả", first or page)
        page = citizen.open(first or "")
    with tell.step(f"{here.mother.full_name} đăng nhập bằng VNeID mô phỏng (OpenID Connect, mức 2)"):
        citizen_signs_in(citizen, here.mother)
    with tell.step("Tháng 3 năm 2025 biểu mẫu điện tử của tỉnh đang mở: bắt đầu điền"):
        page = citizen.open(f"/file/{BIRTH}")
        page = _begins(citizen, page, here)
    one = samples.sample(BIRTH)
    told = samples.told_by(one, person=here.mother, unit=here.unit, on=here.at.astimezone(VN).date())
    answers = flat(told) | {"hometown": here.unit}
    paper = ("giay-chung-sinh.png", scan("GIAY CHUNG SINH"), "image/png")
    with tell.step("Điền tờ khai, đính kèm giấy chứng sinh"):
        page, pages, files = fill(citizen, page, answers, paper=paper, papers=one.papers)
        check(files > 0, "có ít nhất một tệp được đính kèm", page)
        tell.note(f"{pages} trang, {files} tệp; phần Nhà nước đã biết được điền sẵn")
    with tell.step("Bấm Nộp hồ sơ hai lần: vẫn là một hồ sơ"):
        form = page.form(button="Nộp hồ sơ")
        assert form is not None
        sent = citizen.send(page, form, press="Nộp hồ sơ")
        code = code_on(sent)
        again = citizen.send(page, form, press="Nộp hồ sơ")
        check(code_on(again) == code, f"lần bấm thứ hai dẫn về hồ sơ {code}", again)
        mine = citizen.open("/me")
        check(mine.text.count(code) == 1, f"“Việc của tôi” có đúng một hồ sơ {code}", mine)
        tell.note(f"mã hồ sơ {code}")
    with tell.step("Tải xác nhận đã nộp (chưa phải giấy hẹn)"):
        href = sent.link(to="acknowledgement")
        check(href is not None, "trang đã nộp có nút tải xác nhận", sent)
        pdf = folder.keep(citizen.open(href or ""), "1-xac-nhan-da-nop")
        check(code in words_of(pdf), f"xác nhận ghi mã {code}", words_of(pdf))
    href = sent.link("Theo dõi") or sent.link(to="/dossier/")
    check(href is not None, "trang đã nộp dẫn tới trang hồ sơ", sent)
    return code, href or ""


def _begins(citizen: Browser, page: Page, here: Scene) -> Page:
    form = _start_form(page)
    place = units.unit(here.unit)
    values: dict[str, str] = {}
    if form.has("place.q"):
        above = units.unit(place.parent_key).name if place.parent_key else ""
        values["place.q"] = f"{place.name}, {above}"
        page, form = look_up_places(citizen, page, form, values)
        if form.has("place"):
            values["place"] = here.unit
    return citizen.send(page, form, values, press="Bắt đầu")


def _start_form(page: Page) -> Form:
    form = page.form(button="Bắt đầu")
    check(form is not None, "trang bắt đầu nộp có nút “Bắt đầu điền”", page)
    assert form is not None
    return form


def code_on(page: Page) -> str:
    """The dossier code that the page shows."""
    found = CODE.search(page.text)
    check(found is not None, "trang đã nộp ghi mã hồ sơ", page)
    return found.group() if found else ""


def _is_worked_on(tell: Teller, office: Office, here: Scene, code: str, folder: Folder) -> None:
    with tell.step("Cán bộ một cửa đăng nhập (mật khẩu và mã xác thực), tiếp nhận hồ sơ"):
        who, browser = office.officer(here.desk_agency, Role.RECEPTION)
        page = desk.act(browser, desk.find(browser, code), "accept")
        tell.note(f"{who}")
    with tell.step("In Giấy tiếp nhận hồ sơ và hẹn trả kết quả"):
        href = page.link("Giấy tiếp nhận") or page.link(to="receipt")
        check(href is not None, "trang hồ sơ có giấy tiếp nhận", page)
        pdf = folder.keep(browser.open(href or ""), "2-giay-tiep-nhan")
        check(code in words_of(pdf), f"giấy tiếp nhận ghi mã {code}", words_of(pdf))
    one = samples.sample(BIRTH)
    decided = {key: typed(value) for key, value in one.decided.items()}
    decided["personal_number"] = f"0403{here.at:%y}{int(clock.now().timestamp()) % 10**6:06d}"
    work_through(tell, office, committee=here.committee, code=code, decided=decided)
    with tell.step("Bộ phận một cửa trả kết quả"):
        _who, browser = office.officer(here.desk_agency, Role.RECEPTION)
        desk.act(browser, desk.find(browser, code), "return_result", {"received_by": here.mother.full_name})


def _gets_the_result(tell: Teller, citizen: Browser, here: Scene, dossier_url: str, folder: Folder) -> None:
    with tell.step("Người dân thấy kết quả ở trang hồ sơ và trong ví giấy tờ, tải về"):
        page = citizen.open(dossier_url)
        href = page.link(to="/result/")
        check(href is not None, "trang hồ sơ có kết quả", page)
        pdf = folder.keep(citizen.open(href or ""), "3-giay-khai-sinh")
        wallet = citizen.open("/me/wallet")
        check("khai sinh" in wallet.text.casefold(), "ví giấy tờ có Giấy khai sinh", wallet)
        check(
            here.mother.full_name.casefold() in words_of(pdf).casefold(), "kết quả ghi tên mẹ", words_of(pdf)
        )
    check_paper(tell, citizen, pdf)
