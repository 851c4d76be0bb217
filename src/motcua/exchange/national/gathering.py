"""Reads everything that the records of many dossiers need, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.conf import settings

from motcua.base.data import ActorKind
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.api import OutsideFacts
from motcua.dossiers.data import Action, State
from motcua.exchange.models import Line, PortalProcedure
from motcua.exchange.national.leasing import Work
from motcua.exchange.national.record import Around, Item, stamp
from motcua.exchange.national.status import to_portal
from motcua.fees import api as fees
from motcua.procedures import api as procedures
from motcua.staff import api as staff
from motcua.units import api as units

# Who acted when it was no officer: the capacity, never a made-up name.
CAPACITY = {
    ActorKind.CITIZEN: "Người nộp hồ sơ",
    ActorKind.SYSTEM: "Hệ thống một cửa",
    ActorKind.PORTAL: "Cổng Dịch vụ công quốc gia",
    ActorKind.GATEWAY: "Hệ thống liên thông",
    ActorKind.ANONYMOUS: "Hệ thống một cửa",
    ActorKind.OFFICER: "Cán bộ xử lý",
}


class Gathered:
    """Facts and surroundings of the claimed dossiers."""

    def __init__(self, works: Sequence[Work]) -> None:
        self.facts = dossiers.outside_facts([work.track.dossier for work in works])
        found = list(self.facts.values())
        self.names = staff.names_of(_officers(works, found))
        files = documents.file_names({p.file_id for f in found for p in f.papers if p.file_id})
        results = documents.results_given({r.result_id for f in found for r in f.results if r.stamped_at})
        wallet = documents.digital_codes({p.wallet_ref for f in found for p in f.papers if p.wallet_ref})
        paid = {one.id: one for one in fees.payments({i for f in found for i in f.payment_ids})}
        listed = {
            row.code: row
            for row in PortalProcedure.objects.filter(code__in={f.procedure_code for f in found})
        }
        self.around = {
            one.id: Around(
                public_url=settings.MOTCUA_PUBLIC_URL.rstrip("/"),
                field_code=listed[one.procedure_code].field_code
                if one.procedure_code in listed
                else _own_field_code(one.procedure_version),
                field_name=listed[one.procedure_code].field_name if one.procedure_code in listed else "",
                handler_name=agency_name(one.handling_agency),
                names=self.names,
                files=files,
                results=results,
                wallet=wallet,
                payments=[paid[key] for key in one.payment_ids if key in paid],
            )
            for one in found
        }


def _officers(works: Sequence[Work], found: Sequence[OutsideFacts]) -> set[str]:
    refs = {
        line.actor_ref for work in works for line in work.lines if line.actor_kind == ActorKind.OFFICER.value
    }
    for one in found:
        for asked in one.supplements:
            refs |= {asked.asked_by, asked.supplied_by}
    return refs - {""}


def _own_field_code(version: UUID) -> str:
    return procedures.version(version).content.field_code


def agency_name(key: str) -> str:
    """An agency's name; the key itself for one that the units do not know."""
    try:
        return units.agency(key).name
    except units.UnknownAgency:
        return key


def unit_code(agency: str, on: date) -> str:
    """The code by which the portal knows the receiving unit, of the vintage of that day.

    An agency that has ended keeps its own code for what it received: the portal checks a unit against the day of
    receipt. "" for an agency that did not exist on that day: that is a fault of mapping, not to be guessed around.
    """
    try:
        one = units.agency(agency)
    except units.UnknownAgency:
        return ""
    return one.agency_code if one.validity.contains(on) else ""


def line_item(code: str, line: Line, names: Mapping[str, str]) -> Item:
    """The CapNhatTienDoHoSoMC item of a line."""
    kind = ActorKind(line.actor_kind)
    who = names.get(line.actor_ref, "") or CAPACITY[kind]
    item: Item = {
        "MaHoSo": code,
        "NguoiXuLy": who[:50],
        "ThoiDiemXuLy": stamp(line.at),
        "PhongBanXuLy": agency_name(line.unit)[:500] if line.unit else "",
        "NoiDungXuLy": _action_words(line.action),
        "TrangThai": to_portal(State(line.state)),
        "NgayBatDau": stamp(line.at) if line.due_at and line.due_at >= line.at else None,
        "NgayKetThucTheoQuyDinh": stamp(line.due_at) if line.due_at and line.due_at >= line.at else None,
    }
    return {key: value for key, value in item.items() if value not in (None, "")}


def _action_words(action: str) -> str:
    try:
        return Action(action).label_vi
    except ValueError:
        return "Cập nhật trạng thái"
