"""An invented register of a commune for the cleaning pages: the same citizens as a careless office wrote them down."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from datetime import datetime

from motcua.base.data import SYSTEM
from motcua.base.vietnamese import strip_accents
from motcua.people.api import Sex, SourcePerson
from motcua.quality import api as quality
from motcua.units.api import Level, units

REGISTER = "Bảo trợ xã hội (mô phỏng)"
HEAD = (
    "STT",
    "Mã thẻ",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Số CCCD/CMND",
    "SĐT",
    "Địa chỉ",
    "Ngày cập nhật",
)
SIZE = 400


def seed(*, adults: Sequence[SourcePerson], at: datetime, number: int = 766) -> bool:
    """Bring the register in once; the duty links it. False when it was there already."""
    if any(one.register == REGISTER for one in quality.imports(by=SYSTEM)):
        return False
    place = units(on=at.date(), level=Level.COMMUNE)[0]
    made = quality.begin_import(
        by=SYSTEM, at=at, register=REGISTER, content=table(adults, number=number), file_name="bao-tro-xa-hoi.csv",
        agency=f"ubnd-xa-{place.code}",
    )  # fmt: skip
    mapping, _values = quality.proposal(by=SYSTEM, at=at, import_id=made)
    quality.map_columns(by=SYSTEM, at=at, import_id=made, mapping=mapping)
    return True


def table(adults: Sequence[SourcePerson], *, number: int) -> bytes:
    """The register as a CSV: most rows as they should be, some with each of the usual faults."""
    chance = random.Random(number)
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(HEAD)
    chosen = chance.sample(list(adults), min(SIZE, len(adults)))
    for row, person in enumerate([*chosen, *chosen[:12]], 1):
        sheet.writerow(_row(row, person, chance))
    for row, (mine, theirs) in enumerate(_mixed(adults), 500):
        sheet.writerow(_mixed_row(row, mine, theirs))
    sheet.writerow(["", "", "", "", "", "", "0912345678", "", ""])
    sheet.writerow(["999", "BT00999", "thiếu các ô sau"])
    return out.getvalue().encode()


def _mixed(adults: Sequence[SourcePerson]) -> list[tuple[SourcePerson, SourcePerson]]:
    """Two of one house each, whose lines a careless hand has mixed."""
    homes: dict[str, list[SourcePerson]] = {}
    for one in adults:
        if one.permanent_address and one.personal_number:
            homes.setdefault(one.permanent_address, []).append(one)
    return [(home[0], home[1]) for home in homes.values() if len(home) > 1][:8]


def _mixed_row(row: int, mine: SourcePerson, theirs: SourcePerson) -> list[str]:
    """The number and the day of birth of one, the name of the other: only a person can say whose record it is."""
    born = theirs.dob.strftime("%d/%m/%Y") if theirs.dob else ""
    sex = "Nam" if mine.sex is Sex.MALE else "Nữ"
    number, home = theirs.personal_number or "", mine.permanent_address or ""
    return [str(row), f"BT{row:05d}", mine.full_name, born, sex, number, "", home, "01/10/2026"]


def _row(row: int, person: SourcePerson, chance: random.Random) -> list[str]:
    born = person.dob.strftime("%d/%m/%Y") if person.dob else ""
    name, number, phone = person.full_name, person.personal_number or "", person.phone or ""
    sex = "Nam" if person.sex is Sex.MALE else "Nữ"
    fault = chance.randrange(16)
    if fault == 0:
        name = strip_accents(name).upper()
    elif fault == 1:
        number = number.lstrip("0")  # a sheet took it for a number
    elif fault == 2:
        number = ""
    elif fault == 3:
        born, number = born[-4:], ""
    elif fault == 4:
        phone = "0900000000"  # one for the whole village
    elif fault == 5:
        born = "--\\--"
    elif fault == 6:
        sex = "Nam" if sex == "Nữ" else "Nữ"
    elif fault == 7:
        words = name.split()
        name, number = f"{words[0]} {words[-1]}", ""
    elif fault == 8:
        name, number, born = f"{name.split()[0]} Thị Không Có", "", "12/12/1971"
    return [
        str(row),
        f"BT{row:05d}",
        name,
        born,
        sex,
        number,
        phone,
        person.permanent_address or "",
        "01/10/2026",
    ]
