"""Brings a dossier into being: the checks on procedure, door, answers and papers, then row, number, entry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind, Json, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold
from motcua.deadlines.api import calendar_for, due_time, regime_on
from motcua.dossiers import policies
from motcua.dossiers.actions import rows
from motcua.dossiers.actions.checks import (
    Filing,
    UnknownHandler,
    check_decides,
    check_storable,
    checked_answers,
    checked_papers,
    handler_of,
    limit_for,
    pin_limit,
)
from motcua.dossiers.actions.clocks import advance
from motcua.dossiers.actions.core import place, write
from motcua.dossiers.actions.numbering import next_code, unit_code
from motcua.dossiers.data import Action, Channel, ComponentGiven, Filed, HowProvided, Outcome, State, Step
from motcua.dossiers.models import Component, Dossier
from motcua.dossiers.permissions import NotAllowed, granted
from motcua.dossiers.queries.access import relations_to_filing
from motcua.dossiers.rules.reception import reception_rule_on
from motcua.dossiers.rules.transitions import Clock, creating_rows
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.procedures.data import (
    DoorKind,
    LinkedPart,
    ProcedureContent,
    VersionInfo,
)


class KeyUsedForAnother(DomainError):
    """This form was already sent with other content. Open it anew to file another dossier."""

    message_vi = "Tờ khai này đã được gửi với nội dung khác. Hãy mở tờ khai mới để nộp hồ sơ khác."


class ChannelMismatch(DomainError):
    """A dossier of this door cannot have come this way ({channel})."""

    message_vi = "Cách nộp ({channel}) không khớp với nơi nhận hồ sơ."


DOOR_CHANNELS: dict[DoorKind, frozenset[Channel]] = {
    DoorKind.PROVINCIAL_EFORM: frozenset({Channel.ONLINE}),
    DoorKind.NATIONAL_PORTAL: frozenset({Channel.ONLINE}),
    DoorKind.MINISTRY_SYSTEM: frozenset({Channel.ONLINE}),
    DoorKind.DESK: frozenset({Channel.DIRECT}),
    DoorKind.POST: frozenset({Channel.POST}),
    DoorKind.AT_ONCE: frozenset({Channel.DIRECT}),
}


# Where a dossier comes to stand that is more than registered, and whose clock runs from the start.
_COMING: dict[Action, tuple[State, Step]] = {
    Action.RECEIVE_AT_DESK: (State.ACCEPTED, Step.NONE),
    Action.AT_ONCE: (State.RETURNED, Step.NONE),
    Action.BRING_TO_SIGN: (State.IN_PROGRESS, Step.SIGNING),
}
_STARTING = frozenset({Action.RECEIVE_AT_DESK, Action.BRING_TO_SIGN})


def fingerprint(filing: Filing) -> str:
    """What makes two sendings the same: everything that the applicant said."""
    said = [
        filing.procedure_code,
        filing.receiving_agency,
        filing.applicant.as_json(),
        filing.submitter.as_json() if filing.submitter else None,
        dict(filing.answers),
        sorted([c.code, c.how.value, str(c.file_id or ""), c.wallet_ref] for c in filing.components),
        filing.quantity,
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def seen_before(by: Actor, filing: Filing) -> Filed | None:
    """The dossier that the same request made before, if any; holds the request's key until the end.

    Raises `KeyUsedForAnother` when the key came with other content.
    """
    if filing.outside[1]:
        advisory_lock("dossier-outside", *filing.outside)
        found = _found("outside_system = %s AND outside_code = %s AND outside_code <> ''", *filing.outside)
    elif filing.key:
        advisory_lock("dossier-filing", scope_of(by), filing.key)
        found = _found("filing_scope = %s AND filing_key = %s AND filing_key <> ''", scope_of(by), filing.key)
        if found is not None and found[1] != fingerprint(filing):
            raise KeyUsedForAnother(filing.key)
    else:
        return None
    return filed(Dossier.objects.get(id=found[0]), created=False) if found is not None else None


def _found(condition: str, *values: str) -> tuple[UUID, str] | None:
    """Id and fingerprint of the dossier that an earlier request made; asked by every filing, seldom answered."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, filing_hash FROM dossiers_dossier WHERE {condition}", values)
        found = cursor.fetchone()
    return (found[0], found[1]) if found else None


def scope_of(by: Actor) -> str:
    """Whose request keys these are."""
    return f"{by.kind.value}:{by.ref}"[:80]


def filed(row: Dossier, *, created: bool) -> Filed:
    """The answer to a filing."""
    return Filed(
        dossier_id=row.id,
        code=row.code,
        state=State(row.state),
        seq=row.seq,
        created=created,
        due_at=row.promised_due,
        outside_code=row.outside_code,
    )


