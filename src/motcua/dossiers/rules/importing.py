"""Reads records of the former system: maps their fields, reads their dates and codes, and says what is doubtful.

Nothing is repaired by guessing: a record that contradicts itself, or holds a made-up identity number, is
quarantined whole with its reasons. The shape is documented in docs/import-dossiers.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from motcua.base.clock import VN
from motcua.base.data import Json
from motcua.base.vietnamese import looks_legacy, nfc
from motcua.dossiers.data import Channel, ImportedDossier, Party, PartyKind, State

# Field of OpenCPS v2 (dossier table and its export) → our field.
OPENCPS_FIELDS: dict[str, str] = {
    "dossierNo": "code",
    "serviceCode": "procedure_code",
    "dossierStatus": "state",
    "originality": "channel",
    "viaPostal": "via_post",
    "govAgencyCode": "receiving_agency",
    "applicantName": "applicant_name",
    "applicantIdType": "applicant_kind",
    "applicantIdNo": "applicant_number",
    "contactTelNo": "applicant_phone",
    "contactEmail": "applicant_email",
    "address": "applicant_address",
    "submitDate": "submitted_at",
    "receiveDate": "accepted_at",
    "dueDate": "due_at",
    "releaseDate": "ended_at",
    "finishDate": "returned_at",
    "dossierNote": "note",
    "dossierFiles": "files",
    "referenceUid": "national_code",
}
# OpenCPS's own map of its status words to the national codes; words that it leaves open are quarantined.
OPENCPS_STATES: dict[str, State] = {
    "new": State.REGISTERED,
    "receiving": State.ACCEPTED,
    "unresolved": State.REFUSED,
    "processing": State.IN_PROGRESS,
    "handover": State.IN_PROGRESS,
    "interoperating": State.IN_PROGRESS,
    "waiting": State.SUPPLEMENT,
    "paying": State.PAYMENT_DUE,
    "cancelled": State.WITHDRAWN,
    "denied": State.STOPPED,
    "releasing": State.RESOLVED,
    "posting": State.RESOLVED,
    "done": State.RETURNED,
}
OPENCPS_CHANNELS = {"1": Channel.ONLINE, "2": Channel.ONLINE, "3": Channel.DIRECT}
OWN_FIELDS = frozenset(OPENCPS_FIELDS.values()) | {
    "handling_agency",
    "applicant_kind",
    "answers",
    "amount_due",
}
_ACCEPTED = frozenset({State.ACCEPTED, State.IN_PROGRESS, State.RESOLVED, State.RETURNED})
_ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RESOLVED, State.RETURNED})
_PROCEDURE = re.compile(r"\d{1,2}\.\d{5,6}(?:\.[0-9A-Z]{2,4}){0,5}")
_MADE_UP = re.compile(r"0+1?|1+|(?:0123456789|123456789)\d*")
_DATES = ("%Y%m%d%H%M%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")


class Doubt(ValueError):
    """One reason, in Vietnamese, why a field cannot be believed."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """What became of one record: a dossier, or the reasons why not."""

    dossier: ImportedDossier | None
    reasons: tuple[str, ...]


def is_opencps(raw: Mapping[str, Any]) -> bool:
    """Does the record speak OpenCPS's words?"""
    return "dossierNo" in raw or "dossierStatus" in raw


