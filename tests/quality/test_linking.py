"""The linkage as a whole, on invented registers with their truth; and its parts where a wrong one would hide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from motcua.quality.management.link import main
from motcua.quality.rules import comparing as c
from motcua.quality.rules.deciding import ACCEPT, NONE, REVIEW, claim_worth, claimed_by_others, decide
from motcua.quality.rules.linking import Linker
from motcua.quality.rules.model import posterior
from motcua.quality.rules.names import NameReader, Names
from motcua.quality.rules.places import Gazetteer
from motcua.quality.rules.sides import Side, read_sides


@pytest.fixture(scope="session")
def linked(invented: Path) -> pl.DataFrame:
    """The links with the truth beside them."""
    out = invented / "links.parquet"
    arguments = [
        "--base",
        f"{invented}/base.parquet",
        "--register",
        f"{invented}/register.parquet",
        "--out",
        str(out),
    ]
    assert main(arguments) == 0
    truth = pl.read_parquet(invented / "truth.parquet").rename({"person_id": "truth"})
    return pl.read_parquet(out).join(truth, on="record_id", how="left", maintain_order="left")


def test_almost_every_record_finds_its_person(linked: pl.DataFrame) -> None:
    found = linked.filter(pl.col("person_id").is_not_null())
    right = found.filter(pl.col("person_id") == pl.col("truth")).height
    f1 = 2 * right / (found.height + linked["truth"].is_not_null().sum())
    assert f1 > 0.99


def test_what_is_accepted_is_right_and_little_is_left_to_see(linked: pl.DataFrame) -> None:
    accepted = linked.filter(pl.col("decision") == "accept")
    assert (accepted["person_id"] == accepted["truth"]).mean() > 0.999
    assert accepted.height > 0.97 * linked["truth"].is_not_null().sum()
    assert (linked["decision"] == "review").mean() < 0.02


def test_nobody_is_a_real_outcome(linked: pl.DataFrame) -> None:
    nobody = linked.filter(pl.col("truth").is_null())
    assert (nobody["decision"] == "none").mean() > 0.95
    assert (
        linked.filter(pl.col("decision") == "none")["person_id"].null_count()
        == (linked["decision"] == "none").sum()
    )


def test_the_probability_is_what_it_says(linked: pl.DataFrame) -> None:
    found = linked.filter(pl.col("person_id").is_not_null()).with_columns(
        right=(pl.col("person_id") == pl.col("truth")).fill_null(value=False),
        bin=(pl.col("probability") * 10).floor().clip(0, 9),
    )
    bins = found.group_by("bin").agg(pl.len(), said=pl.col("probability").mean(), was=pl.col("right").mean())
    error = ((bins["said"] - bins["was"]).abs() * bins["len"]).sum() / found.height
    assert error < 0.004


def test_every_link_has_reasons_in_words(linked: pl.DataFrame) -> None:
    assert linked["reasons"].null_count() == 0
    accepted = linked.filter(pl.col("decision") == "accept")
    assert accepted["reasons"].str.contains("tên|số").all()


def test_two_runs_are_one(invented: Path, linked: pl.DataFrame, tmp_path: Path) -> None:
    out = tmp_path / "again.parquet"
    base, register = invented / "base.parquet", invented / "register.parquet"
    assert main(["--base", str(base), "--register", str(register), "--out", str(out)]) == 0
    again = pl.read_parquet(out)
    assert again["person_id"].equals(linked["person_id"])
    assert (again["probability"] - linked["probability"]).abs().max() < 1e-6  # type: ignore[operator]


def level(a: str, b: str) -> int:
    reader = NameReader()
    ids = reader.take(pl.Series([a, b]))
    names, first, _ = reader.finish()
    return int(c.name_levels(names, first[ids[:1]], first[ids[1:]])[0])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Nguyễn Văn Hùng", "NGUYỄN VĂN HÙNG", c.N_SAME),
        ("Nguyễn Văn Hùng", "nguyen van hung", c.N_PLAIN),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", c.N_ACCENTS),
        ("Nguyễn Văn Hùng", "Hùng Nguyễn Văn", c.N_ORDER),
        ("Nguyễn Văn Hùng", "Nguyễn Vă Hùng", c.N_EDIT1),
        ("Nguyễn Văn Hùng", "Nguyễn Hùng", c.N_MIDDLE),
        ("Nguyễn Văn Hùng", "Nguyễn V. Hùng", c.N_INITIALS),
        ("Nguyễn Văn Hùng", "Nguyễn Quốc Hùng", c.N_OTHER_MIDDLE),
        ("Nguyễn Văn Hùng", "Nguyễn Thị Hoa", c.N_FAMILY),
        ("Nguyễn Văn Hùng", "Lê Hùng", c.N_GIVEN),
        ("Nguyễn Văn Hùng", "Trần Thị Hoa", c.N_DIFFERENT),
        ("Nguyễn Văn Hùng", "", c.N_NONE),
    ],
)
def test_levels_of_names(a: str, b: str, expected: int) -> None:
    assert level(a, b) == level(b, a) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (19850317, 19850317, c.D_SAME),
        (19850000, 19850317, c.D_YEAR_ONLY),
        (19850101, 19850317, c.D_JANUARY),
        (19850703, 19850307, c.D_SWAPPED),
        (19850318, 19850317, c.D_DAY),
        (19850417, 19850317, c.D_MONTH),
        (19860317, 19850317, c.D_NEAR_YEAR),
        (19750317, 19850317, c.D_DIGIT_YEAR),
        (19850402, 19850317, c.D_YEAR),
        (19500402, 19850317, c.D_DIFFERENT),
        (0, 19850317, c.D_NONE),
    ],
)
def test_levels_of_dates(a: int, b: int, expected: int) -> None:
    assert c._dates(np.array([a], dtype=np.int32), np.array([b], dtype=np.int32))[0] == expected


def test_the_posterior_has_room_for_nobody() -> None:
    pair, none = posterior(np.array([2.0, 2.0, -50.0]), np.array([0, 0, 1]), np.array([2.0, 0.0]))
    assert np.allclose(pair[:2], 1 / 3)
    assert np.allclose(none, [1 / 3, 1.0])


def test_a_person_is_claimed_once() -> None:
    register = np.array([1, 1, 2], dtype=np.uint8)
    claimed = claimed_by_others(register, np.array([7, 7, 7]), np.array([0.9, 0.2, 0.9]))
    assert np.allclose(claimed, [0.2, 0.9, 0.0])
    assert claim_worth(np.zeros(3), np.ones(3, dtype=bool)) == (0.0, 0.0)


def test_namesakes_stay_undecided() -> None:
    decision = decide(
        np.array([4, 5, -1, 6]), np.array([0.9999999, 0.5, 0.0, 0.3]), np.array([0.0, 0.0, 1.0, 0.7])
    )
    assert list(decision) == [ACCEPT, REVIEW, NONE, NONE]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("xóm 5, xã nghi thịnh, huyện nghi lộc, tỉnh nghệ an", (1, 11, 21)),
        ("xa nghi thinh - nghi loc", (1, 11, 21)),
        ("x. nghi thịh, h. nghi lộc", (1, 11, 21)),
        ("xã đông lộc, tỉnh nghệ an", (1, 0, 0)),
        ("huyện nghi lộc", (0, 0, 21)),
        ("xã tân thành, nghệ an", (0, 0, 0)),
        ("xã nào đó", (0, 0, 0)),
    ],
)
def test_addresses_by_the_names_of_the_base(text: str, place: tuple[int, int, int]) -> None:
    gazetteer = Gazetteer(
        [
            ("Xã Đông Lộc", 1, "Xã Nghi Thịnh", 11, "Huyện Nghi Lộc", 21),
            ("Xã Bình Minh", 2, "Xã Tân Thành", 12, "Huyện Yên Thành", 22),
            ("Xã Hợp Minh", 3, "Xã Tân Thành", 13, "Huyện Quỳ Hợp", 23),
        ]
    )
    found = gazetteer.resolve(text)
    assert (found.new, found.old, found.district) == place


def test_with_what_was_learned_a_record_finds_the_same_person_in_whatever_order_the_rows_come(
    invented: Path,
) -> None:
    base = pl.read_parquet(invented / "base.parquet")
    register = pl.read_parquet(invented / "register.parquet")
    people, records, table, _ = read_sides(base.get_column, register.get_column)
    first = Linker(people, records, table)
    first.run()
    again = Linker(people, records, table, learned=first.learned).run()
    decided = decide(again.person, again.probability, again.none, first.least)
    for seed in (1, 2):
        rng = np.random.default_rng(seed)
        p, r = rng.permutation(len(base)), rng.permutation(len(register))
        mixed, shuffled = base[p], register[r]
        sides = read_sides(mixed.get_column, shuffled.get_column)
        found = Linker(*_registers_as(sides, records.register[r]), learned=first.learned).run()
        assert np.allclose(found.probability, again.probability[r], atol=1e-6, rtol=0)
        person = np.where(found.person >= 0, p[found.person], -1)
        assert (person == again.person[r]).all()
        assert (decide(found.person, found.probability, found.none, first.least) == decided[r]).all()


def _registers_as(
    sides: tuple[Side, Side, Names, list[str]], register: NDArray[np.uint8]
) -> tuple[Side, Side, Names]:
    """The sides with the registers numbered as they were when the weights were learned."""
    return sides[0], replace(sides[1], register=register), sides[2]
