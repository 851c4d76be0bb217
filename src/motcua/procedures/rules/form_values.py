"""Takes one typed answer of a form and gives its clean value, or the sentence that says how to type it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import phonenumbers

from motcua.base.vietnamese import looks_legacy, nfc, repair
from motcua.procedures.data import Field, FieldType, Pattern

from .codelists import choices_of
from .dates import bound, in_words, read_full, read_partial, span
from .words import BadValue

TEXT_LIMIT = 300
LONGTEXT_LIMIT = 5000
YES = {"true", "yes", "on", "1", "có", "co"}
NO = {"false", "no", "off", "0", "không", "khong"}
OLDEST = 130

_PATTERNS: dict[Pattern, tuple[str, str, str]] = {
    Pattern.TAX_CODE: (
        r"\d{10}(-?\d{3})?|\d{12}",
        "Mã số thuế gồm 10 số (chi nhánh thêm -001) hoặc là số định danh 12 số.",
        "A tax code has 10 digits (a branch adds -001) or is the 12-digit personal number.",
    ),
    Pattern.OLD_IDENTITY_CARD: (
        r"\d{9}",
        "Số CMND cũ gồm 9 số.",
        "An old identity card number has 9 digits.",
    ),
    Pattern.PASSPORT: (
        r"[A-Z]{0,2}\d{6,9}",
        "Số hộ chiếu gồm 1–2 chữ cái và 6–9 số, ví dụ C1234567.",
        "A passport number has 1–2 letters and 6–9 digits, such as C1234567.",
    ),
    Pattern.LAND_SHEET: (r"\d{1,6}[A-Za-z]?", "Ghi số tờ, số thửa như trên giấy, ví dụ 125.", "Such as 125."),
    Pattern.VEHICLE_PLATE: (
        r"\d{2}[A-Z]{1,2}\d?-?\d{3}\.?\d{1,2}",
        "Ghi biển số như trên xe, ví dụ 37A-123.45.",
        "Write the plate as on the vehicle, such as 37A-123.45.",
    ),
}


def clean_text(raw: object, field: Field, today: date) -> str:
    """Normal form C, outer spaces gone, no control characters, length and pattern as the field says."""
    if not isinstance(raw, str | int):
        raise BadValue("Hãy ghi bằng chữ.", "Write text here.")
    text = nfc(str(raw)).replace("\r\n", "\n").strip()
    many = field.type == FieldType.LONGTEXT
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and not (many and c in "\n\t") for c in text):
        raise BadValue(
            "Có ký tự lạ; hãy gõ lại thay vì dán.", "There are strange characters; type instead of pasting."
        )
    limit = int(field.max if field.max is not None else LONGTEXT_LIMIT if many else TEXT_LIMIT)
    if len(text) > limit:
        raise BadValue(
            f"Dài {len(text)} ký tự; hãy rút còn {limit}.", f"{len(text)} characters; shorten to {limit}."
        )
    if field.min is not None and len(text) < int(field.min):
        raise BadValue(f"Hãy ghi ít nhất {field.min} ký tự.", f"Write at least {field.min} characters.")
    if not many and (encoding := looks_legacy(text)):
        raise BadValue(
            f"Chữ gõ bằng bảng mã cũ ({encoding}); hãy gõ lại bằng Unicode, có lẽ là “{repair(text)}”.",
            f"The text is in an old encoding ({encoding}); type it again, perhaps “{repair(text)}”.",
        )
    return _matched(text, field.pattern)


def _matched(text: str, pattern: Pattern | None) -> str:
    if pattern is None:
        return text
    if pattern == Pattern.PERSON_NAME:
        return clean_name(text)
    tidy = re.sub(r"\s", "", text).upper()
    shape, vi, en = _PATTERNS[pattern]
    if not re.fullmatch(shape, tidy):
        raise BadValue(vi, en)
    return tidy


def clean_name(raw: object) -> str:
    """A person's name: letters, spaces, ' - and . only."""
    text = " ".join(nfc(str(raw)).split()) if isinstance(raw, str) else ""
    if encoding := looks_legacy(text):
        raise BadValue(
            f"Họ tên gõ bằng bảng mã cũ ({encoding}); hãy gõ lại, có lẽ là “{repair(text)}”.",
            f"The name is in an old encoding ({encoding}); type it again, perhaps “{repair(text)}”.",
        )
    if (
        not 2 <= len(text) <= 100
        or not all(c.isalpha() or c in " '’-." for c in text)
        or not text[0].isalpha()
    ):
        raise BadValue(
            "Hãy ghi họ tên bằng chữ như trên giấy tờ, ví dụ Nguyễn Thị Hoa.",
            "Write the name in letters as on the papers, such as Nguyễn Thị Hoa.",
        )
    return text


def clean_personal_number(raw: object, field: Field | None = None, today: date | None = None) -> str:
    """12 digits; spaces and dots that people type between them are taken away."""
    text = re.sub(r"[\s.\-]", "", str(raw)) if isinstance(raw, str | int) else ""
    if not re.fullmatch(r"[0-9]{12}", text):
        raise BadValue(
            f"Số định danh gồm 12 số, bạn đã ghi {len(text)}; hãy xem trên thẻ căn cước.",
            f"A personal number has 12 digits, you wrote {len(text)}; look at the identity card.",
        )
    return text


def clean_date(raw: object, field: Field, today: date) -> str:
    """ISO date inside the field's bounds; partial only for `partial_date`."""
    text = read_full(raw) if field.type == FieldType.DATE else read_partial(raw)
    first, last = span(text)
    if field.min is not None and last < (low := bound(str(field.min), today)):
        raise BadValue(f"Ngày phải từ {in_words(low)} trở đi.", f"The date must be {in_words(low)} or later.")
    if field.max is not None and first > (high := bound(str(field.max), today)):
        if str(field.max) == "today":
            raise BadValue(
                "Ngày này chưa tới; hãy xem lại năm.", "This day has not come yet; look at the year."
            )
        raise BadValue(
            f"Ngày phải trước hoặc vào {in_words(high)}.", f"The date must be {in_words(high)} or before."
        )
    return text


