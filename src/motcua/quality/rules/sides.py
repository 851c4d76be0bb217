"""The two sides of a linkage as arrays of numbers: people of the base, records of a register."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.base.vietnamese import strip_accents
from motcua.quality.rules import facts
from motcua.quality.rules.names import Distinct, NameReader, Names
from motcua.quality.rules.places import Gazetteer, addresses

Column = Callable[[str], pl.Series]
U32 = NDArray[np.uint32]
NAMES = ("full", "father", "mother", "spouse", "head")
MOST_REGISTERS = 31
_PLACE_COLUMNS = ("commune", "commune_code", "old_commune", "old_commune_code", "old_district")


@dataclass
class Side:
    """One row for each person or record; 0 is "not known" everywhere.

    Names are numbers of `Names`; `dob` is yyyymmdd; `whole` the identity number (cards above 10^12), `card` the
    old card of a person, `piece` part of a number; `new`, `old`, `district` number the base's own places.
    """

    full: NDArray[np.uint32]
    father: NDArray[np.uint32]
    mother: NDArray[np.uint32]
    spouse: NDArray[np.uint32]
    head: NDArray[np.uint32]
    dob: NDArray[np.int32]
    sex: NDArray[np.uint8]
    whole: NDArray[np.int64]
    card: NDArray[np.int64]
    piece: NDArray[np.int64]
    phone: NDArray[np.uint32]
    new: NDArray[np.uint16]
    old: NDArray[np.uint16]
    district: NDArray[np.uint16]
    hamlet: NDArray[np.uint16]
    register: NDArray[np.uint8]
    role: NDArray[np.uint8]  # of a person in the household: 1 head, 2 spouse, 3 child, 0 another or not known
    hint: NDArray[np.int32]  # of a record without a date: the year of birth in its number, as a date
    tie: NDArray[np.uint64]  # of a person: decides between even candidates, whatever row they are in

    def __len__(self) -> int:
        return len(self.full)


def read_sides(base: Column, records: Column) -> tuple[Side, Side, Names, list[str]]:
    """Both sides from functions that give a column by its name (nulls where the file has none)."""
    with ThreadPoolExecutor(1) as beside:
        facts_of = beside.submit(_facts, base, records)
        named_base, named_records, names = read_names(base, records)
        of_base, of_records, register_names = facts_of.result()
    of_records["phone"] = facts.without_shared(of_records["phone"])
    return Side(**named_base, **of_base), Side(**named_records, **of_records), names, register_names


def taken_rows(side: Side, rows: NDArray[np.generic]) -> Side:
    """Some rows of a side."""
    return Side(**{name: values[rows] if len(values) else values for name, values in vars(side).items()})


def read_names(base: Column, records: Column) -> tuple[dict[str, Any], dict[str, Any], Names]:
    """The names of both sides, numbered together."""
    reader = NameReader()
    raw_base = {one: reader.take(base(f"{one}_name")) for one in NAMES[:-1]}
    raw_base["head"] = _heads(base, raw_base["full"])
    raw_records = {one: reader.take(records(f"{one}_name")) for one in NAMES}
    names, first, second = reader.finish()
    named_base = {one: first[ids] for one, ids in raw_base.items()}
    named_records = {one: first[ids] for one, ids in raw_records.items()}
    other = second[raw_records["full"]]
    named_records["spouse"] = np.where(named_records["spouse"] == 0, other, named_records["spouse"])
    return named_base, named_records, names


def _facts(base: Column, records: Column) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """All but the names, of both sides."""
    gazetteer, place = _places(base)
    of_base = base_facts(base, place)
    register, register_names = _registers(records("register"))
    return of_base, record_facts(records, gazetteer, register), register_names


def base_facts(base: Column, place: tuple[NDArray[np.uint16], ...]) -> dict[str, Any]:
    """All but the names of people whose places are numbered."""
    whole, _ = facts.numbers(base("cccd"))
    card, _ = facts.numbers(base("cmnd9"))
    hamlet = base("address").cast(pl.String).str.extract(r"(?i)(?:\p{L}|\.)\s*(\d{1,3})\s*(?:,|$| )", 1)
    return {
        "dob": facts.dates(base("dob")), "sex": facts.sexes(base("sex")), "whole": whole, "card": card,
        "piece": np.zeros(0, dtype=np.int64), "phone": facts.phones(base("phone")), "new": place[0],
        "old": place[1], "district": place[2], "hamlet": hamlet.cast(pl.UInt16).fill_null(0).to_numpy(),
        "register": np.zeros(len(whole), dtype=np.uint8), "role": _roles(base("rel_head")),
        "hint": np.zeros(0, dtype=np.int32), "tie": hashed(base("person_id")),
    }  # fmt: skip


def record_facts(records: Column, gazetteer: Gazetteer, register: NDArray[np.uint8]) -> dict[str, Any]:
    """All but the names of records; the telephones as they are written."""
    whole, piece = facts.numbers(records("id_no"))
    new, old, district, hamlet = addresses(records("address"), gazetteer)
    dob = facts.dates(records("dob"))
    return {
        "dob": dob, "hint": np.where(dob == 0, facts.years(whole, piece), 0),
        "sex": facts.sexes(records("sex")), "whole": whole, "card": np.zeros(0, dtype=np.int64), "piece": piece,
        "phone": facts.phones(records("phone")), "new": new, "old": old,
        "district": district, "hamlet": hamlet, "register": register, "role": np.zeros(0, dtype=np.uint8),
        "tie": np.zeros(0, dtype=np.uint64),
    }  # fmt: skip


def hashed(ids: pl.Series) -> NDArray[np.uint64]:
    """A number for each text, the same in every run."""
    return ids.cast(pl.String).hash(1).to_numpy().astype(np.uint64, copy=False)


def _roles(relation: pl.Series) -> NDArray[np.uint8]:
    """The role in the household, from its name."""
    distinct = Distinct()
    which = distinct.take(relation)
    words = [strip_accents(text).lower() for text in distinct.texts()]
    known = [
        1 if "chu ho" in w or w == "chu" else 2 if w in ("vo", "chong") else 3 * w.startswith("con")
        for w in words
    ]
    return np.asarray(np.array([0, *known], dtype=np.uint8)[which])


def is_head(relation: pl.Series) -> pl.Series:
    """Whose relation to the head of the household is being the head."""
    words = relation.cast(pl.String).str.to_lowercase()
    return words.str.contains(r"^(?:chủ hộ|chu ho|chủ|head|1|0*1)$").fill_null(value=False)


def _heads(base: Column, full: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The raw name of the head of each person's household; of two heads the one whose number is least."""
    frame = pl.DataFrame(
        {
            "home": base("household_id").cast(pl.String),
            "head": is_head(base("rel_head")),
            "tie": hashed(base("person_id")),
            "full": full,
        }
    )
    heads = frame.filter("head").sort("tie").unique("home", keep="first").select("home", head_name="full")
    joined = frame.join(heads, on="home", how="left", maintain_order="left")["head_name"]
    return np.asarray(joined.fill_null(0).to_numpy(), dtype=np.uint32)


