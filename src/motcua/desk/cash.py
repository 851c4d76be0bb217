"""Money at the desk: what to take and why, the day's cash report, and online money that a person must look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.base.clock import VN
from motcua.base.errors import DomainError
from motcua.desk.officer import Officer
from motcua.desk.words import either, language
from motcua.fees import api as fees
from motcua.fees.data import (
    ENTITLEMENT_WORDS,
    METHOD_WORDS,
    Entitlement,
    FeeLine,
    MoneyState,
    MoneyView,
    PaymentMethod,
    PaymentState,
    PaymentView,
)
from motcua.staff.api import Role
from motcua.ui.api import MoneyRow, day, moment
from motcua.units import api as units
from motcua.units.data import Level

COUNTER_METHODS = (PaymentMethod.CASH, PaymentMethod.CARD, PaymentMethod.TRANSFER)
ONLINE_ROLES = (Role.DESK_LEAD, Role.CONTROLLER)
MONEY_WORDS = {
    "wrong_amount": ("sai số tiền", "another sum"),
    "paid_twice": ("nộp hai lần", "paid twice"),
    "demand_cancelled": ("khoản này không còn phải nộp", "no longer due"),
    "unmatched": ("chưa rõ nộp cho hồ sơ nào", "unknown for what"),
}


class BadLeaf(DomainError):
    """Type the series and the number of the leaf, or choose an electronic receipt."""

    message_vi = "Hãy ghi ký hiệu và số của tờ biên lai, hoặc chọn biên lai điện tử."


class BadMethod(DomainError):
    """Choose how it is paid."""

    message_vi = "Hãy chọn hình thức nộp."


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What the cashier filled in."""

    facts: tuple[Entitlement, ...] = ()
    proof: str = ""
    method: str = PaymentMethod.CASH.value
    form: str = "electronic"
    series: str = ""
    number: str = ""

    def leaf(self) -> tuple[str, int] | None:
        """The leaf of a printed book; None for an electronic receipt. Raises `BadLeaf`."""
        if self.form != "paper":
            return None
        if not self.series.strip() or not (self.number.isascii() and self.number.isdigit()):
            raise BadLeaf
        return self.series, int(self.number)

    def counter_method(self) -> PaymentMethod:
        """Cash, card or transfer. Raises `BadMethod`."""
        if self.method not in COUNTER_METHODS:
            raise BadMethod
        return PaymentMethod(self.method)


def typed(post: QueryDict) -> Typed:
    """The form as it came; unknown facts are left out."""
    known = {one.value for one in Entitlement}

    def text(name: str, most: int) -> str:
        return post.get(name, "").replace("\x00", "").strip()[:most]

    return Typed(
        facts=tuple(Entitlement(one) for one in post.getlist("fact") if one in known),
        proof=text("proof", 300),
        method=text("method", 20) or PaymentMethod.CASH.value,
        form="paper" if post.get("form") == "paper" else "electronic",
        series=text("series", 20),
        number=text("number", 8),
    )


def rows_of(lines: Iterable[FeeLine]) -> list[MoneyRow]:
    """Lines to take, each with its reason."""
    return [MoneyRow(what=one.name, amount=one.amount, why=one.why(language()) or one.case) for one in lines]


def fact_choices(chosen: Sequence[Entitlement]) -> list[tuple[str, str, bool]]:
    """The facts that a paper may prove at the counter."""
    return [(one.value, either(*ENTITLEMENT_WORDS[one]), one in chosen) for one in Entitlement]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def method_choices(chosen: str) -> list[tuple[str, str, bool]]:
    """How money is taken at the counter."""
    return [(one.value, _upper(either(*METHOD_WORDS[one])), one.value == chosen) for one in COUNTER_METHODS]


@dataclass(frozen=True, kw_only=True)
class PaymentLine:
    """A payment in the day's report."""

    href: str
    code: str
    title: str
    payer: str
    amount: int
    how: str
    status: str
    receipt: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Total:
    """A sum of the day's report."""

    name: str
    count: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class DayReport:
    """What one agency took on one day: every payment, sums by method, what of it went back."""

    day: date
    lines: tuple[PaymentLine, ...]
    totals: tuple[Total, ...]
    cash: int
    whole: int
    refunded: int


