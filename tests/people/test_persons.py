"""Names, birth dates, phones: what is refused, with a sentence that helps."""

from __future__ import annotations

from datetime import date

import pytest

from motcua.people.api import (
    BirthDateInFuture,
    BirthDateTooOld,
    DatePrecision,
    InvalidEmail,
    InvalidName,
    InvalidPhone,
    LegacyEncodedName,
    age_on,
    check_birth_date,
    check_email,
    check_name,
    check_phone,
    is_minor,
    mask_email,
    mask_phone,
    official_name,
)
from motcua.people.rules.persons import dob_iso

ON = date(2026, 11, 23)


@pytest.mark.parametrize("name", ["Nguyễn Thị Hoa", "H'Hen Niê", "Y Blôk Êban", "Vừ Y Pà", "Anna-Maria Lê"])
def test_real_names_pass(name: str) -> None:
    assert check_name(f"  {name.replace(' ', '   ')} ") == name


@pytest.mark.parametrize("name", ["", "A", "1234", "Hoa2", "<b>Hoa</b>", "Hoa; DROP", "x" * 101, "'Hoa"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidName):
        check_name(name)


def test_a_name_in_an_old_encoding_is_refused_with_what_was_meant() -> None:
    with pytest.raises(LegacyEncodedName) as error:
        check_name("NguyÔn V¨n Hïng")
    assert "Nguyễn Văn Hùng" in error.value.public()
    assert "Nguyễn Văn Hùng" in error.value.public("en")


def test_decomposed_letters_become_composed() -> None:
    assert check_name("Nguye\u0302\u0303n Thi\u0323 Hoa") == "Nguyễn Thị Hoa"


def test_birth_in_the_future_or_long_ago_is_refused() -> None:
    with pytest.raises(BirthDateInFuture):
        check_birth_date(date(2026, 11, 24), DatePrecision.DAY, on=ON)
    with pytest.raises(BirthDateTooOld):
        check_birth_date(date(1890, 1, 1), DatePrecision.DAY, on=ON)
    assert check_birth_date(ON, DatePrecision.DAY, on=ON) == ON


def test_a_date_is_never_shown_more_precise_than_it_is_known() -> None:
    assert check_birth_date(date(1959, 3, 8), DatePrecision.YEAR, on=ON) == date(1959, 1, 1)
    assert dob_iso(date(1959, 1, 1), DatePrecision.YEAR) == "1959"
    assert dob_iso(date(1959, 3, 1), DatePrecision.MONTH) == "1959-03"
    assert dob_iso(None, DatePrecision.DAY) is None


def test_age_turns_on_the_birthday() -> None:
    born = date(2008, 11, 23)
    assert (age_on(born, date(2026, 11, 22)), age_on(born, ON)) == (17, 18)
    assert is_minor(born, date(2026, 11, 22))
    assert not is_minor(born, ON)
    assert not is_minor(None, ON)


@pytest.mark.parametrize("phone", ["12", "0912", "abc", "0123456789012345", "+84 12"])
def test_wrong_phones(phone: str) -> None:
    with pytest.raises(InvalidPhone):
        check_phone(phone)


def test_phones_take_one_form() -> None:
    assert check_phone("0912 345 678") == check_phone("+84 912.345.678") == "+84912345678"
    assert check_phone("+1 650-253-0000") == "+16502530000"


@pytest.mark.parametrize(
    "email", ["", "hoa", "hoa@", "@x.vn", "hoa@x", "a b@x.vn", "a@b@x.vn", "a@x..vn", "a\n@x.vn"]
)
def test_wrong_emails(email: str) -> None:
    with pytest.raises(InvalidEmail):
        check_email(email)


def test_masks_and_official_form() -> None:
    assert check_email("Hoa.Nguyen@EXAMPLE.com") == "Hoa.Nguyen@example.com"
    assert mask_phone("+84912345678").endswith("678")
    assert "912345" not in mask_phone("+84912345678")
    assert mask_email("hoa@example.com") == "h••••@example.com"
    assert official_name("Nguyễn Thị Hoa") == "NGUYỄN THỊ HOA"
