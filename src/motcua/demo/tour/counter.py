"""The counter in the tour: a citizen comes with the identity card, another wants certified copies at once."""

from __future__ import annotations

from motcua.base import clock
from motcua.demo import samples
from motcua.demo.tour.browser import Browser
from motcua.demo.tour.cast import Office
from motcua.demo.tour.filling import flat, look_up_places, uploads_for, values_for
from motcua.demo.tour.pages import Form, Page
from motcua.demo.tour.papers import Folder, scan, words_of
from motcua.demo.tour.telling import Teller, check
from motcua.demo.tour.yesterday import BIRTH, code_on
from motcua.people.api import Sex, SourcePerson
from motcua.staff.api import Role


def card_text(person: SourcePerson) -> str:
    """What the QR code of the person's identity card holds."""
    born = f"{person.dob:%d%m%Y}" if person.dob else ""
    sex = "Nam" if person.sex is Sex.MALE else "Nữ"
    address = person.permanent_address or ""
    return f"{person.personal_number}||{person.full_name}|{born}|{sex}|{address}|01072024"


def receives(tell: Teller, office: Office, centre: str, citizen: SourcePerson, folder: Folder) -> None:
    """Scan the card, choose the procedure, fill in what is not known, receive, print the receipt."""
    with tell.step("Người dân đến Trung tâm: quét mã QR thẻ căn cước, nhận ra ngay là ai"):
        name, browser = office.officer(centre, Role.RECEPTION)
        page = browser.open("/desk/receive")
        page = browser.send(page, _form(page, "text"), {"text": card_text(citizen)}, press="Tìm")
        page = _choose(browser, page, citizen)
        check(citizen.full_name in page.text, f"trang nhận ra {citizen.full_name}", page)
        tell.note(name)
    with tell.step("Chọn thủ tục bằng lời thường, điền tờ khai, tiếp nhận"):
        page = browser.send(page, _form(page, "q"), {"q": "khai sinh cho con"})
        form = page.form(button=BIRTH)
        check(form is not None, f"thủ tục {BIRTH} trong kết quả tìm", page)
        assert form is not None
        page = browser.send(page, form, press=BIRTH)
        page = _filled_in(browser, page, citizen)
        code = code_on(page)
        tell.note(f"mã hồ sơ {code}")
    with tell.step("In Giấy tiếp nhận hồ sơ và hẹn trả kết quả"):
        href = page.link(to="receipt")
        check(href is not None, "có nút in giấy tiếp nhận", page)
        pdf = folder.keep(browser.open(href or ""), "4-giay-tiep-nhan-tai-quay")
        check(code in words_of(pdf), f"giấy tiếp nhận ghi mã {code}", words_of(pdf))


def _form(page: Page, box: str) -> Form:
    form = page.form(has=box)
    check(form is not None, f"trang có ô “{box}”", page)
    assert form is not None
    return form


def _choose(browser: Browser, page: Page, citizen: SourcePerson) -> Page:
    """Where the card led to a choice, choose the person; where it opened the visit at once, go on."""
    form = page.form(has="text")
    button = form.button(citizen.full_name) if form is not None else None
    if form is None or button is None:
        return page
    return browser.send(page, form, press=button)


def _filled_in(browser: Browser, page: Page, citizen: SourcePerson) -> Page:
    one = samples.sample(BIRTH)
    today = clock.now().date()
    here = citizen.permanent_unit or ""
    told = samples.told_by(one, person=citizen, unit=here, on=today)
    answers = flat(told) | {"place": here, "relation": "mother" if citizen.sex is Sex.FEMALE else "father"}
    paper = ("giay-chung-sinh.png", scan("GIAY CHUNG SINH"), "image/png")
    form = _received_by(page)
    values = values_for(form, answers)
    page, form = look_up_places(browser, page, form, values)
    form = _received_by(page)
    values = values_for(form, answers)
    files = uploads_for(page, form, paper, one.papers)
    page = browser.send(page, form, values, press="Tiếp nhận", files=files, expect=None)
    again = page.form(button="Tiếp nhận, in giấy hẹn")
    if page.status == 200 and again is not None:  # an answer opened more questions
        page = browser.send(page, again, values_for(again, answers), press="Tiếp nhận", expect=None)
    check(page.status == 200 and "/done/" in page.url, "hồ sơ được tiếp nhận tại quầy", page)
    return page


def _received_by(page: Page) -> Form:
    form = page.form(button="Tiếp nhận, in giấy hẹn")
    check(form is not None, "tờ khai tại quầy có nút tiếp nhận", page)
    assert form is not None
    return form


def copies_at_once(tell: Teller, office: Office, centre: str, citizen: SourcePerson, folder: Folder) -> None:
    """Certified copies while the citizen waits: lines on one page, no receipt."""
    with tell.step("Chứng thực bản sao: ghi hai dòng, trả ngay, không giấy hẹn"):
        _name, browser = office.officer(centre, Role.RECEPTION)
        page = browser.open("/desk/at-once")
        form = _form(page, "title.1")
        copies = next(
            (v for v, said in form.named("procedure")[0].options if "bản sao" in said.casefold()), ""
        )
        check(bool(copies), "danh mục có việc chứng thực bản sao", form.named("procedure")[0].options)
        values = {
            "procedure": copies,
            "who": card_text(citizen),
            "title.1": "Bằng tốt nghiệp trung học phổ thông",
            "copies.1": "3",
            "title.2": "Học bạ",
            "copies.2": "2",
            "pages.2": "12",
        }
        page = browser.send(page, form, values, expect=None)
        check(page.status == 200 and citizen.full_name in page.text, "ghi xong hai việc", page)
        tell.note(next((line for line in page.text.splitlines() if "bản cho" in line), ""))
