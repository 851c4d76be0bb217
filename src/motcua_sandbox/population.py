"""The national population database, simulated: one person by number, name and birth; more only with consent."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Response

from motcua_sandbox.citizens import Citizen
from motcua_sandbox.fields import Field, Nested, first_wrong, given, plain, text
from motcua_sandbox.pay.messages import day
from motcua_sandbox.services import Call, Handler, Malformed, Service, answer, lines
from motcua_sandbox.showing import shown, table

INTEGRATION = "037"
QUOTA = 600
QUESTION = Nested(
    "lookup",
    (
        Field("MaYeuCau", text(50), required=True),
        Field("MaTichHop", text(10), required=True),
        Field("MaDVC", text(50)),
        Field("MaCanBo", text(50), required=True),
        Field("HoVaTen", text(200, r"[A-Z]+"), required=True),
        Field("SoDinhDanh", text(12, r"\d{12}")),
        Field("SoCMND", text(9, r"\d{9}")),
        Field("NgayThangNam", day),
        Field("Nam", text(4, r"\d{4}")),
        Field("MaDongY", text(43, r"DY-[A-Za-z0-9]{6,40}")),
    ),
)
# Told only with the citizen's consent.
SENSITIVE = ("TonGiao", "NhomMau", "TinhTrangHonNhan", "Cha", "Me", "VoChong", "ChuHo")
PLACES = ("NoiDangKyKhaiSinh", "QueQuan", "ThuongTru", "NoiOHienTai")
SENTENCES = {
    "0": "Thành công",
    "1": "Không tìm thấy công dân",
    "2": "Thông tin không khớp",
    "3": "Dữ liệu không hợp lệ",
    "4": "Mã tích hợp không hợp lệ",
    "5": "Vượt quá số lần tra cứu trong giờ",
    "-1": "Lỗi hệ thống",
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS person(
  number TEXT PRIMARY KEY, old_number TEXT NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_by_old ON person(old_number) WHERE old_number <> '';
CREATE TABLE IF NOT EXISTS asked(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL, officer TEXT NOT NULL, service TEXT NOT NULL,
  number TEXT NOT NULL, consent TEXT NOT NULL, error_code TEXT NOT NULL, at TEXT NOT NULL
);
"""


