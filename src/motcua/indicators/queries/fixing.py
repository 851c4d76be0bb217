"""What to fix: where points were lost, what can still be done today, the cheapest way to a target, early warnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from motcua.base.clock import VN
from motcua.indicators.data import (
    Fix,
    Holds,
    Indicator,
    Loss,
    Plan,
    RuleKind,
    Scheme,
    Sign,
    Subject,
    UnitScore,
)
from motcua.indicators.models import WorkTally
from motcua.indicators.queries.behind import agency_keys, counted_rows, evidence_in, of_unit
from motcua.indicators.queries.scores import unit_score
from motcua.indicators.queries.units import PROVINCE
from motcua.indicators.rules.evidence import holds_name
from motcua.indicators.rules.periods import Grain, Period
from motcua.indicators.rules.planning import Curve, cheapest, score_with
from motcua.indicators.rules.tallies import month_of

STEP_ROLES = {
    "": "reception",
    "unassigned": "desk_lead",
    "assigned": "solver",
    "solving": "solver",
    "consulting": "solver",
    "reviewing": "reviewer",
    "signing": "signer",
    "stamping": "clerk",
}
_RECENT = 92  # days, rounded to whole months: what is older is no early warning
FIXES: tuple[tuple[Holds, str], ...] = (
    (Holds.ELECTRONIC_RESULT, "bổ sung tệp kết quả điện tử"),
    (Holds.SYNCHRONISED, "đồng bộ lại lên Cổng quốc gia"),
    (Holds.PAID_ONLINE, "nhắc người dân trả phí, lệ phí trực tuyến"),
    (Holds.DIGITISED, "số hóa giấy tờ đã nhận"),
)


LOST_BY = ("procedure_code", "step", "role")


def losses(unit: UnitScore, period: Period, *, at: datetime) -> dict[str, list[Loss]]:
    """Points lost, shared out over the dossiers that count and are not met: by procedure, by step, by role.

    Keys are those of `LOST_BY`; largest first.
    """
    points = {line.indicator.code: line.lost for line in unit.indicators if line.lost}
    unmet = _unmet(unit, period, on=at.astimezone(VN).date())
    out = {}
    for by in LOST_BY:
        parts: dict[tuple[str, str], int] = defaultdict(int)
        totals: dict[str, int] = defaultdict(int)
        for (code, procedure, step), number in unmet.items():
            key = {"procedure_code": procedure, "step": step, "role": STEP_ROLES.get(step, "")}[by]
            parts[code, key] += number
            totals[code] += number
        found = [
            Loss(indicator=code, key=key, dossiers=number, points=points[code] * number / totals[code])
            for (code, key), number in parts.items()
        ]
        out[by] = sorted(found, key=lambda loss: (-loss.points, loss.indicator, loss.key))
    return out


def _unmet(unit: UnitScore, period: Period, *, on: date) -> dict[tuple[str, str, str], int]:
    """How many dossiers do not meet each indicator that lost points, by indicator, procedure and step."""
    out: dict[tuple[str, str, str], int] = {}
    counts: dict[str, Count] = {}
    rows = evidence_in(unit.unit.key, period, on=on)
    for line in unit.indicators:
        if not line.lost or line.indicator.subject is not Subject.DOSSIER:
            continue
        below, above = holds_name(line.indicator.denominator), holds_name(line.indicator.numerator)
        if below is None or above is None:
            late = counted_rows(unit.unit.key, period, line.indicator, on=on, met=False)
            for procedure, step, n in (
                late.order_by().values_list("procedure_code", "step").annotate(n=Count("pk"))
            ):
                out[line.indicator.code, procedure, step] = n
            continue
        name = f"unmet_{len(counts)}"  # a code may be no name of a column
        rows = rows.annotate(**{f"bits_{name}": F("holds").bitand(int(below | above))})
        counts[line.indicator.code] = Count("pk", filter=Q(**{f"bits_{name}": int(below & ~above)}))
    if not counts:
        return out
    sums = {f"sum_{place}": count for place, count in enumerate(counts.values())}
    for procedure, step, *numbers in rows.order_by().values_list("procedure_code", "step").annotate(**sums):
        for code, number in zip(counts, numbers, strict=True):
            if number:
                out[code, procedure, step] = number
    return out


def curves_of(unit: UnitScore, period: Period) -> tuple[list[Curve], dict[str, Holds], Decimal]:
    """The indicators that touching dossiers can move, their predicates, and the points of everything else."""
    curves, bits, base = [], {}, unit.known
    for line in unit.indicators:
        above = holds_name(line.indicator.numerator)
        rule = line.indicator.variant_on(period.start).rule
        movable = line.indicator.scored and above is not None and rule.kind is RuleKind.RATIO
        if not movable or line.scored.score is None or not line.tallied.denominator or above is None:
            continue
        if line.scored.basis != "computed" or line.tallied.numerator is None:
            continue
        bits[line.indicator.code] = above
        base -= line.scored.score
        curves.append(
            Curve(
                code=line.indicator.code,
                maximum=line.indicator.maximum,
                target=rule.target,
                cap=rule.cap,
                numerator=int(line.tallied.numerator),
                denominator=int(line.tallied.denominator),
            )
        )
    return curves, bits, base


def _below(scheme: Scheme, code: str) -> Holds:
    indicator: Indicator = next(i for i in scheme.indicators if i.code == code)
    return holds_name(indicator.denominator) or Holds.RECEIVED


def kinds_of(
    unit: UnitScore, period: Period, bits: dict[str, Holds], *, at: datetime
) -> dict[frozenset[str], list[str]]:
    """The dossiers on which something can still be done, by what it would bring."""
    rows = evidence_in(unit.unit.key, period, on=at.astimezone(VN).date()).exclude(can=0)
    kinds: dict[frozenset[str], list[str]] = defaultdict(list)
    found = rows.order_by("received_day", "dossier_id").values_list("dossier_id", "can", "holds")
    for dossier_id, can, holds in found.iterator(chunk_size=5000):
        gains = frozenset(
            code for code, bit in bits.items() if can & bit and holds & _below(unit.scheme, code)
        )
        if gains:
            kinds[gains].append(str(dossier_id))
    return kinds


def best_fixes(
    unit: UnitScore, period: Period, *, at: datetime, among: Sequence[UnitScore] = ()
) -> list[Fix]:
    """What is worth doing first: for each kind of work how many dossiers, points and ranks `among` others."""
    curves, bits, base = curves_of(unit, period)
    left = open_work(unit.unit.key, period, on=at.astimezone(VN).date())
    start = score_with(curves, base, {})
    out = []
    for bit, words in FIXES:
        gains: dict[str, int] = defaultdict(int)
        number = 0
        for can, n in left:
            if not can & bit or (bit is Holds.DIGITISED and can & Holds.ELECTRONIC_RESULT):
                continue  # those without a result are counted under it
            number += n
            for code, other in bits.items():
                if can & other and _together(bit, other):
                    gains[code] += n
        points = score_with(curves, base, gains) - start
        if number:
            codes = sorted(gains)
            out.append(
                Fix(
                    indicator=codes[0] if codes else "",
                    what_vi=words,
                    dossiers=number,
                    points=points,
                    unit_key=unit.unit.key,
                    ranks=ranks_gained(unit, points, among),
                )
            )
    return sorted(out, key=lambda fix: -fix.points)


def ranks_gained(unit: UnitScore, points: Decimal, among: Sequence[UnitScore]) -> int:
    """How many units it passes with so many points more, when the others stay where they are."""
    if unit.rank is None or not unit.known_maximum:
        return 0
    then = (unit.known + points) * 100 / unit.known_maximum
    others = [s for s in among if s.rank is not None and s.unit.key != unit.unit.key]
    return unit.rank - 1 - sum(s.share > then for s in others)


def _together(done: Holds, other: Holds) -> bool:
    """Does doing the one bring about the other? A result file brings all that a result brings."""
    if done is Holds.ELECTRONIC_RESULT:
        return other not in (Holds.SYNCHRONISED, Holds.PAID_ONLINE)
    return done is other


def plan(key: str, period: Period, target: Decimal, *, at: datetime) -> Plan:
    """The fewest dossiers whose completion lifts the unit's known score to `target`."""
    unit = unit_score(key, period, at=at)
    curves, bits, base = curves_of(unit, period)
    kinds = kinds_of(unit, period, bits, at=at)
    chosen = cheapest(curves, base, {k: len(v) for k, v in kinds.items()}, target)
    lost = _impossible(unit, period, bits, at=at)
    if chosen is None:
        everything: dict[str, int] = defaultdict(int)
        for kind, ids in kinds.items():
            for code in kind:
                everything[code] += len(ids)
        most = score_with(curves, base, everything)
        return Plan(target=target, start=unit.known, reached=most, possible=False, picks=(), impossible=lost)
    picks = [
        (one, tuple(sorted(kind))) for kind, number in chosen.counts.items() for one in kinds[kind][:number]
    ]
    return Plan(
        target=target,
        start=unit.known,
        reached=chosen.reached,
        possible=True,
        picks=tuple(picks),
        impossible=lost,
    )


