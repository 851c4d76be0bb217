"""Free text to unit: exact, candidates, or nothing; never another unit."""

from __future__ import annotations

import ast
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import motcua
from motcua.base.vietnamese import place_tones, strip_accents
from motcua.units.data import Decision, Level, UnitInfo
from motcua.units.rules import shipped
from motcua.units.rules.addresses import names_of, resolve
from motcua.units.rules.addresses.gazetteer import gazetteer

TABLES = shipped()
COMMUNES = sorted((u for u in TABLES.units.values() if u.level is Level.COMMUNE), key=lambda u: u.key)
OLD, NEW = date(2025, 6, 30), date(2026, 11, 23)


def exact(text: str, on: date | None = None) -> str:
    """Code and name of the unit, or what was decided instead."""
    answer = resolve(text, on=on)
    return f"{answer.unit.code} {answer.unit.name}" if answer.unit else answer.decision.value


def candidates(text: str, on: date | None = None) -> set[str]:
    answer = resolve(text, on=on)
    assert answer.decision is Decision.CANDIDATES, answer
    assert answer.vintage is None
    assert answer.why
    return {unit.name for unit in answer.units}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Xã Nghi Vạn, huyện Nghi Lộc, tỉnh Nghệ An", "17911 Xã Nghi Vạn"),
        ("X. Nghi Vạn, H. Nghi Lộc, NA", "17911 Xã Nghi Vạn"),
        ("X.Nghi Vạn H.Nghi Lộc T.Nghệ An", "17911 Xã Nghi Vạn"),
        ("Nghi Vạn, Nghi Lộc, Nghệ An", "17911 Xã Nghi Vạn"),
        ("Nghệ An, Nghi Lộc, Nghi Vạn", "17911 Xã Nghi Vạn"),
        ("xóm 5 Nghi Vạn, Nghi Lộc, Nghệ An", "17911 Xã Nghi Vạn"),
        ("XÃ NGHI VẠN HUYỆN NGHI LỘC", "17911 Xã Nghi Vạn"),
        ("UBND xã Nghi Vạn", "17911 Xã Nghi Vạn"),
        ("xa Thanh Mai Thanh Chuong Nghe An", "17818 Xã Thanh Mai"),
        ("P. Lê Lợi, TP. Vinh", "16669 Phường Lê Lợi"),
        ("phố Lê Lợi, phường Hưng Bình, TP Vinh", "16672 Phường Hưng Bình"),
        ("P.Lê Mao-TP.Vinh-Nghệ An", "16687 Phường Lê Mao"),
        ("Thị trấn Mường Xén - Kỳ Sơn - Nghệ An", "16813 Thị trấn Mường Xén"),
        ("TT. Dùng, H. Thanh Chương", "17713 Thị trấn Dùng"),
        ("TX. Cửa Lò, Nghệ An", "413 Thị xã Cửa Lò"),
        ("TX Thái Hoà", "414 Thị xã Thái Hòa"),
        ("phường Trường Vinh, Nghệ An", "16690 Phường Trường Vinh"),
        ("xã Nghi Lộc, tỉnh Nghệ An", "17827 Xã Nghi Lộc"),
        ("phường Vinh Phú, TP Vinh, Nghệ An", "16702 Phường Vinh Phú"),
        ("xã Keng Đu, Nghệ An", "16822 Xã Keng Đu"),
        ("Xã Đông Thành, huyện Yên Thành", "17572 Xã Đông Thành"),
        ("xã Quế Sơn, huyện Quế Phong", "16763 Xã Mường Nọc"),
        ("xã Nam Cường, huyện Nam Đàn", "17989 Xã Trung Phúc Cường"),
        ("Long Xa Hung Nguyen Nghe An", "18043 Xã Long Xá"),
        ("Tương Dương, Nghệ An, xã Lượng Minh", "16906 Xã Lượng Minh"),
        ("Phường Bến Nghé, Quận 1, TP Hồ Chí Minh", "26740 Phường Bến Nghé"),
        ("P.05, Q.3, TP.HCM", "27151 Phường 5"),
        ("phường Sài Gòn, TPHCM", "26740 Phường Sài Gòn"),
        ("TP Bà Rịa, Bà Rịa - Vũng Tàu", "748 Thành phố Bà Rịa"),
        ("Nghi Vạn Nghi Lộc Nghệ An Việt Nam", "17911 Xã Nghi Vạn"),
        ("xã Nghi Kim TP Vinh Nghệ An 43000, VN", "17920 Xã Nghi Kim"),
        ("Nghi Vạn cũ, Nghi Lộc, Nghệ An", "17911 Xã Nghi Vạn"),
        ("Hà Nội", "01 Thành phố Hà Nội"),
        ("tỉnh Nghệ An", "40 Tỉnh Nghệ An"),
    ],
)
def test_addresses_that_name_one_unit(text: str, unit: str) -> None:
    assert exact(text) == unit
    assert exact(unicodedata.normalize("NFD", text)) == unit
    assert exact(place_tones(text, "new")) == unit


