"""Reads an Excel or CSV sheet of officers, whatever the order of its columns, and says what is wrong row by row."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold
from motcua.staff.data import ROLE_NAMES, NewOfficer, Role, RowError, SigningCapacity

LARGEST_SHEET = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 50_000
LONGEST_CELL = 120
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
# Field → headings that mean it, without accents.
HEADINGS: dict[str, tuple[str, ...]] = {
    "username": ("ten dang nhap", "tai khoan", "username"),
    "full_name": ("ho va ten", "ho ten", "full name"),
    "email": ("email", "thu dien tu", "e-mail"),
    "phone": ("dien thoai", "so dien thoai", "phone"),
    "agency_key": ("ma co quan", "co quan", "agency"),
    "title": ("chuc vu", "chuc danh", "title"),
    "roles": ("vai tro", "roles"),
    "capacity": ("tu cach ky", "signing capacity"),
    "valid_from": ("tu ngay", "from"),
    "valid_to": ("den ngay", "to"),
}
REQUIRED = ("username", "full_name", "agency_key", "title", "roles", "valid_from")
VIETNAMESE = {
    "username": "Tên đăng nhập",
    "full_name": "Họ và tên",
    "email": "Email",
    "phone": "Điện thoại",
    "agency_key": "Mã cơ quan",
    "title": "Chức vụ",
    "roles": "Vai trò",
    "capacity": "Tư cách ký",
    "valid_from": "Từ ngày",
    "valid_to": "Đến ngày",
}
ROLE_WORDS: dict[str, Role] = {
    **{fold(name): role for role, names in ROLE_NAMES.items() for name in names},
    **{role.value: role for role in Role},
}
CAPACITIES = {fold(capacity.value): capacity for capacity in SigningCapacity} | {
    "thu truong": SigningCapacity.HEAD,
    "ky thay": SigningCapacity.KT,
    "thay mat": SigningCapacity.TM,
    "thua lenh": SigningCapacity.TL,
    "thua uy quyen": SigningCapacity.TUQ,
}


class UnreadableSheet(DomainError):
    """This file is not an Excel (.xlsx) or CSV sheet that can be read."""

    message_vi: ClassVar[str] = "Không đọc được tệp này. Hãy dùng bảng Excel (.xlsx) hoặc CSV mã UTF-8."


class MissingColumns(DomainError):
    """The sheet's first row lacks these headings: {columns}."""

    message_vi: ClassVar[str] = "Dòng đầu của bảng còn thiếu cột: {columns}."


class SheetTooLarge(DomainError):
    """The sheet has too many rows or is too large; split it."""

    message_vi: ClassVar[str] = "Bảng quá lớn (tối đa 50.000 dòng, 20 MB). Hãy tách thành nhiều tệp."


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One row: its number in the sheet (the heading being 1) and either an officer or what is wrong."""

    number: int
    officer: NewOfficer | None
    errors: tuple[RowError, ...]


class _Wrong(Exception):
    """A cell's fault, in two languages; never leaves this module."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi, self.en = vi, en


def read_sheet(content: bytes) -> list[SheetRow]:
    """The rows of a sheet; empty rows are left out. Raises `UnreadableSheet`, `MissingColumns`, `SheetTooLarge`."""
    if len(content) > LARGEST_SHEET:
        raise SheetTooLarge
    rows = _excel(content) if content[:2] == b"PK" else _csv(content)
    heading = next(rows, None)
    if heading is None:
        raise UnreadableSheet
    columns = _columns(heading)
    read: list[SheetRow] = []
    for number, cells in enumerate(rows, start=2):
        if number > MOST_ROWS:
            raise SheetTooLarge
        values = {name: cells[index] if index < len(cells) else None for name, index in columns.items()}
        if any(value not in (None, "") for value in values.values()):
            read.append(_row(number, values))
    return read


def _excel(content: bytes) -> Iterator[Sequence[object]]:
    import openpyxl  # brings numpy: 30 MB in each process, for a sheet a year

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise SheetTooLarge
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        raise UnreadableSheet(str(error)) from error
    yield from sheet.iter_rows(values_only=True)
    book.close()


def _csv(content: bytes) -> Iterator[Sequence[object]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSheet("not UTF-8") from error
    if "\x00" in text:
        raise UnreadableSheet("binary")
    first = text.split("\n", 1)[0]
    yield from csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first.count))


