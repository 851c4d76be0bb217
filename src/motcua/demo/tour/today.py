"""Today's law: no e-form of the province; the desk, the national portal's dossiers, certified copies at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from motcua.base import clock
from motcua.demo import samples
from motcua.demo.portal_client import PORTAL_CLIENT, PORTAL_SECRET
from motcua.demo.tour import counter, desk, money
from motcua.demo.tour.browser import Browser
from motcua.demo.tour.cast import Office, citizen_signs_in, grown_ups
from motcua.demo.tour.filling import typed
from motcua.demo.tour.outside import OutsideSystem
from motcua.demo.tour.papers import Folder, scan, words_of
from motcua.demo.tour.telling import Teller, check
from motcua.demo.tour.working import check_paper, work_through
from motcua.dossiers.data import State
from motcua.people.api import SourcePerson
from motcua.staff.api import Role
from motcua.units import api as units

BIRTH, SINGLE = "1.001193", "1.004873"


@dataclass
class Scene:
    """Who and where: chosen by the minute, so that nobody's code is used twice in half a minute."""

    now: datetime
    centre: str
    committee: str
    citizen: SourcePerson


def scene() -> Scene:
    """A commune of today that has citizens, and one of them."""
    now = clock.now()
    minute = int(now.timestamp()) // 60
    people = grown_ups(on=now.date())
    citizen = people[minute * 37 % len(people)]
    here = citizen.permanent_unit or ""
    offices = {one.kind: one.key for one in units.agencies(on=now.date(), unit_key=here)}
    return Scene(
        now=now,
        centre=offices[units.AgencyKind.ONE_STOP_CENTRE],
        committee=offices[units.AgencyKind.PEOPLE_COMMITTEE],
        citizen=citizen,
    )


def play(tell: Teller, base_url: str, folder: Folder) -> None:
    """The whole of today's law."""
    here = scene()
    tell.part(f"Luật hôm nay: {here.now:%d/%m/%Y}, {units.agency(here.centre).name}")
    anybody = Browser(base_url)
    office = Office(base_url, at=None)
    outside = OutsideSystem(base_url, client_id=PORTAL_CLIENT, secret=PORTAL_SECRET)
    try:
        _door_is_closed(tell, base_url, here)
        counter.receives(tell, office, here.centre, here.citizen, folder)
        code = _handed_in(tell, outside, here)
        _tracked(tell, anybody, here, code)
        _decided(tell, outside, office, here, code)
        pdf = _fetched(tell, outside, here, code, folder)
        check_paper(tell, anybody, pdf)
        counter.copies_at_once(tell, office, here.centre, here.citizen, folder)
        money.pays_online(tell, base_url, here.citizen, folder)
        money.taken_today(tell, office, here.centre)
        money.seen_by_leaders(tell, base_url)
    finally:
        for one in (anybody, office, outside):
            one.close()


def _door_is_closed(tell: Teller, base_url: str, here: Scene) -> None:
    citizen = Browser(base_url)
    try:
        with tell.step("Biểu mẫu của tỉnh đã đóng từ 01/07/2025: trang chỉ các nơi nộp đang mở"):
            citizen_signs_in(citizen, here.citizen)
            page = citizen.open(f"/file/{BIRTH}")
            check(page.form(button="Bắt đầu") is None, "không còn nút bắt đầu điền", page)
            for door in ("Cổng Dịch vụ công quốc gia", "Một cửa"):
                check(door.casefold() in page.text.casefold(), f"trang chỉ tới “{door}”", page)
    finally:
        citizen.close()


def _handed_in(tell: Teller, outside: OutsideSystem, here: Scene) -> str:
    with tell.step("Cổng Dịch vụ công quốc gia (mô phỏng) tra thủ tục qua cổng kết nối /api/v1"):
        hits = outside.get("/procedures", q="xin giấy xác nhận độc thân", limit="10")
        check(any(hit["code"] == SINGLE for hit in hits), f"tìm thấy thủ tục {SINGLE}", hits)
        shown = outside.get(f"/procedures/{SINGLE}")
        check("national_portal" in shown["doors"], "cửa Cổng quốc gia đang mở", shown["doors"])
    with tell.step("Cổng quốc gia chuyển hồ sơ sang, gửi lại lần nữa: vẫn là một hồ sơ"):
        what = _dossier(outside, here)
        first = outside.send("/dossiers", what)
        again = outside.send("/dossiers", what)
        check(first["code"] == again["code"], "gửi lại không sinh hồ sơ thứ hai", again)
        check(first["state"] == State.REGISTERED.value, "hồ sơ ở trạng thái mới đăng ký (1)", first)
        tell.note(f"mã của Cổng {what['outside_code']}, mã của tỉnh {first['code']}")
    return str(first["code"])


