"""Quality in four words (correct, complete, clean, live) of every field of a register, by unit, as counts.

What was made up to fill a field ("--", the day the form was filled in, one telephone for a village) is given and
wrong: it does not fill the field. Every distinct text is read once, so that millions of rows take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from motcua.base.vietnamese import fold, read_date, read_number, read_phone, standard_name
from motcua.quality.data import RECORD, Measure
from motcua.quality.rules.differing import differences
from motcua.quality.rules.law import CleaningRules, LifeEvent
from motcua.quality.rules.sexes import SEXES

MEASURED = (
    "full_name", "dob", "sex", "id_no", "phone", "father_name", "mother_name", "spouse_name", "head_name", "address",
)  # fmt: skip
_BASE = (*MEASURED, "died_on", "moved_on", "married_on", "changed_on")
MISSING, FABRICATED, WRONG, GOOD = 0, 1, 2, 3


def four_words(records: pl.DataFrame, rules: CleaningRules, *, on: date) -> list[Measure]:
    """Counts by register, unit and field. Columns of `records`: register, unit, the measured fields as texts.

    Optional: `base_<field>` with what the authoritative source says of the matched person, `double` (is the record
    one of several of the same person?), `updated_on`, `ended_on`, and the days of what happened to the person:
    `base_died_on`, `base_moved_on`, `base_married_on`, `base_changed_on`. Others are ignored.
    """
    frame = _texts(records)
    fields = [field for field in MEASURED if field in frame.columns]
    for field in fields:
        frame = frame.with_columns(_quality(frame, field, rules).alias(f"q_{field}"))
    frame = frame.with_columns(_contradiction(frame))
    for field in fields:
        frame = frame.with_columns(_agrees(frame, field).alias(f"a_{field}"))
    frame = frame.with_columns(*_life(frame, rules, on))
    out: list[Measure] = []
    for field in fields:
        quality, wrong = (
            pl.col(f"q_{field}"),
            pl.col("contradicts") & pl.lit(field in ("dob", "sex", "id_no")),
        )
        out += _counted(
            frame,
            field,
            given=quality > MISSING,
            fabricated=quality == FABRICATED,
            correct=(quality == GOOD) & pl.col(f"a_{field}") & ~wrong,
            clean=~pl.col("double") & ~wrong,
            events=pl.lit(value=False),
            live=pl.lit(value=False),
        )
    out += _counted(
        frame,
        RECORD,
        given=pl.lit(value=True),
        fabricated=pl.lit(value=False),
        correct=pl.all_horizontal(pl.lit(value=True), *map(_right, fields)) & ~pl.col("contradicts"),
        clean=~pl.col("double") & ~pl.col("contradicts"),
        events=pl.col("event"),
        live=pl.col("event") & pl.col("shown"),
    )
    return out


def _right(field: str) -> pl.Expr:
    """Nothing wrong is said: the field is empty, or good and as the source has it."""
    quality = pl.col(f"q_{field}")
    return (quality == MISSING) | ((quality == GOOD) & pl.col(f"a_{field}"))


def _texts(records: pl.DataFrame) -> pl.DataFrame:
    wanted = [*MEASURED, "updated_on", "ended_on", *(f"base_{field}" for field in _BASE)]
    own = [pl.col(name).cast(pl.String).str.strip_chars() for name in wanted if name in records.columns]
    double = pl.col("double") if "double" in records.columns else pl.lit(value=False)
    return records.select(
        pl.col("register").cast(pl.String).fill_null(""),
        pl.col("unit").cast(pl.String).fill_null(""),
        double.fill_null(value=False).alias("double"),
        *own,
    ).with_columns(pl.col(name).fill_null("") for name in wanted if name in records.columns)


def _mapped(column: pl.Series, read: Callable[[str], int | str], kind: type[pl.DataType]) -> pl.Series:
    """A function over a column, called once for each distinct text."""
    texts = column.unique()
    values = pl.Series([read(text) for text in texts], dtype=kind)
    return column.replace_strict(texts, values, return_dtype=kind)


def _quality(frame: pl.DataFrame, field: str, rules: CleaningRules) -> pl.Series:
    """What each value is: missing, made up, wrong in itself, or good."""
    column = frame[field]
    quality = _mapped(column, _READ[field], pl.UInt8)
    made_up = pl.repeat(value=False, n=len(column), dtype=pl.Boolean, eager=True)
    if field == "phone":
        made_up = _often(column.to_frame("v"), rules.shared_phone)
    elif field == "dob":
        made_up = _same_day(frame, column, rules)
    elif field == "id_no" and "full_name" in frame.columns:
        name = _mapped(frame["full_name"], lambda text: fold(standard_name(text[:200]).value), pl.String)
        pair = pl.DataFrame({"v": column, "name": name})
        names = pair.with_columns(n=pl.col("name").n_unique().over("v"))["n"]
        made_up = names > rules.shared_number
    worse = pl.when(made_up & (quality > MISSING)).then(pl.lit(FABRICATED, dtype=pl.UInt8))
    return pl.select(worse.otherwise(quality)).to_series()


def _often(values: pl.DataFrame, most: int) -> pl.Series:
    return values.with_columns(n=pl.len().over("v"))["n"] > most


def _same_day(frame: pl.DataFrame, column: pl.Series, rules: CleaningRules) -> pl.Series:
    """The day the form was filled in, and a whole date that far too many records share (1 January is left out:
    it is how offices write that only the year is known)."""
    days = _mapped(column, _iso, pl.String)
    shared = pl.DataFrame({"v": days, "register": frame["register"]}).with_columns(
        n=pl.len().over("v", "register"), of=pl.len().over("register")
    )
    many = (shared["n"] >= rules.shared_date_least) & (shared["n"] > shared["of"] * rules.shared_date_share)
    out = many & (days.str.len_chars() == 10) & ~days.str.ends_with("-01-01")
    if "updated_on" in frame.columns:
        forms = _mapped(frame["updated_on"], _iso, pl.String)
        out |= (days == forms) & (days.str.len_chars() == 10)
    return out


def _iso(text: str) -> str:
    read = read_date(text[:40])
    if not read.day:
        return ""
    return f"{read.year:04d}-{read.month:02d}-{read.day:02d}"


def _filled(text: str) -> bool:
    """Is there a letter or digit that is not a zero? Signs, zeros and words for "nothing" fill no field."""
    return any(char.isalnum() and char != "0" for char in text) and fold(text) not in _NOTHING


_NOTHING = frozenset((
    "khong", "khong co", "khong ro", "chua ro", "chua co", "null", "none", "nan", "n/a", "na", "x", "xx", "xxx",
    "test", "abc",
))  # fmt: skip


def _name(text: str) -> int:
    if not text:
        return MISSING
    if not _filled(text):
        return FABRICATED
    read = standard_name(text[:200])
    if not read.value:
        return FABRICATED if "placeholder" in read.rules else WRONG
    return GOOD if " " in read.value else WRONG


def _date(text: str) -> int:
    if not text:
        return MISSING
    if not _filled(text):
        return FABRICATED
    return GOOD if read_date(text[:40]).year else WRONG


def _sex(text: str) -> int:
    if not text:
        return MISSING
    if text.lower() in SEXES:
        return GOOD
    return WRONG if _filled(text) else FABRICATED


def _number(text: str) -> int:
    if not text:
        return MISSING
    read = read_number(text[:40])
    if "placeholder" in read.rules or not _filled(text):
        return FABRICATED
    return GOOD if read.kind in ("personal", "card") else WRONG


def _phone(text: str) -> int:
    if not text:
        return MISSING
    digits = {char for char in text if char.isdigit()}
    if not _filled(text) or len(digits) == 1 or text in ("0123456789", "0987654321", "0912345678"):
        return FABRICATED
    return GOOD if read_phone(text[:30]) else WRONG


def _address(text: str) -> int:
    if not text:
        return MISSING
    if not _filled(text):
        return FABRICATED
    return GOOD if sum(char.isalpha() for char in text) >= 3 else WRONG


_READ: Mapping[str, Callable[[str], int]] = {
    "full_name": _name, "father_name": _name, "mother_name": _name, "spouse_name": _name, "head_name": _name,
    "dob": _date, "sex": _sex, "id_no": _number, "phone": _phone, "address": _address,
}  # fmt: skip


def _agrees(frame: pl.DataFrame, field: str) -> pl.Series:
    """Does the value equal the authoritative source's, where that says something?"""
    base = f"base_{field}"
    if base not in frame.columns:
        return pl.repeat(value=True, n=frame.height, dtype=pl.Boolean, eager=True)
    pairs = frame.select(field, base)
    distinct = pairs.unique()
    agrees = [
        not theirs or not differences({field: ours}, {field: theirs}) for ours, theirs in distinct.iter_rows()
    ]
    joined = pairs.join(
        distinct.with_columns(agrees=pl.Series(agrees, dtype=pl.Boolean)),
        on=[field, base],
        how="left",
        maintain_order="left",
    )
    return joined["agrees"]


