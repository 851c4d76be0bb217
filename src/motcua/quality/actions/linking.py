"""The linkage of an imported file: read, compare with the population base, sort into heaps, count the four words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
import polars as pl
from django.db import connection, transaction

from motcua.base.data import SYSTEM
from motcua.base.db import lock_number
from motcua.ledger import api as ledger
from motcua.people import api as people
from motcua.quality.actions.importing import subject
from motcua.quality.data import Heap, ImportState, Measure
from motcua.quality.models import Import, ImportFile, MeasureRow, Record
from motcua.quality.rules import comparing as c
from motcua.quality.rules.deciding import ACCEPT, NONE, decide
from motcua.quality.rules.dedup import find_same
from motcua.quality.rules.law import rules_on
from motcua.quality.rules.linking import Linker
from motcua.quality.rules.pairs import Linked
from motcua.quality.rules.reasons import reasons
from motcua.quality.rules.sheets import Row, SheetUnreadable, read_sheet
from motcua.quality.rules.sides import read_sides
from motcua.quality.rules.words import four_words
from motcua.units import api as units

Progress = Callable[[str, float], None]
_BASE = (
    "person_id", "cccd", "cmnd9", "full_name", "dob", "sex", "phone", "father_name", "mother_name", "spouse_name",
    "household_id", "rel_head", "commune_code", "commune", "address", "died_on", "unit",
)  # fmt: skip
_SHOWN = (
    "full_name",
    "dob",
    "sex",
    "phone",
    "father_name",
    "mother_name",
    "spouse_name",
    "address",
    "died_on",
)
_SEXES = {"male": "Nam", "female": "Nữ"}
NO_KEY = "không có họ tên và không có số định danh"
AGAIN = "mã bản ghi đã có ở một hàng trước"


@dataclass(frozen=True)
class _Read:
    """The file's rows: facts under our names, the other columns, and why a row cannot be used ("" if it can)."""

    rows: list[Row]
    facts: list[dict[str, str]]
    extra: list[dict[str, str]]
    problems: list[str]


def link_next(*, at: datetime) -> int:
    """Link the import that has waited longest; 1 if there was one, 0 if nothing waits or all are being worked on."""
    found = Import.objects.filter(state__in=[ImportState.WAITING.value, ImportState.RUNNING.value])
    for import_id in list(found.order_by("uploaded_at").values_list("id", flat=True)[:20]):
        with _alone(import_id) as mine:
            if mine and _claim(import_id):
                _work(import_id, at=at)
                return 1
    return 0


@contextmanager
def _alone(import_id: UUID) -> Iterator[bool]:
    """Nobody else works on it while the block runs; a process that dies lets go at once, and another begins anew."""
    key = lock_number("cleaning", str(import_id))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@transaction.atomic
def _claim(import_id: UUID) -> bool:
    row = Import.objects.select_for_update(skip_locked=True).filter(id=import_id).first()
    if row is None or row.state not in (ImportState.WAITING.value, ImportState.RUNNING.value):
        return False
    Import.objects.filter(id=import_id).update(state=ImportState.RUNNING.value, stage="reading", share=0)
    return True


def _work(import_id: UUID, *, at: datetime) -> None:
    row = Import.objects.get(id=import_id)

    def say(stage: str, share: float) -> None:
        Import.objects.filter(id=import_id).update(stage=stage, share=min(0.99, share))

    try:
        read = _read(row)
        say("reading", 0.1)
        base = base_frame()
        if base.height == 0:
            raise SheetUnreadable("CSDL dân cư ở đây chưa có ai.", "The population base here is empty.")
        made = _records(row, read, base, say, on=at.date())
    except SheetUnreadable as error:
        _failed(row, error, at=at)
        return
    measures = _measures(row, made, on=at.date())
    _keep(row, made, measures, at=at)


