# ruff: noqa: E501, PLR0917 - tables of dirt read best on one line
"""Invented registers about an invented population, with the truth: `python -m bench.quality_data FOLDER --people 100000`.

Writes base.parquet, register.parquet (eight registers in one) and truth.parquet. About 5 % of the records are of
people who are not in the base, 6 % are second records of one person, half carry a good number and a third none.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from bench import quality_dirt as dirt
from bench.quality_names import STREETS
from bench.quality_people import base_of, everybody


@dataclass(frozen=True)
class Kind:
    """One register: its share, the ages it holds, how often facts are there, and how dirty it is."""

    name: str
    share: float
    ages: tuple[int, int]
    good_number: float
    no_number: float
    no_dob: float
    parents: float
    spouse: float
    head: float
    phone: float
    rate: float
    styles: tuple[int, ...] = (0,)
    upper: float = 0.0


KINDS = (
    Kind("school", 0.10, (6, 18), 0.52, 0.36, 0.004, 0.85, 0.0, 0.10, 0.55, 0.8, (0, 2)),
    Kind("health", 0.24, (0, 95), 0.50, 0.34, 0.02, 0.15, 0.05, 0.15, 0.55, 1.1, (0, 3, 5), 0.5),
    Kind("land", 0.12, (24, 95), 0.34, 0.36, 0.16, 0.0, 0.55, 0.25, 0.25, 1.5, (0, 4), 0.1),
    Kind("benefits", 0.10, (0, 95), 0.48, 0.36, 0.02, 0.2, 0.2, 0.5, 0.35, 1.3, (0, 2, 4), 0.3),
    Kind("invoices", 0.07, (20, 80), 0.52, 0.32, 0.22, 0.0, 0.0, 0.05, 0.8, 1.2, (0,), 0.4),
    Kind("drivers", 0.12, (18, 75), 0.66, 0.16, 0.0, 0.0, 0.0, 0.0, 0.6, 0.5, (1, 0), 0.9),
    Kind("pupils", 0.08, (5, 16), 0.42, 0.46, 0.004, 0.9, 0.0, 0.15, 0.6, 0.8, (0, 6)),
    Kind("insurance", 0.17, (0, 90), 0.56, 0.28, 0.004, 0.3, 0.0, 0.4, 0.45, 0.8, (0, 1), 0.2),
)


def dirty_names(rng: random.Random, names: list[str | None], rate: float, upper: float) -> list[str | None]:
    """The names as the register has them; an error comes seldom, two seldom twice."""
    table = [(p * rate, f) for p, f in dirt.NAME_DIRT]
    total = sum(p for p, _ in table)
    weights, ways = [p for p, _ in table], [f for _, f in table]
    out: list[str | None] = []
    big = rng.random() < 2 and upper
    for name in names:
        if name is None:
            out.append(None)
            continue
        text = name
        if rng.random() < total:
            text = rng.choices(ways, weights)[0](rng, text)
            if rng.random() < 0.1:
                text = rng.choices(ways[6:8], weights[6:8])[0](rng, text)
        if big and rng.random() < upper and text.isprintable():
            text = text.upper() if not any(ord(c) in range(0xA1, 0xC0) for c in text) else text
        out.append(text)
    return out


def records_of(seed: int, people: pl.DataFrame, kind: Kind, count: int, rate: float) -> pl.DataFrame:
    """`count` records of one register; columns of the register and of the truth."""
    rng = random.Random(f"{seed} {kind.name}")
    np_rng = np.random.default_rng(seed * 1000 + len(kind.name) + int(kind.share * 1000))
    age = 2026 - pl.col("year")
    fit = people.filter((age >= kind.ages[0]) & (age <= kind.ages[1]))
    inside, outside = fit.filter("in_base"), fit.filter(~pl.col("in_base"))
    singles = int(count / 1.06)
    absent = int(singles * 0.05)
    take = min(singles - absent, inside.height)
    rows = pl.concat(
        [
            inside[np_rng.choice(inside.height, take, replace=False)],
            outside[np_rng.choice(outside.height, absent, replace=absent > outside.height)],
        ]
    )
    again = rows[np_rng.choice(rows.height, max(0, count - rows.height), replace=rows.height < count // 2)]
    rows = pl.concat([rows, again])
    rows = rows[np_rng.permutation(rows.height)]
    scale = kind.rate * rate
    number = _numbers(rng, rows, kind, scale)
    style = np_rng.choice(len(kind.styles), rows.height)
    born = rows["dob"].dt.strftime("%Y-%m-%d").to_list()
    dob = [
        None if rng.random() < kind.no_dob * rate else dirt.date_text(rng, iso, kind.styles[s], scale)
        for iso, s in zip(born, style, strict=True)
    ]
    sex = [_sex(rng, s == "Nữ", kind.name, scale) for s in rows["sex"].to_list()]
    people_names = _names(rng, rows["full_name"].to_list(), rows["spouse_name"].to_list(), kind, scale)
    columns = {
        "full_name": people_names,
        "dob": dob,
        "sex": sex,
        "id_no": number,
        "phone": [
            None if p is None or rng.random() > kind.phone else
            dirt.phone_text(rng, p) if rng.random() > 0.12 * rate else f"09{rng.randrange(10**8):08d}"
            for p in rows.select(pl.coalesce("phone", pl.lit(None)))["phone"].to_list()
        ],
        "father_name": _relative(rng, rows, "father_name", kind.parents, kind, scale),
        "mother_name": _relative(rng, rows, "mother_name", kind.parents, kind, scale),
        "spouse_name": _relative(rng, rows, "spouse_name", kind.spouse, kind, scale),
        "head_name": _relative(rng, rows, "head", kind.head, kind, scale),
        "address": _addresses(rng, rows, rate),
    }  # fmt: skip
    return rows.select(
        "person_id", "in_base", "twin", "group", "urban", "year", "female", register=pl.lit(kind.name)
    ).with_columns(**{name: pl.Series(values, dtype=pl.String) for name, values in columns.items()})


def _numbers(rng: random.Random, rows: pl.DataFrame, kind: Kind, scale: float) -> list[str | None]:
    cccd, cmnd = rows["cccd"].to_list(), rows["cmnd9"].to_list()
    others = cccd[1:] + cccd[:1]
    out: list[str | None] = []
    for number, old, other in zip(cccd, cmnd, others, strict=True):
        way = rng.random()
        if way < kind.no_number or number is None:
            out.append(None)
        elif way < kind.no_number + kind.good_number / (0.85 + 0.15 * scale):
            out.append(number)
        else:
            out.append(dirt.bad_number(rng, number, old, other))
    return out


def _sex(rng: random.Random, female: bool, register: str, scale: float) -> str | None:
    if rng.random() < 0.05:
        return None
    if rng.random() < 0.006 * scale:
        female = not female
    pair = {"health": ("1", "2"), "insurance": ("1", "0"), "drivers": ("M", "F"), "land": ("Ông", "Bà")}
    return pair.get(register, ("Nam", "Nữ"))[female]


def _names(
    rng: random.Random, names: list[str], spouses: list[str | None], kind: Kind, scale: float
) -> list[str | None]:
    out = dirty_names(rng, list(names), scale, kind.upper)
    if kind.name == "land":  # "ông X và bà Y" on one certificate
        for row, spouse in enumerate(spouses):
            if spouse and rng.random() < 0.04:
                out[row] = f"ông {out[row]} và bà {spouse}"
    for row in range(len(out)):
        if rng.random() < 0.004 * scale:
            out[row] = rng.choice([None, "", "Không rõ", names[rng.randrange(len(names))].rsplit(" ", 1)[-1]])
    return out


def _relative(
    rng: random.Random, rows: pl.DataFrame, column: str, share: float, kind: Kind, scale: float
) -> list[str | None]:
    kept = [name if name and rng.random() < share else None for name in rows[column].to_list()]
    return dirty_names(rng, kept, scale, kind.upper)


def _addresses(rng: random.Random, rows: pl.DataFrame, rate: float) -> list[str | None]:
    table = rows.select("commune_name", "old_commune", "old_district", "hamlet").rows()
    urban = rows["urban"].to_list()
    out: list[str | None] = []
    for number, row in enumerate(table):
        if rng.random() < 0.05 * rate:
            out.append(None)
            continue
        place, in_town = (row, urban[number]) if rng.random() > 0.06 * rate else (rng.choice(table), False)
        street = (
            f"Số {rng.randrange(1, 300)} đường {rng.choice(STREETS)}"
            if in_town and rng.random() < 0.5
            else ""
        )
        out.append(dirt.address_text(rng, place, street))
    return out


REGISTER_COLUMNS = (
    "record_id", "register", "full_name", "dob", "sex", "id_no", "phone", "father_name", "mother_name",
    "spouse_name", "head_name", "address",
)  # fmt: skip


def write(folder: Path, *, people: int, records: int, seed: int = 5, rate: float = 1.0) -> None:
    """The three files in `folder`; `rate` multiplies every error."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = everybody(seed, people)
    base_of(frame).write_parquet(folder / "base.parquet")
    made = [records_of(seed, frame, kind, int(records * kind.share), rate) for kind in KINDS]
    table = pl.concat(made)
    table = table[np.random.default_rng(seed).permutation(table.height)].with_row_index("row")
    table = table.with_columns(record_id=pl.format("R{}", pl.col("row").cast(pl.String).str.zfill(8)))
    table.select(REGISTER_COLUMNS).write_parquet(folder / "register.parquet")
    table.select(
        "record_id", "register", "twin", "group", "urban", "year", "female",
        person_id=pl.when("in_base").then("person_id"),
    ).write_parquet(folder / "truth.parquet")  # fmt: skip


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--records", type=int, help="4.57 for every 3.4 people when not given")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--rate", type=float, default=1.0, help="multiplies every error rate")
    options = parser.parse_args()
    records = options.records or round(options.people * 4.57 / 3.4)
    write(options.folder, people=options.people, records=records, seed=options.seed, rate=options.rate)


if __name__ == "__main__":
    main()