def bring_in(
    action: Action,
    filing: Filing,
    *,
    by: Actor,
    at: datetime,
    numbered: Callable[[Dossier], Mapping[str, Json]] | None = None,
) -> Filed:
    """Check everything and create the dossier with its first entry. Call inside a transaction.

    `numbered` is called once the dossier has its code, before the entry; what it gives is told there as well.

    Raises `NotAllowed`, `DoorClosed`, `FormStale`, `AnswersInvalid`, `PapersMissing`, `UnknownReceiver` and what
    `procedures` raises for an unknown procedure or one not in force.
    """
    require_aware(at)
    day = at.astimezone(VN).date()
    _check_may(action, filing, by, at)
    check_storable(filing.answers, filing.applicant.as_json(), filing.key, *filing.outside)
    check_storable(
        filing.submitter.as_json() if filing.submitter else "", *(c.note for c in filing.components)
    )
    before = seen_before(by, filing)
    if before is not None:
        return before
    version = procedures.version_on(filing.procedure_code, day)
    if filing.version_id is not None and filing.version_id != version.id:
        raise policies.FormStale(filing.procedure_code)
    if filing.check_door:
        policies.check_door(procedures.open_doors(version, day), filing.door, at.astimezone(VN))
    if filing.channel not in DOOR_CHANNELS[filing.door]:
        raise ChannelMismatch(channel=filing.channel.value)
    content: ProcedureContent = version.content
    answers = checked_answers(content, filing, day)
    papers = checked_papers(content, filing, answers, day)
    row = _row(action, filing, version, answers, by=by, at=at)
    clock = advance(row, Clock.START, ended_well=False, at=at) if action in _STARTING else None
    if clock is not None:
        row.due_at = row.promised_due = clock.due
    row.queue_due = _first_due(row, day, at)
    place(row)
    row.code = next_code(row.receiving_agency, at)
    told = _told(row, filing) | dict(numbered(row) if numbered is not None else {})
    write(row, action, by=by, at=at, payload=told, clock=clock, creating=True)
    keep_papers(row, papers, by=by, at=at)
    for part in content.linked if row.has_parts else ():
        bring_in(*_part(action, filing, row, part), by=by, at=at)
    return filed(row, created=True)


def _part(action: Action, filing: Filing, parent: Dossier, part: LinkedPart) -> tuple[Action, Filing]:
    """A linked dossier: filed with its parent, its own number and clock; it waits where it needs another's result."""
    keys = part.answers or tuple(parent.answers)
    child = replace(
        filing,
        procedure_code=part.code,
        version_id=None,
        handling_agency="",
        answers={key: parent.answers[key] for key in keys if key in parent.answers},
        components=(),
        key=f"{filing.key}/{part.code}"[:80] if filing.key else "",
        outside=(filing.outside[0], f"{filing.outside[1]}/{part.code}") if filing.outside[1] else ("", ""),
        parent=parent,
        part_code=part.code,
        check_answers=False,
        check_papers=False,
        check_door=False,
    )
    if action is Action.RECEIVE_AT_DESK and part.after:
        return Action.SUBMIT, child
    return action, child


def _check_may(action: Action, filing: Filing, by: Actor, at: datetime) -> None:
    owners = frozenset(
        str(party.person_id) for party in (filing.applicant, filing.submitter) if party and party.person_id
    )
    has = relations_to_filing(by, filing.receiving_agency, owners, at)
    if not any(granted(by, has, row.grants) for row in creating_rows(action)):
        raise NotAllowed(f"{by.kind}/{by.role} may not {action} at {filing.receiving_agency}")
    if by.kind is not ActorKind.CITIZEN:
        return
    submitter = filing.submitter or filing.applicant
    if str(submitter.person_id) != by.ref:
        raise NotAllowed("a citizen files in their own name")
    applicant = filing.applicant
    if str(applicant.person_id) != by.ref:
        people.check_may_act_for(
            UUID(by.ref),
            on=at.astimezone(VN).date(),
            person_id=applicant.person_id if applicant.organisation_id is None else None,
            organisation_id=applicant.organisation_id,
            procedure=filing.procedure_code,
        )


