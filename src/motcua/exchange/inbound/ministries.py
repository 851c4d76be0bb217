"""Hands dossiers over to ministries' own systems, and mirrors what these do: states, and counts per unit."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

import yaml
from django.db import transaction
from django.db.models import Count, Q

from motcua.base.errors import DomainError
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Outcome, State
from motcua.exchange.connectors import CallFailed
from motcua.exchange.inbound.reading import PORTAL, CannotTake, agency_of_code, moment
from motcua.exchange.models import Cursor, Handover, MinistryDossier
from motcua.exchange.national import client
from motcua.exchange.national.catalogue import province_code
from motcua.exchange.national.record import stamp
from motcua.ledger import api as ledger
from motcua.ledger.data import EntryView

CONSUMER = "exchange.handovers"
HANDED_OVER = "dossier.handed_over"
MOST = 1000
_OUTCOMES = {
    State.RESOLVED: Outcome.GRANTED,
    State.RETURNED: Outcome.GRANTED,
    State.REFUSED: Outcome.REJECTED,
    State.STOPPED: Outcome.REJECTED,
}


@functools.cache
def _systems() -> list[dict[str, str]]:
    text = resources.files("motcua.exchange.inbound").joinpath("systems.yaml").read_text(encoding="utf-8")
    found: list[dict[str, str]] = yaml.safe_load(text)
    return found


def system_code(name: str) -> str:
    """The portal's code of the system that a catalogue's door names; "" for one that it does not speak for."""
    return next((one["code"] for one in _systems() if one["words"].lower() in name.lower()), "")


def take_up(*, at: datetime) -> int:
    """Remember which dossiers were handed over since the last time."""

    def handle(entries: Sequence[EntryView]) -> None:
        for entry in entries:
            payload: Mapping[str, Any] = entry.payload or {}
            system = system_code(str(payload.get("system") or ""))
            if entry.kind != HANDED_OVER or not system:
                continue
            known = str(payload.get("their_code") or "")
            Handover.objects.get_or_create(
                dossier=UUID(entry.subject.id),
                defaults={
                    "system": system,
                    "their_code": known,
                    "handed_at": entry.at,
                    "next_try_at": at,
                    "done_at": at if known else None,
                },
            )

    return ledger.consume(name=CONSUMER, handler=handle, at=at, limit=1000)


def hand_over(*, at: datetime) -> int:
    """Tell the ministries of what was handed over; the same dossier told again gives the same code."""
    done = 0
    for row in Handover.objects.filter(done_at__isnull=True, next_try_at__lte=at).order_by("handed_at")[:100]:
        facts = dossiers.outside_facts([row.dossier])[row.dossier]
        body = {
            "madonvi": province_code(),
            "HeThong": row.system,
            "MaHoSoLienThong": facts.code,
            "MaTTHC": facts.procedure_code,
            "ChuHoSo": facts.applicant.name,
            "NgayNopHoSo": stamp(facts.submitted_at),
            "KenhThucHien": str(facts.channel.national),
        }
        raw = client.ask("ministry/handover", body, at=at, repeatable=True)
        code = str(raw.get("MaHoSo") or "")
        if str(raw["error_code"]) == "0" and code:
            row.their_code, row.done_at, row.cause = code[:80], at, ""
            done += 1
        else:
            row.tries += 1
            row.cause = str(raw["error_code"])[:40]
            row.next_try_at = at + timedelta(seconds=min(3600, 2**row.tries * 30))
        row.save()
    return done


def mirror(*, at: datetime) -> int:
    """Read what changed in each ministry's system, once; returns how many dossiers changed."""
    return sum(_mirror_one(one["code"], at) for one in _systems())