def mapped(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The record under our field names; unknown fields are kept out and named by `unknown_fields`."""
    if not is_opencps(raw):
        return {key: raw[key] for key in raw if key in OWN_FIELDS}
    return {OPENCPS_FIELDS[key]: value for key, value in raw.items() if key in OPENCPS_FIELDS}


def read_record(raw: Mapping[str, Any], *, now: datetime) -> Read:
    """Read one record; every doubt is named, not only the first. `now`: no time may lie after it."""
    fields = mapped(raw)
    reasons: list[str] = []

    def take(name: str, reader: Any, *, default: Any = None) -> Any:
        try:
            return reader(fields.get(name))
        except Doubt as doubt:
            reasons.append(f"{name}: {doubt}")
            return default

    code = take("code", _code, default="")
    procedure = take("procedure_code", _procedure, default="")
    state = take("state", read_state)
    channel = take("channel", lambda v: read_channel(v, fields.get("via_post")))
    receiving = take("receiving_agency", _required, default="")
    times = {
        name: take(name, read_moment)
        for name in ("submitted_at", "accepted_at", "due_at", "ended_at", "returned_at")
    }
    party = _party(fields, reasons)
    if times["submitted_at"] is None:
        times["submitted_at"] = times["accepted_at"]
    reasons += contradictions(state, times, now=now)
    if state is State.PAYMENT_DUE and not _whole(fields.get("amount_due")):
        reasons.append("amount_due: hồ sơ chờ nộp tiền phải ghi số tiền")
    if reasons or state is None or channel is None or party is None or times["submitted_at"] is None:
        return Read(dossier=None, reasons=tuple(reasons or ["bản ghi không đủ thông tin"]))
    return Read(
        dossier=ImportedDossier(
            code=code,
            procedure_code=procedure,
            state=state,
            channel=channel,
            receiving_agency=receiving,
            handling_agency=str(fields.get("handling_agency") or "").strip(),
            applicant=party,
            submitted_at=times["submitted_at"],
            accepted_at=times["accepted_at"] if state is not State.REFUSED else None,
            due_at=times["due_at"],
            ended_at=times["ended_at"],
            returned_at=times["returned_at"],
            answers=_mapping(fields.get("answers")),
            files=_files(fields.get("files")),
            note=str(fields.get("note") or "")[:2000],
            national_code=str(fields.get("national_code") or "").strip()[:80],
            amount_due=_whole(fields.get("amount_due")),
        ),
        reasons=(),
    )


def contradictions(state: State | None, times: Mapping[str, datetime | None], *, now: datetime) -> list[str]:
    """What the times say against the state and against one another."""
    out = []
    submitted, accepted = times["submitted_at"], times["accepted_at"]
    ended, returned = times["ended_at"], times["returned_at"]
    if submitted is None:
        out.append("submitted_at: thiếu ngày nộp")
    if state in _ACCEPTED and accepted is None:
        out.append("accepted_at: trạng thái này phải có ngày tiếp nhận")
    if state is State.REGISTERED and accepted is not None:
        out.append("accepted_at: hồ sơ mới đăng ký không thể đã tiếp nhận")
    if state is not None and (state in _ENDED) != (ended is not None):
        out.append("ended_at: ngày kết thúc không khớp trạng thái")
    if (state is State.RETURNED) != (returned is not None):
        out.append("returned_at: ngày trả không khớp trạng thái")
    if times["due_at"] is not None and accepted is None:
        out.append("due_at: có hạn trả nhưng chưa tiếp nhận")
    order = [t for t in (submitted, accepted, ended, returned) if t is not None]
    if any(a > b for a, b in pairwise(order)):
        out.append("các mốc thời gian không theo thứ tự nộp, tiếp nhận, kết thúc, trả")
    if any(t > now for t in order):
        out.append("có mốc thời gian ở tương lai")
    return out


def read_state(raw: Any) -> State:
    """A national code 1 to 10, or a status word of OpenCPS; anything else is a doubt."""
    text = str(raw if raw is not None else "").strip()
    if re.fullmatch(r"[0-9]{1,2}", text, re.ASCII) and 1 <= int(text) <= 10:
        return State(int(text))
    if text.lower() in OPENCPS_STATES:
        return OPENCPS_STATES[text.lower()]
    raise Doubt(f"không rõ trạng thái “{text[:40]}”")


def read_channel(raw: Any, via_post: Any = None) -> Channel:
    """direct, online, post; a national code; or OpenCPS's originality (which needs `viaPostal` beside it)."""
    text = str(raw if raw is not None else "").strip().lower()
    if via_post is not None:
        if str(via_post) in ("1", "2", "3", "true", "True"):
            return Channel.POST
        if text in OPENCPS_CHANNELS:
            return OPENCPS_CHANNELS[text]
    if text in ("direct", "online", "post"):
        return Channel(text)
    raise Doubt(f"không rõ kênh nộp “{text[:40]}”")


def read_moment(raw: Any) -> datetime | None:
    """ISO 8601, yyyyMMddHHmmss, dd/MM/yyyy [HH:mm[:ss]] (Vietnam's time), or milliseconds since 1970."""
    if raw is None or raw == "":
        return None
    text = str(raw).strip()
    if re.fullmatch(r"\d{12,13}", text, re.ASCII):
        return datetime.fromtimestamp(int(text) / 1000, tz=VN)
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=VN)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Doubt(f"không đọc được thời điểm “{text[:40]}”") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=VN)