def _row(
    action: Action, filing: Filing, version: VersionInfo, answers: dict[str, Any], *, by: Actor, at: datetime
) -> Dossier:
    content: ProcedureContent = version.content
    unit_code(filing.receiving_agency, at)
    handler = filing.handling_agency or _handler(content, filing, at)
    if action is Action.TAKE_IN and filing.handling_agency:
        check_decides(content, handler, at)
    accepted = action in _COMING
    state, step = _COMING.get(action, (State.REGISTERED, Step.NONE))
    applicant, submitter = filing.applicant, filing.submitter
    row = Dossier(
        id=uuid4(),
        outside_system=filing.outside[0],
        outside_code=filing.outside[1],
        filing_scope=scope_of(by) if filing.key else "",
        filing_key=filing.key,
        filing_hash=fingerprint(filing) if filing.key else "",
        procedure_version_id=version.id,
        filed_version_id=version.id,
        procedure_code=content.code,
        procedure_name=content.name,
        field=content.field[:300],
        channel=filing.channel,
        door=filing.door,
        receiving_agency=filing.receiving_agency,
        desk_agency=filing.receiving_agency,
        handling_agency=handler,
        return_agency=filing.return_agency or filing.receiving_agency,
        return_by=filing.return_by,
        applicant_person_id=applicant.person_id,
        applicant_organisation_id=applicant.organisation_id,
        applicant=applicant.as_json(),
        applicant_name=applicant.name[:300],
        applicant_fold=fold(applicant.name)[:300],
        applicant_number=applicant.personal_number or applicant.tax_code,
        submitter_person_id=submitter.person_id if submitter else None,
        submitter=submitter.as_json() if submitter else None,
        acting_as=filing.acting_as,
        answers=answers,
        quantity=filing.quantity,
        identity_proven=filing.identity_proven,
        state=state,
        step=step,
        proposal=dict(filing.proposal),
        proposed_by=by.ref if filing.proposal else "",
        regime=regime_on(at.astimezone(VN).date()).id,
        submitted_at=at,
        accepted_at=at if accepted else None,
        accepted_by=by.ref if accepted else "",
        ended_at=at if action is Action.AT_ONCE else None,
        returned_at=at if action is Action.AT_ONCE else None,
        outcome=Outcome.GRANTED if action is Action.AT_ONCE else Outcome.NONE,
        parent=filing.parent,
        part_code=filing.part_code,
        has_parts=bool(content.linked) and filing.parent is None,
    )
    pin_limit(row, limit_for(content, filing.channel) if accepted else None)
    return row


def _handler(content: ProcedureContent, filing: Filing, at: datetime) -> str:
    try:
        return handler_of(content, filing.receiving_agency, at, applicant=filing.applicant)
    except UnknownHandler:
        # A linked part whose own agency no rule names stays with who decides the parent, and is forwarded.
        if filing.parent is None:
            raise
        return filing.parent.handling_agency


def _first_due(row: Dossier, day: date, at: datetime) -> datetime:
    if row.state != State.REGISTERED:
        return row.due_at or at
    rule = reception_rule_on(day)
    calendar = calendar_for(row.receiving_agency, known_at=at)
    return due_time(at, rule.answer_within, calendar, regime_on(day)).due


def _told(row: Dossier, filing: Filing) -> dict[str, Json]:
    """What the first entry says beside the common words."""
    return {
        "receiving_agency": row.receiving_agency,
        "procedure_name": row.procedure_name,
        "version": str(row.procedure_version_id),
        "channel": row.channel,
        "door": row.door,
        "outside_system": row.outside_system,
        "outside_code": row.outside_code,
        "applicant": filing.applicant.as_json(),
        "submitter": filing.submitter.as_json() if filing.submitter else None,
        "acting_as": row.acting_as,
        "answers": row.answers,
        "components": [paper_payload(one) for one in filing.components],
        "quantity": row.quantity,
        "identity_proven": row.identity_proven,
        "parent": str(row.parent_id) if row.parent_id else None,
        "proposal": row.proposal or None,
        "acceptance_due": row.queue_due.isoformat() if row.state == State.REGISTERED else None,
    }


def paper_payload(one: ComponentGiven) -> dict[str, Json]:
    """A paper as the ledger keeps it: what and how, not its content."""
    told: dict[str, Json] = {
        "code": one.code,
        "how": one.how.value,
        "copies": one.copies,
        "original": one.original,
        "file": str(one.file_id) if one.file_id else None,
        "wallet": one.wallet_ref,
        "registry": one.fact.get("registry"),
    }
    return {**told, "sha256": one.sha256} if one.sha256 else told


def keep_papers(
    row: Dossier, papers: Sequence[tuple[ComponentGiven, str]], *, by: Actor, at: datetime
) -> None:
    """Store the evidence rows; an earlier paper of the same code is marked replaced."""
    if not papers:
        return
    if row.seq > 1:
        codes = [one.code for one, _ in papers]
        Component.objects.filter(dossier=row, code__in=codes, replaced_at__isnull=True).update(replaced_at=at)
    rows.insert(
        *(
            Component(
                dossier=row,
                seq=row.seq,
                code=one.code,
                name=name[:2000],
                how=one.how,
                copies=one.copies,
                original=one.original,
                file_id=one.file_id,
                wallet_ref=one.wallet_ref,
                fact=dict(one.fact),
                digitised_at=at if one.how is HowProvided.DIGITISED else None,
                digitised_by=by.ref if one.how is HowProvided.DIGITISED else "",
                provided_at=at,
                note=one.note,
            )
            for one, name in papers
        )
    )
