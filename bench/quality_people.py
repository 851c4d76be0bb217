# ruff: noqa: E501 - tables of dirt read best on one line
"""An invented population with households, twins, namesakes and the merger of July 2025: the base, and who is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.quality_names import FAMILY, GIVEN, GROUPS, MIDDLE, MIX, weighted
from motcua.units.data import Level
from motcua.units.rules import shipped

Ints = NDArray[np.int64]
EPOCH = date(1970, 1, 1)
TODAY = (date(2026, 1, 1) - EPOCH).days
YEAR = 365.2425


@dataclass
class Communes:
    """The old communes with what they became."""

    old: list[tuple[str, str, str]]  # code, commune, district
    new: list[tuple[str, str]]
    mix: NDArray[np.float64]
    urban: NDArray[np.bool_]


def communes() -> Communes:
    """Old communes of 30 June 2025 and the new one each went into."""
    tables = shipped()
    day = date(2025, 6, 30)
    old, new, mix = [], [], []
    for unit in tables.units.values():
        if unit.level is not Level.COMMUNE or not unit.validity.contains(day):
            continue
        after = [s.to_key for s in tables.after.get(unit.key, ()) if s.day == date(2025, 7, 1)]
        if not after:
            continue
        district = tables.units[unit.parent_key or ""].name
        target = tables.units[after[0]]
        old.append((unit.code, unit.name, district))
        new.append((target.code, target.name))
        mix.append(MIX.get(district, (99.2, 0.4, 0, 0, 0.4)))
    shares = np.array(mix, dtype=float)
    urban = np.array([not name.startswith("Xã") for _, name, _ in old])
    return Communes(old, new, shares / shares.sum(axis=1, keepdims=True), urban)


def parts(
    rng: np.random.Generator, table: dict[str, str], keys: list[str], which: Ints
) -> NDArray[np.object_]:
    """One part of a name for each row, drawn from the list that `which` chooses."""
    out = np.empty(len(which), dtype=object)
    for number, key in enumerate(keys):
        rows = np.flatnonzero(which == number)
        names, weights = weighted(table[key])
        out[rows] = np.array(names, dtype=object)[rng.choice(len(names), len(rows), p=weights)]
    return out


def join(*columns: NDArray[np.object_]) -> NDArray[np.object_]:
    """Parts with single spaces between them."""
    frame = pl.DataFrame({f"c{n}": pl.Series(column, dtype=pl.String) for n, column in enumerate(columns)})
    joined = frame.select(
        pl.concat_str(pl.all(), separator=" ").str.replace_all("  +", " ").str.strip_chars().alias("name")
    )
    return joined["name"].to_numpy()


def full_names(
    rng: np.random.Generator, group: Ints, female: NDArray[np.bool_], family: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Full names for people of these groups and sexes with the given family names."""
    keys = [f"{one}_{sex}" for one in GROUPS for sex in "mf"]
    which = group * 2 + female
    return join(family, parts(rng, MIDDLE, keys, which), parts(rng, GIVEN, keys, which))


