"""Which commune of the base an address names: the base's own communes, old and new, are the gazetteer.

Independent of any province: whatever names the base uses are the names that are looked for. An address that fits
two communes stays without one; its district is kept when it is named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from motcua.base.vietnamese import fold, fold_typed, repair
from motcua.quality.rules.names import Distinct

U16 = NDArray[np.uint16]
_KIND = re.compile(
    r"^(?:(?P<commune>xa|phuong|thi tran|xa\.|p|tt|ttr|dac khu)|(?P<district>huyen|h|quan|q|thi xa|tx|thanh pho|tp)"
    r"|(?P<province>tinh|t))[\s.:]+(?=\S)|^(?P<x>x)[\s.:]+(?=\S)"
)
_PIECES = re.compile(r"[,;|/()\[\]\n\t]| +[-–—]+ +|[-–—] +| +[-–—]")
_WORDS = re.compile(r"[a-z0-9]+")
_KIND_WORDS = re.compile(
    r"\b(?:(xa|x|phuong|p|thi tran|tt|ttr)|(huyen|h|quan|q|thi xa|tx|thanh pho|tp)|(tinh|t))[\s.:]+"
)
NEAR = 86.0
_REMEMBERED = 400_000
_LEGACY = re.compile(
    r"[\u00a1-\u00bf\u00c4-\u00c7\u00cb\u00ce-\u00d1\u00d6-\u00d8\u00db\u00dc\u00de\u00df\u00e4-\u00e7\u00eb\u00ee-\u00f1\u00f6-\u00f8\u00fb\u00fc\u00fe\u00ff]"
)


def _strip(part: str) -> str:
    return part.strip(" .")


def _key(text: str) -> str:
    return "".join(_WORDS.findall(text))


def _without_kind(name: str) -> str:
    found = _KIND.match(name)
    return name[found.end() :] if found else name


@dataclass(frozen=True)
class Place:
    """What an address names, as numbers of the base: new commune, old commune, district; 0 is unknown."""

    new: int = 0
    old: int = 0
    district: int = 0


class Gazetteer:
    """Resolves addresses to the communes of one base."""

    def __init__(self, rows: list[tuple[str, int, str, int, str, int]]) -> None:
        """`rows`: every (commune, number, old commune, number, old district, number) of the base."""
        self.old: dict[str, set[Place]] = defaultdict(set)
        self.new: dict[str, set[Place]] = defaultdict(set)
        self.districts: dict[str, set[int]] = defaultdict(set)
        self.in_district: dict[int, dict[str, set[Place]]] = defaultdict(lambda: defaultdict(set))
        targets: dict[int, set[int]] = defaultdict(set)
        for _, new_no, _, old_no, _, _ in rows:
            targets[old_no].add(new_no)
        for new, new_no, old, old_no, district, district_no in rows:
            if old:
                one = next(iter(targets[old_no])) if len(targets[old_no]) == 1 else 0
                place = Place(one, old_no, district_no)
                key = _key(_without_kind(fold_typed(old)))
                self.old[key].add(place)
                self.in_district[district_no][key].add(place)
            if new:
                self.new[_key(_without_kind(fold_typed(new)))].add(Place(new_no, 0, 0))
            if district:
                self.districts[_key(_without_kind(fold_typed(district)))].add(district_no)
        self.numbered = any(key.isdigit() for key in (*self.old, *self.new))
        self._old_keys, self._new_keys = list(self.old), list(self.new)
        self._district_keys = list(self.districts)
        self._seen: dict[tuple[str, ...], Place] = {}
        self._pieces: dict[str, tuple[str, str]] = {}
        self._folds: dict[str, str] = {}

    def resolve(self, text: str) -> Place:
        """The place that a whole address names (lower case)."""
        tail = tuple(part for part in map(_strip, _PIECES.split(text)) if part)[-4:]
        if len(tail) > 1:
            found = self._seen.get(tail)
            if found is None:
                if len(self._seen) > _REMEMBERED:
                    self._seen.clear()
                found = self._seen[tail] = self._best([self._folded(part) for part in tail])
            return found
        folded = self._folded(text)
        return self._best(self._cut(folded))

    def _best(self, parts: list[str]) -> Place:
        found = self._decide(parts)
        if found.new or found.old or not all(map(str.isascii, parts)):
            return found
        typed = [fold_typed(part) for part in parts]
        return found if typed == parts else self._decide(typed)

    def _folded(self, part: str) -> str:
        known = self._folds.get(part)
        if known is None:
            if len(self._folds) > _REMEMBERED:
                self._folds.clear()
            proper = repair(part) if _LEGACY.search(part) else part
            known = self._folds[part] = fold(proper).strip(" .")
        return known

    def _cut(self, text: str) -> list[str]:
        """An address without separators, cut before its kind words; without those, at names that are known."""
        marks = [found.start() for found in _KIND_WORDS.finditer(text)]
        if marks:
            return [
                text[a:b].strip()
                for a, b in zip([0, *marks], [*marks, len(text)], strict=True)
                if text[a:b].strip()
            ]
        words = text.split()
        parts: list[str] = []
        end = len(words)
        while end > 0 and len(parts) < 5:
            for size in range(min(4, end), 0, -1):
                key = _key(" ".join(words[end - size : end]))
                if key in self.districts or key in self.new or key in self.old:
                    parts.append(" ".join(words[end - size : end]))
                    end -= size
                    break
            else:
                end -= 1
        return parts[::-1]

    def _read(self, part: str) -> tuple[str, str]:
        found = self._pieces.get(part)
        if found is None:
            match = _KIND.match(part)
            kind = match.lastgroup or "" if match else ""
            found = self._pieces[part] = (kind, _key(part[match.end() :] if match else part))
        return found

    def _decide(self, parts: list[str]) -> Place:
        read = [self._read(part) for part in parts]
        district, at = self._district(read)
        if district:
            for kind, key in reversed(read[:at]):
                if kind in ("province", "district") or not key:
                    continue
                place = self._in(district, key, sure=kind == "commune")
                if place is not None:
                    return place
        for kind, key in reversed(read):
            if kind in ("province", "district") or not key:
                continue
            place = self._alone(key, sure=kind == "commune")
            if place is not None:
                return place
        return Place(0, 0, district)

    def _district(self, read: list[tuple[str, str]]) -> tuple[int, int]:
        """The district that is named, and where."""
        for at in range(len(read) - 1, -1, -1):
            kind, key = read[at]
            if kind in ("commune", "province", "x"):
                continue
            numbers = self.districts.get(key)
            if numbers is None and kind == "district":
                near = process.extractOne(key, self._district_keys, scorer=fuzz.ratio, score_cutoff=NEAR)
                numbers = self.districts[near[0]] if near else None
            if numbers and len(numbers) == 1 and (kind == "district" or at > 0):
                return next(iter(numbers)), at
        return 0, 0

    def _in(self, district: int, key: str, *, sure: bool) -> Place | None:
        names = self.in_district[district]
        places = names.get(key)
        if places is None:
            near = process.extract(key, list(names), scorer=fuzz.ratio, score_cutoff=NEAR - 8 * sure, limit=2)
            if not near or (len(near) == 2 and near[1][1] >= near[0][1] - 1):
                return None
            places = names[near[0][0]]
        return next(iter(places)) if len(places) == 1 else Place(0, 0, district)

    def _alone(self, key: str, *, sure: bool) -> Place | None:
        """A commune without a district: the new one of that name, or the only old one."""
        for names, keys in ((self.new, self._new_keys), (self.old, self._old_keys)):
            places = names.get(key)
            if places is None and sure:
                near = process.extract(key, keys, scorer=fuzz.ratio, score_cutoff=NEAR, limit=2)
                if near and (len(near) == 1 or near[1][1] < near[0][1] - 1):
                    places = names[near[0][0]]
            if places and len(places) == 1:
                return next(iter(places))
        return None


_HAMLET = r"(?i)(?:xóm|xom|thôn|thon|khối|khoi|bản|ban|tổ|to|k\.|x\.|khu|ấp)\s*(\d{1,3})"
_FRONT = r"^[^,;]*#[^,;]*[,;]\s*"
_BEFORE_NUMBER = r"^.*#\s*"
_DIGITS = r"\d[\d/\-A-Za-z]*"


def addresses(column: pl.Series, gazetteer: Gazetteer) -> tuple[U16, U16, U16, U16]:
    """New commune, old commune, district and number of the hamlet for each address (0: not said)."""
    text = column.cast(pl.String)
    hamlet = text.str.extract(_HAMLET, 1).cast(pl.UInt16).fill_null(0).to_numpy()
    distinct = Distinct()
    if (
        not gazetteer.numbered
    ):  # then a number is a house's or a hamlet's: what stands before it names no commune
        text = text.str.replace_all(_DIGITS, "#").str.replace(_FRONT, "").str.replace(_BEFORE_NUMBER, "")
    which = distinct.take(text.str.to_lowercase())
    places = [gazetteer.resolve(one[:400]) for one in distinct.texts()]
    table = np.array([(0, 0, 0), *((p.new, p.old, p.district) for p in places)], dtype=np.uint16)
    return table[which, 0], table[which, 1], table[which, 2], hamlet.astype(np.uint16)
