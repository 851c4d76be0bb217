"""Gathers what the evidence of many dossiers is computed from, by the doors of the packages that know it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from motcua.base.registry import Registry
from motcua.deadlines.api import TimeLimit, calendar_for, due_time, regime_on
from motcua.deadlines.data import LimitUnit
from motcua.documents.api import result_files
from motcua.dossiers.api import DossierFacts, facts_of
from motcua.exchange import api as exchange
from motcua.feedback.api import complained, crowded
from motcua.fees import api as fees
from motcua.indicators.data import Inputs, ProcedureFact
from motcua.procedures import api as procedures
from motcua.procedures.data import ChannelKind, Degree, ProcedureContent

CERTIFIED = "result_certified_copy"  # the paper of NĐ 23/2015 Đ.2.2 and NĐ 45/2020 Đ.10


class SyncSource(Protocol):
    """Who knows which dossiers the national portal has acknowledged."""

    def acknowledged(self, ids: Sequence[UUID]) -> set[UUID]:
        """Those of `ids` that the portal has, as we last told it."""


sync_sources: Registry[SyncSource] = Registry("sync source")


class NationalPortal:
    """What the exchange knows of the portal's confirmations."""

    def acknowledged(self, ids: Sequence[UUID]) -> set[UUID]:
        """Those of `ids` whose record the portal confirmed."""
        return exchange.acknowledged(ids)


def inputs_of(facts: Sequence[DossierFacts], *, at: datetime) -> list[Inputs]:
    """Everything known of these dossiers: a fixed number of queries for any number."""
    ids = [f.id for f in facts]
    files = result_files([r for f in facts for r in f.results])
    wanted = [p for f in facts for p in f.payments]
    paid = {p.id: p for p in fees.payments(wanted)} if wanted else {}
    sources = [plugin for _, plugin in sync_sources.all()]
    acknowledged: set[UUID] = set().union(*(s.acknowledged(ids) for s in sources))
    unhappy, crowd = complained(ids), crowded(ids)
    return [
        Inputs(
            facts=f,
            procedure=procedure_fact(f.procedure_version),
            payments=tuple(paid[p] for p in f.payments if p in paid),
            files=tuple(files[r] for r in f.results if r in files),
            synchronised=f.id in acknowledged if sources else None,
            complained=f.id in unhappy,
            crowd=f.id in crowd,
            latest=_latest(f, at) if f.promised_due is None else None,
        )
        for f in facts
    ]


def inputs_by_id(ids: Sequence[UUID], *, at: datetime) -> list[Inputs]:
    """The same for dossiers by id."""
    return inputs_of(facts_of(ids), at=at)


@lru_cache(maxsize=20_000)
def procedure_fact(version_id: UUID) -> ProcedureFact:
    """What counting needs of a version; a published version never changes."""
    return fact_of(procedures.version(version_id).content)


def fact_of(content: ProcedureContent) -> ProcedureFact:
    """What counting needs of a procedure's text."""
    online = content.channel(ChannelKind.ONLINE)
    fees_of = {kind.value: content.fees_for(kind) for kind in ChannelKind}
    people = ("công dân", "người việt nam", "người nước ngoài", "cá nhân")
    return ProcedureFact(
        online=online is not None,
        full_online=online is not None and online.degree is Degree.FULL,
        paper_result=bool(content.results),
        for_people=any(word in subject.lower() for subject in content.subjects for word in people),
        complete=all(
            (
                content.name,
                content.steps,
                content.channels,
                content.components,
                content.limit or content.at_once or any(c.limit or c.at_once for c in content.channels),
                content.subjects,
                content.agencies,
            )
        ),
        with_fee=bool(content.fees or any(c.fees for c in content.channels)),
        certifies=any(result.template == CERTIFIED for result in content.results),
        fee_by_channel=frozenset(kind for kind, some in fees_of.items() if any(fee.amount for fee in some)),
    )


def _latest(facts: DossierFacts, at: datetime) -> datetime | None:
    """When the legal time of a dossier without an appointment ends."""
    start = facts.accepted_at or facts.submitted_at
    if facts.limit_amount is None:
        return None
    limit = TimeLimit(amount=facts.limit_amount, unit=LimitUnit(facts.limit_unit))
    calendar = calendar_for(facts.receiving_agency, known_at=at)
    return due_time(start, limit, calendar, regime_on(start.date())).due