class Population(Service):
    """The population database below `/population`."""

    name = "population"
    title = "Cơ sở dữ liệu quốc gia về dân cư"
    schema = SCHEMA
    own_faults: Mapping[str, Mapping[str, Any]] = {"masked": {}, "outdated": {}, "other_person": {}}

    def build(self) -> None:
        """How often each officer asked in this hour."""
        self._hour, self._counts = "", dict[str, int]()
        self._guard = threading.Lock()

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Method and path to what answers."""
        return {
            ("POST", "lookup"): self.private(self._lookup),
            ("POST", "_people"): self._people,
            ("GET", "_asked"): self._asked,
        }

    def refusal(self, message: str, *, system: bool) -> Response:
        """An error."""
        return _say("-1" if system else "3", message)

    def page(self, _call: Call) -> Response:
        """Who asked for whom."""
        rows = self.store.rows(
            "SELECT at, officer, service, number, consent, error_code FROM asked ORDER BY seq DESC LIMIT 100"
        )
        heads = ("Lúc", "Cán bộ", "Dịch vụ", "Số định danh", "Đồng ý", "Kết quả")
        return shown(self, "Dân cư", table("Đã tra cứu", heads, map(tuple, rows)))

    def _lookup(self, call: Call) -> Response:
        body = call.body
        wrong = first_wrong(QUESTION, body)
        number = plain(body.get("SoDinhDanh") or body.get("SoCMND") or "")
        if wrong is not None or not number:
            told = f"{wrong.field}: {wrong.message}" if wrong else "phải có SoDinhDanh hoặc SoCMND"
            return _say("3", told, MaYeuCau=body.get("MaYeuCau"))
        code, person = self._asked_for(body, number)
        self._note(body, number, code)
        if person is None:
            return _say(code, MaYeuCau=body["MaYeuCau"])
        consent = given(body.get("MaDongY")) and not self.faults.strike("masked", call.operation, number)
        if self.faults.strike("outdated", call.operation, number):
            person = {**person, "ThuongTru": _place("Địa chỉ trước đây"), "MaDuLieuThayDoi": "0"}
        return _say("0", MaYeuCau=body["MaYeuCau"], CongDan=_told(person, consent=consent), CheMo=not consent)

    def _asked_for(self, body: Mapping[str, Any], number: str) -> tuple[str, dict[str, Any] | None]:
        if body["MaTichHop"] != INTEGRATION:
            return "4", None
        if not self._allowed(body["MaCanBo"]):
            return "5", None
        person = self._person(number)
        if person is None:
            return "1", None
        full = "".join(person["HoVaTen"].get(part) or "" for part in ("Ho", "ChuDem", "Ten"))
        born = person["NgayThangNamSinh"]
        agrees = squeezed(full) == body["HoVaTen"]
        if given(body.get("NgayThangNam")):
            agrees = agrees and plain(body["NgayThangNam"]) == born.get("NgayThangNam")
        if given(body.get("Nam")):
            agrees = agrees and plain(body["Nam"]) == born.get("Nam")
        if not agrees:
            return "2", None
        if self.faults.strike("other_person", "lookup", number):
            others = [one for one in self.setting.citizens.search("", 20) if one.personal_number != number]
            return "0", _from_citizen(others[0]) if others else person
        return "0", person

    def _person(self, number: str) -> dict[str, Any] | None:
        row = self.store.row(
            "SELECT content FROM person WHERE number = ? OR old_number = ?", (number, number)
        )
        if row is not None:
            kept: dict[str, Any] = json.loads(row[0])
            return kept
        citizen = self.setting.citizens.get(number)
        return _from_citizen(citizen) if citizen else None

    def _allowed(self, officer: str) -> bool:
        hour = self.clock.stamp()[:10]
        with self._guard:
            if hour != self._hour:
                self._hour, self._counts = hour, {}
            self._counts[officer] = self._counts.get(officer, 0) + 1
            return self._counts[officer] <= QUOTA

    def _note(self, body: Mapping[str, Any], number: str, code: str) -> None:
        values = (
            body["MaYeuCau"],
            body["MaCanBo"],
            body.get("MaDVC") or "",
            number,
            body.get("MaDongY") or "",
        )
        with self.store.writing() as db:
            db.execute(
                "INSERT INTO asked(request, officer, service, number, consent, error_code, at) VALUES (?,?,?,?,?,?,?)",
                (*values, code, self.clock.stamp()),
            )

    def _people(self, call: Call) -> Response:
        people = call.body.get("people")
        if not isinstance(people, list):
            raise Malformed("people is a list")
        rows = []
        for one in people:
            try:
                names, born = one["HoVaTen"], one["NgayThangNamSinh"]
                right = len(one["SoDinhDanh"]) == 12 and isinstance(names, dict) and isinstance(born, dict)
            except (KeyError, TypeError) as error:
                raise Malformed("a person has SoDinhDanh, HoVaTen and NgayThangNamSinh") from error
            if not right:
                raise Malformed("SoDinhDanh has twelve digits, HoVaTen and NgayThangNamSinh are objects")
            rows.append((one["SoDinhDanh"], one.get("SoCMND") or "", json.dumps(one, ensure_ascii=False)))
        with self.store.writing() as db:
            db.executemany("INSERT OR REPLACE INTO person VALUES (?, ?, ?)", rows)
        return answer({"kept": len(rows)})

    def _asked(self, call: Call) -> Response:
        after = call.number("after", 0, 2**62)
        rows = [
            dict(row) for row in self.store.rows("SELECT * FROM asked WHERE seq > ? ORDER BY seq", (after,))
        ]
        return lines(rows, rows[-1]["seq"] if rows else after)


def squeezed(name: str) -> str:
    """A name as the database is asked: upper case, without accents and spaces."""
    flat = unicodedata.normalize("NFD", name.upper().replace("Đ", "D"))
    return "".join(char for char in flat if char.isascii() and char.isalpha())


def _from_citizen(citizen: Citizen) -> dict[str, Any]:
    words = citizen.full_name.split()
    born = datetime.fromisoformat(citizen.dob)
    return {
        "SoDinhDanh": citizen.personal_number,
        "SoCMND": "",
        "HoVaTen": {
            "Ho": words[0],
            "ChuDem": " ".join(words[1:-1]),
            "Ten": words[-1] if len(words) > 1 else "",
        },
        "GioiTinh": {"male": "1", "female": "2"}.get(citizen.sex, ""),
        "DanToc": "01",
        "TonGiao": "",
        "TinhTrangHonNhan": "",
        "NhomMau": "",
        "NgayThangNamSinh": {"Nam": f"{born:%Y}", "NgayThangNam": f"{born:%Y%m%d}"},
        "QuocTich": "VN",
        **{name: _place(citizen.address if name in ("ThuongTru", "NoiOHienTai") else "") for name in PLACES},
        "TrangThai": "1",
        "MaDuLieuThayDoi": "1",
    }


def _place(detail: str) -> dict[str, str]:
    return {"MaTinhThanh": "40", "MaQuanHuyen": "", "MaPhuongXa": "", "ChiTiet": detail, "QuocGia": "VN"}


def _told(person: Mapping[str, Any], *, consent: bool) -> dict[str, Any]:
    """What may be told: without consent the sensitive parts, relatives among them, are left out."""
    return {name: value for name, value in person.items() if consent or name not in SENSITIVE}


def _say(code: str, message: str = "", **more: Any) -> Response:
    return answer({"error_code": code, "message": message or SENTENCES[code], **more})
