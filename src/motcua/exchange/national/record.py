"""Turns the evidence of a dossier into the portal's record; every field is derived, nothing is made up.

Pure functions over values. A field without evidence is left out: a missing identity number stays missing, a
registry whose code is unknown is not claimed, an online payment is one that was paid on a platform.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.base.clock import VN
from motcua.documents.api import IssuedResult
from motcua.dossiers.api import OutsideFacts, PaperEvidence, SupplementEvidence
from motcua.dossiers.data import HowProvided, State
from motcua.exchange.national.codes import fee_kind, registry_code
from motcua.exchange.national.status import NEEDS_ACCEPTANCE, to_portal
from motcua.fees.api import PaymentMethod, PaymentView

NATIONAL = "national"
Item = dict[str, Any]
_ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RESOLVED, State.RETURNED})
_DONE = frozenset({State.RESOLVED, State.RETURNED})


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is known beside the dossier itself: names, codes, results, payments, links."""

    public_url: str
    field_code: str
    field_name: str
    handler_name: str
    names: Mapping[str, str] = field(default_factory=dict)  # officers by reference
    files: Mapping[UUID, str] = field(default_factory=dict)
    results: Mapping[UUID, IssuedResult] = field(default_factory=dict)
    wallet: Mapping[str, str] = field(default_factory=dict)  # digital codes by wallet reference
    payments: Sequence[PaymentView] = ()


@dataclass(frozen=True, kw_only=True)
class AsOf:
    """Which moment of the dossier the record shows: an entry's state and time, and what was promised then."""

    state: State
    at: datetime
    due_at: datetime | None


def stamp(moment: datetime | None) -> str | None:
    """A moment as the portal writes it: yyyyMMddHHmmss in Vietnam."""
    return moment.astimezone(VN).strftime("%Y%m%d%H%M%S") if moment is not None else None


def code_there(facts: OutsideFacts) -> str:
    """The code by which the portal knows the dossier: its own, when it was filed there."""
    return facts.outside_code if facts.outside_system == NATIONAL else facts.code


def record_of(facts: OutsideFacts, around: Around, then: AsOf) -> Item | None:
    """The DongBoHoSoMC item as of `then`; None while the portal would need an acceptance that has not happened."""
    accepted = facts.accepted_at if facts.accepted_at and facts.accepted_at <= then.at else None
    if then.state in NEEDS_ACCEPTANCE and accepted is None:
        return None
    ended = facts.ended_at if then.state in _ENDED else None
    papers = [
        one
        for one in facts.papers
        if one.provided_at <= then.at and (one.replaced_at is None or one.replaced_at > then.at)
    ]
    given = [_file(one, facts, around) for one in papers if one.file_id or one.how.reused]
    results = _results(facts, around, then)
    item: Item = {
        "MaHoSo": code_there(facts),
        "MaTTHC": facts.procedure_code,
        "TenTTHC": facts.procedure_name[:1000],
        "MaLinhVuc": around.field_code,
        "TenLinhVuc": (around.field_name or facts.field)[:500],
        "KenhThucHien": str(facts.channel.national),
        "ChuHoSo": facts.applicant.name,
        "LoaiDoiTuong": str(facts.applicant.kind.national),
        "SoGiayToChuHoSo": _bare(facts.applicant.personal_number or facts.applicant.tax_code),
        "Email": facts.applicant.email,
        "SoDienThoai": facts.applicant.phone,
        "TrichYeuHoSo": facts.procedure_name[:1000],
        "NgayNopHoSo": stamp(facts.submitted_at),
        "NgayTiepNhan": stamp(accepted),
        "NgayHenTra": stamp(then.due_at) if accepted else None,
        "TrangThaiHoSo": to_portal(then.state),
        "NgayKetThucXuLy": stamp(ended),
        "NgayTuChoi": stamp(ended) if then.state is State.REFUSED else None,
        "NgayTra": stamp(facts.returned_at) if then.state is State.RETURNED else None,
        "NoiNopHoSo": "1" if facts.outside_system == NATIONAL else "2",
        "DonViXuLy": around.handler_name[:500],
        "HoSoCoThanhPhanSoHoa": _flag(any(one.get("DuocSoHoa") == "1" for one in given)),
        "TaiKhoanDuocXacThucVoiVNeID": _flag(facts.identity_proven),
        "DuocThanhToanTrucTuyen": _paid_online(around.payments, then),
        "DinhDanhCHS": _identity(facts.applicant.personal_number),
        "DSKetNoiCSDL": _registries(papers),
        "DanhSachLePhi": _fees(around.payments, then),
        "TaiLieuNop": given,
        "DanhSachTepDinhKemKhac": [
            {"TenGiayTo": one.name[:4000] or one.code, "SoLuong": one.copies}
            for one in papers
            if not one.file_id and not one.how.reused
        ],
        "DanhSachHoSoBoSung": [
            _supplement(one, around) for one in facts.supplements if one.asked_at <= then.at
        ],
        "DanhSachGiayToKetQua": results,
    }
    return {key: value for key, value in item.items() if value not in (None, "", [])}


def _flag(value: bool) -> str:
    return "1" if value else "0"


def _bare(number: str) -> str:
    """A number without the dashes and blanks that only make it readable ("2900123456-001")."""
    return "".join(char for char in number if char.isalnum())