def _columns(heading: Sequence[object]) -> dict[str, int]:
    words = [fold(str(cell or "")).strip(" *:") for cell in heading]
    columns = {
        name: next(index for index, word in enumerate(words) if word in meant)
        for name, meant in HEADINGS.items()
        if any(word in meant for word in words)
    }
    missing = [VIETNAMESE[name] for name in REQUIRED if name not in columns]
    if missing:
        raise MissingColumns(columns=", ".join(missing))
    return columns


def _row(number: int, values: dict[str, object]) -> SheetRow:
    errors: list[RowError] = []
    found: dict[str, object] = {}
    for name, value in values.items():
        try:
            found[name] = _READERS[name](value)
        except _Wrong as wrong:
            errors.append(
                RowError(row=number, column=VIETNAMESE[name], message_vi=wrong.vi, message_en=wrong.en)
            )
    start, end = found.get("valid_from"), found.get("valid_to")
    if isinstance(start, date) and isinstance(end, date) and end <= start:
        errors.append(
            RowError(
                row=number,
                column=VIETNAMESE["valid_to"],
                message_vi="Đến ngày phải sau Từ ngày.",
                message_en="The end must be after the start.",
            )
        )
    if errors:
        return SheetRow(number=number, officer=None, errors=tuple(errors))
    return SheetRow(number=number, officer=NewOfficer(**found), errors=())  # type: ignore[arg-type]


def _text(value: object) -> str:
    return " ".join(str(value if value is not None else "").split())


def _username(value: object) -> str:
    name = _text(value).lower()
    if not USERNAME.fullmatch(name):
        raise _Wrong(
            "Tên đăng nhập chỉ gồm chữ thường không dấu, số, dấu chấm, gạch; từ 2 đến 60 ký tự.",
            "A user name has small letters without accents, digits, dots and dashes; 2 to 60 of them.",
        )
    return name


def _name(value: object) -> str:
    name = _text(value)
    if not 2 <= len(name) <= 100 or any(letter.isdigit() for letter in name):
        raise _Wrong("Họ và tên trống hoặc có chữ số.", "The full name is empty or has digits.")
    return name


def _email(value: object) -> str:
    email = _text(value)
    if email and (len(email) > 254 or not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", email)):
        raise _Wrong("Email chưa đúng.", "This is not an e-mail address.")
    return email


def _phone(value: object) -> str:
    phone = re.sub(r"[ .()-]", "", _text(value))
    if phone and not re.fullmatch(r"\+?\d{8,15}", phone):
        raise _Wrong("Số điện thoại chưa đúng.", "This is not a telephone number.")
    return phone


def _needed(value: object) -> str:
    text = _text(value)
    if not text:
        raise _Wrong("Ô này không được để trống.", "This cell must not be empty.")
    if len(text) > LONGEST_CELL:
        raise _Wrong("Nội dung ô quá dài (tối đa 120 chữ).", "The cell is too long (120 letters at most).")
    return text


def _roles(value: object) -> tuple[Role, ...]:
    words = [word.strip() for word in re.split(r"[;,\n]", str(value or "")) if word.strip()]
    unknown = [word for word in words if fold(word) not in ROLE_WORDS and word not in ROLE_WORDS]
    if unknown or not words:
        listed = ", ".join(unknown)
        raise _Wrong(
            f"Vai trò trống hoặc không có: {listed}".strip(": ") + ".", f"No such role: {listed or 'empty'}."
        )
    return tuple(dict.fromkeys(ROLE_WORDS.get(word) or ROLE_WORDS[fold(word)] for word in words))


def _capacity(value: object) -> SigningCapacity | None:
    word = fold(_text(value)).rstrip(".")
    if not word:
        return None
    if word not in CAPACITIES:
        raise _Wrong(
            "Tư cách ký phải là KT, TM, TL, TUQ hoặc Thủ trưởng.",
            "Use KT, TM, TL, TUQ or head.",
        )
    return CAPACITIES[word]


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  a day in a sheet has no zone
        except ValueError:
            continue
    if text:
        raise _Wrong("Ngày phải viết như 01/07/2025.", "Write the day like 01/07/2025.")
    return None


def _first_day(value: object) -> date:
    day = _day(value)
    if day is None:
        raise _Wrong("Ô này không được để trống.", "This cell must not be empty.")
    return day


_READERS = {
    "username": _username,
    "full_name": _name,
    "email": _email,
    "phone": _phone,
    "agency_key": _needed,
    "title": _needed,
    "roles": _roles,
    "capacity": _capacity,
    "valid_from": _first_day,
    "valid_to": _day,
}