def clean_choice(raw: object, field: Field, today: date) -> str:
    """The value of one of the choices."""
    if isinstance(raw, str) and any(raw == c.value for c in choices_of(field)):
        return raw
    raise BadValue("Hãy chọn một trong các mục đã cho.", "Choose one of the given items.")


def clean_yesno(raw: object, field: Field, today: date) -> bool:
    """True or false from what browsers and people send."""
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower() if isinstance(raw, str | int) else ""
    if text in YES or text in NO:
        return text in YES
    raise BadValue("Hãy chọn Có hoặc Không.", "Choose yes or no.")


def clean_whole(raw: object, field: Field, today: date) -> int:
    """An integer; for money the dots, commas, spaces and "đ" that people write are understood."""
    money = field.type == FieldType.MONEY
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise _not_a_number()
    if isinstance(raw, float) and not raw.is_integer():
        raise _not_a_number()
    text = str(int(raw)) if isinstance(raw, float) else str(raw).strip()
    if money:
        text = re.sub(r"(?i)\s*(đồng|đ|vnđ|vnd)\.?$", "", text)
    grouped = re.fullmatch(r"-?[0-9]{1,3}(?:([., ])[0-9]{3})(?:\1[0-9]{3})*", text)
    if grouped:
        text = re.sub(r"[., ]", "", text)
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise _not_a_number()
    number = int(text)
    _check_range(Decimal(number), field, " đồng" if money else "")
    return number


