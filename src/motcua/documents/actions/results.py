"""Results: prepare, sign, stamp; or all at once; revoke and replace.

The number is taken when the paper is prepared, because the signature covers it. The person signs first, then
the agency (NĐ 30/2020/NĐ-CP Đ.5, Đ.13). Only a stamped result stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, Json, require_aware
from motcua.base.errors import DomainError
from motcua.documents import storage
from motcua.documents.actions.files import quiet_row
from motcua.documents.actions.numbers import next_number
from motcua.documents.data import (
    SIGNERS,
    Box,
    IssuedResult,
    MediaType,
    ResultState,
    SignatureRole,
    Signer,
    SignerRef,
    SigningRequest,
    WalletSource,
)
from motcua.documents.models import Result, WalletEntry
from motcua.documents.queries.files import contents, file_info
from motcua.documents.queries.results import ResultNotFound, result_view
from motcua.documents.rules import codes, copies, typeset
from motcua.ledger.api import Subject, append


class WrongStep(DomainError):
    """This step was already taken or is not yet due: the paper is "{state}". Nothing was changed."""

    message_vi = (
        "Bước này đã được thực hiện hoặc chưa đến lượt: giấy tờ đang ở trạng thái “{state}”. "
        "Không có gì thay đổi."
    )


class ReasonMissing(DomainError):
    """Please say why, in at least one sentence."""

    message_vi = "Vui lòng ghi rõ lý do, ít nhất một câu."


class NoSigner(DomainError):
    """No signature service is set up on this server, so nothing can be issued."""

    message_vi = "Máy chủ chưa cài dịch vụ ký số nên chưa ban hành được kết quả."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything that a result needs before it is numbered.

    `owner` is a person, `organisation` an organisation: exactly one, or neither for a paper without an owner.
    `data` goes to the template: `values` by the template's own keys, `fields` as printed labels. `place` is
    the place name before the date. `recipients` are the lines of "Nơi nhận". `capacity` lines come from
    `signer`. `number` fixes the number (taking over old papers); else the book gives the next. `copied`: scans
    (files' ids) that the paper certifies; their pages stand behind the certificate and are signed with it.
    """

    template: str
    data: Mapping[str, Json]
    symbol: str
    book: str
    signer: SignerRef
    agency_key: str
    agency_name: str
    agency_parent: str = ""
    place: str = "Nghệ An"
    owner: UUID | None = None
    organisation: UUID | None = None
    title: str = ""
    recipients: tuple[str, ...] = ()
    dossier_ref: str = ""
    procedure_code: str = ""
    result_code: str = ""
    owner_number: str = ""
    valid_until: date | None = None
    number: int | None = None
    copied: tuple[UUID, ...] = ()


def issue_result(*, by: Actor, at: datetime, draft: Draft) -> IssuedResult:
    """Prepare, sign and stamp in one step (results given at once, NĐ 61/2018/NĐ-CP Đ.17), one entry.

    Raises `SigningUnavailable`, `NoSigner`, `CannotPrint`, `StorageFull`: then no number is used.
    """
    with transaction.atomic():
        row, pdf = _prepare(by=by, at=at, draft=draft, replaces=None)
        pdf = _signed(row, pdf, SignatureRole.PERSON, at)
        pdf = _signed(row, pdf, SignatureRole.AGENCY, at)
        row.signed_at = row.sealed_at = at
        return _issued(row, pdf, by=by, at=at, kind="result.issued")


def prepare_result(*, by: Actor, at: datetime, draft: Draft) -> IssuedResult:
    """Number the result and lay it out for signing; nothing is issued yet."""
    with transaction.atomic():
        row, pdf = _prepare(by=by, at=at, draft=draft, replaces=None)
        _keep(row, pdf, by=by, at=at)
        row.save(force_insert=True)
        _write_down("result.prepared", row, by=by, at=at)
        return result_view(row)


def sign_result(*, by: Actor, at: datetime, result_id: UUID) -> IssuedResult:
    """Put the signer's signature on a prepared result; raises `WrongStep` when it is not waiting for it."""
    with transaction.atomic():
        row = _locked(result_id, ResultState.PREPARED)
        pdf = _signed(row, storage.get(row.file.sha256), SignatureRole.PERSON, at)
        row.state, row.signed_at = ResultState.SIGNED, at
        _keep(row, pdf, by=by, at=at)
        row.save()
        _write_down("result.signed", row, by=by, at=at)
        return result_view(row)