@transaction.atomic
def _failed(row: Import, error: SheetUnreadable, *, at: datetime) -> None:
    Import.objects.filter(id=row.id).update(
        state=ImportState.FAILED.value, trouble=error.sentences[0][:400], finished_at=at, share=0
    )
    ImportFile.objects.filter(of=row).delete()
    ledger.append(
        kind="cleaning.failed",
        subject=subject(row.id),
        by=SYSTEM,
        at=at,
        unit=row.agency,
        payload={"why": error.sentences[0]},
    )


@transaction.atomic
def _keep(row: Import, made: list[Record], measures: list[Measure], *, at: datetime) -> None:
    Record.objects.filter(of=row).delete()
    MeasureRow.objects.filter(of=row).delete()
    Record.objects.bulk_create(made, batch_size=2000)
    columns = ("unit", "field", "total", "given", "fabricated", "correct", "events", "live")
    MeasureRow.objects.bulk_create(
        [
            MeasureRow(of=row, tidy=one.clean, **{name: getattr(one, name) for name in columns})
            for one in measures
        ],
        batch_size=2000,
    )
    ImportFile.objects.filter(of=row).delete()
    Import.objects.filter(id=row.id).update(
        state=ImportState.DONE.value, stage="done", share=1, rows=len(made), finished_at=at
    )
    counts = {heap.value: sum(one.heap == heap.value for one in made) for heap in Heap}
    ledger.append(
        kind="cleaning.linked",
        subject=subject(row.id),
        by=SYSTEM,
        at=at,
        unit=row.agency,
        payload={"rows": len(made), **counts, "rules": rules_on(at.date()).key},
    )


def _read(row: Import) -> _Read:
    header, lines = read_sheet(bytes(ImportFile.objects.get(of=row).content), row.file_name)
    mapped = {column: field for field, column in row.mapping.items()}
    read = _Read([], [], [], [])
    seen: set[str] = set()
    for line in lines:
        cells = dict(zip(header, line.cells, strict=False))
        facts = {mapped[name]: cell.strip() for name, cell in cells.items() if name in mapped}
        problem = line.problem
        key = facts.get("record_id", "")
        if not problem and key and key in seen:
            problem = AGAIN
        if not problem and not facts.get("full_name") and not facts.get("id_no"):
            problem = NO_KEY
        seen.add(key)
        read.rows.append(line)
        read.facts.append(facts)
        read.extra.append({name: cell for name, cell in cells.items() if name not in mapped})
        read.problems.append(problem)
    return read


def base_frame() -> pl.DataFrame:
    """The population mirror as the linkage wants it, one row a person."""
    found = []
    for one in people.everybody():
        place = _unit(one.unit)
        found.append(
            (
                str(one.id), one.personal_number, one.card, one.full_name, one.dob, _SEXES.get(one.sex, ""), one.phone,
                one.relatives.get("father", ""), one.relatives.get("mother", ""), one.relatives.get("spouse", ""),
                str(one.head or one.id), "Chủ hộ" if one.head in (None, one.id) else "",
                one.unit.partition("@")[0], place, one.address, one.died_on.isoformat() if one.died_on else "",
                one.unit,
            )
        )  # fmt: skip
    frame = pl.DataFrame(found, schema=dict.fromkeys(_BASE, pl.String), orient="row")
    return frame.with_columns(pl.all().replace("", None))


def _unit(key: str) -> str:
    try:
        return units.unit(key).name if key else ""
    except units.UnknownUnit:
        return ""


def _column(frame: pl.DataFrame, name: str) -> pl.Series:
    if name in frame.columns:
        return frame[name]
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, frame.height)


