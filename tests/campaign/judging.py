"""The judge: compares the ledger with what the portal received, by rules of its own, not the product's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from motcua.dossiers import api as dossiers
from motcua.exchange.models import Difference, Reconciliation, Track
from motcua.ledger import api as ledger
from tests.campaign.house import House


@dataclass
class Verdict:
    """How many of each evil, with the first examples."""

    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    invented: int = 0
    unnamed: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """None of any."""
        return not (self.lost or self.doubled or self.out_of_order or self.invented or self.unnamed)

    def note(self, kind: str, text: str) -> None:
        """Count one."""
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.examples) < 12:
            self.examples.append(f"{kind}: {text}")


def expected(ids: Sequence[UUID], *, since: int) -> dict[UUID, list[str]]:
    """The states of dossiers by the ledger after position `since`: each change once, in order."""
    states: dict[UUID, list[str]] = {key: [] for key in ids}
    position = since
    while some := ledger.after(position, limit=1000):
        for entry in some:
            key = UUID(entry.subject.id) if entry.subject.kind == "dossier" else None
            if key in states:
                states[key].append(str((entry.payload or {}).get("state")))
        position = some[-1].position or position
    return {key: [state for state, _ in groupby(found)] for key, found in states.items()}


def judge(
    house: House, ids: Sequence[UUID], *, since: int, proxied: int, reconciliation: Reconciliation
) -> Verdict:
    """`proxied`: how many calls the portal's own proxy carried out twice; so many repeats are not ours.

    `since`: the ledger's position before the first of `ids`.
    """
    verdict = Verdict()
    heads = dossiers.heads_of(ids)
    facts = dossiers.outside_facts(ids)
    blocked = {row.dossier for row in Track.objects.filter(blocked=True)}
    named = {row.code for row in Difference.objects.filter(reconciliation=reconciliation)}
    repeats: Counter[str] = Counter()
    right = expected(ids, since=since)
    there = house.told([head.code for head in heads.values()])
    for key in ids:
        code = heads[key].code
        found = there.get(code, {})
        rows = found.get("messages", [])
        told = [str(row["state"]) for row in rows]
        collapsed = [state for state, _ in groupby(told)]
        wanted = right[key]
        again = [row for row in rows if row["kind"] == "progress" and row["repeat_of"] is not None]
        repeats[code] += len(again)
        if key in blocked:
            # A person sees it with its cause: not lost. What was told must still be the beginning of the truth.
            if collapsed != wanted[: len(collapsed)]:
                verdict.note("out_of_order", f"{code} {collapsed} of {wanted}")
            if code not in named:
                verdict.note("unnamed", f"{code} is blocked")
            continue
        if collapsed != wanted and not (again and _without_repeats(rows) == wanted):
            lacking = Counter(wanted) - Counter(collapsed)
            verdict.note("lost" if lacking else "out_of_order", f"{code} {collapsed} for {wanted}")
        _look(found.get("held"), code, facts[key], verdict, named=code in named)
    spare = proxied
    for code, count in repeats.items():
        if count and spare >= count:
            spare -= count
            if code not in named:
                verdict.note("unnamed", f"{code} was told again by the proxy")
        elif count:
            verdict.note("doubled", f"{code}: {count} repeats")
    _strangers(house, {head.code for head in heads.values()}, verdict)
    return verdict


def _without_repeats(rows: Sequence[dict[str, Any]]) -> list[str]:
    told = [
        str(row["state"]) for row in rows if not (row["kind"] == "progress" and row["repeat_of"] is not None)
    ]
    return [state for state, _ in groupby(told)]


def _look(
    held: dict[str, Any] | None, code: str, facts: dossiers.OutsideFacts, verdict: Verdict, *, named: bool
) -> None:
    if held is None:
        verdict.note("lost", f"{code} is not there")
        return
    numbers = [one["SoDinhDanh"] for one in held.get("DinhDanhCHS") or []]
    mine = facts.applicant.personal_number
    if not numbers and mine and facts.accepted_at is None and facts.state is dossiers.State.SUPPLEMENT:
        # Mended before acceptance: the portal takes no record in this state, so it must stand in the comparison.
        if not named:
            verdict.note("unnamed", f"{code}: its number is not there")
    elif numbers != ([mine] if mine else []):
        verdict.note("invented", f"{code}: a number that is not the applicant's")
    if str(held.get("ChuHoSo")) != facts.applicant.name:
        verdict.note("invented", f"{code}: another name")


def _strangers(house: House, ours: set[str], verdict: Verdict) -> None:
    stats = house.http.get("/_stats").json()
    known = int(stats["dossiers"])
    if known > Track.objects.count():
        verdict.note("invented", f"the portal holds {known} dossiers, the outbox {Track.objects.count()}")
    if not ours:
        verdict.note("lost", "nothing was filed")
