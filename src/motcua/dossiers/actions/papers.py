"""Corrections with their reason, where the paper lies, and hand-over lists between centres."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind, Json, require_aware
from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold
from motcua.dossiers import policies
from motcua.dossiers.actions.core import TimeMovedBack, begin, finish, stamp_of
from motcua.dossiers.actions.numbering import next_number, unit_code
from motcua.dossiers.actions.reception import validated
from motcua.dossiers.data import Action, Done, HandoverView, Party
from motcua.dossiers.models import Dossier, Handover, HandoverItem, PaperLocation
from motcua.dossiers.permissions import NotAllowed
from motcua.dossiers.queries.handovers import handover_view
from motcua.dossiers.rules.kinds import HANDOVER_SUBJECT
from motcua.ledger.api import Subject, append

_CORRECTABLE = frozenset({"answers", "applicant", "submitter", "quantity", "return_by"})


class NothingToCorrect(DomainError):
    """Nothing was changed."""

    message_vi = "Không có nội dung nào thay đổi."


class NotCorrectable(DomainError):
    """{field} cannot be corrected: dates, states and numbers follow from what happened."""

    message_vi = "Không đính chính được “{field}”: ngày, trạng thái và số hồ sơ theo đúng diễn biến thực tế."


class HandoverInvalid(DomainError):
    """The list cannot be made: {why_en}."""

    message_vi = "Chưa lập được danh sách: {why_vi}."


class AlreadyReceived(DomainError):
    """This list was already received."""

    message_vi = "Danh sách này đã được ký nhận."


def correct(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    reason: str,
    changes: Mapping[str, Any],
    expected_seq: int | None = None,
) -> Done:
    """Correct a mistake openly: what stood there before stays in the ledger, with the reason.

    `changes` may hold `answers` (whole), `applicant`/`submitter` (Party), `quantity`, `return_by`. States, dates
    and numbers cannot be corrected: they follow from what happened.
    """
    why = policies.check_reason(reason)
    with transaction.atomic():
        move = begin(action=Action.CORRECT, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        before: dict[str, Json] = {}
        after: dict[str, Json] = {}
        for field, value in changes.items():
            old, new = _put(row, field, value)
            if old != new:
                before[field], after[field] = old, new
        if not after:
            raise NothingToCorrect(row.code)
        return finish(move, {"reason": why, "before": before, "after": after})


def _put(row: Dossier, field: str, value: Any) -> tuple[Json, Json]:
    if field not in _CORRECTABLE:
        raise NotCorrectable(field=field)
    if field == "answers":
        old: Json = row.answers
        row.answers = validated(row, value)
        return old, row.answers
    if field == "applicant":
        if not isinstance(value, Party):
            raise NotCorrectable(field=field)
        old = row.applicant
        row.applicant = value.as_json()
        row.applicant_person_id, row.applicant_organisation_id = value.person_id, value.organisation_id
        row.applicant_name, row.applicant_fold = value.name[:300], fold(value.name)[:300]
        row.applicant_number = value.personal_number or value.tax_code
        return old, row.applicant
    if field == "submitter":
        old = row.submitter
        row.submitter = value.as_json() if isinstance(value, Party) else None
        row.submitter_person_id = value.person_id if isinstance(value, Party) else None
        return old, row.submitter
    old = getattr(row, field)
    setattr(row, field, value)
    return old, value


def move_paper(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    place: str,
    agency: str = "",
    holder: str = "",
    note: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Write down where the paper lies from now on (default: the officer's own agency)."""
    with transaction.atomic():
        move = begin(action=Action.MOVE_PAPER, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        where = agency or by.unit or move.row.desk_agency
        _lay(move.row, agency=where, place=place, holder=holder or by.ref, at=at)
        return finish(move, {"agency": where, "place": place, "holder": holder or by.ref, "note": note})


def _lay(row: Dossier, *, agency: str, place: str, holder: str, at: datetime) -> None:
    PaperLocation.objects.filter(dossier=row, until__isnull=True).update(until=at)
    PaperLocation.objects.create(dossier=row, agency=agency, place=place[:200], holder=holder, since=at)


def send_handover(
    *, by: Actor, at: datetime, to_agency: str, dossier_ids: Sequence[UUID], note: str = ""
) -> HandoverView:
    """Make and sign the list of paper dossiers that leave for another agency; one entry for the list."""
    require_aware(at)
    if by.kind is not ActorKind.OFFICER or by.role not in (
        "reception",
        "desk_lead",
        "support",
        "clerk",
        "solver",
    ):
        raise NotAllowed("only the desk hands papers over")
    here = by.unit or ""
    ids = list(dict.fromkeys(dossier_ids))
    if not ids:
        raise HandoverInvalid(why_en="no dossier was chosen", why_vi="chưa chọn hồ sơ nào")
    if to_agency == here:
        raise HandoverInvalid(why_en="it would go nowhere", why_vi="nơi nhận trùng nơi giao")
    unit_code(to_agency, at)
    with transaction.atomic():
        rows = list(Dossier.objects.select_for_update().filter(id__in=ids).order_by("id"))
        strangers = [r.code for r in rows if here not in _places(r)]
        if len(rows) != len(ids) or strangers:
            raise HandoverInvalid(
                f"not here: {strangers}",
                why_en="some of these dossiers are not at your agency",
                why_vi="có hồ sơ không thuộc cơ quan bạn",
            )
        travelling = HandoverItem.objects.filter(dossier__in=rows, arrived__isnull=True).values_list(
            "dossier__code", flat=True
        )
        if travelling:
            raise HandoverInvalid(
                f"travelling: {list(travelling)}",
                why_en="already on a list: " + ", ".join(travelling),
                why_vi="đang nằm trong danh sách khác: " + ", ".join(travelling),
            )
        day = at.astimezone(VN)
        prefix = f"BG-{unit_code(here, at)}-{day:%y%m%d}-"
        sheet = Handover.objects.create(
            id=uuid4(),
            number=f"{prefix}{next_number(prefix):03d}",
            from_agency=here,
            to_agency=to_agency,
            sent_at=at,
            sent_by=by.ref,
            note=note,
        )
        HandoverItem.objects.bulk_create(HandoverItem(handover=sheet, dossier=row) for row in rows)
        _write(sheet, "handover.sent", rows, by=by, at=at, more={"note": note})
        return handover_view(sheet)


def _places(row: Dossier) -> frozenset[str]:
    return frozenset({row.desk_agency, row.receiving_agency, row.handling_agency, row.return_agency})


def receive_handover(
    *, by: Actor, at: datetime, handover_id: UUID, missing: Collection[UUID] = (), note: str = ""
) -> HandoverView:
    """Sign for a list: what arrived lies here from now on; what is missing is named and stays where it was."""
    require_aware(at)
    with transaction.atomic():
        sheet = Handover.objects.select_for_update().filter(id=handover_id).first()
        if sheet is None or by.kind is not ActorKind.OFFICER or by.unit != sheet.to_agency:
            raise NotAllowed("only the receiving agency signs for a list")
        if sheet.received_at is not None:
            raise AlreadyReceived(sheet.number)
        if by.ref == sheet.sent_by:
            raise NotAllowed("who sent the list does not sign for it")
        if at < sheet.sent_at:
            raise TimeMovedBack(at=f"{at:%H:%M %d/%m/%Y}", last=f"{sheet.sent_at:%H:%M %d/%m/%Y}")
        items = list(sheet.items.select_related("dossier"))
        unknown = set(missing) - {item.dossier_id for item in items}
        if unknown:
            raise HandoverInvalid(
                why_en="a dossier named as missing is not on the list",
                why_vi="hồ sơ báo thiếu không có trong danh sách",
            )
        for item in items:
            item.arrived = item.dossier_id not in missing
            item.save(update_fields=["arrived"])
            if item.arrived:
                _lay(item.dossier, agency=sheet.to_agency, place="", holder=by.ref, at=at)
        sheet.received_at, sheet.received_by = at, by.ref
        sheet.note = (sheet.note + "\n" + note).strip() if note else sheet.note
        sheet.save()
        _write(
            sheet,
            "handover.received",
            [item.dossier for item in items],
            by=by,
            at=at,
            more={"note": note, "missing": [i.dossier.code for i in items if not i.arrived]},
        )
        return handover_view(sheet)


def _write(
    sheet: Handover,
    kind: str,
    rows: Sequence[Dossier],
    *,
    by: Actor,
    at: datetime,
    more: Mapping[str, Json],
) -> None:
    append(
        kind=kind,
        subject=Subject(kind=HANDOVER_SUBJECT, id=str(sheet.id)),
        by=by,
        at=at,
        payload={
            "number": sheet.number,
            "from_agency": sheet.from_agency,
            "to_agency": sheet.to_agency,
            "sent_at": stamp_of(sheet.sent_at),
            "dossiers": [row.code for row in rows],
            **more,
        },
    )