@pytest.mark.parametrize(
    "text",
    [
        "12 đường Lê Lợi, TP Vinh",
        "12 Lê Lợi, TP. Vinh",
        "12, Lê Lợi, TP Vinh",
        "số 12 duong Le Loi TP Vinh",
        "SN 12, Lê Lợi, Vinh",
        "ngõ 5, Lê Lợi, thành phố Vinh",
        "12 Đ. Lê Lợi, TP Vinh",
        "đại học Vinh, 182 Lê Duẩn, TP Vinh",
        "Khối Trường Thi, TP Vinh",
    ],
)
def test_a_street_is_not_the_ward_of_the_same_name(text: str) -> None:
    answer = resolve(text)
    assert [unit.code for unit in answer.units] == ["412"]
    assert answer.why == "only the district is named"


@pytest.mark.parametrize("text", ["12 Lê Lợi Vinh", "Nguyễn Trãi Lê Lợi Vinh Nghệ An", "chợ Vinh"])
def test_a_doubtful_reading_is_never_exact(text: str) -> None:
    assert resolve(text).decision is not Decision.EXACT


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("xa chau binh, quy chau", {"Xã Châu Bình", "Xã Châu Bính"}),
        ("xa nam can huyen ky son nghe an", {"Xã Nậm Càn", "Xã Nậm Cắn"}),
        ("dong thanh, yen thanh, nghe an", {"Xã Đông Thành", "Xã Đồng Thành"}),
        ("X. NGHI VAN, H. NGHI LOC, NA", {"Xã Nghi Văn", "Xã Nghi Vạn"}),
        ("xã Nghi Van, huyện Nghi Lộc", {"Xã Nghi Văn", "Xã Nghi Vạn"}),
        ("xã Nghi Vãn, huyện Nghi Lộc", {"Xã Nghi Văn", "Xã Nghi Vạn"}),
    ],
)
def test_names_that_collide_without_accents_return_both(text: str, pair: set[str]) -> None:
    assert candidates(text) == pair


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Xã Châu Bình, huyện Quỳ Châu", "Xã Châu Bình"),
        ("Xã Châu Bính, huyện Quỳ Châu", "Xã Châu Bính"),
        ("Nậm Càn, Kỳ Sơn", "Xã Nậm Càn"),
        ("Nậm Cắn, Kỳ Sơn", "Xã Nậm Cắn"),
        ("Đông Thành, Yên Thành", "Xã Đông Thành"),
        ("Đồng Thành, Yên Thành", "Xã Đồng Thành"),
        ("Nghi Văn, Nghi Lộc, Nghệ An", "Xã Nghi Văn"),
        ("Nghi Vạn, Nghi Lộc, Nghệ An", "Xã Nghi Vạn"),
    ],
)
def test_with_accents_they_are_told_apart(text: str, name: str) -> None:
    unit = resolve(text).unit
    assert unit is not None
    assert unit.name == name


def test_a_name_of_both_structures_needs_a_date() -> None:
    text = "xã Minh Châu, tỉnh Nghệ An"
    assert {u.code for u in resolve(text).units} == {"17476", "17485"}
    assert exact(text, NEW) == "17476 Xã Minh Châu"
    assert exact(text, OLD) == "17485 Xã Minh Châu"


