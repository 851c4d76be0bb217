"""What a filing costs: the tariff in force when it was received, less the reduction that serves the citizen best.

Whole đồng only. A percentage is rounded down to the đồng, in the citizen's favour; reductions are never added to
each other: of several the one that leaves least to pay is taken (NQ 66.22/2026/NQ-CP Đ.5.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from motcua.base.data import require_aware
from motcua.base.errors import DomainError
from motcua.fees.data import Chance, Entitlement, FeeDue, FeeLaw, FeeLine, Reduction, TariffLine
from motcua.procedures.data import ChannelKind, Fee, ProcedureContent

PER_DOSSIER = "hồ sơ"


class QuantityInvalid(DomainError):
    """The number of copies or pages must be a whole number of at least one."""

    message_vi = "Số lượng phải là số nguyên từ 1 trở lên."


def price(
    content: ProcedureContent,
    channel: ChannelKind,
    *,
    at: datetime,
    law: FeeLaw,
    quantity: int = 1,
    cases: Iterable[str] | None = None,
    facts: Iterable[Entitlement] = (),
) -> FeeDue:
    """What one filing through `channel`, received at `at` (aware), costs a payer of whom `facts` are shown.

    The dated tariff of the procedure decides; where there is none, the fees that the pinned version's text gives.
    Fees per paper or page are multiplied by `quantity` and capped by their own maximum. A fee with a `case`
    counts only when `cases` names it; with `cases` None only fees without a case count. Fees of which only words
    are known come back as `unknown`, unless a reduction leaves nothing of them.
    """
    require_aware(at)
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise QuantityInvalid(str(quantity))
    named, shown = frozenset(cases or ()), frozenset(facts)
    code = base_code(content.code)
    rules = [rule for rule in law.reductions if rule.holds(at)]
    lines: list[FeeLine] = []
    unknown: list[str] = []
    for fee, group in _full(content, channel, at=at, law=law):
        if fee.case and fee.case not in named:
            continue
        full = _line(fee, quantity)
        fitting = [one for one in rules if reaches(one, code, group, channel) and allowed(one, shown)]
        line = reduce_line(full, fitting, at=at, law=law, known=fee.amount is not None)
        if line is None:
            unknown.append(fee.name)
        else:
            lines.append(line)
    due = FeeDue(lines=tuple(lines), unknown=tuple(unknown), total=sum(line.amount for line in lines))
    if due.total == 0 and not due.unknown:
        return due
    return replace(due, chances=_chances(due, content, channel, rules, at=at, law=law, facts=shown))


def reduced(
    lines: Sequence[FeeLine],
    *,
    procedure: str,
    channel: ChannelKind,
    at: datetime,
    law: FeeLaw,
    facts: Iterable[Entitlement] = (),
) -> tuple[FeeLine, ...]:
    """The same for sums that only an officer knows (a tax notice): each less its best reduction."""
    shown, code = frozenset(facts), base_code(procedure)
    fitting = [
        one
        for one in law.reductions
        if one.holds(at) and reaches(one, code, "", channel) and allowed(one, shown)
    ]
    return tuple(reduce_line(line, fitting, at=at, law=law, known=True) or line for line in lines)


def base_code(code: str) -> str:
    """The national part of a procedure's code: "1.004873" of "1.004873.000.00.00.H41"."""
    return ".".join(code.split(".")[:2])


def reaches(rule: Reduction, code: str, group: str, channel: ChannelKind) -> bool:
    """Is the rule about this procedure or group of fees, filed this way?"""
    if rule.channels and channel not in rule.channels:
        return False
    return code in rule.procedures or (bool(group) and group in rule.groups)


def allowed(rule: Reduction, facts: frozenset[Entitlement]) -> bool:
    """Are the facts shown on which the rule stands?"""
    return rule.needs <= facts and (not rule.any_of or bool(rule.any_of & facts))


def reduce_line(
    full: FeeLine, rules: Sequence[Reduction], *, at: datetime, law: FeeLaw, known: bool
) -> FeeLine | None:
    """The line less the best of `rules`; None when its amount is not known and no rule leaves nothing of it."""
    best: tuple[int, str, Reduction] | None = None
    for rule in rules:
        if not known and not _leaves_nothing(rule):
            continue
        left = pays(rule, full.amount, at=at, law=law)
        if left <= full.amount and (best is None or (left, rule.id) < best[:2]):
            best = (left, rule.id, rule)
    if best is None or (known and best[0] == full.amount and full.amount > 0):
        return full if known else None
    left, _id, rule = best
    if known and full.amount == 0:
        return full
    return _explained(full, rule, left, known=known)


