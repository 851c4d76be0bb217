"""Lists of addresses: usual forms of the whole country, two levels without a date, letters wrong, and abstaining."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from motcua.base.vietnamese import strip_accents
from motcua.units.data import Decision, Resolution
from motcua.units.management.resolve import main
from motcua.units.rules.addresses import names_of, resolve
from motcua.units.rules.addresses.gazetteer import REFORM, Place, gazetteer
from motcua.units.rules.addresses.quick import quick
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
    return quick().get(text) or settle(text, resolve(text))


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
        text = rng.choice([", ", " - ", " "]).join(map(rng.choice([brief, str]), names))
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