def test_the_vintage_is_that_of_the_structure() -> None:
    assert resolve("xã Nghi Phú, TP Vinh").vintage == date(2020, 2, 1)
    assert resolve("phường Nghi Phú, TP Vinh").vintage == date(2024, 12, 1)
    assert resolve("phường Vinh Phú").vintage == date(2025, 7, 1)


def test_an_old_address_is_read_as_old_even_today() -> None:
    assert exact("xã Nghi Vạn, huyện Nghi Lộc", NEW) == "17911 Xã Nghi Vạn"


@pytest.mark.parametrize(
    "text",
    [
        "xã Nghi Vạn, huyện Diễn Châu, Nghệ An",
        "huyện Nghi Lộc, tỉnh Hà Tĩnh",
        "xã Hưng Dũng, TP Vinh",
        "xã Nghi Vạnn, huyện Nghi Lộc",
        "phường Abc, TP Vinh",
        "Lê Lợi",
        "xã Tân Thành",
        "quê: xã Nam Giang, Nam Đàn; trú: phường Bến Thủy, Vinh",
    ],
)
def test_contradictions_and_unknown_names_are_not_exact(text: str) -> None:
    assert candidates(text)


@pytest.mark.parametrize(
    "text",
    ["x· Nghi V¹n, huyÖn Nghi Léc", "Xã Nghi Vạn, huyện Nghi Lộc".encode().decode("latin-1")],
)
def test_a_legacy_encoding_is_read_when_it_is_proved(text: str) -> None:
    assert exact(text) == "17911 Xã Nghi Vạn"


def test_keys_of_a_deaf_keyboard_are_read() -> None:
    assert exact("xax Nghi Vanj, huyeenj Nghi Loocj") == "17911 Xã Nghi Vạn"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            ",,,,",
            "12345",
            "\x00\x01\x02",
            "Việt Nam",
            "xã",
            "xã A, huyện B, tỉnh C",
            "\u200b\ufeff",
        ),
        *("🏠", "%s {0} '; DROP TABLE units_unit; --", "\ud800"),
        pytest.param("a" * 1_000_000, id="a-million-letters"),
        pytest.param("xã " * 400_000, id="a-million-words"),
        pytest.param("," * 1_000_000, id="a-million-commas"),
    ],
)
def test_what_is_no_address_gives_nothing(text: str) -> None:
    answer = resolve(text)
    assert answer.decision is Decision.NONE
    assert answer.units == ()
    assert answer.why


def test_control_characters_between_words_do_not_matter() -> None:
    assert exact("xã\u00a0Nghi\u200b Vạn\x07,\thuyện\r\nNghi Lộc\x00") == "17911 Xã Nghi Vạn"


# --- properties ---------------------------------------------------------------------------------------------

SHORT = {
    "Xã ": "X. ",
    "Phường ": "P.",
    "Thị trấn ": "TT ",
    "Huyện ": "H.",
    "Thị xã ": "TX. ",
    "Thành phố ": "TP.",
}
SPELLINGS: list[Callable[[str], str]] = [
    lambda text: text,
    str.upper,
    str.lower,
    strip_accents,
    lambda text: strip_accents(text).upper(),
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: place_tones(text, "new"),
]


def abbreviated(name: str) -> str:
    for long, short in SHORT.items():
        if name.startswith(long):
            return short + name[len(long) :]
    return name


