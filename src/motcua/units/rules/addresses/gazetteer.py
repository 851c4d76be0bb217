"""Every name that an address may use, with the units it may stand for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from motcua.base.data import Certainty, Source, Validity
from motcua.base.vietnamese import place_tones, tone_key
from motcua.units.data import PREFIXES, Change, Level, UnitInfo, UnitKind, unit_key
from motcua.units.rules.addresses import country
from motcua.units.rules.addresses.words import tokens
from motcua.units.rules.tables import Tables, shipped

REFORM = date(2025, 7, 1)
_OLD_SPAN = Validity(start=date(2025, 1, 1), end=REFORM)
_NEW_SPAN = Validity(start=REFORM)
_BOTH_SPANS = Validity(start=date(2025, 1, 1))
COUNTRY_SOURCE = Source(
    text="vietnamadminunits 1.0.4",
    certainty=Certainty.SECOND_HAND,
    note="tables of an open package; the first day of the old structure is that of the table, not of the unit",
)
_ALIAS_WORDS = 4
_TIERS = {Level.PROVINCE: 0, Level.DISTRICT: 1, Level.COMMUNE: 2}


@dataclass(eq=False, repr=False, slots=True)
class Place:
    """A unit as an address sees it: the units above it, and older ones whose names still go with it."""

    info: UnitInfo
    chain: tuple[Place, ...]  # itself and what lies above
    home: bool
    ground: str  # spans with the same ground are one place that only changed the tier above
    tier: int  # 0 province, 1 district, 2 commune
    beside: set[Place] = field(default_factory=set)  # old districts and provinces, predecessors, successors

    def __repr__(self) -> str:
        return f"<{self.info.name} {self.info.key}>"


@dataclass(frozen=True, slots=True)
class Name:
    """One way of naming a place: `accented` is a tone key, empty when only known without accents."""

    place: Place
    kind: UnitKind
    accented: str
    former: bool


@dataclass
class Gazetteer:
    """Names without accents and spaces to what they may stand for."""

    names: dict[str, tuple[Name, ...]]
    last_words: dict[str, int]  # every word that a name may end with, and the words of the longest such name
    places: tuple[Place, ...]
    dashed: tuple[tuple[str, str], ...]  # keys of both sides of names with a dash: Bà Rịa - Vũng Tàu


def name_key(text: str) -> str:
    """The key of a name: its tokens without accents, joined."""
    return "".join(tokens(text)[1])


def accent_key(text: str) -> str:
    """The form in which accented names are compared."""
    return tone_key(" ".join(tokens(text)[0]))


class _Builder:
    def __init__(self) -> None:
        self.names: dict[str, list[Name]] = defaultdict(list)
        self.places: list[Place] = []
        self.last_words: dict[str, int] = {}
        self.dashed: set[tuple[str, str]] = set()

    def place(self, info: UnitInfo, parent: Place | None, *, home: bool, ground: str = "") -> Place:
        tier = _TIERS[info.level]
        made = Place(info=info, chain=(), home=home, ground=ground or info.key, tier=tier)
        made.chain = (made, *(parent.chain if parent else ()))
        self.places.append(made)
        self.add(made, info.short_name, info.kind, former=False)
        return made

    def add(self, place: Place, short: str, kind: UnitKind, *, former: bool) -> None:
        words = tokens(short)[1]
        left, dash, right = short.partition(" - ")
        if dash:
            self.dashed.add((name_key(left), name_key(right)))
        for last in (words[-1], "".join(words)):
            self.last_words[last] = max(len(words), self.last_words.get(last, 1))
        self.names["".join(words)].append(Name(place, kind, accent_key(short), former))

    def alias(self, place: Place, key: str, kind: UnitKind) -> None:
        # the package keeps other names without spaces: any of their ends may be the last word
        for last in (key[-length:] for length in range(1, 8)):
            self.last_words[last] = max(_ALIAS_WORDS, self.last_words.get(last, 1))
        self.names[key].append(Name(place, kind, "", True))

    def finish(self) -> Gazetteer:
        return Gazetteer(
            names={key: tuple(dict.fromkeys(names)) for key, names in self.names.items()},
            last_words=self.last_words,
            places=tuple(self.places),
            dashed=tuple(sorted(self.dashed)),
        )


_BY_PREFIX = sorted(
    ((text, kind) for kind, text in PREFIXES.items() if kind is not UnitKind.MUNICIPALITY),
    key=lambda pair: -len(pair[0]),
)
_ALIAS_PREFIX = (
    ("thitran", UnitKind.TOWNSHIP),
    ("phuong", UnitKind.WARD),
    ("thanhpho", UnitKind.CITY),
    ("thixa", UnitKind.TOWN),
    ("huyen", UnitKind.DISTRICT),
    ("xa", UnitKind.COMMUNE),
)


def _kind_of(name: str) -> UnitKind:
    for text, kind in _BY_PREFIX:
        if name.lower().startswith(text.lower() + " "):
            return kind
    return UnitKind.SPECIAL_ZONE


def split_name(full: str) -> tuple[UnitKind, str]:
    """Kind and short name of a full one: "Thị trấn Dùng" is a township named "Dùng"."""
    kind = _kind_of(full)
    return kind, full[len(PREFIXES[kind]) + 1 :]


def _home(builder: _Builder, tables: Tables) -> None:
    """The province's own tables: three vintages, successions, former names."""
    same = {Change.MOVED, Change.UNCHANGED}
    ground: dict[str, str] = {}
    for succession in sorted(tables.successions, key=lambda s: s.day):
        if succession.how in same:
            ground[succession.to_key] = ground.get(succession.from_key, succession.from_key)
    made: dict[str, Place] = {}
    for info in sorted(tables.units.values(), key=lambda u: (len(u.code), u.key)):
        parent = made[info.parent_key] if info.parent_key else None
        made[info.key] = builder.place(info, parent, home=True, ground=ground.get(info.key, ""))
    for succession in tables.successions:
        before, after = made[succession.from_key], made[succession.to_key]
        if before.tier == after.tier == 2:
            after.beside.update(before.chain[:-1], before.beside)
            before.beside.add(after)
    for name in tables.former_names:
        kind, short = split_name(name.name)
        first = made[name.unit_key]
        builder.add(first, short, kind, former=True)
        for span in tables.by_code[first.info.code]:
            if span.name == first.info.name and span.key != first.info.key:
                builder.add(made[span.key], short, kind, former=True)
    builder.alias(
        made[next(u.key for u in tables.units.values() if u.level is Level.PROVINCE)], "na", UnitKind.PROVINCE
    )