def clean_decimal(raw: object, field: Field, today: date) -> str:
    """A decimal as text with a point. A comma is the decimal sign, as Vietnamese writes; "1.234,5" is understood.

    "1.234" alone may mean either: it is asked back. (So a clean value never has exactly three decimals: a nought
    is added, and cleaning twice gives the same.)
    """
    text = (
        str(raw).strip().replace(" ", "")
        if isinstance(raw, str | int | float) and not isinstance(raw, bool)
        else ""
    )
    if re.fullmatch(r"-?[1-9][0-9]{0,2}\.[0-9]{3}", text) and isinstance(raw, str):
        joined = text.replace(".", "")
        raise BadValue(
            f"“{text}” có thể hiểu hai cách; hãy ghi {joined} hoặc {text.replace('.', ',')}.",
            f"“{text}” can be read two ways; write {joined} or {text.replace('.', ',')}.",
        )
    if "," in text:
        text = text.replace(".", "").replace(",", ".", 1)
    elif text.count(".") > 1:
        text = text.replace(".", "")
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", text):
        raise _not_a_number()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _not_a_number() from None
    _check_range(number, field, f" {field.unit_of_measure}" if field.unit_of_measure else "")
    out = format(number, "f")
    return out + "0" if re.search(r"\.[0-9]{3}$", out) else out


def _not_a_number() -> BadValue:
    return BadValue("Hãy ghi một số, không kèm chữ.", "Write a number without words.")


def _check_range(number: Decimal, field: Field, unit: str) -> None:
    if field.min is not None and number < Decimal(str(field.min)):
        raise BadValue(
            f"Số này phải từ {field.min}{unit} trở lên.", f"This must be {field.min}{unit} or more."
        )
    if field.max is not None and number > Decimal(str(field.max)):
        raise BadValue(
            f"Số này phải không quá {field.max}{unit}.", f"This must not exceed {field.max}{unit}."
        )


def clean_phone(raw: object, field: Field, today: date) -> str:
    """E.164, read as a Vietnamese number when no country is given."""
    try:
        number = phonenumbers.parse(str(raw)[:40], "VN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise BadValue(
            "Hãy ghi số điện thoại đủ số, ví dụ 0912 345 678.", "Write the whole number: 0912 345 678."
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def clean_email(raw: object, field: Field, today: date) -> str:
    """An address with one @ and a dotted domain, domain in lower case."""
    text = str(raw).strip()
    if len(text) > 254 or not re.fullmatch(
        r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+", text
    ):
        raise BadValue("Hãy ghi thư điện tử dạng ten@vidu.vn.", "Write an address such as name@example.vn.")
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def clean_unit_key(raw: object, known_unit: Callable[[str], bool] | None) -> str:
    """Key of an administrative unit that `known_unit` knows."""
    text = str(raw).strip() if isinstance(raw, str) else ""
    if not re.fullmatch(r"[0-9A-Za-z_\-]{1,40}@[0-9]{8}", text) or (known_unit and not known_unit(text)):
        raise BadValue(
            "Không có đơn vị hành chính này; hãy chọn tên xã, phường trong danh sách.",
            "There is no such unit; choose the commune or ward from the list.",
        )
    return text


def clean_files(raw: object, field: Field, today: date) -> list[str]:
    """Ids of stored files, each once."""
    items = raw if isinstance(raw, list | tuple) else [raw]
    out: list[str] = []
    for item in items:
        try:
            text = str(UUID(str(item)))
        except ValueError:
            raise BadValue(
                "Tệp chưa tải lên xong; hãy chọn lại tệp.", "The file is not here yet; pick it again."
            ) from None
        if text not in out:
            out.append(text)
    most = int(field.max) if field.max is not None else 20
    if len(out) > most:
        raise BadValue(f"Chỉ nhận {most} tệp; hãy bỏ bớt.", f"Only {most} files; remove some.")
    return out


Cleaner = Callable[[Any, Field, date], Any]
CLEANERS: Mapping[FieldType, Cleaner] = {
    FieldType.TEXT: clean_text,
    FieldType.LONGTEXT: clean_text,
    FieldType.PERSONAL_NUMBER: clean_personal_number,
    FieldType.DATE: clean_date,
    FieldType.PARTIAL_DATE: clean_date,
    FieldType.CHOICE: clean_choice,
    FieldType.YESNO: clean_yesno,
    FieldType.MONEY: clean_whole,
    FieldType.INTEGER: clean_whole,
    FieldType.DECIMAL: clean_decimal,
    FieldType.PHONE: clean_phone,
    FieldType.EMAIL: clean_email,
    FieldType.FILE: clean_files,
}