def stamp_result(*, by: Actor, at: datetime, result_id: UUID) -> IssuedResult:
    """Put the agency's signature on a signed result: from now on it stands and lies in the owner's wallet."""
    with transaction.atomic():
        row = _locked(result_id, ResultState.SIGNED)
        pdf = _signed(row, storage.get(row.file.sha256), SignatureRole.AGENCY, at)
        row.sealed_at = at
        return _issued(row, pdf, by=by, at=at, kind="result.issued")


def revoke(*, by: Actor, at: datetime, result_id: UUID, reason: str) -> IssuedResult:
    """Withdraw an issued result: the file stays, the verify page says it no longer stands, and since when."""
    with transaction.atomic():
        row = _locked(result_id, ResultState.ISSUED)
        _end(row, ResultState.REVOKED, reason=reason, by=by, at=at)
        _write_down("result.revoked", row, by=by, at=at, more={"reason": reason.strip()})
        return result_view(row)


def replace(*, by: Actor, at: datetime, result_id: UUID, reason: str, draft: Draft) -> IssuedResult:
    """Issue a new result in place of an issued one, signed and stamped; the chain is kept. Returns the new one."""
    with transaction.atomic():
        old = _locked(result_id, ResultState.ISSUED)
        row, pdf = _prepare(by=by, at=at, draft=draft, replaces=old)
        pdf = _signed(row, pdf, SignatureRole.PERSON, at)
        pdf = _signed(row, pdf, SignatureRole.AGENCY, at)
        row.signed_at = row.sealed_at = at
        _end(old, ResultState.REPLACED, reason=reason, by=by, at=at)
        more: dict[str, Json] = {"replaces": str(old.id), "reason": reason.strip()}
        return _issued(row, pdf, by=by, at=at, kind="result.replaced", more=more)


def _prepare(*, by: Actor, at: datetime, draft: Draft, replaces: Result | None) -> tuple[Result, bytes]:
    require_aware(at)
    day = at.astimezone(VN).date()
    number = draft.number or next_number(agency_key=draft.agency_key, book=draft.book, year=day.year)
    code = codes.new_verify_code()
    page = typeset.render(draft.template, _page_data(draft, number=number, code=code, day=day))
    title = draft.title or str(draft.data.get("title", "")) or typeset.title_of(draft.template)
    pdf, scanned = _with_copied(page.pdf, draft, title=title, number=number, code=code)
    row = Result(
        state=ResultState.PREPARED,
        title=title,
        template=draft.template,
        agency_key=draft.agency_key,
        agency_name=draft.agency_name,
        book=draft.book,
        year=day.year,
        number=number,
        symbol=draft.symbol,
        issued_on=day,
        owner_id=draft.owner,
        organisation_id=draft.organisation,
        verify_code=code,
        dossier_ref=draft.dossier_ref,
        procedure_code=draft.procedure_code,
        result_code=draft.result_code,
        valid_until=draft.valid_until,
        signer=asdict(draft.signer),
        layout={name: asdict(box) for name, box in page.places.items()},
        fields={**draft.data, "copied": scanned} if scanned else dict(draft.data),
        prepared_at=at,
        replaces=replaces,
    )
    return row, pdf


def _with_copied(pdf: bytes, draft: Draft, *, title: str, number: int, code: str) -> tuple[bytes, list[Json]]:
    """The laid-out paper with the scans that it certifies, and their hashes."""
    if not draft.copied:
        return pdf, []
    files = [file_info(file_id) for file_id in draft.copied]
    printed = codes.printed_number(number, draft.symbol)
    bound = copies.bind(
        pdf,
        contents(draft.copied),
        title=title,
        foot=f"Thuộc {title[:1].lower()}{title[1:]} số {printed}, {draft.agency_name}. Mã xác minh {code}",
    )
    return bound, [one.sha256 for one in files]