def _info(code: str, name: str, kind: UnitKind, parent: Place | None, validity: Validity) -> UnitInfo:
    return UnitInfo(
        key=unit_key(code, validity.start),
        code=code,
        name=f"{PREFIXES[kind]} {place_tones(name[len(PREFIXES[kind]) :].strip())}",  # some say "Thị Trấn"
        kind=kind,
        parent_key=parent.info.key if parent else None,
        validity=validity,
        source=COUNTRY_SOURCE,
    )


def _province_kind(name: str) -> UnitKind:
    return UnitKind.MUNICIPALITY if name.lower().startswith("thành phố ") else UnitKind.PROVINCE


def _aliases(builder: _Builder, place: Place, raw: str | None) -> None:
    keys: list[str] = json.loads(raw) if raw else []
    own = {name_key(place.info.short_name)}
    for key in keys:
        for prefix, kind in _ALIAS_PREFIX:
            rest = key.removeprefix(prefix)
            if rest != key and (rest in keys or rest in own):
                builder.alias(place, rest, kind)
                break
        else:
            if not any(prefix + key in keys for prefix, _ in _ALIAS_PREFIX) and not key.startswith("tt"):
                builder.alias(place, key, place.info.kind)


def _rest(builder: _Builder, home_code: str) -> None:
    """The other provinces in the structures before and since 1 July 2025."""
    old_rows, new_rows = country.tables(home_code)
    merged = country.mergers()
    unchanged = {key for key, olds in merged.provinces.items() if olds == [key]}
    provinces: dict[str, Place] = {}
    districts: dict[tuple[str, str], Place] = {}
    for row in old_rows:
        province = provinces.get(row.province_key)
        if province is None:
            span = _BOTH_SPANS if row.province_key in unchanged else _OLD_SPAN
            info = _info(row.province_code, row.province, _province_kind(row.province), None, span)
            province = provinces[row.province_key] = builder.place(info, None, home=False)
            _aliases(builder, province, row.province_alias)
        district = districts.get((row.province_key, row.district_key))
        if district is None:
            info = _info(row.district_code, row.district, _kind_of(row.district), province, _OLD_SPAN)
            district = districts[row.province_key, row.district_key] = builder.place(
                info, province, home=False
            )
            _aliases(builder, district, row.district_alias)
        if row.code and row.name:
            info = _info(row.code, row.name, _kind_of(row.name), district, _OLD_SPAN)
            _aliases(builder, builder.place(info, district, home=False), row.alias)
    _new_communes(builder, new_rows, merged, provinces, districts)


def _new_communes(
    builder: _Builder,
    rows: Iterable[country.NewRow],
    merged: country.Mergers,
    old_provinces: Mapping[str, Place],
    districts: Mapping[tuple[str, str], Place],
) -> None:
    provinces = {key: place for key, place in old_provinces.items() if place.info.validity.end is None}
    for row in rows:
        province = provinces.get(row.province_key)
        if province is None:
            info = _info(row.province_code, row.province, _province_kind(row.province), None, _NEW_SPAN)
            province = provinces[row.province_key] = builder.place(info, None, home=False)
            _aliases(builder, province, row.province_alias)
        info = _info(row.code, row.name, _kind_of(row.name), province, _NEW_SPAN)
        place = builder.place(info, province, home=False)
        _aliases(builder, place, row.alias)
        for where in merged.communes.get((row.province_key, row.key), ()):
            district = districts.get(where)
            if district is not None:
                place.beside.update(district.chain)


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The names of the home province in all vintages and of the rest of the country in two; built once."""
    builder = _Builder()
    tables = shipped()
    _home(builder, tables)
    home = next(unit.code for unit in tables.units.values() if unit.level is Level.PROVINCE)
    _rest(builder, home)
    return builder.finish()