def population(rng: np.random.Generator, people: int) -> pl.DataFrame:
    """Everybody: about `people` persons in households, one row each."""
    place = communes()
    homes = int(people / 3.62) + 1
    weight = rng.lognormal(0, 0.45, len(place.old)) * np.where(place.urban, 1.8, 1.0)
    commune = np.sort(rng.choice(len(place.old), homes, p=weight / weight.sum()))
    group = np.array([0] * homes)
    draw = rng.random(homes)
    edges = place.mix.cumsum(axis=1)[commune]
    group = (draw[:, None] > edges).sum(axis=1).clip(0, 4)
    lonely = rng.random(homes) < 0.07
    head_female = rng.random(homes) < 0.17
    head_born = TODAY - (rng.beta(2.2, 2.6, homes) * 62 + 22) * YEAR
    wed = ~lonely & (rng.random(homes) < 0.9)
    children = np.where(lonely, 0, rng.poisson(1.75, homes).clip(0, 6))
    elder = ~lonely & (rng.random(homes) < 0.11)
    family = parts(rng, FAMILY, list(GROUPS), group)
    rel = np.concatenate(
        [np.zeros(homes), np.ones(wed.sum()), np.full(children.sum(), 2), np.full(elder.sum(), 3)]
    )
    all_homes = np.arange(homes)
    home = np.concatenate([all_homes, all_homes[wed], np.repeat(all_homes, children), all_homes[elder]])
    rank = np.arange(children.sum()) - np.repeat(np.cumsum(children) - children, children)
    first = np.repeat(head_born + rng.normal(25, 3.5, homes).clip(18, 40) * YEAR, children)
    child_born = first + rank * (3.1 * YEAR) + rng.normal(0, 250, len(rank)).clip(-380, 380)
    twin = (rng.random(len(rank)) < 0.013) & (rank > 0)
    child_born[twin] = child_born[np.flatnonzero(twin) - 1]
    born = np.concatenate(
        [
            head_born,
            head_born[wed] + rng.normal(1.5, 3, wed.sum()) * YEAR,
            child_born,
            head_born[elder] - 27 * YEAR,
        ]
    ).astype(np.int64)
    female = np.concatenate(
        [head_female, ~head_female[wed], rng.random(len(rank)) < 0.48, rng.random(elder.sum()) < 0.6]
    )
    is_twin = np.concatenate([np.zeros(homes + wed.sum(), bool), twin, np.zeros(elder.sum(), bool)])
    kid = rel == 2
    same_sex = np.flatnonzero(is_twin & (rng.random(len(is_twin)) < 0.65))
    female[same_sex] = female[same_sex - 1]
    own_group = group[home]
    own_family = parts(rng, FAMILY, list(GROUPS), own_group)
    head_rows = np.arange(homes)
    heads_family = np.where(head_female, parts(rng, FAMILY, list(GROUPS), group), family)
    own_family[head_rows] = heads_family
    own_family[kid] = family[home[kid]]
    own_family[rel == 3] = heads_family[home[rel == 3]]
    husband = (rel == 1) & ~female
    own_family[husband] = family[home[husband]]
    name = full_names(rng, own_group, female, own_family)
    # twins are named alike: the same middle, another given name
    pairs = np.flatnonzero(is_twin & (rng.random(len(is_twin)) < 0.7) & (female == np.roll(female, 1)))
    for row in pairs:
        name[row] = f"{name[row - 1].rsplit(' ', 1)[0]} {name[row].rsplit(' ', 1)[-1]}"
    frame = pl.DataFrame(
        {
            "home": home,
            "rel": rel.astype(np.int8),
            "born": born,
            "female": female,
            "group": own_group,
            "twin": is_twin,
        }
    ).with_columns(pl.Series("full_name", name, dtype=pl.String), commune=commune[home])
    return _with_family(rng, frame.filter(pl.col("born") < TODAY), place, heads_family)