def _page_data(draft: Draft, *, number: int, code: str, day: date) -> dict[str, Json]:
    title = draft.title or typeset.title_of(draft.template)
    facts = {
        "hs": draft.dossier_ref,
        "tthc": draft.procedure_code,
        "dd": draft.owner_number,
        "ten": title,
    }
    url = codes.qr_text(settings.MOTCUA_PUBLIC_URL, code, {})
    signer = draft.signer
    behalf = signer.on_behalf_of or (f"{signer.capacity} " if signer.capacity else "").strip()
    data: dict[str, Json] = {
        **draft.data,
        "agency": {"parent": draft.agency_parent, "name": draft.agency_name},
        "number": codes.printed_number(number, draft.symbol),
        "place_and_date": f"{draft.place}, {typeset.long_date(day)}",
        "qr": typeset.qr_svg(codes.qr_text(settings.MOTCUA_PUBLIC_URL, code, facts)),
        "verify_code": code,
        "verify_url": url,
        "footer": f"Xác minh giấy tờ này tại {url}",
        "signer": {"on_behalf_of": behalf, "title": signer.title, "name": signer.name},
    }
    if draft.recipients:
        data["recipients"] = list(draft.recipients)
    if draft.title:
        data["title"] = draft.title
    return data


def _signed(row: Result, pdf: bytes, role: SignatureRole, at: datetime) -> bytes:
    agency = role is SignatureRole.AGENCY
    place = row.layout.get(role.value)
    box = Box(**place) if place else None
    name = row.agency_name if agency else str(row.signer["name"])
    organisation = "" if agency else row.agency_name
    picture = b""
    if box is not None:
        moment = at.astimezone(VN)
        picture = typeset.appearance(role.value, box=box, name=name, organisation=organisation, at=moment)
    request = SigningRequest(
        role=role,
        ref=row.agency_key if agency else str(row.signer["ref"]),
        name=name,
        organisation=row.agency_name,
        title="" if agency else str(row.signer["title"]),
        box=box,
        appearance=picture,
        field_name="CoQuan" if agency else "NguoiKy",
        reason=row.title,
    )
    return _signer().sign(pdf, request)


def _signer() -> Signer:
    for _, signer in SIGNERS.all():
        return signer
    raise NoSigner


def _issued(
    row: Result,
    pdf: bytes,
    *,
    by: Actor,
    at: datetime,
    kind: str,
    more: Mapping[str, Json] | None = None,
) -> IssuedResult:
    row.state = ResultState.ISSUED
    _keep(row, pdf, by=by, at=at)
    row.save()
    if row.owner_id is not None or row.organisation_id is not None:
        WalletEntry.objects.create(
            person_id=row.owner_id,
            organisation_id=None if row.owner_id else row.organisation_id,
            kind=row.result_code or row.template,
            title=row.title,
            number=codes.printed_number(row.number, row.symbol),
            issuer=row.agency_name,
            source=WalletSource.ISSUED,
            issued_on=row.issued_on,
            valid_until=row.valid_until,
            result=row,
            added_at=at,
            added_by=by.ref,
        )
    _write_down(kind, row, by=by, at=at, more=more)
    return result_view(row)


def _keep(row: Result, pdf: bytes, *, by: Actor, at: datetime) -> None:
    name = f"{row.title} {codes.printed_number(row.number, row.symbol).replace('/', '-')}"
    row.file = quiet_row(pdf, media_type=MediaType.PDF, name=f"{name}.pdf", by=by, at=at)


def _locked(result_id: UUID, wanted: ResultState) -> Result:
    row = Result.objects.select_for_update(of=("self",)).select_related("file").filter(id=result_id).first()
    if row is None:
        raise ResultNotFound(str(result_id))
    if row.state != wanted:
        raise WrongStep(state=_STATES_VI[ResultState(row.state)])
    return row


def _end(row: Result, state: ResultState, *, reason: str, by: Actor, at: datetime) -> None:
    if len(reason.strip()) < 5:
        raise ReasonMissing
    row.state, row.ended_at, row.ended_by, row.ended_reason = state, at, by.ref, reason.strip()
    row.save()


def _write_down(
    kind: str, row: Result, *, by: Actor, at: datetime, more: Mapping[str, Json] | None = None
) -> None:
    append(
        kind=kind,
        subject=Subject(kind="result", id=str(row.id)),
        by=by,
        at=at,
        unit=row.agency_key,
        payload={
            "title": row.title,
            "book": row.book,
            "year": row.year,
            "number": row.number,
            "symbol": row.symbol,
            "dossier": row.dossier_ref,
            "procedure": row.procedure_code,
            "result_code": row.result_code,
            "file_sha256": row.file.sha256,
            **(more or {}),
        },
        person=row.owner_id,
    )


_STATES_VI = {
    ResultState.PREPARED: "chờ ký",
    ResultState.SIGNED: "đã ký, chờ đóng dấu",
    ResultState.ISSUED: "đã ban hành",
    ResultState.REVOKED: "đã thu hồi",
    ResultState.REPLACED: "đã được thay thế",
}
