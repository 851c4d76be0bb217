"""A petition's life: sent, transferred, asked about, refused or resolved, published, judged by its sender."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, Json, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold, nfc
from motcua.dossiers.api import facts_of
from motcua.feedback.data import About, PetitionState, PetitionView
from motcua.feedback.models import Petition
from motcua.feedback.permissions import check_may_handle, check_may_rate
from motcua.feedback.queries import NoSuchPetition, view
from motcua.ledger.api import Subject, append
from motcua.units.api import agency

_OPEN = (PetitionState.RECEIVED, PetitionState.ASKED)


class NothingSaid(DomainError):
    """Say what the petition or the answer is (10,000 characters at most)."""

    message_vi = "Hãy viết nội dung (không quá 10.000 ký tự)."


class SentToAnother(DomainError):
    """The same petition is being handled by {agency} already; it goes to one agency."""

    message_vi = "Phản ánh này đang được {agency} xử lý; mỗi phản ánh gửi một cơ quan."


class NotPossibleNow(DomainError):
    """The petition is past this step."""

    message_vi = "Phản ánh, kiến nghị không còn ở bước này."


class NoSuchDossier(DomainError):
    """There is no such dossier."""

    message_vi = "Không tìm thấy hồ sơ này."


def send_petition(
    *,
    by: Actor,
    at: datetime,
    about: About,
    agency_key: str,
    content: str,
    procedure_code: str = "",
    dossier_id: UUID | None = None,
    sender_name: str = "",
    sender_contact: str = "",
    follows: UUID | None = None,
) -> PetitionView:
    """Take in a petition for one agency; ledger entry "petition.sent".

    Raises `UnknownAgency`, `NoSuchDossier`, `NothingSaid`, and `SentToAnother` when the same words are open elsewhere.
    """
    require_aware(at)
    said = _said(content)
    agency(agency_key)
    if dossier_id is not None and not facts_of([dossier_id]):
        raise NoSuchDossier(str(dossier_id))
    mark = hashlib.sha256(f"{fold(said)}\x1f{fold(sender_contact)}".encode()).hexdigest()
    with transaction.atomic():
        advisory_lock("petition", mark)
        before = Petition.objects.filter(fingerprint=mark).order_by("-sent_at").first()
        if before is not None and before.state in _OPEN:
            raise SentToAnother(before.code, agency=agency(before.agency_key).name)
        row = Petition.objects.create(
            code=_next_code(at),
            about=about,
            agency_key=agency_key,
            procedure_code=procedure_code[:40],
            dossier_id=dossier_id,
            content=said,
            sender_name=nfc(sender_name)[:200],
            sender_contact=sender_contact[:200],
            fingerprint=mark,
            state=PetitionState.RECEIVED,
            sent_at=at,
            since=at,
            follows_id=follows,
            same_as=before,
        )
        _write("petition.sent", row, by, at, {"about": about.value, "content": said})
    return view(row)


def transfer(*, by: Actor, at: datetime, petition_id: UUID, agency_key: str) -> PetitionView:
    """Give it to the agency that it concerns; its time counts anew; ledger entry "petition.transferred"."""
    agency(agency_key)
    with transaction.atomic():
        row = _open(petition_id, by)
        before, row.agency_key, row.since = row.agency_key, agency_key, at
        return _done("petition.transferred", row, by, at, {"from": before})


def ask_more(*, by: Actor, at: datetime, petition_id: UUID, what: str) -> PetitionView:
    """Ask the sender for what is missing, once; ledger entry "petition.asked"."""
    with transaction.atomic():
        row = _open(petition_id, by)
        if row.asked_at is not None:
            raise NotPossibleNow(row.code)
        row.state, row.asked_at = PetitionState.ASKED, at
        return _done("petition.asked", row, by, at, {"what": _said(what)})


def supply_more(*, by: Actor, at: datetime, petition_id: UUID, content: str) -> PetitionView:
    """What the sender added; ledger entry "petition.supplied"."""
    with transaction.atomic():
        row = _locked(petition_id)
        if row.state != PetitionState.ASKED:
            raise NotPossibleNow(row.code)
        row.state, row.supplied_at = PetitionState.RECEIVED, at
        row.content = f"{row.content}\n\n{_said(content)}"
        return _done("petition.supplied", row, by, at, {"content": _said(content)})


def refuse(*, by: Actor, at: datetime, petition_id: UUID, reason: str) -> PetitionView:
    """Not a matter for petitions, with the reason; ledger entry "petition.refused"."""
    with transaction.atomic():
        row = _open(petition_id, by)
        row.state, row.refused_at, row.answer = PetitionState.REFUSED, at, _said(reason)
        return _done("petition.refused", row, by, at, {"reason": row.answer})


def resolve(*, by: Actor, at: datetime, petition_id: UUID, answer: str) -> PetitionView:
    """Answer it; ledger entry "petition.resolved"."""
    with transaction.atomic():
        row = _open(petition_id, by)
        row.state, row.resolved_at, row.answer = PetitionState.RESOLVED, at, _said(answer)
        return _done("petition.resolved", row, by, at, {"answer": row.answer})


def publish(*, by: Actor, at: datetime, petition_id: UUID) -> PetitionView:
    """Make the answer public; ledger entry "petition.published"."""
    with transaction.atomic():
        row = _locked(petition_id)
        check_may_handle(by, row.agency_key)
        if row.state != PetitionState.RESOLVED:
            raise NotPossibleNow(row.code)
        row.state, row.published_at = PetitionState.PUBLISHED, at
        return _done("petition.published", row, by, at, {})


def judge_answer(*, by: Actor, at: datetime, petition_id: UUID, satisfied: bool) -> PetitionView:
    """What the sender thinks of the answer, once; ledger entry "petition.judged". Never by officers."""
    check_may_rate(by)
    with transaction.atomic():
        row = _locked(petition_id)
        if row.satisfied is not None or row.state not in (PetitionState.RESOLVED, PetitionState.PUBLISHED):
            raise NotPossibleNow(row.code)
        row.satisfied = satisfied
        return _done("petition.judged", row, by, at, {"satisfied": satisfied})


def _said(text: str) -> str:
    said = nfc(text).replace("\x00", "").strip()
    if not said or len(said) > 10_000:
        raise NothingSaid(str(len(said)))
    return said


def _next_code(at: datetime) -> str:
    day = f"{at.astimezone(VN):%y%m%d}"
    advisory_lock("petition-code", day)
    count = Petition.objects.filter(code__startswith=f"PAKN-{day}-").count()
    return f"PAKN-{day}-{count + 1:04d}"


def _locked(petition_id: UUID) -> Petition:
    row = Petition.objects.select_for_update().filter(id=petition_id).first()
    if row is None:
        raise NoSuchPetition(str(petition_id))
    return row


def _open(petition_id: UUID, by: Actor) -> Petition:
    row = _locked(petition_id)
    check_may_handle(by, row.agency_key)
    if row.state not in _OPEN:
        raise NotPossibleNow(row.code)
    return row


def _done(kind: str, row: Petition, by: Actor, at: datetime, said: dict[str, Json]) -> PetitionView:
    require_aware(at)
    row.save()
    _write(kind, row, by, at, said)
    return view(row)


def _write(kind: str, row: Petition, by: Actor, at: datetime, said: dict[str, Json]) -> None:
    append(
        kind=kind,
        subject=Subject(kind="petition", id=str(row.id)),
        by=by,
        at=at,
        unit=row.agency_key,
        payload={"code": row.code, "dossier": str(row.dossier_id or ""), **said},
    )
