"""The search: accents, slips, residue, everyday words, life events, ties, why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.procedures.rules.lexicon import build, life_event_keys, life_events
from motcua.procedures.rules.search import SearchIndex
from motcua.procedures.rules.search_aspects import Aspects, Marks
from motcua.procedures.rules.search_document import SearchDocument
from motcua.procedures.rules.search_text import read_request

LEXICON = build(
    {
        "sayings": [
            {"say": ["sổ đỏ", "bìa đất"], "mean": ["giấy chứng nhận quyền sử dụng đất"]},
            {"say": ["bằng lái"], "mean": ["giấy phép lái xe"]},
        ],
        "fillers": ["xin", "cho"],
        "weak": ["cấp", "đăng ký", "giấy"],
        "levels": {"commune": 0.03, "province": 0.01},
        "qualifiers": [{"says": ["yếu tố nước ngoài"], "asked_by": ["tây"], "factor": 0.8}],
        "things": {
            "licence": {"said": ["bằng lái"], "named": ["giấy phép lái xe"]},
            "land": {"said": ["sổ đỏ"], "named": ["quyền sử dụng đất"]},
            "cattle": {"said": ["bò"], "named": ["gia súc"]},
        },
        "deeds": {
            "lost": {"both": ["cấp lại"], "said": ["mất"]},
            "end": {"both": ["thu hồi"], "said": ["bỏ"]},
        },
        "also_first": ["cấp, cấp lại"],
        "asked_as": {"1.000001": "em bé chào đời; cháu ra đời"},
    }
)


def doc(code: str, name: str, level: str = "commune", events: tuple[str, ...] = ()) -> SearchDocument:
    return SearchDocument(code=code, name=name, field="Lĩnh vực", levels=(level,), life_events=events)


INDEX = SearchIndex(
    [
        doc("1.000001", "Đăng ký khai sinh", events=("having_child",)),
        doc("1.000002", "Đăng ký khai sinh có yếu tố nước ngoài", events=("having_child",)),
        doc("1.000003", "Cấp lại Giấy chứng nhận quyền sử dụng đất do bị mất", "province"),
        doc("1.000004", "Cấp lại giấy phép lái xe", "province"),
        doc("1.000005", "Đăng ký kết hôn"),
        doc("1.000006", "Bán nhà ở cũ thuộc tài sản công", "province"),
        doc("1.000007", "Chứng thực bản sao từ bản chính"),
        doc("1.000008", "Công nhận làng nghề", "province"),
        doc("1.000009", "Công nhận làng nghề", "commune"),
    ],
    LEXICON,
)


@pytest.mark.parametrize(
    ("request_text", "code"),
    [
        ("đăng ký khai sinh", "1.000001"),
        ("dang ky khai sinh", "1.000001"),
        ("khai sih", "1.000001"),
        ("khai sinhh", "1.000001"),
        ("ddawng kys khai sinh", "1.000001"),
        ("khaisinh", "1.000001"),
        ("KHAI SINH CÓ YẾU TỐ NƯỚC NGOÀI", "1.000002"),
        ("khai sinh yếu tố nước ngoài", "1.000002"),
        ("mất sổ đỏ", "1.000003"),
        ("mat so do", "1.000003"),
        ("lamf laij soor ddor", "1.000003"),
        ("bang lai xe", "1.000004"),
        ("ket hon", "1.000005"),
        ("cháu ra đời", "1.000001"),
        ("1.000005", "1.000005"),
    ],
)
def test_finds_it_first(request_text: str, code: str) -> None:
    assert INDEX.search(request_text)[0].code == code


def test_accents_decide_where_they_were_typed() -> None:
    assert INDEX.search("bản")[0].code == "1.000007"
    assert INDEX.search("bán")[0].code == "1.000006"


def test_the_commune_comes_first_among_equals() -> None:
    assert [h.code for h in INDEX.search("làng nghề")[:2]] == ["1.000009", "1.000008"]


ASPECTS = Aspects(LEXICON)


def marks(request: str) -> Marks:
    return ASPECTS.of_request(read_request(request))


def test_another_thing_or_another_deed_weighs_less() -> None:
    lost = ASPECTS.of_procedure("Cấp lại giấy phép lái xe", "")
    taken = ASPECTS.of_procedure("Thu hồi giấy phép lái xe", "")
    land = ASPECTS.of_procedure("Cấp lại Giấy chứng nhận quyền sử dụng đất", "")
    asked = marks("mất bằng lái")
    assert ASPECTS.factor(lost, asked) > 1 > ASPECTS.factor(land, asked)
    assert ASPECTS.factor(taken, asked) < ASPECTS.factor(lost, asked)
    assert ASPECTS.factor(taken, marks("bằng lái")) < 1.07


def test_a_name_that_is_for_the_first_time_too_is_not_held_back() -> None:
    both = ASPECTS.of_procedure("Cấp, cấp lại giấy phép lái xe", "")
    again = ASPECTS.of_procedure("Cấp lại giấy phép lái xe", "")
    assert both.lead == 0 != again.lead
    assert ASPECTS.factor(both, marks("bằng lái")) > ASPECTS.factor(again, marks("bằng lái"))


def test_one_syllable_without_accents_names_no_thing() -> None:
    assert marks("nuôi bò").things
    assert not marks("nuoi bo").things
    assert not marks("bỏ nuôi").things


def test_a_life_event_narrows_and_lists() -> None:
    assert {h.code for h in INDEX.search("", life_event="having_child")} == {"1.000001", "1.000002"}
    assert INDEX.search("kết hôn", life_event="having_child") == []


def test_says_why() -> None:
    assert "giấy chứng nhận quyền sử dụng đất" in INDEX.search("mất sổ đỏ")[0].why
    assert "khai sinh" in INDEX.search("khai sinh")[0].why
    assert "chào đời" in INDEX.search("em bé chào đời")[0].why


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "xin cho", "zzzzqqqq", "9" * 600, "\u202e", "\x00", "a_b%'\";--"]
)
def test_nothing_to_find_is_an_empty_answer(text: str) -> None:
    assert isinstance(INDEX.search(text), list)
    if not text.strip("? !"):
        assert INDEX.search(text) == []


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered_in_order(text: str) -> None:
    hits = INDEX.search(text, limit=5)
    assert len(hits) <= 5
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert hits == INDEX.search(text, limit=5)


def test_life_events_are_unique_and_named() -> None:
    assert len(set(life_event_keys())) == len(life_events()) >= 15
    assert all(e.title_vi and e.title_en for e in life_events())
