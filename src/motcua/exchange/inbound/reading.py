"""Reads what the portal hands over, strictly: a dossier's content becomes our values, or a cause why not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind, Json
from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold, looks_legacy
from motcua.documents import api as documents
from motcua.dossiers.data import ComponentGiven, HowProvided, Party, PartyKind
from motcua.exchange.connectors import Request, call, endpoint
from motcua.exchange.national import client
from motcua.exchange.national.plugin import ID
from motcua.people import api as people
from motcua.units import api as units
from motcua.units.data import AgencyKind

PORTAL = Actor(kind=ActorKind.PORTAL, ref="national", name="Cổng Dịch vụ công quốc gia")
_STAMP = re.compile(r"\d{14}")


class CannotTake(Exception):
    """What was handed over waits, for this cause. `again` tells whether time alone may help."""

    def __init__(self, cause: str, detail: str = "", *, again: bool) -> None:
        super().__init__(f"{cause} {detail}".strip())
        self.cause, self.detail, self.again = cause, detail[:500], again


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A new dossier of the portal, read."""

    applicant: Party
    identity_proven: bool
    answers: Mapping[str, Json]
    components: tuple[ComponentGiven, ...]
    payment: Mapping[str, Json]
    note: str


def moment(raw: object) -> datetime:
    """yyyyMMddHHmmss of Vietnam; raises `CannotTake`."""
    text = str(raw or "")
    if not _STAMP.fullmatch(text):
        raise CannotTake("unreadable", f"thời điểm {text[:20]}", again=False)
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VN)
    except ValueError:
        raise CannotTake("unreadable", f"thời điểm {text}", again=False) from None


def agency_of_code(code: str, on: datetime) -> str:
    """The agency of a portal's unit code on that day; the one-stop centre, where the code is its committee's.

    Raises `CannotTake`: a code of another vintage is not guessed at.
    """
    day = on.astimezone(VN).date()
    found = [one for one in units.agencies(on=day) if code in (one.agency_code, one.old_agency_code)]
    if len(found) != 1:
        raise CannotTake("unit", code[:40], again=False)
    [agency] = found
    if agency.kind is AgencyKind.PEOPLE_COMMITTEE:
        centres = [
            one
            for one in units.agencies(on=day, kind=AgencyKind.ONE_STOP_CENTRE)
            if one.unit_key == agency.unit_key and one.level is agency.level
        ]
        if len(centres) == 1:
            return centres[0].key
    return agency.key


def read_dossier(raw: Mapping[str, Any], *, at: datetime) -> Handed:
    """The content of a new dossier, its files fetched, checked against their digests and kept.

    Raises `CannotTake`; then files may have been kept, under their hashes, for the next try.
    """
    account = raw.get("TaiKhoan")
    if not isinstance(account, Mapping):
        raise CannotTake("unreadable", "TaiKhoan", again=False)
    answers = raw.get("DuLieuBieuMau") or {}
    if not isinstance(answers, Mapping):
        raise CannotTake("unreadable", "DuLieuBieuMau", again=False)
    paid = raw.get("ThanhToan")
    return Handed(
        applicant=party_of(account),
        identity_proven=str(account.get("MucDoDinhDanh") or "") == "2",
        answers={str(key): value for key, value in answers.items()},
        components=read_components(raw, at=at),
        payment=dict(paid) if isinstance(paid, Mapping) else {},
        note=str(raw.get("NoiDung") or "")[:1000],
    )


def party_of(account: Mapping[str, Any]) -> Party:
    """Whoever filed, as the portal knows them; matched to the mirror by number and name, never by a guess."""
    text = {
        key: str(value or "").strip() for key, value in account.items() if not isinstance(value, dict | list)
    }
    number = text.get("SoDinhDanh", "")
    name = text.get("HoVaTen", "")
    for one in (name, text.get("TenDoanhNghiep", ""), text.get("DiaChi", "")):
        if encoding := looks_legacy(one):  # printed on a certificate it would be wrong for ever
            raise CannotTake("legacy", encoding.upper(), again=False)
    phone, email, address = text.get("SoDienThoai", ""), text.get("ThuDienTu", ""), text.get("DiaChi", "")
    if text.get("LoaiTaiKhoan") == "2":
        tax = text.get("MaSoThue", "")
        company = people.organisation_by_tax_code(tax) if tax else None
        return Party(
            kind=PartyKind.ORGANISATION,
            name=text.get("TenDoanhNghiep", "") or name,
            tax_code=tax,
            organisation_id=company.id if company else None,
            phone=phone,
            email=email,
            address=address[:500],
        )
    if not name:
        raise CannotTake("unreadable", "HoVaTen", again=False)
    return Party(
        name=name,
        personal_number=number,
        person_id=_person(number, name),
        phone=phone,
        email=email,
        address=address[:500],
    )


def _person(number: str, name: str) -> UUID | None:
    found = people.by_personal_number(number) if len(number) == 12 else None
    return found.id if found is not None and fold(found.full_name) == fold(name) else None


def read_components(raw: Mapping[str, Any], *, at: datetime) -> tuple[ComponentGiven, ...]:
    """The papers with their files; one without a file was not handed over and is left out."""
    listed = raw.get("ThanhPhanHoSo") or []
    if not isinstance(listed, list):
        raise CannotTake("unreadable", "ThanhPhanHoSo", again=False)
    found = []
    for one in listed:
        if not isinstance(one, Mapping) or not isinstance(one.get("TepDinhKem") or [], list):
            raise CannotTake("unreadable", "ThanhPhanHoSo", again=False)
        for file in one.get("TepDinhKem") or []:
            found.append(
                ComponentGiven(
                    code=str(one.get("MaThanhPhanHoSo") or "")[:80],
                    name=str(one.get("TenThanhPhanHoSo") or "")[:2000],
                    how=HowProvided.FILE,
                    file_id=_fetched(file, at=at).id,
                )
            )
    return tuple(found)


def _fetched(file: Mapping[str, Any], *, at: datetime) -> documents.FileInfo:
    key, digest = str(file.get("IdTepTin") or ""), str(file.get("HashTepTin") or "").lower()
    if not re.fullmatch(r"[\w.-]{1,100}", key) or not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise CannotTake("unreadable", "TepDinhKem", again=False)
    request = Request(
        method="GET",
        url=f"{endpoint(ID).url}/inbound/file/{key}",
        headers={"session": client.session(at)},
    )
    answer = call(ID, "inbound/file", request, at=at, timeout=client.TIMEOUT)
    if answer.status != 200 or hashlib.sha256(answer.body).hexdigest() != digest:
        raise CannotTake("files", str(file.get("TenTepTin") or "")[:200], again=True)
    try:
        return documents.store_file(
            content=answer.body, name=str(file.get("TenTepTin") or "tep"), by=PORTAL, at=at
        )
    except DomainError as error:
        raise CannotTake("bad_file", error.public(), again=False) from error
