"""What every shape of import needs to build a content from its record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua.base.data import Certainty
from motcua.base.vietnamese import fold
from motcua.procedures.data import (
    AgencyPart,
    AgencyRule,
    Channel,
    ChannelKind,
    Condition,
    Degree,
    Fee,
    Flag,
    LegalBasis,
    Level,
    ProcedureContent,
    Review,
    ReviewState,
)

from . import texts
from .texts import clean


class Rejected(ValueError):
    """The record is kept out; the text is the reason an officer reads."""


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A content made of a record, what published it, and the parts this shape cannot tell fully."""

    content: ProcedureContent
    shape: str
    decision: str = ""
    url: str = ""
    partial: frozenset[str] = frozenset()


@dataclass
class Rows:
    """Rows of the table of ways to file, gathered by channel."""

    by_kind: dict[ChannelKind, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, method: Any, row: dict[str, Any]) -> None:
        """Keep a row under its channel; an unknown channel is left out."""
        kind = texts.CHANNELS.get(fold(clean(method)))
        if kind is not None:
            self.by_kind.setdefault(kind, []).append(row)


def make_content(
    *, code: Any, name: Any, area: str, levels: tuple[Level, ...], flags: list[Flag], **parts: Any
) -> ProcedureContent:
    """An unreviewed content; raises `Rejected` when code, name or level is missing."""
    title = re.sub(r"\s+", " ", clean(name))
    if not clean(code):
        raise Rejected("thiếu mã thủ tục")
    if not title:
        raise Rejected("thiếu tên thủ tục")
    if not levels:
        raise Rejected("thiếu cấp thực hiện")
    return ProcedureContent(
        code=clean(code),
        name=title,
        field=area or "Chưa phân loại",
        levels=levels,
        flags=tuple(dict.fromkeys(flags)),
        review=Review(state=ReviewState.UNREVIEWED, certainty=Certainty.SECOND_HAND),
        **parts,
    )


def channels_of(rows: Rows, flags: list[Flag], degree: Degree | None = None) -> tuple[Channel, ...]:
    """One channel of each kind. Rows that disagree on the time leave it open and tell each case in the note."""
    out = []
    for kind, listed in rows.by_kind.items():
        limits = [texts.limit(r.get("time"), r.get("unit"), clean(r.get("desc"))) for r in listed]
        same = limits[0] if len(set(limits)) == 1 else None
        fees: list[Fee] = []
        notes = []
        for row, limit in zip(listed, limits, strict=True):
            found, doubtful = row["fees"] if "fees" in row else texts.fees(clean(row.get("fee")))
            fees += [f for f in found if f not in fees]
            if doubtful:
                flags.append(Flag.FEE_UNSURE)
            words = limit.words if limit and same is None else ""
            if limit is None and clean(row.get("time")):
                words = f"{clean(row.get('time'))} {clean(row.get('unit')) or '(nguồn không ghi đơn vị thời gian)'}"
            notes.append(": ".join(x for x in (words, clean(row.get("desc"))) if x))
        if same is None:
            flags.append(Flag.LIMIT_UNKNOWN)
        out.append(
            Channel(
                kind=kind,
                limit=same,
                fees=tuple(fees),
                degree=degree if kind is ChannelKind.ONLINE else None,
                note="\n".join(dict.fromkeys(n for n in notes if n))[:8000],
            )
        )
    return tuple(out)


def agencies_of(*named: tuple[AgencyPart, Any]) -> tuple[AgencyRule, ...]:
    """Agencies from (part, name); nameless ones are left out."""
    return tuple(AgencyRule(part=part, name=clean(name)[:1000]) for part, name in named if clean(name))


def conditions_of(text: Any) -> tuple[Condition, ...]:
    """The conditions as one text, if there are any."""
    return (Condition(text=clean(text)),) if clean(text) else ()


def subjects_of(text: Any) -> tuple[str, ...]:
    """Who may ask, cut at commas outside brackets."""
    return tuple(s.strip() for s in re.split(r",(?![^(]*\))", clean(text)) if s.strip())


def items(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list; a single mapping counts as a list of one."""
    listed = value if isinstance(value, list) else [value]
    return [i for i in listed if isinstance(i, Mapping)]


def laws_of(value: Any, number: str, title: str) -> tuple[LegalBasis, ...]:
    """Texts of law from a list of mappings, each once."""
    found = {
        clean(i.get(number)) or clean(i.get(title))[:100]: clean(i.get(title))[:1000]
        for i in items(value)
        if clean(i.get(number)) or clean(i.get(title))
    }
    return tuple(LegalBasis(number=n, title=t) for n, t in found.items())


def count_of(value: Any) -> int:
    """A number of papers, 0 when it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000 else 0