def _dossier(outside: OutsideSystem, here: Scene) -> dict[str, Any]:
    one = samples.sample(SINGLE)
    person = here.citizen
    answers = samples.told_by(one, person=person, unit=person.permanent_unit or "", on=here.now.date())
    papers = one.papers or tuple(
        part["code"]
        for part in outside.get(f"/procedures/{SINGLE}")["components"]
        if part["kind"] == "submit"
    )
    kept = outside.send_file("to-khai.png", scan("TO KHAI"), "image/png")
    return {
        "outside_code": f"G01.899-{here.now:%y%m%d}-{int(here.now.timestamp()) % 10**6:06d}",
        "procedure_code": SINGLE,
        "receiving_agency": here.centre,
        "submitted_at": here.now.isoformat(),
        "applicant": {
            "kind": "citizen",
            "name": person.full_name,
            "personal_number": person.personal_number or "",
            "phone": person.phone or "",
            "email": person.email or "",
            "address": person.permanent_address or "",
        },
        "answers": answers,
        "components": [
            {"code": code, "file_id": kept["id"], "name": "Giấy tờ gửi kèm"} for code in papers[:1]
        ],
        "identity_level": 2,
    }


def _tracked(tell: Teller, anybody: Browser, here: Scene, code: str) -> None:
    with tell.step("Tra cứu công khai bằng mã: chỉ thấy hồ sơ đi đến đâu"):
        page = anybody.open("/track")
        form = page.form(has="code")
        check(form is not None, "trang tra cứu có ô mã hồ sơ", page)
        assert form is not None
        page = anybody.send(page, form, {"code": code})
        check(code in page.text, f"trang nói về hồ sơ {code}", page)
        for secret in (here.citizen.full_name, here.citizen.personal_number, here.citizen.phone):
            check(not secret or secret not in page.text, "trang không lộ người nộp", page)
    with tell.step("Một mã đoán mò không cho biết gì"):
        guess = code[:-1] + str((int(code[-1]) + 5) % 10)
        page = anybody.open(f"/tra-cuu/{guess}")
        check(here.citizen.full_name not in page.text, "trang không lộ ai", page)


def _decided(tell: Teller, outside: OutsideSystem, office: Office, here: Scene, code: str) -> None:
    with tell.step("Trung tâm tiếp nhận hồ sơ của Cổng: đồng hồ bắt đầu chạy"):
        _who, browser = office.officer(here.centre, Role.RECEPTION)
        desk.act(browser, desk.find(browser, code), "accept")
        told = outside.get(f"/dossiers/{code}")
        check(told["state"] == State.ACCEPTED.value and bool(told["due_at"]), "Cổng thấy hạn trả", told)
        tell.note(f"hẹn trả {datetime.fromisoformat(told['due_at']):%H:%M %d/%m/%Y}")
    work_through(
        tell, office, committee=here.committee, code=code, decided=decided_for(here.citizen, here.now.date())
    )


def decided_for(person: SourcePerson, on: date) -> dict[str, str]:
    """What the officer writes into the certificate of the citizen's marital status."""
    one = samples.sample(SINGLE)
    decided = {key: typed(value) for key, value in samples.moved(one.decided, one, on).items()}
    return decided | {
        "full_name": person.full_name,
        "dob": typed(person.dob or ""),
        "sex": person.sex.value if person.sex else "",
        "personal_number": person.personal_number or "",
    }


def _fetched(tell: Teller, outside: OutsideSystem, here: Scene, code: str, folder: Folder) -> bytes:
    with tell.step("Cổng quốc gia hỏi lại: đã có kết quả (9), lấy kết quả ký số về"):
        told = outside.get(f"/dossiers/{code}")
        check(told["state"] == State.RESOLVED.value, "trạng thái đã có kết quả (9)", told)
        events = outside.get(f"/dossiers/{code}/events")
        numbers = [event["seq"] for event in events]
        check(numbers == sorted(set(numbers)), "các bước theo đúng thứ tự, mỗi bước một lần", numbers)
        pdf = folder.keep_bytes(outside.fetch(f"/dossiers/{code}/result"), "5-xac-nhan-tinh-trang-hon-nhan")
        check(
            here.citizen.full_name in words_of(pdf),
            f"kết quả ghi tên {here.citizen.full_name}",
            words_of(pdf),
        )
        tell.note(f"{len(events)} bước")
    return pdf
