"""Takes over dossiers of the former system: codes, dates and due times as they were promised, doubts apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, Json, require_aware
from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold, same_name
from motcua.deadlines.api import regime_on
from motcua.deadlines.data import ClockEvent, ClockEventKind
from motcua.dossiers.actions.checks import UnknownHandler, handler_of, limit_for, pin_limit
from motcua.dossiers.actions.clocks import ClockMove, limit_of
from motcua.dossiers.actions.core import place, write
from motcua.dossiers.actions.money import ask_for
from motcua.dossiers.actions.numbering import raise_counter
from motcua.dossiers.data import (
    Action,
    Filed,
    ImportedDossier,
    ImportReport,
    Outcome,
    Party,
    PartyKind,
    Quarantined,
    State,
    Step,
)
from motcua.dossiers.models import Dossier, QuarantinedRecord, SupplementRequest
from motcua.dossiers.permissions import NotAllowed, granted
from motcua.dossiers.queries.access import agency_of, relations_to_filing
from motcua.dossiers.rules.importing import read_record
from motcua.dossiers.rules.transitions import creating_rows
from motcua.fees.data import FeeLine
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.units import api as units

_HOLDING = frozenset({State.REFUSED, State.SUPPLEMENT, State.PAYMENT_DUE, State.WITHDRAWN, State.STOPPED})


class Doubtful(DomainError):
    """The record cannot be believed: {why}."""

    message_vi = "Bản ghi chưa đáng tin: {why}."


def import_dossier(*, by: Actor, at: datetime, record: ImportedDossier) -> Filed:
    """Bring one dossier over, open or closed, with its code and times; one entry "dossier.imported".

    Due times stay as promised and are not counted again; from here on the clock goes on by our calendar. Sent
    again unchanged, nothing happens (`created` false). Raises `Doubtful` (unknown agency or procedure, a code
    that is taken by another dossier).
    """
    require_aware(at)
    if not any(
        granted(by, relations_to_filing(by, "", frozenset(), at), row.grants)
        for row in creating_rows(Action.IMPORT)
    ):
        raise NotAllowed("only an administrator brings dossiers over")
    digest = _digest(record)
    known = Dossier.objects.filter(code=record.code).first()
    if known is not None:
        if known.filing_scope == "import" and known.filing_hash == digest:
            return _filed(known, created=False)
        raise Doubtful(why=f"mã {record.code} đã có với nội dung khác")
    with transaction.atomic():
        row = _row(record, digest, at)
        clock, then = _clock(row, at)
        place(row)
        held: dict[str, Json] = {"held": row.held_state, "held_step": row.held_step} if row.held_state else {}
        write(
            row,
            Action.IMPORT,
            by=by,
            at=at,
            clock=clock,
            clock_then=then,
            creating=True,
            payload={
                "receiving_agency": row.receiving_agency,
                "procedure_name": row.procedure_name,
                "applicant": row.applicant,
                "answers": row.answers,
                "files": [dict(one) for one in record.files],
                "submitted_at": record.submitted_at.isoformat(),
                "accepted_at": record.accepted_at.isoformat() if record.accepted_at else None,
                "note": record.note,
                **held,
            },
        )
        _waited_for(row, record, by=by, at=at)
        raise_counter(row.code)
    return _filed(row, created=True)


def _filed(row: Dossier, *, created: bool) -> Filed:
    return Filed(
        dossier_id=row.id,
        code=row.code,
        state=State(row.state),
        seq=row.seq,
        created=created,
        due_at=row.promised_due,
        outside_code=row.outside_code,
    )


def _row(record: ImportedDossier, digest: str, at: datetime) -> Dossier:
    day = (record.accepted_at or record.submitted_at).astimezone(VN).date()
    receiving = _agency(record.receiving_agency, day)
    try:
        version = procedures.version_on(record.procedure_code, day)
    except procedures.NoVersionInForce as error:
        raise Doubtful(why=error.public()) from error
    handling = _agency(record.handling_agency, day) if record.handling_agency else ""
    if not handling:
        try:
            handling = handler_of(version.content, receiving, record.submitted_at)
        except UnknownHandler as error:
            raise Doubtful(why=error.public()) from error
    applicant = _matched(record.applicant)
    state = record.state
    held = None
    if state in _HOLDING:
        held = State.ACCEPTED if record.accepted_at and state is not State.REFUSED else State.REGISTERED
    row = Dossier(
        id=uuid4(),
        code=record.code,
        outside_system="national" if record.national_code else "",
        outside_code=record.national_code,
        filing_scope="import",
        filing_key=record.code,
        filing_hash=digest,
        procedure_version_id=version.id,
        filed_version_id=version.id,
        procedure_code=record.procedure_code,
        procedure_name=version.content.name,
        field=version.content.field[:300],
        channel=record.channel,
        door="import",
        receiving_agency=receiving,
        desk_agency=receiving,
        handling_agency=handling,
        return_agency=receiving,
        applicant_person_id=applicant.person_id,
        applicant_organisation_id=applicant.organisation_id,
        applicant=applicant.as_json(),
        applicant_name=applicant.name,
        applicant_fold=fold(applicant.name)[:300],
        applicant_number=applicant.personal_number or applicant.tax_code,
        answers=dict(record.answers),
        state=state,
        step=Step.UNASSIGNED if state is State.IN_PROGRESS else Step.NONE,
        held_state=held,
        regime=regime_on(day).id,
        submitted_at=record.submitted_at,
        accepted_at=record.accepted_at,
        accepted_by="import" if record.accepted_at else "",
        due_at=record.due_at,
        promised_due=record.due_at,
        queue_due=record.due_at or record.submitted_at,
        ended_at=record.ended_at,
        returned_at=record.returned_at,
        outcome=Outcome.GRANTED if state in (State.RESOLVED, State.RETURNED) else Outcome.NONE,
        imported=True,
    )
    pin_limit(row, limit_for(version.content, record.channel) if record.accepted_at else None)
    return row


def _clock(row: Dossier, at: datetime) -> tuple[ClockMove | None, ClockMove | None]:
    """The clock as it stands on arrival: started when accepted; stopped with a decision; standing still since the
    end, or, while the citizen is waited for, since the arrival (the former system does not say since when)."""
    if row.accepted_at is None:
        return None, None
    start = ClockEvent(kind=ClockEventKind.START, at=row.accepted_at, limit=limit_of(row))
    then = None
    if row.state in (State.RESOLVED, State.RETURNED):
        then = ClockEvent(kind=ClockEventKind.STOP, at=row.ended_at or at)
    elif row.state in _HOLDING:
        then = ClockEvent(kind=ClockEventKind.PAUSE, at=row.ended_at or at, why="hệ thống cũ")
    return ClockMove(event=start, due=row.due_at), ClockMove(event=then, due=row.due_at) if then else None


def _agency(raw: str, day: Any) -> str:
    found = agency_of(raw)
    if found is None:
        named = [a for a in units.agencies(on=day) if raw in (a.agency_code, a.old_agency_code)]
        found = named[0] if len(named) == 1 else None
    if found is None or not found.validity.contains(day):
        raise Doubtful(why=f"không có cơ quan “{raw[:40]}” vào ngày {day:%d/%m/%Y}")
    return found.key


def _matched(party: Party) -> Party:
    """The person or organisation of that number, when the name agrees; otherwise nobody, never a guess."""
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    if party.kind is PartyKind.CITIZEN and len(party.personal_number) == 12:
        person = people.by_personal_number(party.personal_number)
        if person is not None and same_name(person.full_name, party.name):
            person_id = person.id
    elif party.tax_code:
        organisation = people.organisation_by_tax_code(party.tax_code)
        organisation_id = organisation.id if organisation is not None else None
    return Party.from_json({**party.as_json(), "person_id": person_id, "organisation_id": organisation_id})


def _waited_for(row: Dossier, record: ImportedDossier, *, by: Actor, at: datetime) -> None:
    """What the former system was waiting for becomes ours, so that it can be answered."""
    if row.state == State.SUPPLEMENT:
        SupplementRequest.objects.create(
            dossier=row,
            number=1,
            asked_at=at,
            asked_by=by.ref,
            what=record.note or "Yêu cầu bổ sung chuyển từ hệ thống cũ",
            late=False,
            again=False,
            due_before=row.due_at,
        )
    if row.state == State.PAYMENT_DUE and record.amount_due:
        line = FeeLine(
            name="Nghĩa vụ tài chính chuyển từ hệ thống cũ",
            code="",
            kind="charge",
            unit_amount=record.amount_due,
            quantity=1,
            cap=None,
            amount=record.amount_due,
        )
        ask_for(row, [line], by=by, at=at)


def _digest(record: ImportedDossier) -> str:
    return hashlib.sha256(repr(record).encode()).hexdigest()


def import_records(
    *, by: Actor, at: datetime, source: str, records: Iterable[Mapping[str, Any]]
) -> ImportReport:
    """Bring over many records, each in its own transaction; the doubtful go to quarantine with their reasons.

    Every record ends in one of the three heaps of the report; a second run changes nothing.
    """
    created = unchanged = 0
    doubtful: list[Quarantined] = []
    for number, raw in enumerate(records, 1):
        outcome = _import_one(raw, by=by, at=at)
        if isinstance(outcome, bool):
            created += outcome
            unchanged += not outcome
            continue
        apart = Quarantined(
            row=number, code=str(raw.get("code") or raw.get("dossierNo") or ""), reasons=outcome, raw=raw
        )
        _set_apart(source, apart, at)
        doubtful.append(apart)
    return ImportReport(created=created, unchanged=unchanged, quarantined=tuple(doubtful))


def _import_one(raw: Mapping[str, Any], *, by: Actor, at: datetime) -> bool | tuple[str, ...]:
    read = read_record(raw, now=at)
    if read.dossier is None:
        return read.reasons
    try:
        with transaction.atomic():
            return import_dossier(by=by, at=at, record=read.dossier).created
    except Doubtful as doubt:
        return (doubt.public(),)
    except IntegrityError as error:
        return (f"cơ sở dữ liệu từ chối: {str(error).splitlines()[0][:200]}",)


def _set_apart(source: str, apart: Quarantined, at: datetime) -> None:
    text = json.dumps(apart.raw, sort_keys=True, ensure_ascii=False, default=str)
    QuarantinedRecord.objects.get_or_create(
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
        defaults={
            "source": source[:200],
            "row": apart.row,
            "code": apart.code[:80],
            "raw": json.loads(text),
            "reasons": list(apart.reasons),
            "at": at,
        },
    )
