"""Vietnamese text: folding, tone placement, legacy encodings, typing residue."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.base import vietnamese as vn
from motcua.base.vietnamese.legacy import _TCVN3, _VNI

SENTENCES = [
    "Nguyễn Văn Hải",
    "Trần Thị Hương Giang",
    "Đặng Hữu Nghĩa",
    "Ủy ban nhân dân xã Nghi Vạn",
    "Huyện Đô Lương, tỉnh Nghệ An",
    "Phường Quỳnh Mỹ",
]


def as_tcvn3(text: str) -> str:
    back = {new: chr(old) for old, new in _TCVN3.items()}
    return "".join(back.get(c, back.get(c.lower(), c)) for c in unicodedata.normalize("NFC", text))


def as_vni(text: str) -> str:
    back: dict[str, str] = {}
    for old, new in _VNI.items():
        back.setdefault(new, old)
    return "".join(back.get(c, c) for c in unicodedata.normalize("NFC", text))


def test_fold_is_the_same_for_composed_and_decomposed_text() -> None:
    text = "  ĐẶNG Thị\u00a0 Hoà\u200b\t"
    assert vn.fold(text) == "dang thi hoa"
    assert vn.fold(unicodedata.normalize("NFD", text)) == "dang thi hoa"


def test_strip_accents_keeps_case_and_spaces() -> None:
    assert vn.strip_accents("Đô  Lương, Kỳ Sơn") == "Do  Luong, Ky Son"


@given(st.text())
def test_fold_twice_is_fold_once(text: str) -> None:
    once = vn.fold(text)
    assert vn.fold(once) == once


@given(st.text())
def test_no_text_breaks_the_helpers(text: str) -> None:
    assert vn.same_text(vn.repair(text), vn.repair(text))
    vn.looks_legacy(text)
    vn.fold_typed(text)
    vn.place_tones(text, "new")
    assert vn.nfc(vn.nfc(text)) == vn.nfc(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [("hòa", "hoà"), ("Thủy", "Thuỷ"), ("KHỎE", "KHOẺ"), ("Thái Hòa", "Thái Hoà"), ("Lũy", "Luỹ")],
)
def test_old_and_new_tone_placement_are_one_name(old: str, new: str) -> None:
    assert vn.place_tones(new, "old") == old
    assert vn.place_tones(old, "new") == new
    assert vn.same_name(old, new)


@pytest.mark.parametrize("word", ["Quý", "toàn", "Hoàng", "thuế", "Huế", "quả", "thuở", "a", ""])
def test_words_with_one_way_are_left_alone(word: str) -> None:
    assert vn.place_tones(word, "new") == word
    assert vn.place_tones(word, "old") == word


def test_same_name_ignores_form_but_not_tone() -> None:
    assert vn.same_name("NGUYỄN  thị hoà ", unicodedata.normalize("NFD", "Nguyễn Thị Hòa"))
    assert not vn.same_name("Nguyễn Thị Hoa", "Nguyễn Thị Hòa")
    assert not vn.same_name("Nguyen Thi Hoa", "Nguyễn Thị Hoa")
    assert not vn.same_name("", "")
    assert not vn.same_name(" ", "An")


@pytest.mark.parametrize("text", SENTENCES)
def test_tcvn3_is_recognised_and_repaired(text: str) -> None:
    broken = as_tcvn3(text)
    assert broken != text
    assert vn.looks_legacy(broken) == "tcvn3"
    assert vn.repair(broken).lower() == vn.nfc(text).lower()


def test_tcvn3_capitals_take_the_case_of_the_letters_beside() -> None:
    assert vn.repair("NGUYÔN V¡N AN") == "NGUYỄN VĂN AN"


@pytest.mark.parametrize("text", SENTENCES)
def test_vni_is_recognised_and_repaired(text: str) -> None:
    broken = as_vni(text)
    assert broken != text
    assert vn.looks_legacy(broken) == "vni"
    assert vn.repair(broken) == vn.nfc(text)


@pytest.mark.parametrize("text", SENTENCES)
def test_utf8_read_as_latin_is_repaired(text: str) -> None:
    broken = text.encode().decode("latin-1")
    assert vn.looks_legacy(broken) == "utf8"
    assert vn.repair(broken) == vn.nfc(text)


@pytest.mark.parametrize(
    "text",
    [
        *SENTENCES,
        "",
        "An",
        "José Müller",
        "François",
        "Zoé",
        "Bích · Hà",
        "25 m² (1/2)",
        "Lò Văn Pơ",
        "Y Blôk Êban",
    ],
)
def test_proper_text_is_never_touched(text: str) -> None:
    assert vn.repair(text) == text
    assert vn.looks_legacy(text) is None


def test_mixed_encodings_are_reported_and_not_repaired() -> None:
    mixed = "NguyÔn V¨n Được"
    assert vn.looks_legacy(mixed) == vn.LEGACY_UNKNOWN
    assert vn.repair(mixed) == mixed


@given(st.lists(st.sampled_from(" ".join(SENTENCES).replace(",", "").split()), min_size=2, max_size=6))
def test_a_repair_is_right_or_not_made(words: list[str]) -> None:
    text = vn.nfc(" ".join(words))
    for broken in (as_tcvn3(text), as_vni(text)):
        repaired = vn.repair(broken)
        assert repaired == broken or repaired.lower() == text.lower()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nguyeenx", "nguyễn"),
        ("nguye64n", "nguyễn"),
        ("nguyen64", "nguyễn"),
        ("dduwowcj", "được"),
        ("d9uoc75", "được"),
        ("huowng", "hương"),
        ("hoaf", "hòa"),
        ("vinhj", "vịnh"),
    ],
)
def test_telex_and_vni_keys_are_read(typed: str, meant: str) -> None:
    word = vn.untyped(typed)
    assert word is not None
    assert vn.same_text(word, meant)
    assert vn.fold_typed(f" {typed} AN") == vn.fold(meant) + " an"


@pytest.mark.parametrize("word", ["Smith", "p1", "km5", "an", "nguyen", "2025", "Word", "excel"])
def test_words_without_residue_are_not_read(word: str) -> None:
    assert vn.untyped(word) is None


@pytest.mark.parametrize(
    "word", ["nghiễu", "giếng", "gì", "khuya", "thuở", "Quỳnh", "Huồi", "quốc", "Êm", "y"]
)
def test_well_formed_syllables(word: str) -> None:
    assert vn.is_syllable(word)


@pytest.mark.parametrize("word", ["Smith", "kử", "cê", "ngê", "bàc", "", "hòả", "V¨n"])
def test_ill_formed_syllables(word: str) -> None:
    assert not vn.is_syllable(word)