def place_texts(base: Column) -> pl.DataFrame:
    """The columns that name places, and the texts that number the new commune, the old one and the district."""
    return pl.DataFrame(
        {name: base(name).cast(pl.String) for name in _PLACE_COLUMNS}
    ).with_columns(
        new=pl.concat_str("commune_code", "commune", separator="|", ignore_nulls=True).replace("", None),
        old=pl.concat_str(
            "old_commune_code", "old_commune", "old_district", separator="|", ignore_nulls=True
        ).replace("", None),
        district=pl.col("old_district").replace("", None),
    )  # fmt: skip


def _places(base: Column) -> tuple[Gazetteer, tuple[NDArray[np.uint16], ...]]:
    """The gazetteer of the base's communes, and (new, old, district) of every person."""
    frame = place_texts(base)
    coded = {name: Distinct().take(frame[name]).astype(np.uint16) for name in ("new", "old", "district")}
    numbered = frame.select("commune", "old_commune", "old_district").with_columns(
        **{f"n_{name}": pl.Series(values, dtype=pl.UInt16) for name, values in coded.items()}
    )
    return Gazetteer(place_table(numbered)), (coded["new"], coded["old"], coded["district"])


def place_table(numbered: pl.DataFrame) -> list[tuple[str, int, str, int, str, int]]:
    """What a gazetteer is made of: every distinct row of names and numbers."""
    rows = numbered.unique().fill_null("")
    return sorted(
        rows.select("commune", "n_new", "old_commune", "n_old", "old_district", "n_district").rows()
    )


def _registers(column: pl.Series) -> tuple[NDArray[np.uint8], list[str]]:
    """The number of each record's register; all beyond the thirty-one largest are one."""
    text = column.cast(pl.String).fill_null("")
    sizes = text.value_counts(sort=True)
    names = (
        sizes[text.name or "register"].to_list()
        if text.name in sizes.columns
        else sizes.to_series(0).to_list()
    )
    number = {name: min(at + 1, MOST_REGISTERS) for at, name in enumerate(names)}
    return text.replace_strict(number, return_dtype=pl.UInt8).to_numpy(), names[:MOST_REGISTERS]
