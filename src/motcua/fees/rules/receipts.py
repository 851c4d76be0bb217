"""How receipts are numbered, and until when a leaf of a printed book may be given: dated law, not code."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import yaml

from motcua.base.data import Source, Validity
from motcua.base.errors import DomainError
from motcua.fees.data import ReceiptForm
from motcua.fees.rules.law import FOLDER


class FormNotAllowed(DomainError):
    """From {day} on only electronic receipts may be given (NĐ 254/2026/NĐ-CP Art. 44.2)."""

    message_vi = "Từ ngày {day} chỉ được dùng biên lai điện tử (NĐ 254/2026/NĐ-CP Đ.44.2)."


class PaperInvalid(DomainError):
    """Type the series and number printed on the leaf: letters, digits, / and - ; a number of up to 8 digits."""

    message_vi = "Hãy ghi ký hiệu và số in trên tờ biên lai: chữ, số, dấu / và -; số không quá 8 chữ số."


@lru_cache(maxsize=1)
def forms() -> dict[ReceiptForm, tuple[Validity, Source]]:
    """Each form of receipt with the days on which it may be given and the law that says so."""
    raw: dict[str, Any] = yaml.safe_load((FOLDER / "receipts.yaml").read_text(encoding="utf-8"))
    return {
        ReceiptForm(one["form"]): (
            Validity(start=one["valid_from"], end=one.get("valid_to")),
            Source.from_mapping(one["source"]),
        )
        for one in raw["receipts"]
    }


def allowed(form: ReceiptForm, day: date) -> bool:
    """May a receipt of this form be given on `day`?"""
    return forms()[form][0].contains(day)


def check_form(form: ReceiptForm, day: date) -> None:
    """Raise `FormNotAllowed` unless it may be given on `day`."""
    if not allowed(form, day):
        end = forms()[form][0].end
        raise FormNotAllowed(str(form), day=f"{end:%d/%m/%Y}" if end else "")


def receipt_number(year: int, number: int) -> str:
    """How an electronic receipt's number is written: "2026-0000012" (our default: the form is the issuer's)."""
    return f"{year}-{number:07d}"


def written(form: ReceiptForm, series: str, number: int) -> str:
    """How a receipt's number is written: a leaf's own series and seven digits, as in the printed book."""
    return f"{series}-{number:07d}" if form is ReceiptForm.ELECTRONIC else f"{series} {number:07d}"


def check_paper(series: str, number: int) -> None:
    """Raise `PaperInvalid` for what no printed book has."""
    plain = series.replace("/", "").replace("-", "")
    if not (plain.isascii() and plain.isalnum() and len(series) <= 20 and 1 <= number <= 99_999_999):
        raise PaperInvalid(f"{series} {number}")
