"""Answers of e-forms: conditions, shapes, bounds, tables, and sentences that say what to do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.procedures.data import FormDefinition, decode, read_entry
from motcua.procedures.rules.codelists import code_lists
from motcua.procedures.rules.dates import add_months, bound, read_partial
from motcua.procedures.rules.forms import nest, validate, visible_fields, visible_groups
from motcua.procedures.rules.words import BadValue

from .factories import example

TODAY = date(2025, 3, 14)
FORM = read_entry(example())[-1].content.form
assert FORM is not None
UNIT = "17329@20250701"
GOOD: dict[str, Any] = {
    "applicant": {"full_name": "Nguyễn Thị Hoa", "personal_number": "040190001234", "dob": "1990"},
    "relation": "mother",
    "child_name": "Nguyễn An",
    "child_dob": "2025-03-01",
    "child_sex": "female",
    "born_at_facility": True,
    "mother_dob": "1990",
    "residence_address": {"unit": UNIT, "detail": "Xóm 3"},
}


def check(**changes: Any) -> Any:
    answers = {k: v for k, v in (GOOD | changes).items() if v is not None}
    return validate(FORM, answers, today=TODAY, known_unit=lambda key: key == UNIT)


def form(*fields: dict[str, Any], **rest: Any) -> FormDefinition:
    return decode(
        FormDefinition,
        {"key": "f", "title_vi": "F", "groups": [{"key": "g", "title_vi": "G", "fields": fields}], **rest},
    )


def one(raw: object, **field: Any) -> Any:
    """What one field makes of one answer: its clean value, or the Vietnamese sentence."""
    found = validate(form({"key": "x", "label_vi": "X", **field}), {"x": raw}, today=TODAY)
    return found.errors["x"].vi if found.errors else found.values.get("x")


def test_good_answers_pass_and_cleaning_twice_changes_nothing() -> None:
    found = check()
    assert found.ok
    again = validate(FORM, found.values, today=TODAY)
    assert again.values == found.values
    assert again.ok


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"child_dob": "2025-03-15"}, "child_dob", "chưa tới"),
        ({"child_dob": "1950-01-01"}, "child_dob", "từ"),
        ({"child_dob": "30/02/2025"}, "child_dob", "Không có ngày"),
        ({"child_dob": "2025"}, "child_dob", "đủ ngày"),
        ({"child_name": None}, "child_name", "Hãy điền"),
        ({"child_name": "Nguy3n"}, "child_name", "bằng chữ"),
        ({"child_name": "NguyÔn V¨n B×nh"}, "child_name", "bảng mã cũ"),
        ({"child_sex": "x"}, "child_sex", "Hãy chọn"),
        ({"child_sex": None}, "child_sex", "Hãy chọn"),
        ({"applicant": {"full_name": "Nguyễn Thị Hoa"}}, "applicant.personal_number", "12 số"),
        ({"applicant": "Hoa"}, "applicant", "thông tin"),
        (
            {"applicant": {"full_name": "Nguyễn Hoa", "personal_number": "04019000123"}},
            "applicant.personal_number",
            "bạn đã ghi 11",
        ),
        (
            {"applicant": {"full_name": "Nguyễn Hoa", "personal_number": "040190001234", "dob": "1991"}},
            "applicant.personal_number",
            "không khớp",
        ),
        (
            {"applicant": {"full_name": "Nguyễn Hoa", "personal_number": "040190001234", "dob": "2030"}},
            "applicant.dob",
            "chưa tới",
        ),
        ({"residence_address": {"unit": "99999@20250701"}}, "residence_address.unit", "danh sách"),
        ({"residence_address": {"unit": "Vinh"}}, "residence_address.unit", "danh sách"),
        ({"born_at_facility": "maybe"}, "born_at_facility", "Có hoặc Không"),
        ({"mother_dob": None}, "mother_dob", "ngày hoặc năm sinh"),
        ({"capital": "2.000.000.000"}, "capital", "không quá"),
        ({"papers": ["no-id"]}, "papers", "chọn lại tệp"),
        ({"phone": "12"}, "phone", "đủ số"),
        ({"email": "a@b"}, "email", "ten@vidu.vn"),
        ({"reason": "a\x07b"}, "reason", "ký tự lạ"),
        ({"relation_other": "x", "relation": "other"}, None, ""),
    ],
)
def test_each_mistake_says_what_to_do(changes: dict[str, Any], path: str | None, words: str) -> None:
    found = check(**changes)
    if path is None:
        assert "relation_other" not in found.errors
        return
    assert words in found.errors[path].vi
    assert found.errors[path].en


@pytest.mark.parametrize(
    ("raw", "field", "clean"),
    [
        ("17/5/1962", {"type": "partial_date"}, "1962-05-17"),
        ("05/1962", {"type": "partial_date"}, "1962-05"),
        ("1962", {"type": "partial_date"}, "1962"),
        ("1.000.000 đ", {"type": "money"}, 1000000),
        ("1,000,000", {"type": "money"}, 1000000),
        (0, {"type": "money"}, 0),
        ("12", {"type": "integer"}, 12),
        ("120,5", {"type": "decimal"}, "120.5"),
        ("1.234,5", {"type": "decimal"}, "1234.5"),
        ("0.125", {"type": "decimal"}, "0.1250"),
        ("on", {"type": "yesno"}, True),
        ("không", {"type": "yesno"}, False),
        ("0912 345 678", {"type": "phone"}, "+84912345678"),
        ("A@Vidu.VN", {"type": "email"}, "A@vidu.vn"),
        ("040 190 001 234", {"type": "personal_number"}, "040190001234"),
        ("  Hòa  ", {"type": "text"}, "Hòa"),
        ("c1234567", {"type": "text", "pattern": "passport"}, "C1234567"),
        ("37a-123.45", {"type": "text", "pattern": "vehicle_plate"}, "37A-123.45"),
        ("VN", {"type": "choice", "choices_from": "country"}, "VN"),
    ],
)
def test_reads_what_people_write(raw: object, field: dict[str, Any], clean: object) -> None:
    assert one(raw, **field) == clean


@pytest.mark.parametrize(
    ("raw", "field", "words"),
    [
        ("1.234", {"type": "decimal"}, "hai cách"),
        ("nhiều", {"type": "money"}, "một số"),
        ("1e9", {"type": "integer"}, "một số"),
        (True, {"type": "integer"}, "một số"),
        ("x" * 301, {"type": "text"}, "rút còn 300"),
        ("12345", {"type": "text", "pattern": "tax_code"}, "10 số"),
        ({"a": 1}, {"type": "text"}, "bằng chữ"),
        (["a"], {"type": "choice", "choices_from": "sex"}, "Hãy chọn"),
        ([{"c": "1"}] * 6,
         {"type": "table", "max": 5, "columns": [{"key": "c", "label_vi": "C", "type": "text"}]}, "5 dòng"),
        ("x", {"type": "table", "columns": [{"key": "c", "label_vi": "C", "type": "text"}]}, "từng dòng"),
    ],
)  # fmt: skip
def test_asks_back_what_it_cannot_read(raw: object, field: dict[str, Any], words: str) -> None:
    assert words in one(raw, **field)


def test_hidden_answers_do_not_count() -> None:
    found = check(relation_other="bà ngoại", witnesses=[{"name": "A"}], capital="5")
    assert "relation_other" not in found.values
    assert "witnesses" not in found.values
    shown = {f.key for f in visible_fields(FORM, GOOD | {"born_at_facility": "false"}, today=TODAY)}
    assert "witnesses" in shown
    assert "papers" not in shown
    assert [g.key for g, _ in visible_groups(FORM, {}, today=TODAY)] == ["applicant", "child", "more"]


def test_a_hidden_field_hides_what_hangs_on_it() -> None:
    chain = form(
        {"key": "a", "label_vi": "A", "type": "yesno"},
        {"key": "b", "label_vi": "B", "type": "yesno", "condition": {"field": "a", "is": True}},
        {
            "key": "c",
            "label_vi": "C",
            "type": "text",
            "required": True,
            "condition": {"field": "b", "is": True},
        },
    )
    assert validate(chain, {"a": False, "b": True, "c": "x"}, today=TODAY).values == {"a": False}
    assert set(validate(chain, {"a": True, "b": True}, today=TODAY).errors) == {"c"}


def test_fields_that_hide_each_other_do_not_loop() -> None:
    knot = form(
        {"key": "a", "label_vi": "A", "type": "yesno", "condition": {"field": "b", "is": True}},
        {"key": "b", "label_vi": "B", "type": "yesno", "condition": {"field": "a", "is": True}},
    )
    assert len(visible_fields(knot, {"a": True, "b": True}, today=TODAY)) == 2


def test_tables_check_each_row() -> None:
    table = form(
        {
            "key": "t", "label_vi": "T", "type": "table", "min": 2, "required": True,
            "columns": [
                {"key": "kind", "label_vi": "Loại", "type": "text", "required": True},
                {"key": "why", "label_vi": "Vì sao", "type": "text", "required": True,
                 "condition": {"field": "kind", "is": "khác"}},
            ],
        }
    )  # fmt: skip
    found = validate(table, {"t": [{"kind": "khác"}]}, today=TODAY)
    assert set(found.errors) == {"t", "t.0.why"}
    found = validate(table, {"t": [{"kind": "a", "why": "hidden"}, {"why": "x"}]}, today=TODAY)
    assert set(found.errors) == {"t.1.kind"}
    assert found.values["t"][0] == {"kind": "a"}


def test_one_number_for_two_people() -> None:
    two = form(
        *(
            {"key": k, "label_vi": k, "type": "person", "parts": ["full_name", "personal_number"]}
            for k in ("bride", "groom")
        )
    )
    answers = {
        k: {"full_name": n, "personal_number": "040190001234"} for k, n in (("bride", "An"), ("groom", "Ba"))
    }
    assert "mỗi người một số" in validate(two, answers, today=TODAY).errors["groom.personal_number"].vi


@pytest.mark.parametrize(
    ("dob", "adult"),
    [("2007-03-14", True), ("2007-03-15", False), ("2006", True), ("2007", False), ("2007-02", True)],
)
def test_age_counts_only_when_sure(dob: str, adult: bool) -> None:
    ruled = form(
        {"key": "dob", "label_vi": "Ngày sinh", "type": "partial_date"},
        rules=[
            {"requires": {"field": "dob", "age_at_least": 18}, "field": "dob", "message_vi": "Chưa đủ 18."}
        ],
    )
    assert validate(ruled, {"dob": dob}, today=TODAY).ok is adult


def test_what_a_browser_posts() -> None:
    posted = {
        "applicant.full_name": ["Nguyễn Hoa"],
        "relation": ["father"],
        "witnesses.1.name": ["Hai"],
        "witnesses.0.name": ["Một"],
        "witnesses.2.name": [""],
        "witnesses.999999.name": ["x"],
        "witnesses.x.name": ["x"],
        "papers": ["", "7d444840-9dc0-11d1-b245-5ffdce74fad2"],
        "nothing": ["x"],
        "applicant.a.b": ["x"],
    }
    assert nest(FORM, posted) == {
        "applicant": {"full_name": "Nguyễn Hoa"},
        "relation": "father",
        "witnesses": [{"name": "Một"}, {"name": "Hai"}],
        "papers": ["7d444840-9dc0-11d1-b245-5ffdce74fad2"],
    }


def test_dates_and_bounds() -> None:
    assert bound("today-18y", date(2024, 2, 29)) == date(2006, 2, 28)
    assert bound("today+30d", TODAY) == date(2025, 4, 13)
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    with pytest.raises(BadValue):
        read_partial("0000-00-00")


def test_the_shared_lists() -> None:
    lists = code_lists()
    assert len(lists["ethnicity"]) == 56
    assert {c.value for c in lists["sex"]} == {"male", "female"}


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["unit", "detail", "full_name", "dob", "name", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*FORM.by_key, "other"]), anything, max_size=8))
def test_any_answers_are_judged_and_cleaning_is_final(answers: dict[str, Any]) -> None:
    found = validate(FORM, answers, today=TODAY)
    assert set(found.values) <= set(FORM.by_key)
    again = validate(FORM, found.values, today=TODAY)
    assert again.values == found.values
    assert all(m.vi and m.en for m in found.errors.values())


@pytest.mark.parametrize(
    ("label", "said"), [("Họ tên", "Hãy điền: Họ tên."), ("Bạn là ai của bé?", "Hãy điền: Bạn là ai của bé?")]
)
def test_a_question_keeps_its_own_mark(label: str, said: str) -> None:
    one = {"key": "who", "label_vi": label, "type": "text", "required": True}
    form = decode(
        FormDefinition,
        {"key": "f", "title_vi": "t", "groups": [{"key": "g", "title_vi": "t", "fields": [one]}]},
    )
    assert validate(form, {}, today=date(2026, 3, 2)).errors["who"].vi == said
