"""Codes on paper."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from motcua.documents.rules.codes import (
    NotAVerifyCode,
    digital_code,
    new_verify_code,
    printed_number,
    qr_text,
    read_verify_code,
)


def test_codes_are_read_as_people_write_them() -> None:
    assert read_verify_code(" k7qd 3m2x-9pta ") == "K7QD-3M2X-9PTA"
    assert read_verify_code("https://x.vn/xac-minh/K7QD-3M2X-9PTA#hs=1") == "K7QD-3M2X-9PTA"
    assert read_verify_code("OIL0-0000-0000") == "0110-0000-0000"


def test_every_new_code_reads_back_and_is_new() -> None:
    codes = {new_verify_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(read_verify_code(code.lower()) == code for code in codes)


@given(st.text(max_size=40))
def test_anything_else_is_refused(text: str) -> None:
    try:
        code = read_verify_code(text)
    except NotAVerifyCode:
        return
    assert read_verify_code(code) == code


def test_numbers_are_printed_as_the_decree_says() -> None:
    assert printed_number(3, "GKS") == "03/GKS"
    assert printed_number(1234, "QĐ-UBND") == "1234/QĐ-UBND"
    assert printed_number(7, "") == "07"


def test_a_digitised_paper_without_an_owner_keeps_the_place_empty() -> None:
    assert digital_code("040325000017", "KQ.G15.1") == "040325000017.KQ.G15.1"
    assert digital_code("", "KQ.G15.1") == ".KQ.G15.1"


def test_the_qr_opens_the_page_and_carries_the_facts_behind_it() -> None:
    text = qr_text("https://x.vn/", "K7QD-3M2X-9PTA", {"hs": "A-1", "ten": "Giấy khai sinh", "dd": ""})
    parts = urlsplit(text)
    assert (parts.path, parts.query) == ("/xac-minh/K7QD-3M2X-9PTA", "")
    assert parse_qs(parts.fragment) == {"hs": ["A-1"], "ten": ["Giấy khai sinh"]}