def _mirror_one(system: str, at: datetime) -> int:
    cursor, _ = Cursor.objects.get_or_create(name=f"ministry.{system}", defaults={"at": "0"})
    raw = client.ask(
        "ministry/list",
        {"madonvi": province_code(), "HeThong": system, "after": int(cursor.at), "limit": MOST},
        at=at,
        repeatable=True,
    )
    listed = raw.get("data")
    if str(raw["error_code"]) != "0" or not isinstance(listed, list):
        raise client.PortalFailed(str(raw["error_code"]), in_doubt=False, detail="ministry/list")
    changed = 0
    for one in listed:
        row = _row(system, one)
        if row is None:
            continue
        held = MinistryDossier.objects.filter(system=system, code=row.code).first()
        if held is not None and held.version >= row.version:
            continue  # lists come doubled and in another order: an older version changes nothing
        with transaction.atomic():
            row.pk = held.pk if held else None
            row.save()
            _tell(row, at)
        changed += 1
    upto = str(raw.get("next") or "")
    if upto.isdecimal():
        Cursor.objects.filter(name=cursor.name).update(at=upto)
    return changed


def _row(system: str, one: Any) -> MinistryDossier | None:
    """A row of the list; None for one that cannot be read: it comes again with its next change."""
    try:
        state = int(one["TrangThaiHoSo"])
        submitted = moment(one["NgayNopHoSo"]) if one.get("NgayNopHoSo") else None
        accepted = moment(one["NgayTiepNhan"]) if one.get("NgayTiepNhan") else None
        row = MinistryDossier(
            system=system,
            code=str(one["MaHoSo"])[:80],
            version=int(one["PhienBan"]),
            procedure=str(one.get("MaTTHC") or "")[:60],
            unit_code=str(one.get("MaDonVi") or "")[:40],
            state=State(state),
            channel=int(one["KenhThucHien"])
            if str(one.get("KenhThucHien") or "") in ("1", "2", "3")
            else None,
            submitted_at=submitted,
            accepted_at=accepted,
            due_at=moment(one["NgayHenTra"]) if one.get("NgayHenTra") else None,
            ended_at=moment(one["NgayKetThucXuLy"]) if one.get("NgayKetThucXuLy") else None,
            our_code=str(one.get("MaHoSoLienThong") or "")[:80],
        )
    except (KeyError, TypeError, ValueError, AttributeError, CannotTake):
        return None
    try:
        filed = accepted or submitted
        row.agency = agency_of_code(row.unit_code, filed) if filed else ""
    except CannotTake:
        row.agency = ""  # a unit of another vintage is counted for no unit rather than for a wrong one
    return row


def _tell(row: MinistryDossier, at: datetime) -> None:
    """Write the ministry's word into our dossier that was handed over."""
    handed = Handover.objects.filter(system=row.system, their_code=row.code).first()
    if handed is None:
        return
    state = State(row.state)
    try:
        with transaction.atomic():
            dossiers.mirror(
                by=PORTAL,
                at=at,
                dossier_id=handed.dossier,
                status=state.label_vi,
                outcome=_OUTCOMES.get(state, Outcome.NONE),
                their_code=row.code,
            )
    except DomainError as error:
        Handover.objects.filter(pk=handed.pk).update(cause=type(error).__name__[:40])


def turn(*, at: datetime) -> int:
    """Everything once; an outage ends it, and everything comes again."""
    done = take_up(at=at)
    try:
        return done + hand_over(at=at) + mirror(at=at)
    except (client.PortalFailed, CallFailed):
        return 0


@dataclass(frozen=True, kw_only=True)
class OnlineShare:
    """A unit's dossiers by where they live and how many came online: why its share is what it is."""

    agency: str
    ours: int
    ours_online: int
    ministries: int
    ministries_online: int

    @property
    def per_cent(self) -> float | None:
        """Online of all, ministries' own systems included; None where there is none."""
        total = self.ours + self.ministries
        return round(100 * (self.ours_online + self.ministries_online) / total, 2) if total else None


def online_shares(ours: Mapping[str, tuple[int, int]]) -> list[OnlineShare]:
    """Join our counts (all, online) per agency with the mirrored ones."""
    rows = MinistryDossier.objects.exclude(agency="").values_list("agency")
    theirs = {
        agency: (n, online)
        for agency, n, online in rows.annotate(n=Count("id"), online=Count("id", filter=Q(channel=2)))
    }
    return [
        OnlineShare(
            agency=agency,
            ours=ours.get(agency, (0, 0))[0],
            ours_online=ours.get(agency, (0, 0))[1],
            ministries=theirs.get(agency, (0, 0))[0],
            ministries_online=theirs.get(agency, (0, 0))[1],
        )
        for agency in sorted({*ours, *theirs})
    ]
