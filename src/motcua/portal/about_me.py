"""What the state holds about a citizen, who read it and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from motcua.base import clock
from motcua.base.data import Actor, ActorKind
from motcua.dossiers import api as dossiers
from motcua.ledger import api as ledger
from motcua.people import api as people
from motcua.portal.citizen import Citizen
from motcua.portal.prefill import source_words
from motcua.ui.api import masked
from motcua.ui.eforms import as_text
from motcua.units import api as units


@dataclass(frozen=True, kw_only=True)
class HeldFact:
    """A value that is held, where it came from and when."""

    label: str
    value: str
    source: str
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Somebody read my data: who in which office, when, for what, which parts."""

    who: str
    at: datetime
    purpose: str
    fields: str


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """What I said is wrong, and what became of it."""

    said: str
    label: str
    state: str
    at: datetime


def _labels() -> dict[str, str]:
    return {
        "full_name": _("Họ, chữ đệm, tên"),
        "personal_number": _("Số định danh"),
        "dob": _("Ngày sinh"),
        "sex": _("Giới tính"),
        "ethnicity": _("Dân tộc"),
        "nationality": _("Quốc tịch"),
        "marital_status": _("Tình trạng hôn nhân"),
        "permanent_address": _("Nơi thường trú"),
        "permanent_unit": _("Xã, phường thường trú"),
        "temporary_address": _("Nơi tạm trú"),
        "temporary_unit": _("Xã, phường tạm trú"),
        "phone": _("Điện thoại"),
        "email": _("Thư điện tử"),
        "died_on": _("Ngày mất"),
        "old_id_number": _("Số CMND cũ"),
    }


def facts(citizen: Citizen) -> list[HeldFact]:
    """What the mirror of the population base holds about the citizen."""
    names = _labels()
    keys = [f"person.{what}" for what in names if f"person.{what}" in people.fact_keys()]
    held = people.facts_for_prefill(citizen.id, keys)
    return [
        HeldFact(
            label=names[key.partition(".")[2]],
            value=_shown(key, fact.value),
            source=source_words(fact.source),
            as_of=fact.as_of,
        )
        for key, fact in held.items()
    ]


def _shown(key: str, value: Any) -> str:
    text = str(value)
    if key.endswith("personal_number"):
        return masked(text)
    if key.endswith("phone"):
        return as_text(text)
    if key.endswith("_unit"):
        try:
            return units.unit(text).name
        except units.UnknownUnit:
            return text
    if key.endswith("dob"):
        return "/".join(reversed(text.split("-")))
    return {
        "male": _("Nam"),
        "female": _("Nữ"),
        "single": _("Độc thân"),
        "married": _("Đã kết hôn"),
        "widowed": _("Góa"),
        "divorced": _("Đã ly hôn"),
    }.get(text, text)


def readings(citizen: Citizen) -> list[Reading]:
    """Who read the citizen's data in the access log that nobody can change, latest first."""
    rows = list(ledger.readings_of(ledger.Subject(kind="person", id=str(citizen.id))))
    for card in dossiers.of_person(by=citizen.actor, at=clock.now(), limit=20):
        rows += ledger.readings_of(ledger.Subject(kind="dossier", id=str(card.id)), limit=20)
    rows.sort(key=lambda row: row.at, reverse=True)
    return [
        Reading(who=_reader(row.actor), at=row.at, purpose=row.purpose, fields=_fields(row.fields))
        for row in rows[:100]
    ]


def _fields(fields: tuple[str, ...]) -> str:
    names = _labels() | {
        "*": _("toàn bộ"),
        "applicant": _("người nộp"),
        "submitter": _("người nộp thay"),
        "answers": _("tờ khai"),
        "components": _("giấy tờ"),
    }
    return ", ".join(dict.fromkeys(names.get(one.rpartition(".")[2], one) for one in fields))


def _reader(actor: Actor) -> str:
    if actor.kind is ActorKind.OFFICER:
        try:
            place = units.agency(actor.unit or "").name
        except units.UnknownAgency:
            place = ""
        return _("Cán bộ, %(place)s") % {"place": place} if place else _("Cán bộ")
    return {
        ActorKind.CITIZEN: _("Một công dân khác"),
        ActorKind.SYSTEM: _("Hệ thống"),
        ActorKind.PORTAL: _("Cổng Dịch vụ công quốc gia"),
        ActorKind.GATEWAY: _("Hệ thống khác"),
        ActorKind.ANONYMOUS: _("Không rõ"),
    }.get(actor.kind, "")


def claims(citizen: Citizen) -> list[ClaimLine]:
    """What the citizen said is wrong."""
    names = _labels()
    states = {
        people.ClaimState.OPEN: _("đang chờ nơi giữ dữ liệu trả lời"),
        people.ClaimState.UPHELD: _("đã được ghi nhận là đúng"),
        people.ClaimState.REJECTED: _("không được chấp nhận"),
    }
    return [
        ClaimLine(
            said=str(one.said),
            label=names.get(one.key.rpartition(".")[2], one.key),
            state=states[one.state],
            at=one.at,
        )
        for one in people.claims_of(citizen.id)
    ]
