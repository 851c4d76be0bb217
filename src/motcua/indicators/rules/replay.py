"""Replays published figures: rows of numerators and denominators in, the same rows with their points out.

Rows come in any order and are answered one by one; for each period and unit only the points are kept, so that
a file of millions of rows needs little memory. Sums (groups and total) come out at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from motcua.indicators.data import Basis, GroupScore, Indicator, Level, Scheme, Scored, Tallied
from motcua.indicators.rules.periods import read_period
from motcua.indicators.rules.scoring import MISSING, group_score, score, total_score

NEEDED = ("period", "unit_code", "indicator_code", "numerator", "denominator")
ADDED = ("score", "basis", "reason", "known_score", "known_maximum")
_UNKNOWN = frozenset({"", "null", "none", "nan", "n/a", "na", "-"})
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?")
_COMMA = re.compile(r"\d{1,15},\d{1,15}")
_UNSURE = re.compile(r"[1-9]\d{0,2},\d{3}")  # a thousand, or a decimal comma?
_THOUSANDS = (
    (re.compile(r"\d{1,3}(?:\.\d{3}){2,4}|\d{1,3}(?:\.\d{3}){1,4},\d{1,15}"), ".", ","),
    (re.compile(r"\d{1,3}(?:,\d{3}){2,4}|\d{1,3}(?:,\d{3}){1,4}\.\d{1,15}"), ",", "."),
    (re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,15})?"), " ", ","),
)
_YEAR = re.compile(r"(?<!\d)(?:19|20|21)\d{2}(?!\d)")
_MOST = Decimal(10) ** 15

Row = Mapping[str, str]


class Refused(ValueError):
    """A row that cannot be used; the text says why, in Vietnamese."""


@dataclass(kw_only=True)
class _Unit:
    """What is known of one period and unit: points by code, and what was handed in for the sums."""

    scores: dict[str, Scored] = field(default_factory=dict)
    sums: dict[str, tuple[Row, Decimal | None, Tallied]] = field(default_factory=dict)
    period: str = ""  # as it was first written
    on: date | None = None
    level: Level | None = None


class Replay:
    """One run over a file. `row` answers an indicator's row at once (None for a row of a sum); `sums` ends it."""

    def __init__(
        self, scheme: Scheme, *, today: date, existed: Callable[[str, date], bool] | None = None
    ) -> None:
        """`existed`: was there a unit of this code on this day, as far as anybody here knows?"""
        self.scheme = scheme
        self.today = today
        self._existed = existed
        self._indicators = {i.code: i for i in scheme.indicators}
        self._groups = {g.code: g for g in scheme.groups}
        self._units: dict[tuple[str, str], _Unit] = {}
        self._periods: dict[str, tuple[str, date | None, date | None]] = {}
        # Few different points and reasons occur: units share them, so that a large file fits in memory.
        self._kept: dict[tuple[Decimal | None, str], Scored] = {}

    def row(self, raw: Row) -> dict[str, str] | None:
        """The row with its points added. Raises `Refused`."""
        period, code = raw["period"].strip(), raw["indicator_code"].strip().upper()
        unit_code = raw["unit_code"].strip()
        if not unit_code:
            raise Refused("thiếu mã đơn vị")
        key, on, last = self._period(period)
        is_sum = code in self._groups or code == self.scheme.total_code
        if not is_sum and code not in self._indicators:
            raise Refused(f"bộ {self.scheme.id} không có chỉ tiêu {code or '(trống)'}")
        tallied = Tallied(
            numerator=_number(raw["numerator"], "tử số"), denominator=_number(raw["denominator"], "mẫu số")
        )
        given = _number(raw.get("given_score", ""), "điểm cho sẵn")
        level = _level(raw.get("level", ""))
        unit = self._units.setdefault((key, unit_code), _Unit(period=period, on=on))
        if code in unit.scores or code in unit.sums:
            raise Refused(f"trùng dòng: {code} của {unit_code} kỳ {period} đã có ở trên")
        unit.level = level or unit.level
        if is_sum:
            unit.sums[code] = (dict(raw), given, tallied)
            return None
        indicator = self._indicators[code]
        found = score(indicator, tallied, scheme=self.scheme, on=on, level=level, given=given)
        found = _with_note(found, tallied, self._flag(unit_code, on, last))
        unit.scores[code] = self._kept.setdefault((found.score, _short(found)), found)
        return {**raw, **_shown(found)}

    def sums(self) -> Iterator[dict[str, str]]:
        """A row for each group and the total of each period and unit, in the order they first appeared."""
        for (_key, unit_code), unit in self._units.items():
            period = unit.period
            groups: dict[str, Scored] = {}
            for code in self._groups:
                result = self._group(code, unit)
                groups[code] = result.scored
                yield self._sum_row(period, unit_code, code, unit, result)
            total = self.scheme.total_code
            given = unit.sums.get(total, ({}, None, None))[1]
            yield self._sum_row(period, unit_code, total, unit, total_score(self.scheme, groups, given=given))

    def _group(self, code: str, unit: _Unit) -> GroupScore:
        group = self._groups[code]
        _, given, tallied = unit.sums.get(code, ({}, None, None))
        scores = dict(unit.scores)
        only = group.members[0] if len(group.members) == 1 else None
        if tallied is not None and tallied.denominator is not None and only and only.code not in scores:
            # A group of one indicator may be given by its own counts.
            scores[only.code] = self._single(only, unit, tallied)
        return group_score(group, scores, scheme=self.scheme, given=given)

    def _single(self, indicator: Indicator, unit: _Unit, tallied: Tallied) -> Scored:
        return score(indicator, tallied, scheme=self.scheme, on=unit.on, level=unit.level)

    def _sum_row(
        self, period: str, unit_code: str, code: str, unit: _Unit, result: GroupScore
    ) -> dict[str, str]:
        raw = unit.sums.get(code, ({}, None, None))[0]
        base = {"period": period, "unit_code": unit_code, "indicator_code": code}
        return {
            **base,
            **raw,
            **_shown(result.scored),
            "known_score": str(result.known),
            "known_maximum": str(result.known_maximum),
        }

    def _period(self, period: str) -> tuple[str, date | None, date | None]:
        if period not in self._periods:
            self._periods[period] = _understood(period, self.today)
        return self._periods[period]

    def _flag(self, unit_code: str, on: date | None, last: date | None) -> str:
        """A word on a unit that was not there: one that ended or began inside the period was there in part."""
        if self._existed is None or on is None or last is None:
            return ""
        if self._existed(unit_code, on) or self._existed(unit_code, last):
            return ""
        return f"trong kỳ này không có đơn vị nào mang mã {unit_code}"


