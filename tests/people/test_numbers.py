"""Personal numbers and tax codes: structure, agreement with the person, and an independent judge."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.vn import mst

from motcua.people.api import (
    InvalidOldIdNumber,
    InvalidPersonalNumber,
    InvalidTaxCode,
    PersonalNumberMismatch,
    Sex,
    check_old_id_number,
    check_personal_number,
    check_tax_code,
    is_personal_number,
    is_tax_code,
    mask_number,
    parse_personal_number,
    tax_code_for,
    tidy_number,
)
from motcua.people.rules.numbers import number_rules


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("040085000001", Sex.MALE, 1985),
        ("040190000001", Sex.FEMALE, 1990),
        ("040204000001", Sex.MALE, 2004),
        ("040319000001", Sex.FEMALE, 2019),
        ("040400000001", Sex.MALE, 2100),
    ],
)
def test_says_sex_and_year(number: str, sex: Sex, year: int) -> None:
    parts = parse_personal_number(number)
    assert (parts.place, parts.sex, parts.year) == ("040", sex, year)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "04019000011",
        "0401900001123",
        "04019000011a",
        "000190000112",
        "003190000112",
        "099190000112",
        "٠٤٠١٩٠٠٠٠١١٢",
    ],
)
def test_structure_that_cannot_be_is_refused(number: str) -> None:
    with pytest.raises(InvalidPersonalNumber) as error:
        check_personal_number(number)
    assert "12 chữ số" in error.value.public()
    assert not is_personal_number(number)


def test_sex_and_year_must_agree_and_the_message_names_which() -> None:
    with pytest.raises(PersonalNumberMismatch) as error:
        check_personal_number("040190000112", sex=Sex.MALE)
    assert "giới tính" in error.value.public()
    with pytest.raises(PersonalNumberMismatch) as error:
        check_personal_number("040190000112", dob=date(1991, 1, 1))
    assert "năm sinh" in error.value.public()
    assert "year of birth" in error.value.public("en")
    assert check_personal_number("040190000112", sex=Sex.UNKNOWN, dob=date(1990, 12, 31)).year == 1990


def test_nobody_has_a_number_before_birth() -> None:
    with pytest.raises(InvalidPersonalNumber):
        check_personal_number("040227000001", on=date(2026, 11, 23))


def test_sixty_three_provinces_keep_their_codes() -> None:
    codes = number_rules().province_codes
    assert len(codes) == 63
    assert {"001", "040", "079", "096"} <= codes


@given(st.integers(0, 3), st.integers(0, 99), st.integers(0, 999999))
def test_taking_apart_and_putting_together(mark: int, year: int, serial: int) -> None:
    number = f"040{mark}{year:02d}{serial:06d}"
    parts = parse_personal_number(number)
    again = (parts.year - 1900) // 100 * 2 + (parts.sex is Sex.FEMALE)
    assert number == f"{parts.place}{again}{parts.year % 100:02d}{parts.serial}"


@given(st.from_regex(r"[0-9]{10}", fullmatch=True))
def test_tax_codes_agree_with_an_independent_judge(code: str) -> None:
    assert is_tax_code(code) == mst.is_valid(code)


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(0, 999))
def test_tax_codes_of_branches_agree_too(start: str, branch: int) -> None:
    code = tax_code_for(start)
    if code is not None:
        assert mst.is_valid(code)
        assert is_tax_code(f"{code}-{branch:03d}") == mst.is_valid(f"{code}{branch:03d}")


def test_a_personal_number_is_a_tax_code_only_since_july_2025() -> None:
    with pytest.raises(InvalidTaxCode):
        check_tax_code("040190000112", on=date(2025, 6, 30))
    assert check_tax_code("040190000112", on=date(2025, 7, 1)) == "040190000112"
    with pytest.raises(InvalidTaxCode):
        check_tax_code("000190000112", on=date(2025, 7, 1))


def test_old_card_numbers_have_nine_digits() -> None:
    assert check_old_id_number("186543210") == "186543210"
    for wrong in ("18654321", "1865432100", "18654321x"):
        with pytest.raises(InvalidOldIdNumber):
            check_old_id_number(wrong)


def test_what_scanners_and_fingers_add_is_taken_off() -> None:
    assert tidy_number(" 040 190.000-112\u200b") == "040190000112"


def test_masked_numbers_show_only_their_ends() -> None:
    assert mask_number("040190000112") == "040•••••••12"
    assert mask_number(None) == ""
    assert "190" not in mask_number("040190000112")
