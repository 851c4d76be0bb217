"""The library of Vietnamese text as its page tells it, and what registers hold word by word."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from motcua.base.vietnamese import name_differences, phone, read_date, read_number, standard_name

PAGE = Path(__file__).resolve().parents[2] / "docs" / "vietnamese.md"


def test_the_examples_of_the_page_are_true() -> None:
    done = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert done.attempted > 25
    assert done.failed == 0


@pytest.mark.parametrize(
    ("text", "one", "two"),
    [
        ("ông Nguyễn Văn An, bà Trần Thị Bình", "nguyễn văn an", "trần thị bình"),
        ("ông Lê Văn Tám - bà Hồ Thị Lý", "lê văn tám", "hồ thị lí"),
        ("ông Nguyễn Văn An, vợ là bà Trần Thị Bình", "nguyễn văn an", "trần thị bình"),
        ("Bùi Thị Kim Oanh/Nguyễn Văn Bình", "bùi thị kim oanh", "nguyễn văn bình"),
        ("Hộ ông: Lô Văn Tâm & bà Vi Thị Hoa", "lô văn tâm", "vi thị hoa"),
        ("Trần Văn Hùng/Hà Nội", "trần văn hùng hà nội", ""),
        ("Lê Thị Hoa, Nghệ An", "lê thị hoa nghệ an", ""),
    ],
)
def test_two_people_in_one_cell(text: str, one: str, two: str) -> None:
    found = standard_name(text)
    assert (found.value, found.other) == (one, two)
    assert ("couple" in found.rules) == bool(two)


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("Ðặng Văn Đức", "đặng văn đức", "letter"),  # the Icelandic letter
        ("Lê Thị Quỳnh Nhƣ", "lê thị quỳnh như", "letter"),  # copied out of a PDF
        ("Nguyễn Văn Hùng 1985", "nguyễn văn hùng", "remark"),
        ("Nguyễn Văn An (đã chết), 1950", "nguyễn văn an", "remark"),
        ("Phạm Thij Huowng", "phạm thị hương", "spelling"),
    ],
)
def test_each_rule_says_what_it_changed(text: str, value: str, rule: str) -> None:
    found = standard_name(text)
    assert found.value == value
    assert found.original == text
    changes = [change for change in found.changes if change.rule == rule]
    assert changes
    assert all(change.before != change.after for change in changes)


@pytest.mark.parametrize(
    ("one", "two", "steps"),
    [
        ("Võ Thị Hoà", "Vũ Thị Hòa", ("family_spelling",)),
        ("Vo Thi Hoa", "Vũ Thị Hòa", ("family_spelling", "accents")),
        ("Đ. V. Hùng", "Đặng Văn Hùng", ("initials",)),
        ("T. Hoa", "Trần Hoa", ("initials",)),
        ("nguyeenx vawn hungf", "NGUYỄN VĂN HÙNG", ()),
        ("Trần Hoa", "Trần Thị Quỳnh Hoa", ("middle_omitted",)),
        ("Hoa Trần Thị", "tran thi hoa", ("accents", "order")),
        ("Nguyễn Thị Mỹ", "Nguyễn Thị Mĩ", ()),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hòa", None),
        ("Trần Văn Hùng", "Nguyễn Văn Hùng", None),
        ("", "Nguyễn Văn Hùng", None),
        ("không rõ", "không rõ", None),
    ],
)
def test_what_must_have_happened_to_a_name(one: str, two: str, steps: tuple[str, ...] | None) -> None:
    assert name_differences(one, two) == steps
    assert name_differences(two, one) == steps


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("17 tháng 3 năm 1985", 19850317),
        ("ngày 17 tháng 03 năm 1985", 19850317),
        ("Mar 17, 1985", 19850317),
        ("17-Mar-85", 19850317),
        ("1985/17/03", 19850317),
        ("31123.75", 19850317),
        ("3.1123E+04", 19850317),
        ("０１/０２/１９９０", 19900201),
        ("1950?", 19500000),
        ("khoảng 1950", 19500000),
        ("Tháng 3/1985", 19850300),
        ("3.1E+04", 0),  # the digits are lost
        ("12 tháng 5", 0),
        ("85", 0),
        ("--/--/1985", 19850000),
    ],
)
def test_a_date_says_only_what_it_says(text: str, packed: int) -> None:
    assert read_date(text).packed == packed
    assert read_date(text).original == text


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("4.0085123456E+10", "040085123456", "personal"),
        ("4.00851E+10", "400851", "part"),
        ("CMND 186102788", "186102788", "card"),
        ("Số CCCD: 040 085 123 456", "040085123456", "personal"),
        ("040085123456 cấp ngày 1/1/2021", "040085123456", "personal"),
        ("040085123456 (mới)", "040085123456", "personal"),
        ("186102788/040085123456", "040085123456", "personal"),
        ("186102788/186102789", "", ""),
        ("099085123456", "099085123456", "part"),  # no such province
        ("040785123456", "040785123456", "part"),  # nobody of that century lives
        ("Nguyễn Văn An", "", ""),
    ],
)
def test_a_number_is_read_out_of_what_stands_around_it(text: str, value: str, kind: str) -> None:
    found = read_number(text)
    assert (found.value, found.kind) == (value, kind)
    assert found.original == text


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("0238 3844 455", "02383844455", "separators"),
        ("0912345679/0987654312", "0912345679", "first_of_several"),
        ("1681234567", "0381234567", "old_prefix"),
        ("O912345679", "0912345679", "letter_for_digit"),
        ("0084912345679", "0912345679", "country_code"),
        ("912345679.0", "0912345679", "lost_zero"),
        ("9.12346E+08", "", "no_telephone"),
        ("091234567", "", "no_telephone"),
    ],
)
def test_a_telephone_says_how_it_was_read(text: str, value: str, rule: str) -> None:
    found = phone(text)
    assert found.value == value
    assert rule in found.rules