def _impossible(unit: UnitScore, period: Period, bits: dict[str, Holds], *, at: datetime) -> tuple[str, ...]:
    """What can no longer be saved, in words: so many dossiers under each indicator."""
    on = at.astimezone(VN).date()
    out = []
    for line in unit.indicators:
        if not line.lost or line.indicator.subject is not Subject.DOSSIER:
            continue
        rows = counted_rows(unit.unit.key, period, line.indicator, on=on, met=False)
        if line.indicator.code in bits:
            rows = rows.annotate(still=F("can").bitand(int(bits[line.indicator.code]))).filter(still=0)
        if number := rows.count():
            out.append(f"{line.indicator.name_vi}: {number} hồ sơ không còn cứu được trong kỳ")
    return tuple(out)


def alerts(key: str, *, at: datetime) -> list[Fix]:
    """Before points are lost: due within a day, not synchronised, ended without a result file, signs of gaming."""
    on = at.astimezone(VN).date()
    rows = of_unit(key, on=on)
    no_file, unsent = _left_of_late(key, on)
    found = (
        (
            "TDGQ_ON_TIME",
            "đến hạn trong 24 giờ tới",
            rows.filter(check_at__lt=at + timedelta(days=1)).count(),
        ),
        (
            "TDGQ_ON_TIME",
            "đang quá hạn, chưa kết thúc",
            rows.filter(Q(end_day__isnull=True), in_time=False).count(),
        ),
        ("ORIGINAL_RESULT_AVAILABLE", "đã kết thúc mà chưa có tệp kết quả", no_file),
        ("DOSSIER_SYNC", "chưa đồng bộ lên Cổng quốc gia", unsent),
    )
    return [
        Fix(indicator=code, what_vi=words, dossiers=number, points=Decimal(0), unit_key=key)
        for code, words, number in found
        if number
    ]


