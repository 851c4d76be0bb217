"""The page on which a citizen pays: what it costs and why, what could lower it, the ways to pay, how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import segno
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.dossiers.data import DossierView
from motcua.exchange import api as exchange
from motcua.fees import api as fees
from motcua.fees.data import (
    ENTITLEMENT_WORDS,
    AttemptState,
    AttemptView,
    Chance,
    FeeDue,
    PaymentState,
    PaymentView,
)
from motcua.portal.lang import either, language
from motcua.procedures import api as procedures
from motcua.procedures.data import ChannelKind
from motcua.ui.api import Chip, MoneyRow, Tone, certainty_words, day, moment

_CONNECTOR_OF = {"platform": "pay", "vietqr": "bank"}
_TONES = {
    PaymentState.DUE: Tone.DUE,
    PaymentState.PAID: Tone.ON_TIME,
    PaymentState.CANCELLED: Tone.PLAIN,
    PaymentState.REFUND_ASKED: Tone.PAUSED,
    PaymentState.REFUNDED: Tone.PAUSED,
}


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to pay online: whether it works now, and the sentence when it does not."""

    id: str
    name: str
    trouble: str


@dataclass(frozen=True, kw_only=True)
class QR:
    """A transfer to make: the picture, and the same in words for who cannot scan."""

    svg: str
    account: str
    name: str
    amount: int
    reference: str
    until: str


@dataclass(frozen=True, kw_only=True)
class Paid:
    """A demand as it stands, with the way to its receipt."""

    payment: PaymentView
    chip: Chip
    rows: tuple[MoneyRow, ...]
    told: str
    receipt_href: str


def quote(view: DossierView) -> FeeDue:
    """What the tariff of the day of filing asks for this dossier."""
    content = procedures.version(view.procedure_version).content
    channel = ChannelKind(view.card.channel.value)
    return fees.fee_due(content, channel, at=view.card.submitted_at, quantity=view.quantity)


def lines_of(payment: PaymentView) -> tuple[MoneyRow, ...]:
    """The demand's lines with their reasons, as kept when it was asked."""
    why = "why_en" if language() == "en" else "why_vi"
    return tuple(
        MoneyRow(
            what=str(line.get("name", "")),
            amount=_whole(line.get("amount")),
            why=str(line.get(why) or line.get("case") or ""),
        )
        for line in payment.lines
    )


def quoted_rows(due: FeeDue) -> tuple[MoneyRow, ...]:
    """The lines of a sum that nobody asked yet."""
    return tuple(
        MoneyRow(
            what=line.name,
            amount=line.amount,
            why="; ".join(
                part for part in (line.why(language()), _sure(line.source, line.certainty)) if part
            ),
        )
        for line in due.lines
    )


def _sure(source: str, certainty: str) -> str:
    return f"{source} ({certainty_words(certainty)})" if source and certainty else source


def _whole(raw: object) -> int:
    return raw if isinstance(raw, int) else 0


def chance_words(chances: tuple[Chance, ...]) -> list[str]:
    """What could lower the sum, by whom and by what law, each a sentence."""
    found = []
    for one in chances:
        needs = "; ".join(ENTITLEMENT_WORDS[fact][language() == "en"] for fact in one.needs)
        words = {
            "name": one.name(language()),
            "needs": needs,
            "sum": fees.dong(one.total),
            "law": _sure(one.source, one.certainty.value),
        }
        text = _("%(name)s. Cần chứng minh: %(needs)s. Khi đó bạn nộp %(sum)s. Căn cứ: %(law)s.") % words
        if one.until is not None:
            text += " " + _("Áp dụng đến trước ngày %(day)s.") % {"day": day(one.until)}
        found.append(text)
    return found


def ways() -> list[Way]:
    """The ways to pay online that are set up, with what is down now."""
    down = {one.connector: one for one in exchange.outages()}
    found = []
    for gateway_id, way in fees.gateways.all():
        if way.check_config():
            continue
        out = down.get(_CONNECTOR_OF.get(gateway_id, ""))
        trouble = ""
        if out is not None:
            trouble = _("Không trả lời từ %(since)s. %(works)s") % {
                "since": moment(out.since),
                "works": either(out.still_works_vi, out.still_works_en),
            }
        found.append(Way(id=gateway_id, name=either(way.name_vi, way.name_en), trouble=trouble))
    return found


def standing(payment: PaymentView, *, receipt_href: str) -> Paid:
    """A demand with its state in the one wording that every paper and message uses."""
    told = ""
    if payment.paid_at is not None:
        words = {
            "when": moment(payment.paid_at),
            "how": payment.how(language()),
            "number": payment.receipt_number,
        }
        told = _("Nộp lúc %(when)s, %(how)s. Biên lai số %(number)s.") % words
    return Paid(
        payment=payment,
        chip=Chip(tone=_TONES[payment.state], words=payment.status(language())),
        rows=lines_of(payment),
        told=told,
        receipt_href=receipt_href if payment.paid_at is not None else "",
    )


def open_tries(payment: PaymentView, *, at: datetime) -> list[AttemptView]:
    """Tries of a due demand that may still bring money."""
    if payment.state is not PaymentState.DUE:
        return []
    waiting = (AttemptState.INITIATED, AttemptState.PENDING)
    return [
        one
        for one in fees.attempts(payment.id)
        if one.state in waiting and (one.expires_at is None or one.expires_at > at)
    ]


def qr_of(attempt: AttemptView) -> QR:
    """The transfer that a try waits for, as a picture and in words."""
    symbol = segno.make(attempt.qr, error="m", micro=False)
    out = BytesIO()
    symbol.save(out, kind="svg", scale=5, border=3, dark="#000", light="#fff", xmldecl=False, svgns=True)
    account = exchange.collecting_account()
    return QR(
        svg=out.getvalue().decode(),
        account=account.number,
        name=account.name,
        amount=attempt.amount,
        reference=attempt.reference,
        until=moment(attempt.expires_at) if attempt.expires_at else "",
    )


def page(
    demands: list[PaymentView], due: FeeDue | None, *, at: datetime, receipt_url: str, owner: UUID
) -> dict[str, Any]:
    """What the page shows: demands as they stand, or what the tariff asks, and the ways to pay it."""
    waiting = next((one for one in demands if one.state is PaymentState.DUE), None)
    tries = open_tries(waiting, at=at) if waiting is not None else []
    return {
        "past": [
            standing(one, receipt_href=reverse(receipt_url, args=[owner, one.id]))
            for one in demands
            if one is not waiting
        ],
        "waiting": standing(waiting, receipt_href="") if waiting is not None else None,
        "quoted": quoted_rows(due) if due is not None and waiting is None else (),
        "total": waiting.amount if waiting is not None else (due.total if due is not None else 0),
        "unknown": due.unknown if due is not None and waiting is None else (),
        "chances": chance_words(due.chances) if due is not None else [],
        "ways": ways(),
        "qr": next((qr_of(one) for one in tries if one.qr), None),
        "elsewhere": next((one for one in tries if one.url), None),
        "trying": bool(tries),
    }
