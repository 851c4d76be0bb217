"""Names, dates, numbers and telephones as offices write them, one by one and by column."""

from __future__ import annotations

import random
import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.base.vietnamese import (
    is_personal_number,
    read_date,
    read_number,
    read_phone,
    standard_name,
    standard_word,
)
from motcua.quality.rules import facts, names
from motcua.quality.rules.names import FOLD, NameReader


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("NGUYỄN VĂN HÙNG", "nguyễn văn hùng", None),
        ("Nguyeenx Vawn Hufng", "nguyễn văn hùng", "spelling"),
        ("Nguye64n Va8n Hu2ng", "nguyễn văn hùng", "spelling"),
        ("NguyÔn V¨n Hïng", "nguyễn văn hùng", "encoding"),
        ("Nguyeãn Vaên Huøng", "nguyễn văn hùng", "encoding"),
        (unicodedata.normalize("NFD", "Nguyễn Văn Hùng"), "nguyễn văn hùng", "composition"),
        ("Hộ ông Nguyễn Văn Hùng", "nguyễn văn hùng", "respect"),
        ("Ông/Bà Nguyễn Thị Lan", "nguyễn thị lan", "respect"),
        ("Trần Thị Lan (chủ hộ)", "trần thị lan", "remark"),
        ("Ng. V. Hùng", "nguyễn v hùng", "abbreviation"),
        ("Ng~ Văn Hùng", "nguyễn văn hùng", "abbreviation"),
        ("NguyễnVăn Hùng", "nguyễn văn hùng", "spelling"),
        ("Lý Mỹ Thuỷ", "lí mĩ thủy", "spelling"),
        ('  "Lê  Văn  Tám", ', "lê văn tám", None),
        ("không rõ", "", "placeholder"),
        ("---", "", None),
    ],
)
def test_a_name_has_one_form_and_says_what_was_done(text: str, value: str, rule: str | None) -> None:
    found = standard_name(text)
    assert found.value == value
    assert found.original == text
    assert rule is None or rule in found.rules


@pytest.mark.parametrize("text", ["Ông Thị My", "Bá Nghệ", "Và Bá Chù", "Hồ Văn Ba", "Anh Thơ"])
def test_a_name_that_looks_like_a_word_of_respect_stays(text: str) -> None:
    assert len(standard_name(text).value.split()) == len(text.split())


def test_two_people_on_one_certificate() -> None:
    found = standard_name("ông Trần Văn An và bà Lê Thị Bình")
    assert (found.value, found.other) == ("trần văn an", "lê thị bình")


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("17/3/1985", 19850317),
        ("1985-03-17", 19850317),
        ("17.03.1985", 19850317),
        ("19850317", 19850317),
        ("17031985", 19850317),
        ("17/3/85", 19850317),
        ("17/3/05", 20050317),
        ("03/17/1985", 19850317),
        ("1985-03-17 00:00:00", 19850317),
        ("31123", 19850317),
        ("31123.0", 19850317),
        ("1985", 19850000),
        ("03/1985", 19850300),
        ("31/02/1985", 19850000),
        ("01/01/1985", 19850101),
        ("", 0),
        ("không nhớ", 0),
        ("99999999", 0),
    ],
)
def test_a_date_is_read_or_left(text: str, packed: int) -> None:
    assert read_date(text).packed == packed


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("040085123456", "040085123456", "personal"),
        ("40085123456", "040085123456", "personal"),
        ("40085123456.0", "040085123456", "personal"),
        ("040 085 123 456", "040085123456", "personal"),
        ("O4OO85l23456", "040085123456", "personal"),
        ("186102788", "186102788", "card"),
        ("86102788", "086102788", "card"),
        ("4.00851E+10", "400851", "part"),
        ("0400851234", "0400851234", "part"),
        ("123456789", "", ""),
        ("000000000000", "", ""),
        ("Chưa có", "", ""),
    ],
)
def test_an_identity_number_is_read_by_its_structure(text: str, value: str, kind: str) -> None:
    found = read_number(text)
    assert (found.value, found.kind) == (value, kind)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0912345679", "0912345679"),
        ("+84 912 345 679", "0912345679"),
        ("912345679", "0912345679"),
        ("0168 123 4567", "0381234567"),
        ("0000000000", ""),
        ("12", ""),
    ],
)
def test_a_telephone(text: str, value: str) -> None:
    assert read_phone(text) == value


TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="aăâđeêioôơuưyáàảãạnghtrmc NV.,()'~0123456789-/", max_size=40),
)


VIETNAMESE = st.text(alphabet="aăâđeêioôơuưyáàảãạếễộựnghtrmclsv NVLTH.,()", max_size=40)


@settings(max_examples=400, deadline=None)
@given(VIETNAMESE)
def test_the_standard_form_of_a_name_is_stable(text: str) -> None:
    once = standard_name(text).value
    assert standard_name(once.upper()).value == standard_name(once).value


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_no_text_breaks_the_readers(text: str) -> None:
    assert standard_name(text).original == text
    assert read_date(text).packed >= 0
    assert read_number(text).kind in {"personal", "card", "part", ""}
    assert read_phone(text) == "" or len(read_phone(text)) == 10


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=12))
def test_columns_say_the_same_as_the_rule(texts: list[str]) -> None:
    clean, other = names._cleaned(pl.Series(texts, dtype=pl.String))
    for text, value, second in zip(texts, clean, other, strict=True):
        rule = standard_name(text)
        assert " ".join(map(standard_word, value.split(" "))) == rule.value
        assert second == rule.other


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(TEXTS, st.from_regex(r"\d{6,13}(\.0)?", fullmatch=True)), min_size=1, max_size=12))
def test_number_columns_say_the_same_as_the_rule(texts: list[str]) -> None:
    whole, piece = facts.numbers(pl.Series(texts, dtype=pl.String))
    for text, number, part in zip(texts, whole, piece, strict=True):
        read = read_number(text)
        if read.kind == "personal":
            assert f"{number:012d}" == read.value
        elif read.kind == "card":
            assert number == 10**12 + int(read.value)
        else:
            assert number == 0
            assert part == 0 or str(part)[1:] == read.value


def test_random_personal_numbers_have_the_structure() -> None:
    rng = random.Random(4)
    for _ in range(200):
        number = f"{rng.randrange(1, 97):03d}{rng.randrange(4)}{rng.randrange(36):02d}{rng.randrange(1, 999_999):06d}"
        assert is_personal_number(number) == bool(facts._structured(np.array([int(number)]))[0])


def test_names_of_one_person_have_one_key() -> None:
    reader = NameReader()
    writings = ["Hoàng Văn Lý", "HUỲNH VĂN LÍ", "hoàng  văn lý", "Hoangf Vawn Lys"]
    ids = reader.take(pl.Series(writings))
    table, first, _ = reader.finish()
    assert len(set(table.rows[first[ids], FOLD])) == 1


def test_years_hidden_in_numbers() -> None:
    whole = np.array([40085123456, 0, 10**12 + 40085123, 10**12 + 186102788])
    piece = np.array([0, 1400851, 0, 0])
    assert list(facts.years(whole, piece)) == [19850000, 19850000, 19850000, 0]


def test_a_shared_telephone_says_nothing() -> None:
    phone = np.array([912345679] * 20 + [987654320, 0], dtype=np.uint32)
    assert list(facts.without_shared(phone)[-2:]) == [987654320, 0]
    assert not facts.without_shared(phone)[:20].any()