def _with_family(
    rng: np.random.Generator, frame: pl.DataFrame, place: Communes, heads_family: NDArray[np.object_]
) -> pl.DataFrame:
    """Adds parents, spouse, numbers, phone, address."""
    frame = frame.with_columns(pl.Series("family", heads_family[frame["home"].to_numpy()], dtype=pl.String))
    adults = frame.filter(pl.col("rel") <= 1)
    couple = adults.group_by("home").agg(
        husband=pl.col("full_name").filter(~pl.col("female")).first(),
        wife=pl.col("full_name").filter(pl.col("female")).first(),
        head=pl.col("full_name").filter(pl.col("rel") == 0).first(),
        head_phone=pl.col("home").first(),
    )
    frame = frame.join(couple, on="home", how="left", maintain_order="left")
    count = frame.height
    group = frame["group"].to_numpy()
    family = frame["full_name"].str.split(" ").list.first().to_numpy()
    no = np.zeros(count, bool)
    dad = full_names(rng, group, no, family)
    mum = full_names(rng, group, ~no, parts(rng, FAMILY, list(GROUPS), group))
    # brothers who live next door have the same parents
    brother = np.flatnonzero(
        (frame["rel"].to_numpy() == 0) & (rng.random(count) < 0.3) & (np.roll(family, 1) == family)
    )
    dad[brother], mum[brother] = dad[brother - 1], mum[brother - 1]
    kid = pl.col("rel") == 2
    year = 1970 + frame["born"].to_numpy() / YEAR
    century = 2 * ((year >= 2000).astype(int)) + frame["female"].to_numpy()
    province = np.where(rng.random(count) < 0.93, 40, rng.integers(1, 97, count))
    # a number is given once: within place, century, sex and year the six digits go around without meeting again
    head = (province * 10 + century) * 100 + year.astype(int) % 100
    turn = pl.DataFrame({"head": head}).select(pl.int_range(pl.len()).over("head"))["literal"].to_numpy()
    tail = (turn * 611_953 + head * 7_919) % 1_000_000
    cccd = [f"{h:06d}{t:06d}" for h, t in zip(head, tail, strict=True)]
    cmnd = [f"18{n:07d}" for n in rng.permutation(10_000_000)[:count]]
    phone = [f"0{p}{n:08d}" for p, n in zip(rng.choice([3, 7, 8, 9], count, p=[.42, .1, .14, .34]), rng.integers(0, 10**8, count), strict=True)]  # fmt: skip
    hamlet = rng.integers(1, 16, int(frame["home"].max()) + 1)[frame["home"].to_numpy()]  # type: ignore[arg-type]
    frame = frame.with_columns(
        pl.Series("dad", dad, dtype=pl.String), pl.Series("mum", mum, dtype=pl.String),
        pl.Series("cccd", cccd), pl.Series("cmnd9", cmnd), pl.Series("phone", phone), pl.Series("hamlet", hamlet),
        pl.Series("roll", rng.random(count)), pl.Series("roll2", rng.random(count)), year=year,
        urban=place.urban[frame["commune"].to_numpy()],
    )  # fmt: skip
    old = pl.DataFrame(place.old, schema=["old_commune_code", "old_commune", "old_district"], orient="row")
    new = pl.DataFrame(place.new, schema=["commune_code", "commune"], orient="row")
    frame = frame.join(
        pl.concat([old, new], how="horizontal").with_row_index("commune_no").with_columns(pl.col("commune_no").cast(pl.Int64)),
        left_on="commune", right_on="commune_no", how="left", maintain_order="left", suffix="_name",
    )  # fmt: skip
    age = 2026 - pl.col("year")
    spouse = pl.when(pl.col("female")).then("husband").otherwise("wife")
    dob = pl.from_epoch(pl.col("born"), time_unit="d").cast(pl.Date)
    return frame.with_columns(
        dob=dob,
        sex=pl.when("female").then(pl.lit("Nữ")).otherwise(pl.lit("Nam")),
        father_name=pl.when(kid).then("husband").otherwise(pl.when(pl.col("roll") < 0.9).then("dad")),
        mother_name=pl.when(kid).then("wife").otherwise(pl.when(pl.col("roll") < 0.92).then("mum")),
        spouse_name=pl.when(pl.col("rel") <= 1).then(spouse),
        cccd=pl.when(pl.col("roll2") < 0.985).then("cccd"),
        cmnd9=pl.when((age > 24) & (pl.col("roll") < 0.8)).then("cmnd9"),
        phone=pl.when((age > 15) & (pl.col("roll2") < 0.78)).then("phone"),
        household_id=pl.format("HK{}", pl.col("home").cast(pl.String).str.zfill(7)),
        rel_head=pl.col("rel").replace_strict(
            {0: "Chủ hộ", 1: "Vợ", 2: "Con", 3: "Bố mẹ"}, return_dtype=pl.String
        ),
        address=pl.format("Xóm {}, {}, Tỉnh Nghệ An", pl.col("hamlet"), pl.col("commune_name")),
    ).with_row_index("no")


BASE_COLUMNS = (
    "person_id", "cccd", "cmnd9", "full_name", "dob", "sex", "phone", "father_name", "mother_name", "spouse_name",
    "household_id", "rel_head", "commune_code", "commune", "old_commune_code", "old_commune", "old_district", "address",
)  # fmt: skip


def base_of(people: pl.DataFrame) -> pl.DataFrame:
    """The base in the columns that `motcua quality link` reads."""
    return people.filter("in_base").with_columns(
        commune=pl.col("commune_name"), dob=pl.col("dob").dt.strftime("%Y-%m-%d")
    ).select(BASE_COLUMNS)  # fmt: skip


def everybody(seed: int, people: int) -> pl.DataFrame:
    """The population with `person_id` and who is in the base: 6 % are not, half of them with their household."""
    rng = np.random.default_rng(seed)
    frame = population(rng, int(people * 1.065))
    count = frame.height
    away_homes = rng.random(int(frame["home"].max()) + 1) < 0.03  # type: ignore[arg-type]
    away = away_homes[frame["home"].to_numpy()] | (rng.random(count) < 0.03)
    order = rng.permutation(count)
    return frame.with_columns(
        pl.Series("person_id", [f"P{n:08d}" for n in order]), pl.Series("in_base", ~away)
    )