def _left_of_late(key: str, on: date) -> tuple[int, int]:
    """Of the dossiers of the last months: ended without a file, and not confirmed by the national portal."""
    rows = work_of_unit(key, on=on).filter(month__gte=month_of(on - timedelta(days=_RECENT)), dossiers__gt=0)
    no_file = unsent = 0
    for ended, can, number in rows.order_by().values_list("ended", "can").annotate(n=Sum("dossiers")):
        no_file += number if ended and can & int(Holds.ELECTRONIC_RESULT) else 0
        unsent += number if can & int(Holds.SYNCHRONISED) else 0
    return no_file, unsent


def work_of_unit(key: str, *, on: date) -> QuerySet[WorkTally]:
    """The open work that counts for the unit."""
    everything = WorkTally.objects.all()
    return everything if key == PROVINCE.key else everything.filter(agency__in=agency_keys(key, on=on))


def open_work(key: str, period: Period, *, on: date) -> list[tuple[Holds, int]]:
    """What can still be brought about on the dossiers received in the period, and on how many of them each.

    What can still hold has its denominator already (`judge`): nothing else of the dossier needs to be known.
    """
    if period.grain is Grain.DAY:
        day = evidence_in(key, period, on=on).exclude(can=0).order_by()
        return [(Holds(can), n) for can, n in day.values_list("can").annotate(n=Count("pk"))]
    rows = work_of_unit(key, on=on).filter(month__gte=period.start, month__lt=period.end).exclude(can=0)
    sums = rows.order_by().values_list("can").annotate(n=Sum("dossiers"))
    return [(Holds(can), n) for can, n in sums if n]


def signs(key: str, period: Period, *, at: datetime) -> dict[Sign, int]:
    """How often each sign of gaming shows among the unit's dossiers of the period."""
    on = at.astimezone(VN).date()
    out: dict[Sign, int] = {}
    if period.grain is Grain.DAY:
        day = evidence_in(key, period, on=on).exclude(signs=0).order_by()
        found = list(day.values_list("signs").annotate(n=Count("pk")))
    else:
        rows = work_of_unit(key, on=on).filter(month__gte=period.start, month__lt=period.end)
        found = list(rows.exclude(signs=0).order_by().values_list("signs").annotate(n=Sum("dossiers")))
    for bits, number in found:
        for sign in Sign:
            if bits & sign and number:
                out[sign] = out.get(sign, 0) + number
    return out