def _identity(number: str) -> list[Item]:
    """The number as it is: twelve digits, nine digits, or nothing at all."""
    if not number.isdecimal() or len(number) not in (9, 12):
        return []
    return [{"LoaiDinhDanh": "1" if len(number) == 12 else "2", "SoDinhDanh": number}]


def _registries(papers: Sequence[PaperEvidence]) -> list[Item]:
    codes = {registry_code(one.registry) for one in papers if one.how is HowProvided.REGISTRY}
    return [{"MaCSDL": code} for code in sorted(codes) if code]


def _file(one: PaperEvidence, facts: OutsideFacts, around: Around) -> Item:
    digital = around.wallet.get(one.wallet_ref, "") if one.how is HowProvided.WALLET else ""
    told: Item = {
        "TepDinhKemId": str(one.file_id) if one.file_id else "",
        "TenTepDinhKem": (around.files.get(one.file_id, "") if one.file_id else "") or one.name or one.code,
        "IsDeleted": "False",
        "MaThanhPhanHoSo": one.code[:100],
        "DuongDanTaiTepTin": f"{around.public_url}/dossier/{facts.id}/file/{one.file_id}"
        if one.file_id
        else "",
        "DuocSoHoa": _flag(one.digitised_at is not None),
        "DuocTaiSuDung": _flag(one.how.reused),
        "DuocLayTuKhoDMQG": _flag(bool(digital)),
        "MaKetQuaThayThe": digital[:50],
    }
    return {key: value for key, value in told.items() if value != ""}


def _results(facts: OutsideFacts, around: Around, then: AsOf) -> list[Item]:
    if then.state not in _DONE:
        return []
    found = []
    for one in facts.results:
        issued = around.results.get(one.result_id)
        if issued is None or one.stamped_at is None or one.withdrawn_at is not None:
            continue
        found.append(
            {
                "TenGiayTo": one.title,
                "GiayToId": str(one.result_id),
                "DuongDanTepTinKetQua": f"{around.public_url}/xac-minh/{issued.verify_code}",
                **({"MaGiayToKetQua": issued.result_code[:50]} if issued.result_code else {}),
            }
        )
    return found


def _live(payments: Sequence[PaymentView], then: AsOf) -> list[PaymentView]:
    gone = ("cancelled", "refunded")
    return [one for one in payments if one.asked_at <= then.at and one.state.value not in gone]


def _paid_online(payments: Sequence[PaymentView], then: AsOf) -> str:
    """1 by the national platform, 2 by the province's gateway; nothing for cash, nothing for what is not paid."""
    paid = [one for one in _live(payments, then) if one.paid_at is not None and one.paid_at <= then.at]
    if any(one.method is PaymentMethod.NATIONAL_PLATFORM for one in paid):
        return "1"
    return "2" if any(one.method.online for one in paid) else ""


def _fees(payments: Sequence[PaymentView], then: AsOf) -> list[Item]:
    found = []
    for payment in _live(payments, then):
        for line in payment.lines:
            told: Item = {
                "TenPhiLePhi": str(line.get("name") or "Phí, lệ phí")[:500],
                "MaPhiLePhi": str(line.get("code") or "")[:50],
                "Gia": str(line.get("amount") or 0),
                "LoaiPhiLePhi": fee_kind(str(line.get("kind") or "")),
            }
            found.append({key: value for key, value in told.items() if value != ""})
    return found


def _supplement(one: SupplementEvidence, around: Around) -> Item:
    told: Item = {
        "HoSoBoSungId": str(one.id),
        "NguoiYeuCauBoSung": around.names.get(one.asked_by, "") or around.handler_name[:200],
        "NoiDungBoSung": one.what[:2000],
        "NgayBoSung": stamp(one.asked_at),
        "NguoiTiepNhanBoSung": around.names.get(one.supplied_by, ""),
        "NgayTiepNhanBoSung": stamp(one.supplied_at),
        "TrangThaiBoSung": _flag(one.supplied_at is not None),
        "DanhSachGiayToBoSung": [{"TenGiayTo": name} for name in one.papers if name],
        "NgayHenTraTruoc": stamp(one.due_before),
        "NgayHenTraMoi": stamp(one.due_after),
    }
    return {key: value for key, value in told.items() if value not in (None, "", [])}


def digest_of(item: Item) -> str:
    """SHA-256 of a record: a record that the portal has is not sent again."""
    return hashlib.sha256(json.dumps(item, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def evidence_of(item: Item) -> str:
    """The index-bearing part of a record as the portal's list writes it: its columns from the digitised flag on."""
    files = item.get("TaiLieuNop", [])
    return ",".join(
        (
            item.get("HoSoCoThanhPhanSoHoa", ""),
            item.get("TaiKhoanDuocXacThucVoiVNeID", ""),
            item.get("DuocThanhToanTrucTuyen", ""),
            str(len(files)),
            str(sum(one.get("DuocSoHoa") == "1" for one in files)),
            str(sum(one.get("DuocLayTuKhoDMQG") == "1" for one in files)),
            str(len(item.get("DanhSachGiayToKetQua", []))),
            ";".join(sorted(one["MaCSDL"] for one in item.get("DSKetNoiCSDL", []))),
            str(sum(int(one["Gia"]) for one in item.get("DanhSachLePhi", []))),
        )
    )
