"""The national portal's own door: a citizen files there, our errands fetch it, and every step goes back."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
from django.conf import settings

from motcua.demo import samples
from motcua.demo.tour import desk
from motcua.demo.tour.browser import SECONDS, Browser
from motcua.demo.tour.cast import Office
from motcua.demo.tour.pages import Page
from motcua.demo.tour.papers import scan
from motcua.demo.tour.telling import Teller, TourFailed, check
from motcua.demo.tour.today import SINGLE, Scene, decided_for
from motcua.demo.tour.working import work_through
from motcua.dossiers.data import State
from motcua.staff.api import Role
from motcua.units import api as units

PATIENCE = 120.0
OURS = re.compile(r"H41(\.\d\d)+-\d{6}-\d{4,5}")


def play(tell: Teller, base_url: str, here: Scene) -> None:
    """Filed there, decided here, told there."""
    tell.part("Cửa của Cổng Dịch vụ công quốc gia: nộp bên đó, giải quyết ở đây, từng bước báo lại")
    office = Office(base_url, at=None)
    portal = Portal(settings.MOTCUA_SANDBOX_URL)
    try:
        code = _filed(tell, portal, here)
        _who, browser = office.officer(here.centre, Role.RECEPTION)
        with tell.step("Hồ sơ tự về bàn tiếp nhận của trung tâm, đúng một lần"):
            page = _until("hồ sơ về tới bàn một cửa", lambda: _found(browser, code))
            ours = OURS.search(page.text)
            check(ours is not None, "trang có mã hồ sơ của tỉnh", page)
            assert ours is not None
            tell.note(f"mã của tỉnh {ours.group()}")
            desk.act(browser, page, "accept")
        with tell.step("Cổng thấy: đã tiếp nhận (2)"):
            _until("Cổng giữ trạng thái 2", lambda: State.ACCEPTED.value in portal.states(code))
        work_through(
            tell,
            office,
            committee=here.committee,
            code=ours.group(),
            decided=decided_for(here.citizen, here.now.date()),
        )
        _told(tell, portal, code)
    finally:
        office.close()
        portal.close()


class Portal:
    """The simulated national portal as its citizens and its keepers see it."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(base_url=f"{base_url}/national", timeout=SECONDS, trust_env=False)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def file(self, what: dict[str, Any]) -> str:
        """File a dossier as a citizen; the portal's code for it."""
        answer = self._client.post("/_inbound", json=what)
        if answer.status_code != httpx.codes.OK or "MaHoSo" not in answer.json():
            raise TourFailed("Cổng quốc gia (mô phỏng) nhận hồ sơ", f"[{answer.status_code}] {answer.text}")
        return str(answer.json()["MaHoSo"])

    def messages(self, code: str) -> list[dict[str, Any]]:
        """Every message about the dossier that took effect there, in order of receipt."""
        answer = self._client.get("/_history", params={"code": code})
        found: list[dict[str, Any]] = answer.json().get("messages", [])
        return found

    def states(self, code: str) -> list[int]:
        """The states that our progress messages told, in order, each run of one state once."""
        told = [int(one["state"]) for one in self.messages(code) if one["kind"] == "progress"]
        return [state for number, state in enumerate(told) if number == 0 or told[number - 1] != state]


def _filed(tell: Teller, portal: Portal, here: Scene) -> str:
    person, one = here.citizen, samples.sample(SINGLE)
    with tell.step("Công dân nộp hồ sơ trên Cổng Dịch vụ công quốc gia (mô phỏng)"):
        picture = base64.b64encode(scan("TO KHAI")).decode()
        code = portal.file(
            {
                "MaTTHC": SINGLE,
                "MaDonVi": units.agency(here.committee).agency_code,
                "TaiKhoan": {
                    "LoaiTaiKhoan": 1,
                    "SoDinhDanh": person.personal_number or "",
                    "HoVaTen": person.full_name,
                    "NgayThangNamSinh": f"{person.dob:%Y%m%d}" if person.dob else "",
                    "MucDoDinhDanh": 2,
                    "SoDienThoai": person.phone or "",
                    "ThuDienTu": person.email or "",
                    "DiaChi": person.permanent_address or "",
                },
                "DuLieuBieuMau": samples.told_by(
                    one, person=person, unit=person.permanent_unit or "", on=here.now.date()
                ),
                "ThanhPhanHoSo": [
                    {
                        "MaThanhPhanHoSo": part,
                        "TenThanhPhanHoSo": "Tờ khai",
                        "LoaiBan": 2,
                        "TepDinhKem": [
                            {"TenTepTin": "to-khai.png", "LoaiTep": "image/png", "Base64": picture}
                        ],
                    }
                    for part in one.papers[:1]
                ],
                "ThanhToan": None,
            }
        )
        tell.note(f"mã của Cổng {code}")
    return code


def _found(browser: Browser, code: str) -> Page | None:
    """The dossier's page, found by the portal's code for it."""
    page = browser.open("/desk/")
    form = page.form(has="text")
    check(form is not None, "bàn làm việc có ô tìm hồ sơ", page)
    assert form is not None
    page = browser.send(page, form, {"text": code})
    if desk.DOSSIER.search(page.url):
        return page
    href = page.link(to="/desk/dossiers/")
    return browser.open(href) if href else None


def _told(tell: Teller, portal: Portal, code: str) -> None:
    with tell.step("Cổng thấy: đã xử lý xong (9), không trạng thái nào bị bỏ hay viết lại"):
        _until("Cổng giữ trạng thái 9", lambda: State.RESOLVED.value in portal.states(code))
        states = portal.states(code)
        order = [State.ACCEPTED.value, State.IN_PROGRESS.value, State.RESOLVED.value]
        check([one for one in states if one in order] == order, "2, 4, 9 theo đúng thứ tự", states)
        # The same record sent once more changes nothing there; a step told twice would.
        twice = [one for one in portal.messages(code) if one.get("repeat_of") and one["kind"] != "update"]
        check(not twice, "không việc nào được báo hai lần", twice)
        tell.note(f"{len(portal.messages(code))} thông điệp; trạng thái {' → '.join(map(str, states))}")


def _until(what: str, look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TourFailed(what, f"chưa thấy sau {PATIENCE:.0f} giây")
        time.sleep(0.5)
