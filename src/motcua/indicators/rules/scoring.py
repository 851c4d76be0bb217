"""Turns counts into points: one indicator, a group, the total. Exact decimals, rounded as published.

QĐ 766 is published to two decimals, and a group is the sum of its published (rounded) scores; so rounding is
done on each indicator and sums are exact. An unknown member makes the sum unknown, never smaller.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from motcua.indicators.data import (
    Basis,
    Group,
    GroupScore,
    Indicator,
    Level,
    Rule,
    RuleKind,
    Scheme,
    Scored,
    Tallied,
    WhenZero,
)

ZERO = Decimal(0)
MISSING = "không có số liệu"
_WORDS = {
    RuleKind.NONE: "chỉ để thông tin, không tính điểm",
    RuleKind.UNKNOWN: "bộ chỉ số không nói cách tính điểm",
}


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half up, as the portal shows figures."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def score(
    indicator: Indicator,
    tallied: Tallied,
    *,
    scheme: Scheme,
    on: date | None,
    level: Level | None = None,
    given: Decimal | None = None,
) -> Scored:
    """The points of one indicator. `on` (a day of the period) chooses among conflicting readings.

    What can be computed is computed, also when a score is `given`: a given score that differs is named in the
    reason. An unknown numerator or denominator gives the given score, or None.
    """
    variant = indicator.variant_on(on)
    if level is not None and level not in indicator.levels and scheme.not_applicable_full:
        return Scored(
            score=rounded(indicator.maximum, scheme.decimals),
            basis=Basis.FULL,
            reason="không áp dụng ở cấp này: tính điểm tối đa",
            variant=variant.id,
        )
    value, reason = _points(indicator, variant.rule, tallied, level)
    if value is None:
        if given is not None:
            return Scored(score=given, basis=Basis.GIVEN, reason=f"điểm được cho sẵn ({reason})")
        return Scored(score=None, basis=Basis.NONE, reason=reason, variant=variant.id)
    exact = rounded(value, scheme.decimals)
    if given is not None and abs(given - exact) > Decimal("0.015"):
        reason = "; ".join(filter(None, (reason, f"khác điểm được cho sẵn {given}")))
    return Scored(score=exact, basis=Basis.COMPUTED, reason=reason, variant=variant.id)


def exact_points(
    indicator: Indicator, rule: Rule, numerator: Decimal, denominator: Decimal
) -> Decimal | None:
    """The unrounded points of known counts; None where the rule cannot say."""
    return _points(indicator, rule, Tallied(numerator=numerator, denominator=denominator), None)[0]


def _points(
    indicator: Indicator, rule: Rule, tallied: Tallied, level: Level | None
) -> tuple[Decimal | None, str]:
    if rule.kind in _WORDS:
        return None, _WORDS[rule.kind]
    numerator, denominator = tallied.numerator, tallied.denominator
    if denominator == 0:
        return _of_nothing(indicator)
    if numerator is None or denominator is None:
        missing = [name for name, value in (("tử số", numerator), ("mẫu số", denominator)) if value is None]
        return None, f"chưa biết {' và '.join(missing)}"
    if rule.kind is RuleKind.MEAN:
        return min(numerator / denominator, indicator.maximum), ""
    if rule.kind is RuleKind.STEPS:
        return _step(rule, numerator / denominator, level)
    return _share(indicator, rule, numerator, denominator)


def _share(indicator: Indicator, rule: Rule, numerator: Decimal, denominator: Decimal) -> tuple[Decimal, str]:
    points = indicator.maximum * numerator / (denominator * rule.target)
    if points <= indicator.maximum:
        return points, ""
    if rule.cap:
        return indicator.maximum, ""
    return points, f"vượt tối đa {indicator.maximum}: công thức công bố không chặn trên"


def _of_nothing(indicator: Indicator) -> tuple[Decimal | None, str]:
    if indicator.when_zero is WhenZero.FULL:
        return indicator.maximum, "mẫu số bằng 0: đủ điểm"
    if indicator.when_zero is WhenZero.ZERO:
        return ZERO, "mẫu số bằng 0: tính 0 điểm"
    return None, "mẫu số bằng 0"


def _step(rule: Rule, ratio: Decimal, level: Level | None) -> tuple[Decimal | None, str]:
    by_level = dict(rule.levels)
    for index, (start, points) in enumerate(rule.steps):
        needed = by_level.get(level, start) if index == 0 and level is not None else start
        if ratio >= needed:
            return points, ""
    if rule.otherwise is None:
        return None, "dưới ngưỡng: bộ chỉ số không nói được mấy điểm"
    return rule.otherwise, ""


def group_score(
    group: Group, scores: Mapping[str, Scored], *, scheme: Scheme, given: Decimal | None = None
) -> GroupScore:
    """The sum of the group's members; unknown (with the names of what is missing) when one is unknown."""
    return _sum({i.code: i.maximum for i in group.members}, scores, scheme=scheme, given=given)


def total_score(scheme: Scheme, groups: Mapping[str, Scored], *, given: Decimal | None = None) -> GroupScore:
    """The sum of the groups; unknown when one is unknown."""
    return _sum({g.code: g.maximum for g in scheme.groups}, groups, scheme=scheme, given=given)


def _sum(
    maxima: Mapping[str, Decimal],
    scores: Mapping[str, Scored],
    *,
    scheme: Scheme,
    given: Decimal | None,
) -> GroupScore:
    known, known_maximum, missing = ZERO, ZERO, []
    for code, maximum in maxima.items():
        found = scores.get(code)
        if found is None or found.score is None:
            # The reason of a group is already a list: the total names the group only.
            why = "" if found and found.reason.startswith("thiếu ") else found.reason if found else MISSING
            missing.append(f"{code} ({why})" if why else code)
        else:
            known += found.score
            known_maximum += maximum
    known = rounded(known, scheme.decimals)
    if missing:
        reason = "thiếu " + ", ".join(missing)
        if given is not None:
            scored = Scored(score=given, basis=Basis.GIVEN, reason=f"điểm được cho sẵn ({reason})")
        else:
            scored = Scored(score=None, basis=Basis.NONE, reason=reason)
    else:
        note = ""
        if given is not None and abs(given - known) > Decimal("0.015"):
            note = f"khác điểm được cho sẵn {given}"
        scored = Scored(score=known, basis=Basis.COMPUTED, reason=note)
    return GroupScore(scored=scored, known=known, known_maximum=known_maximum)
