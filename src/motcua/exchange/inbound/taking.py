"""Polls the portal for what was filed there, takes each in once, and acknowledges it afterwards."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib import resources
from typing import Any, TypeAlias
from uuid import UUID

import yaml
from django.db import transaction

from motcua.base.errors import DomainError
from motcua.dossiers import api as dossiers
from motcua.exchange.connectors import CallFailed
from motcua.exchange.inbound.reading import (
    PORTAL,
    CannotTake,
    agency_of_code,
    moment,
    read_components,
    read_dossier,
)
from motcua.exchange.models import Delivery
from motcua.exchange.national import client
from motcua.exchange.national.catalogue import province_code
from motcua.exchange.national.record import NATIONAL

Act: TypeAlias = Callable[[Delivery], None]
NEW, SUPPLEMENT, WITHDRAWAL = 1, 2, 3
MOST = 100
ASK_PERSON = timedelta(hours=1)  # what only a person can mend is looked at again after this


@functools.cache
def words(cause: str) -> Mapping[str, str]:
    """A cause in both languages; `{detail}` is filled by the caller."""
    text = resources.files("motcua.exchange.inbound").joinpath("causes.yaml").read_text(encoding="utf-8")
    found: Mapping[str, str] = yaml.safe_load(text).get(cause) or {"vi": cause, "en": cause}
    return found


def poll(*, at: datetime) -> int:
    """One look at what waits: see it, take in what is due, acknowledge what was taken. Returns how many were taken.

    An outage ends the look; everything is offered again. Raises nothing of the connector's.
    """
    try:
        seen = _see(at)
        done = 0
        due = Delivery.objects.filter(acknowledged_at__isnull=True, next_try_at__lte=at, id__in=seen)
        for row in due.order_by("filed_at", "kind", "id"):
            done += _take(row, at)
    except (client.PortalFailed, CallFailed):
        return 0
    return done


def _see(at: datetime) -> list[str]:
    raw = client.ask("inbound/list", {"madonvi": province_code(), "limit": MOST}, at=at, repeatable=True)
    listed = raw.get("data")
    if str(raw["error_code"]) != "0" or not isinstance(listed, list):
        raise client.PortalFailed(str(raw["error_code"]), in_doubt=False, detail="inbound/list")
    rows: dict[str, Delivery] = {}
    for one in listed:
        try:
            row = _row(one, at)
        except (CannotTake, TypeError, ValueError, AttributeError):
            continue  # an item without a readable key cannot even be remembered; it is offered again
        rows[row.id] = row
    Delivery.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return list(rows)


def _row(one: Mapping[str, Any], at: datetime) -> Delivery:
    key, code = str(one["MaGiaoNhan"]), str(one["MaHoSo"])
    kind = int(one["Loai"])
    if kind not in (NEW, SUPPLEMENT, WITHDRAWAL) or not 0 < len(key) <= 60 or not 0 < len(code) <= 80:
        raise ValueError(key)
    return Delivery(
        id=key,
        kind=kind,
        code=code,
        procedure=str(one.get("MaTTHC") or "")[:60],
        unit_code=str(one.get("MaDonVi") or "")[:40],
        filed_at=moment(one.get("ThoiDiemNop")),
        first_seen_at=at,
        next_try_at=at,
    )


def _take(row: Delivery, at: datetime) -> int:
    taken = 0
    if not row.outcome:
        try:
            _carry_out(row, at)
            taken = 1
        except CannotTake as why:
            _wait(row, why, at)
            if why.again:
                return 0
            _answer(row, "-1", words(why.cause)["vi"].format(detail=why.detail), at)
            return 0
    if _answer(row, "0" if row.outcome == "taken" else "1", "", at):
        Delivery.objects.filter(id=row.id).update(acknowledged_at=at)
    return taken


def _wait(row: Delivery, why: CannotTake, at: datetime) -> None:
    row.tries += 1
    pause = timedelta(seconds=min(600, 2**row.tries)) if why.again else ASK_PERSON
    row.cause, row.detail, row.next_try_at = why.cause, why.detail, at + pause
    row.save(update_fields=["tries", "cause", "detail", "next_try_at"])


def _answer(row: Delivery, result: str, why: str, at: datetime) -> bool:
    raw = client.ask(
        "inbound/ack",
        {"madonvi": province_code(), "MaGiaoNhan": row.id, "KetQua": result, "MoTa": why[:500]},
        at=at,
        repeatable=True,
    )
    return str(raw["error_code"]) == "0"


def _carry_out(row: Delivery, at: datetime) -> None:
    """Do what the delivery asks, and remember it in the same transaction."""
    raw = client.ask(
        "inbound/fetch", {"madonvi": province_code(), "MaGiaoNhan": row.id}, at=at, repeatable=True
    )
    content = raw.get("result")
    if str(raw["error_code"]) != "0" or not isinstance(content, Mapping) or content.get("MaHoSo") != row.code:
        raise CannotTake("unreadable", str(raw["error_code"]), again=True)
    # Everything that needs the network comes first: a transaction does not wait for another system.
    prepare = {NEW: _new, SUPPLEMENT: _supplied, WITHDRAWAL: _withdrawn}[row.kind]
    try:
        act = prepare(row, content, at)
        with transaction.atomic():
            held = Delivery.objects.select_for_update().get(id=row.id)
            if not held.outcome:
                act(held)
                held.cause, held.detail, held.done_at = "", "", at
                held.save()
    except DomainError as error:
        again = isinstance(error, dossiers.NotPossibleNow | dossiers.TimeMovedBack)
        cause = "not_now" if again or row.kind != NEW else "procedure"
        raise CannotTake(cause, error.public(), again=again) from error
    row.refresh_from_db()


def _new(row: Delivery, content: Mapping[str, Any], at: datetime) -> Act:
    filed = moment(content.get("ThoiDiemNop"))
    agency = agency_of_code(row.unit_code, filed)
    handed = read_dossier(content, at=at)
    procedure = str(content.get("MaTTHC") or "").split(".000.")[0]

    def act(held: Delivery) -> None:
        done = dossiers.take_in_from_outside(
            by=PORTAL,
            at=at,
            outside_system=NATIONAL,
            outside_code=held.code,
            procedure_code=procedure,
            receiving_agency=agency,
            applicant=handed.applicant,
            answers=handed.answers,
            components=handed.components,
            identity_proven=handed.identity_proven,
        )
        held.dossier, held.payment = done.dossier_id, dict(handed.payment)
        held.outcome = "taken" if done.created else "had"

    return act


def _dossier_of(row: Delivery) -> UUID:
    found = dossiers.ids_by_outside_code(NATIONAL, [row.code]).get(row.code)
    if found is None:
        raise CannotTake("before_dossier", row.code, again=True)
    return found


def _supplied(row: Delivery, content: Mapping[str, Any], at: datetime) -> Act:
    dossier = _dossier_of(row)
    components = read_components(content, at=at)
    note = str(content.get("NoiDung") or "")[:1000]

    def act(held: Delivery) -> None:
        dossiers.supply(by=PORTAL, at=at, dossier_id=dossier, components=components, note=note)
        held.dossier, held.outcome = dossier, "taken"

    return act


def _withdrawn(row: Delivery, content: Mapping[str, Any], at: datetime) -> Act:
    dossier = _dossier_of(row)
    reason = str(content.get("NoiDung") or "")[:1000]

    def act(held: Delivery) -> None:
        dossiers.withdraw(by=PORTAL, at=at, dossier_id=dossier, reason=reason)
        held.dossier, held.outcome = dossier, "taken"

    return act
