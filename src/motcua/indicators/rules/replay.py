"""Replays published figures: rows of numerators and denominators in, the same rows with their points out.

Rows come in any order and are answered one by one; for each period and unit only the points are kept, so that
a file of millions of rows needs little memory. Sums (groups and total) come out at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from motcua.indicators.data import Basis, GroupScore, Indicator, Level, Scheme, Scored, Tallied
from motcua.indicators.rules.periods import read_period
from motcua.indicators.rules.scoring import MISSING, group_score, score, total_score

NEEDED = ("period", "unit_code", "indicator_code", "numerator", "denominator")
ADDED = ("score", "basis", "reason", "known_score", "known_maximum")
_UNKNOWN = frozenset({"", "null", "none", "nan", "n/a", "na", "-"})
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?")
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
    on: date | None = None
    level: Level | None = None


class Replay:
    """One run over a file. `row` answers an indicator's row at once (None for a row of a sum); `sums` ends it."""

    def __init__(self, scheme: Scheme, *, today: date) -> None:
        self.scheme = scheme
        self.today = today
        self._indicators = {i.code: i for i in scheme.indicators}
        self._groups = {g.code: g for g in scheme.groups}
        self._units: dict[tuple[str, str], _Unit] = {}
        self._periods: dict[str, date | None] = {}
        # Few different points and reasons occur: units share them, so that a large file fits in memory.
        self._kept: dict[tuple[Decimal | None, str], Scored] = {}

    def row(self, raw: Row) -> dict[str, str] | None:
        """The row with its points added. Raises `Refused`."""
        period, code = raw["period"].strip(), raw["indicator_code"].strip().upper()
        unit_code = raw["unit_code"].strip()
        if not unit_code:
            raise Refused("thiếu mã đơn vị")
        on = self._day(period)
        is_sum = code in self._groups or code == self.scheme.total_code
        if not is_sum and code not in self._indicators:
            raise Refused(f"bộ {self.scheme.id} không có chỉ tiêu {code or '(trống)'}")
        tallied = Tallied(
            numerator=_number(raw["numerator"], "tử số"), denominator=_number(raw["denominator"], "mẫu số")
        )
        given = _number(raw.get("given_score", ""), "điểm cho sẵn")
        level = _level(raw.get("level", ""))
        unit = self._units.setdefault((period, unit_code), _Unit(on=on))
        if code in unit.scores or code in unit.sums:
            raise Refused(f"trùng dòng: {code} của {unit_code} kỳ {period} đã có ở trên")
        unit.level = level or unit.level
        if is_sum:
            unit.sums[code] = (dict(raw), given, tallied)
            return None
        indicator = self._indicators[code]
        found = score(indicator, tallied, scheme=self.scheme, on=on, level=level, given=given)
        found = _with_note(found, tallied)
        unit.scores[code] = self._kept.setdefault((found.score, _short(found)), found)
        return {**raw, **_shown(found)}

    def sums(self) -> Iterator[dict[str, str]]:
        """A row for each group and the total of each period and unit, in the order they first appeared."""
        for (period, unit_code), unit in self._units.items():
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

    def _day(self, period: str) -> date | None:
        if period not in self._periods:
            self._periods[period] = _first_day(period, self.today)
        return self._periods[period]


def _first_day(period: str, today: date) -> date | None:
    """A day by which readings are chosen; None for a spelling of which only the year is understood."""
    try:
        found = read_period(period)
    except ValueError:
        raise Refused(f"không có ngày, tháng như {period!r}") from None
    if found is not None:
        if found.start > today:
            raise Refused(f"kỳ {period} chưa đến")
        return found.start
    years = _YEAR.findall(period)
    if not years:
        raise Refused(f"không hiểu kỳ {period!r}: viết 2026-10, 2026-Q4, 2026 hoặc 2026-10-05")
    if int(min(years)) > today.year:
        raise Refused(f"kỳ {period} chưa đến")
    return None


def _number(text: str | None, what: str) -> Decimal | None:
    text = (text or "").strip()
    if text.lower() in _UNKNOWN:
        return None
    if text.startswith("-"):
        raise Refused(f"{what} âm: {text}")
    if not _NUMBER.fullmatch(text):
        raise Refused(f"{what} không phải là số: {text[:40]!r}")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Refused(f"{what} không phải là số: {text[:40]!r}") from None
    if value > _MOST:
        raise Refused(f"{what} lớn quá mức: {text[:40]}")
    return value


def _level(text: str | None) -> Level | None:
    text = (text or "").strip().lower()
    if not text:
        return None
    try:
        return Level(text)
    except ValueError:
        raise Refused(f"không có cấp {text!r}; dùng {', '.join(v.value for v in Level)}") from None


def _with_note(found: Scored, tallied: Tallied) -> Scored:
    n, d = tallied.numerator, tallied.denominator
    if n is None or d is None or n <= d or found.basis is not Basis.COMPUTED:
        return found
    reason = "; ".join(filter(None, (found.reason, f"tử số {n} lớn hơn mẫu số {d}")))
    return Scored(score=found.score, basis=found.basis, reason=reason, variant=found.variant)


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