def _records(row: Import, read: _Read, base: pl.DataFrame, say: Progress, *, on: date) -> list[Record]:
    """The rows as records, each in its heap."""
    good = [at for at, problem in enumerate(read.problems) if not problem]
    made = [_broken(row, read, at) for at in range(len(read.rows))]
    if not good:
        return made
    names = [name for name in row.mapping if name != "record_id"]
    frame = pl.DataFrame(
        {name: [read.facts[at].get(name) or None for at in good] for name in names},
        schema=dict.fromkeys(names, pl.String),
    ).with_columns(register=pl.lit(row.register))
    sides = read_sides(lambda name: _column(base, name), lambda name: _column(frame, name))
    linked = Linker(*sides[:3], lambda stage, share: say(stage, 0.1 + 0.7 * share)).run()
    say("duplicates", 0.8)
    same = find_same(lambda name: _column(frame, name), frame.height)
    say("writing", 0.9)
    decision = decide(linked.person, linked.probability, linked.none)
    why = reasons(linked.levels, linked.person, decision, linked.second)
    doubtful = _doubtful(linked, rules_on(on).doubtful_below)
    places = _Places(on)
    for at, number in enumerate(good):
        one, who = made[number], int(linked.person[at])
        found = Heap.NONE if decision[at] == NONE else Heap.MATCHED if decision[at] == ACCEPT else Heap.REVIEW
        one.found = one.heap = found.value
        one.problem = ""
        one.probability = float(min(1.0, max(0.0, linked.probability[at])))
        one.reasons = why[at]
        one.cluster = int(same.cluster[at]) if same.cluster[at] >= 0 else None
        if found is not Heap.NONE:
            person = base.row(who, named=True)
            one.person_ref = person["person_id"]
            one.person = {name: person[name] for name in _SHOWN if person[name]}
            one.person |= {"id_no": person["cccd"]} if person["cccd"] else {}
            one.doubtful = bool(doubtful[at])
        own = places.of(read.facts[number].get("address", ""))
        one.unit_key = own or (
            places.today(base.row(who, named=True)["unit"] or "") if found is Heap.MATCHED else ""
        )
    return made


def _broken(row: Import, read: _Read, at: int) -> Record:
    """A record as it stands in the file; broken until the linkage says otherwise."""
    return Record(
        of=row,
        row=read.rows[at].number,
        key=read.facts[at].get("record_id", "")[:80],
        facts=read.facts[at],
        extra=read.extra[at],
        found=Heap.BROKEN.value,
        heap=Heap.BROKEN.value,
        problem=read.problems[at][:240],
    )


def _doubtful(linked: Linked, below: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Matches that two people must see: not sure, somebody else fits too, or the numbers contradict each other."""
    other = np.isin(linked.levels.number, (c.I_DIFFERENT, c.I_OTHER_CARD))
    return np.asarray((linked.probability < below) | (linked.second > 0.05) | other)


class _Places:
    """Which commune of today an address names; each text is read once."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._of: dict[str, str] = {}
        self._today: dict[str, str] = {}

    def of(self, text: str) -> str:
        """The key of today's commune, or "" when the text does not name exactly one."""
        if text not in self._of:
            found = units.resolve_address(text[:300], on=None) if text else None
            exact = found is not None and found.decision == units.Decision.EXACT and len(found.units) == 1
            self._of[text] = self.today(found.units[0].key) if found is not None and exact else ""
        return self._of[text]

    def today(self, key: str) -> str:
        """The commune that a unit became; "" for districts, provinces, and where there are several."""
        if key not in self._today:
            try:
                now = units.successor_on(key, self.on) if key else None
            except (units.UnknownUnit, units.NoSingleSuccessor):
                now = None
            self._today[key] = now.key if now is not None and now.level is units.Level.COMMUNE else ""
        return self._today[key]


def _measures(row: Import, made: list[Record], *, on: date) -> list[Measure]:
    good = [one for one in made if one.heap != Heap.BROKEN.value]
    if not good:
        return []
    names = [name for name in row.mapping if name != "record_id"]
    columns: dict[str, list[str | bool]] = {name: [one.facts.get(name, "") for one in good] for name in names}
    for name in (*_SHOWN, "id_no"):
        columns[f"base_{name}"] = [
            one.person.get(name, "") if one.heap == Heap.MATCHED.value and name != "address" else ""
            for one in good
        ]
    frame = pl.DataFrame(
        columns
        | {
            "register": [row.register] * len(good),
            "unit": [one.unit_key for one in good],
            "double": [one.cluster is not None for one in good],
        }
    )
    return four_words(frame, rules_on(on), on=on)
