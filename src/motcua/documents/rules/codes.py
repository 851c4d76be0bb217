"""Codes that papers carry: the verification code, the printed number, the code of a digitised paper, the QR."""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote, urlencode

from motcua.base.errors import DomainError

# Crockford's alphabet: nothing that is mistaken for another sign when read from paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SIGNS = 12  # 60 bits: nobody finds a paper by trying
_LOOKALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


class NotAVerifyCode(DomainError):
    """This is not a verification code. It has 12 letters and digits, printed beside the QR code."""

    message_vi = "Đây không phải mã xác minh. Mã gồm 12 chữ và số, in cạnh mã QR trên giấy tờ."


def new_verify_code() -> str:
    """A code that cannot be guessed, in groups: "K7QD-3M2X-9PTA"."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
    return grouped(signs)


def grouped(signs: str) -> str:
    """Twelve signs in three groups."""
    return "-".join(signs[start : start + 4] for start in range(0, CODE_SIGNS, 4))


def read_verify_code(text: str) -> str:
    """The code in what somebody typed or scanned (lower case, spaces, the whole address)."""
    tail = text.strip().split("#")[0].rstrip("/").rsplit("/", 1)[-1]
    signs = re.sub(r"[\s\-.\u2010-\u2015]", "", tail).upper().translate(_LOOKALIKE)
    if len(signs) != CODE_SIGNS or any(sign not in ALPHABET for sign in signs):
        raise NotAVerifyCode(text[:40])
    return grouped(signs)


def printed_number(number: int, symbol: str) -> str:
    """The number with its symbol as an office prints it: below 10 with a zero (NĐ 30/2020, Phụ lục I)."""
    shown = f"{number:02d}"
    return f"{shown}/{symbol}" if symbol else shown


def digital_code(owner_number: str, type_code: str) -> str:
    """The code of a digitised paper: owner's identifier, then the type's code (TT 01/2023/TT-VPCP Đ.10).

    Without an identifier that part stays empty. The rule is second-hand and the separator from memory: the
    published text that we could read leaves it out.
    """
    return f"{owner_number.strip()}.{type_code.strip()}"


def qr_text(public_url: str, code: str, facts: dict[str, str]) -> str:
    """What the QR of a paper holds: the verify address, then the facts that TT 01/2023/TT-VPCP Đ.26 asks for.

    The facts come after "#": a phone shows the page, an office's reader finds the dossier code, the procedure
    and the paper's name without asking us, and no web server on the way gets to see them.
    """
    return with_facts(f"{public_url.rstrip('/')}/xac-minh/{code}", facts)


def with_facts(address: str, facts: dict[str, str]) -> str:
    """`address` with what is known of `facts` behind a "#"."""
    known = {key: value for key, value in facts.items() if value}
    return f"{address}#{urlencode(known, quote_via=quote)}" if known else address