@st.composite
def renderings(draw: st.DrawFn) -> tuple[UnitInfo, str]:
    """A commune of any vintage and one of the ways its address may be written."""
    unit = draw(st.sampled_from(COMMUNES))
    parent = TABLES.units[unit.parent_key or ""]
    chain = [unit, *([parent] if parent.level is Level.DISTRICT else [])]
    style = draw(st.sampled_from(["full", "short", "bare", "mixed"]))
    if style == "full":
        names = [one.name for one in chain] + ["tỉnh Nghệ An"]
    elif style == "short":
        names = [abbreviated(one.name) for one in chain] + ["T. Nghệ An"]
    elif style == "bare":
        names = [one.short_name for one in chain] + ["Nghệ An"]
    else:
        names = [draw(st.sampled_from([one.name, abbreviated(one.name), one.short_name])) for one in chain]
        names.append("Nghệ An")
    if len(names) == 3 and draw(st.integers(0, 5)) == 0:
        del names[1]  # the district is missing
    if style != "bare" and draw(st.integers(0, 5)) == 0:
        names.reverse()
    text = draw(st.sampled_from([", ", ",", " - ", "; ", " "])).join(names)
    front = draw(
        st.sampled_from(["", "xóm 3, ", "Số 12 đường Trần Phú, ", "thôn Yên Bình, ", "12/5 Lê Lợi, "])
    )
    return unit, draw(st.sampled_from(SPELLINGS))(front + text)


@settings(max_examples=700, deadline=None)
@given(renderings())
def test_any_rendering_gives_the_unit_or_candidates_with_it(made: tuple[UnitInfo, str]) -> None:
    unit, text = made
    answer = resolve(text)
    assert answer.units, text
    assert answer.decision is not Decision.NONE
    assert (unit.code, unit.name) in {(one.code, one.name) for one in answer.units}, (text, answer)


@settings(max_examples=300, deadline=None)
@given(renderings())
def test_the_day_of_the_unit_never_leads_elsewhere(made: tuple[UnitInfo, str]) -> None:
    unit, text = made
    answer = resolve(text, on=unit.validity.start)
    assert (unit.code, unit.name) in {(one.code, one.name) for one in answer.units}, (text, answer)


@pytest.mark.parametrize("spelling", [SPELLINGS[0], SPELLINGS[3]], ids=["accents", "none"])
def test_every_commune_of_the_rest_of_the_country(spelling: Callable[[str], str]) -> None:
    exact_ones = 0
    others = [place.info for place in gazetteer().places if place.tier == 2 and not place.home]
    assert len(others) > 12_000
    for info in others:
        text = spelling(", ".join(name for name in reversed(names_of(info)) if name))
        answer = resolve(text)
        assert (info.code, info.name) in {(one.code, one.name) for one in answer.units}, (text, answer)
        exact_ones += answer.unit is not None
    assert exact_ones > 0.85 * len(others)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    answer = resolve(text)
    assert (answer.unit is not None) == (answer.decision is Decision.EXACT)
    assert (answer.vintage is not None) == (answer.decision is Decision.EXACT)


def test_full_names_of_every_vintage_are_almost_all_exact() -> None:
    """The three renamed into a name that another had before the reform of 2024 are the only doubtful ones."""
    for day, doubtful in ((date(2024, 6, 1), 3), (OLD, 3)):
        units = [u for u in COMMUNES if u.validity.contains(day)]
        answers = [
            resolve(f"{u.name}, {TABLES.units[u.parent_key or ''].name}, tỉnh Nghệ An").unit for u in units
        ]
        assert sum(answer is None for answer in answers) == doubtful
        assert all(answer in (None, unit) for answer, unit in zip(answers, units, strict=True))
    new = [u for u in COMMUNES if u.validity.contains(NEW)]
    assert [resolve(f"{u.name}, tỉnh Nghệ An", on=NEW).unit for u in new] == new


# --- the forbidden geocoder ---------------------------------------------------------------------------------


def test_the_package_that_sends_addresses_abroad_is_never_imported() -> None:
    """Only its data files are read; `convert_address` and every import of it are forbidden in the whole tree."""
    root = Path(motcua.__file__).parent
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("vietnamadminunits") for alias in node.names), path
            elif isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("vietnamadminunits"), path
            elif isinstance(node, ast.Name | ast.Attribute):
                name = node.id if isinstance(node, ast.Name) else node.attr
                assert name != "convert_address", path


def test_resolving_loads_neither_that_package_nor_django() -> None:
    code = (
        "import sys; from motcua.units.management import resolve;"
        "resolve.resolve('12 Lê Lợi, phường Bến Nghé, Quận 1, TP HCM');"
        "print([m for m in sys.modules if m.split('.')[0] in ('vietnamadminunits', 'django', 'geopy')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
