"""One comparison from reading to proof: nightly over everything, or on demand for a unit or a span of days."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.db import transaction

from motcua.base.data import Actor
from motcua.dossiers import api as dossiers
from motcua.exchange.models import Delivery, Difference, Reconciliation, Track
from motcua.exchange.reconciliation import causes, proofs
from motcua.exchange.reconciliation.comparing import (
    Found,
    Side,
    compare,
    line_at,
    root,
    take_side,
    whole_lines,
)
from motcua.exchange.reconciliation.sides import (
    COLUMNS,
    Scope,
    fetch_theirs,
    our_lines,
    our_part,
    their_part,
)
from motcua.ledger import api as ledger

ENTRY = "exchange.reconciled"
SUBJECT = "reconciliation"
MOST_NAMED = 100_000


@dataclass(kw_only=True)
class Measured:
    """Seconds that each part took."""

    transfer: float = 0.0
    compare: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)


def reconcile(
    *, by: Actor, at: datetime, scope: Scope | None = None, folder: Path | None = None
) -> tuple[Reconciliation, Measured]:
    """Fetch the portal's whole list, compare, keep what was found with its proof, and tell the ledger.

    Raises what fetching raises; then nothing is kept: half a comparison proves nothing.
    """
    whole = scope or Scope()
    measured = Measured()
    with tempfile.TemporaryDirectory(dir=folder, prefix="motcua-reconcile-") as place:
        path = Path(place)
        began = time.monotonic()
        with (path / "theirs").open("wb") as spool:
            as_of = fetch_theirs(whole, spool, at=at)
        measured.transfer = time.monotonic() - began
        return compared(path, by=by, at=at, scope=whole, as_of=as_of, measured=measured), measured


def compared(
    folder: Path, *, by: Actor, at: datetime, scope: Scope, as_of: str, measured: Measured
) -> Reconciliation:
    """Compare the list in `folder`/theirs with our tables and keep the outcome."""
    began = time.monotonic()
    with (folder / "theirs").open("rb") as source:
        theirs = take_side(whole_lines(source), their_part, None)
    measured.parts["read theirs"] = time.monotonic() - began
    with (folder / "ours").open("wb") as spool:
        ours = take_side(our_lines(scope), our_part, spool)
    measured.parts["read ours"] = time.monotonic() - began - measured.parts["read theirs"]
    found = compare(ours, theirs)
    with (folder / "ours").open("rb") as our_spool, (folder / "theirs").open("rb") as their_spool:
        named = list(_named(found, our_spool, their_spool))
    _explain(named)
    body = _body(scope, at=at, as_of=as_of, sides=(ours, theirs), named=named)
    measured.compare = time.monotonic() - began
    return _keep(body, named, by=by, at=at, scope=scope, same=found.same, seconds=measured.compare)


@dataclass(kw_only=True)
class Named:
    """A difference with its line on each side."""

    kind: str
    code: str
    ours: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)
    our_record: str = ""
    their_record: str = ""
    cause: str = ""
    track: Track | None = None
    fields: list[dict[str, Any]] = field(default_factory=list)

    @property
    def day(self) -> date | None:
        """The day of acceptance, or of filing."""
        row = self.ours or self.theirs
        for name in ("NgayTiepNhan", "NgayNopHoSo"):
            text = row[COLUMNS.index(name)] if len(row) > COLUMNS.index(name) else ""
            if len(text) == 14 and text.isdecimal():
                return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        return None


def _named(found: Found, ours: IO[bytes], theirs: IO[bytes]) -> Iterator[Named]:
    for place in found.missing_there[:MOST_NAMED]:
        yield _one("missing_there", our_part(line_at(ours, int(place))), b"")
    for place in found.missing_here[:MOST_NAMED]:
        yield _one("missing_here", b"", their_part(line_at(theirs, int(place))))
    for mine, other in found.different[:MOST_NAMED]:
        yield _one("different", our_part(line_at(ours, int(mine))), their_part(line_at(theirs, int(other))))
    for place in found.doubled_there[:MOST_NAMED]:
        yield _one("doubled_there", b"", their_part(line_at(theirs, int(place))))


def _one(kind: str, ours: bytes, theirs: bytes) -> Named:
    one = Named(
        kind=kind,
        code="",
        ours=causes.columns(ours) if ours else [],
        theirs=causes.columns(theirs) if theirs else [],
        our_record=proofs.digest_of(ours[: ours.index(b",")], ours) if ours else "",
        their_record=proofs.digest_of(theirs[: theirs.index(b",")], theirs) if theirs else "",
    )
    one.code = (one.ours or one.theirs)[0]
    if kind == "different":
        one.fields = causes.fields_apart(one.ours, one.theirs)
    return one


def _explain(named: Sequence[Named]) -> None:
    codes = [one.code for one in named]
    tracks: dict[str, Track] = {}
    for start in range(0, len(codes), 5000):
        for row in Track.objects.filter(code__in=codes[start : start + 5000]):
            tracks[row.code] = row
    seqs = dossiers.last_entries([row.dossier for row in tracks.values()])
    lacking = [one.code for one in named if one.kind == "missing_here"]
    waiting = frozenset(Delivery.objects.filter(code__in=lacking, outcome="").values_list("code", flat=True))
    for one in named:
        one.track = tracks.get(one.code)
        seq = seqs.get(one.track.dossier) if one.track else None
        if one.kind == "missing_there":
            one.cause = causes.of_missing_there(one.track)
        elif one.kind == "missing_here":
            one.cause = causes.of_missing_here(one.code, waiting)
        elif one.kind == "different":
            one.cause = causes.of_different(one.track, seq, one.fields, one.ours)
        else:
            one.cause = "doubled_there"


def _body(
    scope: Scope, *, at: datetime, as_of: str, sides: tuple[Side, Side], named: Sequence[Named]
) -> dict[str, Any]:
    ours, theirs = sides
    return {
        "version": proofs.VERSION,
        "at": at.isoformat(),
        "portal_as_of": as_of,
        "scope": {
            "agency": scope.agency,
            "from": scope.start.isoformat() if scope.start else None,
            "to": scope.end.isoformat() if scope.end else None,
        },
        "columns": list(COLUMNS),
        "ours": {"count": len(ours), "root": root(ours), "records": proofs.records_of(ours)},
        "theirs": {"count": len(theirs), "root": root(theirs)},
        "differences": [
            {
                "kind": one.kind,
                "code": one.code,
                "cause": one.cause,
                "fields": one.fields,
                "ours": one.our_record,
                "theirs": one.their_record,
            }
            for one in named
        ],
    }


def _keep(
    body: dict[str, Any],
    named: Sequence[Named],
    *,
    by: Actor,
    at: datetime,
    scope: Scope,
    same: int,
    seconds: float,
) -> Reconciliation:
    key = uuid4()
    digest = proofs.body_digest(body)
    with transaction.atomic():
        entry = ledger.append(
            kind=ENTRY,
            subject=ledger.Subject(kind=SUBJECT, id=str(key)),
            by=by,
            at=at,
            unit=scope.agency or None,
            payload={
                "digest": digest,
                "our_root": body["ours"]["root"],
                "their_root": body["theirs"]["root"],
                "ours": body["ours"]["count"],
                "theirs": body["theirs"]["count"],
                "differences": len(named),
            },
        )
        row = Reconciliation.objects.create(
            id=key,
            at=at,
            agency=scope.agency,
            start=scope.start,
            end=scope.end,
            ours=body["ours"]["count"],
            theirs=body["theirs"]["count"],
            same=same,
            differences=len(named),
            our_root=body["ours"]["root"],
            their_root=body["theirs"]["root"],
            proof=json.dumps(
                {"body": body, "digest": digest, "subject": str(key), "entry": entry.id},
                ensure_ascii=False,
            ),
            seconds=seconds,
        )
        Difference.objects.bulk_create(
            [
                Difference(
                    reconciliation=row,
                    kind=one.kind,
                    code=one.code[:80],
                    agency=one.track.agency if one.track else "",
                    day=one.day,
                    dossier=one.track.dossier if one.track else None,
                    fields=one.fields,
                    cause=one.cause,
                )
                for one in named
            ],
            batch_size=2000,
            ignore_conflicts=True,  # a code that the portal lists three times is one difference
        )
    return row


def vouched(text: str) -> list[str]:
    """What is wrong with a proof, its own arithmetic and the ledger's word for it together; empty when it holds."""
    problems = proofs.check(text)
    if problems:
        return problems
    proof = json.loads(text)
    found = ledger.entries(ledger.Subject(kind=SUBJECT, id=str(proof.get("subject", ""))[:64] or "-"))
    said = [(one.payload or {}).get("digest") for one in found if one.kind == ENTRY]
    if not said:
        return ["sổ cái không có lần đối soát này"]
    return [] if proof["digest"] in said else ["sổ cái ghi một mã băm khác"]