def _understood(period: str, today: date) -> tuple[str, date | None, date | None]:
    """One key for all spellings, and the period's first and last day; no days where only the year is understood."""
    try:
        found = read_period(period)
    except ValueError:
        raise Refused(f"không có ngày, tháng như {period!r}") from None
    if found is not None:
        if found.start > today:
            raise Refused(f"kỳ {period} chưa đến")
        return found.key, found.start, found.end - timedelta(days=1)
    years = _YEAR.findall(period)
    if not years:
        raise Refused(f"không hiểu kỳ {period!r}: viết 2026-10, 2026-Q4, 2026 hoặc 2026-10-05")
    if int(min(years)) > today.year:
        raise Refused(f"kỳ {period} chưa đến")
    return period, None, None


def _number(text: str | None, what: str) -> Decimal | None:
    text = (text or "").strip()
    if text.lower() in _UNKNOWN:
        return None
    if text.startswith("-"):
        raise Refused(f"{what} âm: {text[:40]}")
    text = _plain(text, what)
    if not _NUMBER.fullmatch(text):
        raise Refused(f"{what} không phải là số: {text[:40]!r}")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Refused(f"{what} không phải là số: {text[:40]!r}") from None
    if value > _MOST:
        raise Refused(f"{what} lớn quá mức: {text[:40]}")
    return value


def _plain(text: str, what: str) -> str:
    """The number with a point for its decimals, however its thousands and decimals are written."""
    if _UNSURE.fullmatch(text):
        raise Refused(f"{what} {text!r} có thể là hàng nghìn hoặc phần lẻ: viết rõ, ví dụ 1234 hoặc 1.234")
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    for shape, between, decimal in _THOUSANDS:
        if shape.fullmatch(text):
            bare = "".join(text.split()) if between == " " else text.replace(between, "")
            return bare.replace(decimal, ".")
    return text


def _level(text: str | None) -> Level | None:
    text = (text or "").strip().lower()
    if not text:
        return None
    try:
        return Level(text)
    except ValueError:
        raise Refused(f"không có cấp {text!r}; dùng {', '.join(v.value for v in Level)}") from None


def _with_note(found: Scored, tallied: Tallied, flag: str) -> Scored:
    n, d = tallied.numerator, tallied.denominator
    notes = [found.reason, flag]
    if n is not None and d is not None and n > d and found.basis is Basis.COMPUTED:
        notes.append(f"tử số {n} lớn hơn mẫu số {d}")
    reason = "; ".join(filter(None, notes))
    return found if reason == found.reason else replace(found, reason=reason)


def _short(found: Scored) -> str:
    return found.reason if found.score is None else ""


def _shown(found: Scored) -> dict[str, str]:
    return {
        "score": "" if found.score is None else str(found.score),
        "basis": found.basis.value,
        "reason": found.reason or ("" if found.score is not None else MISSING),
        "known_score": "",
        "known_maximum": "",
    }