def pays(rule: Reduction, amount: int, *, at: datetime, law: FeeLaw) -> int:
    """What is left of `amount` by `rule`: never negative, never more than `amount`."""
    percent, fixed = rule.pays_percent, rule.pays_amount or 0
    left = min(amount, fixed) if percent is None else amount * percent // 100
    if rule.most_off_salaries is not None:
        salaries = [one for one in law.salaries if one.holds(at)]
        if not salaries:
            return amount  # a cap that cannot be counted is not guessed
        salary = max(salaries, key=lambda one: (one.known_from, one.validity.start))
        left = max(left, amount - rule.most_off_salaries * salary.amount)
    return left


def _leaves_nothing(rule: Reduction) -> bool:
    free = rule.pays_percent == 0 or rule.pays_amount == 0
    return free and rule.most_off_salaries is None


def _full(
    content: ProcedureContent, channel: ChannelKind, *, at: datetime, law: FeeLaw
) -> list[tuple[Fee, str]]:
    """The fees before any reduction, each with its group: of the dated tariff, else of the procedure's text."""
    code = base_code(content.code)
    newest: dict[tuple[str, str], TariffLine] = {}
    for line in law.tariffs:
        if line.procedure != code or not line.holds(at) or line.channel not in (None, channel):
            continue
        key = (line.name, line.case)
        if key not in newest or _rank(line) > _rank(newest[key]):
            newest[key] = line
    if not newest:
        return [(fee, "") for fee in content.fees_for(channel)]
    return [(_fee(line), line.group) for line in newest.values()]


def _rank(line: TariffLine) -> tuple[datetime, object, bool]:
    """Of two lines for one fee: what was learnt last, what began last, what is about this channel alone."""
    return (line.known_from, line.validity.start, line.channel is not None)


def _fee(line: TariffLine) -> Fee:
    return Fee(
        name=line.name,
        kind=line.kind,
        code=line.code,
        amount=line.amount,
        per=line.per,
        max_amount=line.max_amount,
        case=line.case,
        channel=line.channel,
        source=line.source,
    )


def _line(fee: Fee, quantity: int) -> FeeLine:
    times = 1 if fee.per == PER_DOSSIER else quantity
    unit = fee.amount or 0
    amount = unit * times if fee.max_amount is None else min(unit * times, fee.max_amount)
    vi, en = f"Mức thu {dong(unit)}/{fee.per}", f"Tariff {dong(unit)} per {_per_en(fee.per)}"
    if times > 1:
        vi, en = f"{vi} × {times}", f"{en} × {times}"
    if fee.max_amount is not None and amount == fee.max_amount:
        vi, en = f"{vi}, tối đa {dong(amount)}", f"{en}, at most {dong(amount)}"
    return FeeLine(
        name=fee.name,
        code=fee.code,
        kind=fee.kind.value,
        unit_amount=unit,
        quantity=times,
        cap=fee.max_amount,
        amount=amount,
        case=fee.case,
        base=amount,
        why_vi=vi,
        why_en=en,
        source=fee.source.text if fee.source else "",
        certainty=fee.source.certainty.value if fee.source else "",
    )


def _explained(full: FeeLine, rule: Reduction, left: int, *, known: bool) -> FeeLine:
    vi = f"{full.why_vi}; {_lower(rule.name_vi)}: còn {dong(left)}" if known else rule.name_vi
    en = f"{full.why_en}; {_lower(rule.name_en)}: {dong(left)} left" if known else rule.name_en
    return replace(
        full,
        amount=left,
        rule=rule.id,
        why_vi=vi,
        why_en=en,
        source=rule.source.text,
        certainty=rule.source.certainty.value,
    )


def _chances(
    due: FeeDue,
    content: ProcedureContent,
    channel: ChannelKind,
    rules: Sequence[Reduction],
    *,
    at: datetime,
    law: FeeLaw,
    facts: frozenset[Entitlement],
) -> tuple[Chance, ...]:
    """Rules about this filing that would leave less, had the payer shown what they ask for; the best first."""
    code = base_code(content.code)
    groups = [group for _fee, group in _full(content, channel, at=at, law=law)] or [""]
    found: list[Chance] = []
    for rule in rules:
        if allowed(rule, facts) or not any(reaches(rule, code, group, channel) for group in groups):
            continue
        total = sum(min(line.amount, pays(rule, line.base or 0, at=at, law=law)) for line in due.lines)
        if total >= due.total:
            continue
        found.append(
            Chance(
                rule=rule.id,
                name_vi=rule.name_vi,
                name_en=rule.name_en,
                needs=tuple(sorted((rule.needs | rule.any_of) - facts)),
                total=total,
                source=rule.source.text,
                certainty=rule.source.certainty,
                until=rule.validity.end,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.total, one.rule)))


def dong(amount: int) -> str:
    """An amount as it is written: 120.000 đ."""
    return f"{amount:,} đ".replace(",", ".")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _per_en(per: str) -> str:
    return {"hồ sơ": "dossier", "trang": "page", "bản": "copy", "văn bản": "deed"}.get(per, "case")