def _contradiction(frame: pl.DataFrame) -> pl.Series:
    """A personal number tells sex and year of birth (NĐ 137/2015 Đ.13): another sex or year contradicts it."""
    if "id_no" not in frame.columns:
        return pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True).alias("contradicts")
    told = _mapped(frame["id_no"], _told, pl.UInt16)
    out = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    if "dob" in frame.columns:
        year = _mapped(frame["dob"], lambda text: read_date(text[:40]).year, pl.UInt16)
        out |= (told > 0) & (year > 0) & (told // 2 != year)
    if "sex" in frame.columns:
        sex = _mapped(frame["sex"], lambda text: SEXES.get(text.lower(), 0), pl.UInt16)
        out |= (told > 0) & (sex > 0) & (told % 2 != sex % 2)
    return out.alias("contradicts")


def _told(text: str) -> int:
    """Year of birth × 2, and 1 for a man: what a personal number says; 0 for none."""
    read = read_number(text[:40])
    if read.kind != "personal":
        return 0
    century, year = int(read.value[3]), int(read.value[4:6])
    return (1900 + 100 * (century // 2) + year) * 2 + (century % 2 == 0)


def _life(frame: pl.DataFrame, rules: CleaningRules, on: date) -> tuple[pl.Series, pl.Series]:
    """Did something happen to the person longer ago than a register has to show it, and does the record show it all?

    The limit is counted in calendar days with two days of rest a week: an office's holidays never make a record late.
    """
    event = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    shown = ~event
    for life in rules.events:
        if f"base_{life.on}" not in frame.columns:
            continue
        day = _mapped(frame[f"base_{life.on}"], _iso, pl.String)
        late = day.str.to_date(strict=False) + pl.duration(days=rules.event_days * 7 // 5 + 14)
        due = (frame.select(late.alias("d"))["d"] <= on).fill_null(value=False)
        event |= due
        shown &= ~due | _shows(frame, life, day)
    return event.alias("event"), shown.alias("shown")


def _shows(frame: pl.DataFrame, life: LifeEvent, day: pl.Series) -> pl.Series:
    """Does the record show an event of that day: by a date of its own, by a later change, by the new facts?"""
    shown = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    for column in life.dated:
        if column in frame.columns:
            shown |= frame[column] != ""
    if life.changed and "updated_on" in frame.columns:
        shown |= _mapped(frame["updated_on"], _iso, pl.String) >= day
    facts = [name for name in life.facts if name in frame.columns and f"base_{name}" in frame.columns]
    if facts:
        told = [(frame[name] != "") & (frame[f"base_{name}"] != "") & _told_by(frame, name) for name in facts]
        shown |= (
            pl.DataFrame(dict(zip(facts, told, strict=True))).select(pl.all_horizontal(pl.all())).to_series()
        )
    return shown


def _told_by(frame: pl.DataFrame, field: str) -> pl.Series:
    """As the base has it; an address only when it is the base's but for accents, case and signs."""
    if field != "address":
        return _agrees(frame, field)
    ours, theirs = (_mapped(frame[name], _bare_text, pl.String) for name in (field, f"base_{field}"))
    return ours == theirs


def _bare_text(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def _counted(frame: pl.DataFrame, field: str, **what: pl.Expr) -> list[Measure]:
    counts = (
        frame.group_by("register", "unit", maintain_order=True)
        .agg(pl.len().alias("total"), *(expr.sum().alias(name) for name, expr in _wide(what).items()))
        .sort("register", "unit")
    )
    return [Measure(field=field, **row) for row in counts.iter_rows(named=True)]


def _wide(what: Mapping[str, pl.Expr]) -> dict[str, pl.Expr]:
    """Constants as long as the group, so that their sum counts rows."""
    row = pl.col("double").is_not_null()
    return {name: row & expr for name, expr in what.items()}
