"""How a dossier comes in: the citizen's e-form, the desk, another system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor, Json
from motcua.dossiers.actions.checks import Filing
from motcua.dossiers.actions.creating import bring_in
from motcua.dossiers.data import Action, Channel, ComponentGiven, Filed, Party
from motcua.procedures.data import DoorKind


def submit(
    *,
    by: Actor,
    at: datetime,
    idempotency_key: str,
    procedure_code: str,
    receiving_agency: str,
    applicant: Party,
    submitter: Party | None = None,
    acting_as: str = "",
    answers: Mapping[str, Json],
    components: Sequence[ComponentGiven] = (),
    door: DoorKind = DoorKind.PROVINCIAL_EFORM,
    channel: Channel = Channel.ONLINE,
    version_id: UUID | None = None,
    handling_agency: str = "",
    return_agency: str = "",
    return_by: str = "counter",
    quantity: int = 1,
    identity_proven: bool = False,
) -> Filed:
    """File a dossier: state 1, an acknowledgement, no due time yet (NĐ 61/2018 Đ.16; NĐ 118/2025).

    `idempotency_key` makes a double click or a resend give the same dossier. `version_id`: the version whose
    form was filled in; a newer one in force raises `FormStale` and nothing typed is lost. Citizens file for
    themselves, or for whom `people` knows a ground. `by` a citizen: `by.ref` is the person's id.
    Raises `DoorClosed` (naming the open doors), `AnswersInvalid` (`.errors` by field), `PapersMissing`,
    `KeyUsedForAnother`, `NotAllowed`, `UnknownReceiver`.
    """
    filing = Filing(
        procedure_code=procedure_code,
        version_id=version_id,
        door=door,
        channel=channel,
        receiving_agency=receiving_agency,
        handling_agency=handling_agency,
        applicant=applicant,
        submitter=submitter,
        acting_as=acting_as,
        answers=answers,
        components=components,
        key=idempotency_key,
        quantity=quantity,
        return_agency=return_agency,
        return_by=return_by,
        identity_proven=identity_proven,
    )
    with transaction.atomic():
        return bring_in(Action.SUBMIT, filing, by=by, at=at)


def receive_at_desk(
    *,
    by: Actor,
    at: datetime,
    idempotency_key: str,
    procedure_code: str,
    receiving_agency: str,
    applicant: Party,
    submitter: Party | None = None,
    acting_as: str = "",
    answers: Mapping[str, Json],
    components: Sequence[ComponentGiven] = (),
    door: DoorKind = DoorKind.DESK,
    channel: Channel = Channel.DIRECT,
    version_id: UUID | None = None,
    handling_agency: str = "",
    return_agency: str = "",
    return_by: str = "counter",
    quantity: int = 1,
    identity_proven: bool = False,
) -> Filed:
    """Receive and accept in one visit: state 2, the receipt with its due time (NĐ 61/2018 Đ.17.1c).

    `door` DESK with `channel` DIRECT, or POST with POST. Raises as `submit` does.
    """
    filing = Filing(
        procedure_code=procedure_code,
        version_id=version_id,
        door=door,
        channel=channel,
        receiving_agency=receiving_agency,
        handling_agency=handling_agency,
        applicant=applicant,
        submitter=submitter,
        acting_as=acting_as,
        answers=answers,
        components=components,
        key=idempotency_key,
        quantity=quantity,
        return_agency=return_agency,
        return_by=return_by,
        identity_proven=identity_proven,
    )
    with transaction.atomic():
        return bring_in(Action.RECEIVE_AT_DESK, filing, by=by, at=at)


def take_in_from_outside(
    *,
    by: Actor,
    at: datetime,
    outside_system: str,
    outside_code: str,
    procedure_code: str,
    receiving_agency: str,
    applicant: Party,
    submitter: Party | None = None,
    answers: Mapping[str, Json],
    components: Sequence[ComponentGiven] = (),
    door: DoorKind = DoorKind.NATIONAL_PORTAL,
    channel: Channel = Channel.ONLINE,
    handling_agency: str = "",
    return_agency: str = "",
    identity_proven: bool = False,
    quantity: int = 1,
) -> Filed:
    """Take in a dossier that another system received: state 1; its code is kept beside ours.

    Idempotent by (`outside_system`, `outside_code`): sent again, the same dossier comes back. Papers and answers
    are taken as they are: what is missing is asked for by a supplement request, not refused at the wire.
    """
    filing = Filing(
        procedure_code=procedure_code,
        version_id=None,
        door=door,
        channel=channel,
        receiving_agency=receiving_agency,
        handling_agency=handling_agency,
        applicant=applicant,
        submitter=submitter,
        answers=answers,
        components=components,
        outside=(outside_system, outside_code),
        quantity=quantity,
        return_agency=return_agency,
        check_answers=False,
        check_papers=False,
        identity_proven=identity_proven,
    )
    with transaction.atomic():
        return bring_in(Action.TAKE_IN, filing, by=by, at=at)