def day_report(agency_key: str, on: date) -> DayReport:
    """The day's money of an agency by Vietnam's calendar: taken that day, less what was given back since."""
    start = datetime.combine(on, time.min, tzinfo=VN)
    found = fees.taken_between(agency_keys=[agency_key], start=start, end=start + timedelta(days=1))
    sums: dict[PaymentMethod, list[int]] = defaultdict(list)
    for one in found:
        sums[one.method].append(one.amount)
    return DayReport(
        day=on,
        lines=tuple(_line(one) for one in found),
        totals=tuple(
            Total(name=_upper(either(*METHOD_WORDS[method])), count=len(each), amount=sum(each))
            for method, each in sorted(sums.items())
        ),
        cash=sum(sums[PaymentMethod.CASH]),
        whole=sum(one.amount for one in found),
        refunded=sum(one.amount for one in found if one.state is PaymentState.REFUNDED),
    )


def _line(one: PaymentView) -> PaymentLine:
    assert one.paid_at is not None
    return PaymentLine(
        href=reverse("desk:cash_payment", args=[one.id]),
        code=one.about.code,
        title=one.about.title,
        payer=one.about.payer,
        amount=one.amount,
        how=one.how(language()),
        status=one.status(language()),
        receipt=one.receipt_number,
        at=one.paid_at,
    )


def sees_online(officer: Officer) -> bool:
    """May this officer look into the province's collecting account? Its own centre's leads and controllers."""
    return officer.has(*ONLINE_ROLES) and units.agency(officer.position.agency_key).level is Level.PROVINCE


def read_day(raw: str, *, today: date) -> date:
    """The day asked for; today for what is no day or lies ahead."""
    try:
        found = date.fromisoformat(raw[:10])
    except ValueError:
        return today
    return min(found, today)


@dataclass(frozen=True, kw_only=True)
class MoneyLine:
    """Online money that a person must look at."""

    money: MoneyView
    at: str
    gateway: str
    why: str
    may_match: bool
    may_give_back: bool


def money_lines() -> list[MoneyLine]:
    """Money that pays nothing: unknown, another sum, paid twice; the oldest first."""
    names = {gateway_id: either(way.name_vi, way.name_en) for gateway_id, way in fees.gateways.all()}
    return [
        MoneyLine(
            money=one,
            at=moment(one.booked_at),
            gateway=names.get(one.gateway, one.gateway),
            why=either(*MONEY_WORDS.get(one.why, (one.why, one.why))),
            may_match=one.state is MoneyState.UNMATCHED,
            may_give_back=one.state in (MoneyState.UNMATCHED, MoneyState.TO_REFUND),
        )
        for one in fees.money_to_look_at()
    ]


@dataclass(frozen=True, kw_only=True)
class DifferenceLine:
    """One thing on which the outside and we do not agree, with its cause in plain words."""

    reference: str
    theirs: int | None
    ours: int | None
    refund: bool
    cause: str


@dataclass(frozen=True, kw_only=True)
class ComparedDay:
    """One gateway's day."""

    gateway: str
    day: str
    made_at: datetime
    theirs: int
    ours: int
    theirs_count: int
    ours_count: int
    differences: tuple[DifferenceLine, ...]


def compared_days() -> list[ComparedDay]:
    """The latest comparison of each gateway and day."""
    names = {gateway_id: either(way.name_vi, way.name_en) for gateway_id, way in fees.gateways.all()}
    return [
        ComparedDay(
            gateway=names.get(one.gateway, one.gateway),
            day=day(one.day),
            made_at=one.made_at,
            theirs=one.theirs_amount,
            ours=one.ours_amount,
            theirs_count=one.theirs_count,
            ours_count=one.ours_count,
            differences=tuple(
                DifferenceLine(
                    reference=str(found.get("outside_ref", "")),
                    theirs=_number(found.get("theirs")),
                    ours=_number(found.get("ours")),
                    refund=bool(found.get("refund")),
                    cause=either(*fees.CAUSES[str(found.get("kind"))]),
                )
                for found in one.differences
            ),
        )
        for one in fees.reconciliations()
    ]


def _number(raw: object) -> int | None:
    return raw if isinstance(raw, int) else None


def history(payment: PaymentView) -> list[str]:
    """The receipts of a payment as sentences, voided ones too."""
    found = []
    for one in fees.receipts_of(payment.id):
        words = {"number": one.written, "when": moment(one.issued_at), "why": one.void_reason}
        if one.void_reason:
            found.append(_("Biên lai %(number)s, lập %(when)s, đã hủy: %(why)s") % words)
        else:
            found.append(_("Biên lai %(number)s, lập %(when)s") % words)
    return found
