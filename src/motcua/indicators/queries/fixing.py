"""What to fix: where points were lost, what can still be done today, the cheapest way to a target, early warnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q

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
from motcua.indicators.models import Evidence
from motcua.indicators.queries.behind import agency_keys, counted_rows, evidence_in
from motcua.indicators.queries.scores import unit_score
from motcua.indicators.rules.evidence import holds_name
from motcua.indicators.rules.periods import Period
from motcua.indicators.rules.planning import Curve, cheapest, score_with

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
FIXES: tuple[tuple[Holds, str], ...] = (
    (Holds.ELECTRONIC_RESULT, "bổ sung tệp kết quả điện tử"),
    (Holds.SYNCHRONISED, "đồng bộ lại lên Cổng quốc gia"),
    (Holds.PAID_ONLINE, "nhắc người dân trả phí, lệ phí trực tuyến"),
    (Holds.DIGITISED, "số hóa giấy tờ đã nhận"),
)


def losses(unit: UnitScore, period: Period, *, at: datetime, by: str = "procedure_code") -> list[Loss]:
    """Points lost, shared out over the dossiers that count and are not met, by procedure, step or role.

    `by`: "procedure_code", "step" or "role". Largest first.
    """
    found: list[Loss] = []
    on = at.astimezone(VN).date()
    for line in unit.indicators:
        if not line.lost or line.indicator.subject is not Subject.DOSSIER:
            continue
        rows = counted_rows(unit.unit.key, period, line.indicator, on=on, met=False)
        column = "step" if by == "role" else by
        parts: dict[str, int] = defaultdict(int)
        for key, number in rows.order_by().values_list(column).annotate(n=Count("pk")):
            parts[STEP_ROLES.get(key, "") if by == "role" else key] += number
        total = sum(parts.values())
        found.extend(
            Loss(
                indicator=line.indicator.code,
                key=key,
                dossiers=number,
                points=line.lost * number / total,
            )
            for key, number in parts.items()
        )
    return sorted(found, key=lambda loss: (-loss.points, loss.indicator, loss.key))


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
    rows = evidence_in(unit.unit.key, period, on=at.astimezone(VN).date())
    start = score_with(curves, base, {})
    out = []
    for bit, words in FIXES:
        those = rows.annotate(one=F("can").bitand(int(bit))).exclude(one=0)
        if bit is Holds.DIGITISED:  # those without a result are counted under it
            those = those.annotate(two=F("can").bitand(int(Holds.ELECTRONIC_RESULT))).filter(two=0)
        gains: dict[str, int] = defaultdict(int)
        number = 0
        for can, holds, n in those.order_by().values_list("can", "holds").annotate(n=Count("pk")):
            number += n
            for code, other in bits.items():
                if can & other and holds & _below(unit.scheme, code) and _together(bit, other):
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
    rows = Evidence.objects.filter(agency__in=agency_keys(key, on=on))
    recent = rows.filter(received_day__gte=on - timedelta(days=92))
    ended = recent.filter(end_day__isnull=False).annotate(
        no_file=F("can").bitand(int(Holds.ELECTRONIC_RESULT)),
    )
    unsynced = recent.filter(sync_known=True).annotate(unsent=F("can").bitand(int(Holds.SYNCHRONISED)))
    found = (
        ("TDGQ_ON_TIME", "đến hạn trong 24 giờ tới", rows.filter(check_at__lt=at + timedelta(days=1))),
        ("TDGQ_ON_TIME", "đang quá hạn, chưa kết thúc", rows.filter(Q(end_day__isnull=True), in_time=False)),
        ("ORIGINAL_RESULT_AVAILABLE", "đã kết thúc mà chưa có tệp kết quả", ended.exclude(no_file=0)),
        ("DOSSIER_SYNC", "chưa đồng bộ lên Cổng quốc gia", unsynced.exclude(unsent=0)),
    )
    return [
        Fix(indicator=code, what_vi=words, dossiers=number, points=Decimal(0), unit_key=key)
        for code, words, some in found
        if (number := some.count())
    ]


def signs(key: str, period: Period, *, at: datetime) -> dict[Sign, int]:
    """How often each sign of gaming shows among the unit's dossiers of the period."""
    rows = evidence_in(key, period, on=at.astimezone(VN).date()).exclude(signs=0)
    out: dict[Sign, int] = {}
    for bits, number in rows.order_by().values_list("signs").annotate(n=Count("pk")):
        for sign in Sign:
            if bits & sign:
                out[sign] = out.get(sign, 0) + number
    return out