def _code(raw: Any) -> str:
    text = str(raw or "").strip()
    if not text or len(text) > 60 or not re.fullmatch(r"[0-9A-Za-z./-]+", text):
        raise Doubt("mã hồ sơ trống, quá dài hoặc có ký tự lạ")
    return text


def _procedure(raw: Any) -> str:
    text = str(raw or "").strip()
    if not _PROCEDURE.fullmatch(text):
        raise Doubt(f"mã thủ tục “{text[:40]}” không đúng dạng 1.001193")
    return text


def _required(raw: Any) -> str:
    text = str(raw or "").strip()
    if not text:
        raise Doubt("trống")
    return text


def _party(fields: Mapping[str, Any], reasons: list[str]) -> Party | None:
    name = nfc(str(fields.get("applicant_name") or "")).strip()
    if not name:
        reasons.append("applicant_name: thiếu tên chủ hồ sơ")
    elif looks_legacy(name):
        reasons.append("applicant_name: tên ở bảng mã cũ (TCVN3, VNI)")
    number = re.sub(r"[\s.]", "", str(fields.get("applicant_number") or ""))
    kind = _kind(fields.get("applicant_kind"), number)
    if number and _MADE_UP.fullmatch(number):
        reasons.append(f"applicant_number: “{number}” là số điền cho có")
    elif number and kind is PartyKind.CITIZEN and not re.fullmatch(r"\d{9}|\d{12}", number, re.ASCII):
        reasons.append("applicant_number: số giấy tờ không có 9 hoặc 12 chữ số")
    if not name:
        return None
    organisation = kind is not PartyKind.CITIZEN
    return Party(
        kind=kind,
        name=name[:300],
        personal_number="" if organisation else number[:20],
        tax_code=number[:20] if organisation else "",
        phone=str(fields.get("applicant_phone") or "").strip()[:30],
        email=str(fields.get("applicant_email") or "").strip()[:200],
        address=str(fields.get("applicant_address") or "").strip()[:500],
    )


def _kind(raw: Any, number: str) -> PartyKind:
    text = str(raw or "").strip().lower()
    if text in {k.value for k in PartyKind}:
        return PartyKind(text)
    if text in ("business", "2"):
        return PartyKind.ORGANISATION
    return PartyKind.ORGANISATION if re.fullmatch(r"\d{10}(-?\d{3})?", number) else PartyKind.CITIZEN


def _whole(raw: Any) -> int | None:
    text = str(raw if raw is not None else "").strip()
    return int(text) if re.fullmatch(r"\d{1,11}", text, re.ASCII) and int(text) > 0 else None


def _mapping(raw: Any) -> dict[str, Json]:
    return {str(k): v for k, v in raw.items()} if isinstance(raw, Mapping) else {}


def _files(raw: Any) -> tuple[Mapping[str, Json], ...]:
    if not isinstance(raw, list | tuple):
        return ()
    return tuple({str(k): v for k, v in one.items()} for one in raw if isinstance(one, Mapping))
