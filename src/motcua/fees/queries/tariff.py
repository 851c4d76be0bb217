"""What a filing costs, by the law that ships with the system and the province's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from motcua.fees.data import Entitlement, FeeDue, FeeLaw, FeeLine
from motcua.fees.rules import law, pricing
from motcua.procedures.data import ChannelKind, ProcedureContent


def fee_law() -> FeeLaw:
    """The rules in use: `settings.MOTCUA_FEES_LAW_DIR` may name a folder with the province's own files."""
    own = getattr(settings, "MOTCUA_FEES_LAW_DIR", "")
    return law.load(Path(own) if own else None)


def fee_due(
    content: ProcedureContent,
    channel: ChannelKind,
    *,
    at: datetime,
    quantity: int = 1,
    cases: Iterable[str] | None = None,
    facts: Iterable[Entitlement] = (),
) -> FeeDue:
    """What one filing received at `at` costs; see `rules.pricing.price`. Raises `QuantityInvalid`."""
    return pricing.price(content, channel, at=at, law=fee_law(), quantity=quantity, cases=cases, facts=facts)


def reduced_lines(
    lines: Sequence[FeeLine],
    *,
    procedure: str,
    channel: ChannelKind,
    at: datetime,
    facts: Iterable[Entitlement] = (),
) -> tuple[FeeLine, ...]:
    """Sums that only an officer knows, each less its best reduction."""
    return pricing.reduced(lines, procedure=procedure, channel=channel, at=at, law=fee_law(), facts=facts)
