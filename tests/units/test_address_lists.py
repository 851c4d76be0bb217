"""Lists of addresses: usual forms of the whole country, two levels without a date, letters wrong, and abstaining."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from bench.units_resolve import measure

from motcua.base.vietnamese import strip_accents
from motcua.units.data import Decision, Level, Resolution
from motcua.units.management.resolve import main, read_address
from motcua.units.rules.addresses import names_of, resolve
from motcua.units.rules.addresses.gazetteer import REFORM, Place, gazetteer
from motcua.units.rules.addresses.settling import settle

SHORT = {
    "Thị trấn": "TT.",
    "Thành phố": "TP.",
    "Thị xã": "TX.",
    "Phường": "P.",
    "Huyện": "H.",
    "Quận": "Q.",
    "Xã": "X.",
}
SHORT |= {"Tỉnh": "T."}


def answer(text: str) -> Resolution:
    return read_address(text, None)


def sample(new: bool, count: int) -> list[Place]:
    places = [p for p in gazetteer().places if p.tier == 2 and not p.home]
    places = [p for p in places if (p.info.validity.start >= REFORM) == new]
    return random.Random(3).sample(places, count)


def full(place: Place) -> list[str]:
    return [name for name in reversed(names_of(place.info)) if name]


def brief(name: str) -> str:
    kind = next((kind for kind in SHORT if name.startswith(kind)), "")
    return SHORT.get(kind, "") + name[len(kind) :]


def rates(new: bool, write: Callable[[list[str]], str], count: int = 1500) -> tuple[float, float]:
    right = wrong = 0
    for place in sample(new, count):
        found = answer(write(full(place)))
        right += found.unit is not None and found.unit.code == place.info.code
        wrong += found.unit is not None and found.unit.code != place.info.code
    return right / count, wrong / count


@pytest.mark.parametrize("new", [False, True], ids=["old", "new"])
@pytest.mark.parametrize(
    ("write", "least"),
    [
        (", ".join, 0.99),
        (lambda names: strip_accents(", ".join(names)), 0.98),
        (lambda names: ", ".join(map(brief, names)), 0.95),
        (lambda names: "Số 5 đường Lê Lợi, " + ", ".join(names).upper(), 0.99),
        (lambda names: strip_accents(" ".join(names)).lower(), 0.98),
    ],
    ids=["full", "unaccented", "abbreviated", "with a street", "run together"],
)
def test_usual_forms_are_exact(new: bool, write: Callable[[list[str]], str], least: float) -> None:
    right, wrong = rates(new, write)
    assert right >= least
    assert wrong <= 0.01


@pytest.mark.parametrize("new", [False, True], ids=["old", "new"])
def test_messy_ones_are_mostly_exact_and_seldom_wrong(new: bool) -> None:
    rng = random.Random(8)

    def write(names: list[str]) -> str:
        text = rng.choice([", ", " - ", " "]).join(
            brief(name) if rng.random() < 0.5 else name for name in names
        )
        text = strip_accents(text) if rng.random() < 0.6 else text
        at = rng.randrange(len(text))
        return text[:at] + rng.choice(["", "x", "n", "h"]) + text[at + 1 :]

    right, wrong = rates(new, write)
    assert right >= 0.85
    assert wrong <= 0.03


def test_two_levels_without_a_date_are_the_structure_of_two_levels() -> None:
    found = answer("xã Minh Châu, tỉnh Nghệ An").unit
    assert found is not None
    assert found.code == "17476"
    assert resolve("xã Minh Châu, tỉnh Nghệ An").decision is Decision.CANDIDATES  # a person is still asked


@pytest.mark.parametrize(
    "text",
    [
        "Yên Viên, Gia Lâm, Hà Nội",
        "xa nghi van, nghi loc, nghe an",
        "xã Qwertz, huyện Nghi Lộc, tỉnh Nghệ An",
        "không rõ",
        "",
        "," * 200,
        "x" * 5000,
    ],
)
def test_it_abstains_rather_than_guess(text: str) -> None:
    found = answer(text)
    assert found.decision is not Decision.EXACT or found.unit is None


def test_a_named_day_is_kept() -> None:
    text = "xã Minh Châu, tỉnh Nghệ An"
    old = date(2024, 1, 1)
    found = settle(text, resolve(text, on=old), old).unit
    assert found is not None
    assert found.code == "17485"


def test_a_long_list_goes_through_several_processes(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    texts = [", ".join(full(place)) for place in sample(new=True, count=800)] * 20
    source.write_text("text\n" + "".join(f'"{text}"\n' for text in texts), encoding="utf-8")
    assert main(["--in", str(source), "--out", str(target)]) == 0
    lines = target.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(texts) + 1
    assert sum(line.endswith(",exact") for line in lines) > 0.99 * len(texts)
    assert lines[1].startswith(f'"{texts[0]}"')
    assert lines[16_000].startswith(f'"{texts[-1]}"')


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("xã Keng Đu, tỉnh Nghệ An, Việt Nam", "16822 Xã Keng Đu"),
        ("Xã Nghi Vạn - H. Nghi Lộc - T. Nghệ An 460000, VN", "17911 Xã Nghi Vạn"),
        ("Xax Nghi Vanj, Huyeenj Nghi Loocj, Tinhr Ngheej An", "17911 Xã Nghi Vạn"),
        ("Xa4 Nghi Va5n, Huye6n5 Nghi Lo6c5, Tinh3 Nghe65 An", "17911 Xã Nghi Vạn"),
        ("Xax Kroong Nawng, Tinhr Ddawks Lawks", "24343 Xã Krông Năng"),
        ("X. Nghi Vạn/H. Nghi Lộc/T. Nghệ An", "17911 Xã Nghi Vạn"),
        ("P.5 Q.3 TPHCM", "27151 Phường 5"),
        ("phường 05, quận 03, hồ chí minh", "27151 Phường 5"),
        ("P. Bến Nghé, Q1, HCM", "26740 Phường Bến Nghé"),
        ("Xã Đường Lâm, Thị xã Sơn Tây, HN", "09592 Xã Đường Lâm"),
        ("XHòa Vang, TP. Đà Nẵng", "20320 Xã Hòa Vang"),
        ("Thị trấn Phước Hải, Huyện Long Đất, Tỉnh Bà Riạ - Vũng Tàuu", "26689 Thị trấn Phước Hải"),
        ("Xã Bản Díu, Huyên Xín Mần, Hà Giang", "01102 Xã Bản Díu"),
        ("Tỉnh Sơn La\tXã Chiềng Sạii", "03892 Xã Chiềng Sại"),
        ("Xã Bảo Lâmm 4, Tỉnh Lâm Đồng", "25063 Xã Bảo Lâm 4"),
        ("thôn Lê Lợi, số 5 phố Vinh, X. Nghi Vạn, H. Nghi Lộc", "17911 Xã Nghi Vạn"),
        ("Xã Bình Hòa Hưbg, Huyện Đúc Hệ, Long An", "27922 Xã Bình Hòa Hưng"),  # not Bình Hòa
        ("Xã Thanh hủy, H. Thahn Chương, Nghệ An", "17797 Xã Thanh Thủy"),  # not the commune Thanh
        ("X. Bạn Phái, TP. Phổ Yên, T. Thái Nguyên", "05887 Xã Vạn Phái"),  # not the ward of Phổ Yên's name
        ("Đại Ân 1 Cù Lao Dung Sóc Trăng", "31627 Xã Đại Ân 1"),
    ],
)
def test_what_hands_do_to_an_address(text: str, unit: str) -> None:
    found = answer(text).unit
    assert found is not None
    assert f"{found.code} {found.name}" == unit


@pytest.mark.parametrize(
    "text",
    [
        "xa na Son, tinh Lang Son",  # another province's commune
        "X. Bản Xyzt, TP. Phổ Yên, T. Thái Nguyên",  # no such commune: not the ward that took the town's name
        "Xã Bình Hòa Qwert, Huyện Đức Huệ, Long An",
        "Phuong Tân, TP Hồ Chí Minh",
        "Xã Cát Tiên 9, Tỉnh Lâm Đồng",
    ],
)
def test_a_word_that_nobody_read_is_not_passed_over(text: str) -> None:
    found = answer(text).unit
    assert found is None or found.level is not Level.COMMUNE, found


@pytest.mark.parametrize(
    "name", ["mixed", "a typo", "telex", "vni", "no separators, bare", "front without comma"]
)
def test_kinds_of_noise_of_the_bench(name: str) -> None:
    """The bench's generator, a few of each: the shares asked for, with room for a small sample."""
    found: dict[str, object] = measure(name, 200, [])
    for structure in ("old", "new"):
        share = found[structure]
        assert isinstance(share, dict)
        assert share["exact"] >= 85
        assert share["wrong"] <= 3
