"""Results given while the citizen waits, one dossier and one entry each: no receipt (NĐ 61/2018 Đ.17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, Json
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers.actions.checks import Filing
from motcua.dossiers.actions.creating import bring_in
from motcua.dossiers.actions.results import draft_for
from motcua.dossiers.data import Action, AtOnceItem, Channel, ComponentGiven, Filed, HowProvided, Outcome
from motcua.dossiers.models import Dossier, ResultLink
from motcua.procedures import api as procedures
from motcua.procedures.data import ComponentKind, DoorKind
from motcua.staff.data import Role


class NothingScanned(DomainError):
    """An electronic copy needs the scan of the original."""

    message_vi = "Bản sao điện tử cần có bản quét của bản chính."


def at_once(
    *,
    by: Actor,
    at: datetime,
    idempotency_key: str,
    items: Sequence[AtOnceItem],
    receiving_agency: str = "",
) -> tuple[Filed, ...]:
    """Record results given on the spot, in one transaction: all or none.

    No receipt, straight to state 10. `receiving_agency` defaults to the officer's own. An item with scans is also
    issued electronically (NĐ 45/2020 Đ.10): on the spot where `by` signs; else it lies in the list of who signs
    (state 4), due the same day, for the desk signs nothing. Raises as `submit` does, and what `documents` raises
    for a scan that cannot be shown or when nothing can be signed: then neither dossier nor number.
    """
    agency = receiving_agency or by.unit or ""
    for item in items:
        documents.check_copyable(item.scans)
    with transaction.atomic():
        return tuple(
            _given(item, f"{idempotency_key}/{number}", agency, by=by, at=at)
            for number, item in enumerate(items, 1)
        )


def bring_to_sign(
    *, by: Actor, at: datetime, idempotency_key: str, item: AtOnceItem, receiving_agency: str = ""
) -> Filed:
    """Put one electronic copy into the list of who signs: the desk compared the scan with the original.

    No receipt (NĐ 61/2018 Đ.17); the clock runs and the copy is due the same day. Raises `NothingScanned`.
    """
    if not item.scans:
        raise NothingScanned
    documents.check_copyable(item.scans)
    filing = _filing(item, idempotency_key, receiving_agency or by.unit or "", at)
    with transaction.atomic():
        return bring_in(Action.BRING_TO_SIGN, filing, by=by, at=at)


def _filing(item: AtOnceItem, key: str, agency: str, at: datetime) -> Filing:
    return Filing(
        procedure_code=item.procedure_code,
        version_id=None,
        door=DoorKind.AT_ONCE,
        channel=Channel.DIRECT,
        receiving_agency=agency,
        applicant=item.applicant,
        answers=_said(item),
        components=_scanned(item, at.astimezone(VN).date()),
        key=key,
        quantity=item.quantity,
        check_answers=False,
        check_papers=False,
        proposal=_proposal(item) if item.scans else {},
    )


def _given(item: AtOnceItem, key: str, agency: str, *, by: Actor, at: datetime) -> Filed:
    filing = _filing(item, key, agency, at)
    if not item.scans:
        return bring_in(Action.AT_ONCE, filing, by=by, at=at)
    if by.role != Role.SIGNER:
        return bring_in(Action.BRING_TO_SIGN, filing, by=by, at=at)
    issued: list[documents.IssuedResult] = []

    def issue(row: Dossier) -> Mapping[str, Json]:
        issued.append(documents.issue_result(by=by, at=at, draft=draft_for(row, by=by, at=at, data={})))
        return {"results": [str(issued[0].id)], "full_number": issued[0].full_number}

    done = bring_in(Action.AT_ONCE, filing, by=by, at=at, numbered=issue)
    for result in issued:
        ResultLink.objects.create(
            dossier_id=done.dossier_id,
            result_id=result.id,
            title=result.title[:500],
            full_number=result.full_number,
            signed_at=at,
            signed_by=by.ref,
            stamped_at=at,
            stamped_by=by.ref,
        )
    return done


def _said(item: AtOnceItem) -> dict[str, Json]:
    said: dict[str, Json] = {"title": item.title, "pages": item.pages}
    if item.scans:
        said["scans"] = [str(one) for one in item.scans]
    if item.data:
        said["data"] = dict(item.data)
    return said


def _proposal(item: AtOnceItem) -> dict[str, Json]:
    said = f"Chứng thực bản sao điện tử: {item.title}" if item.title else "Chứng thực bản sao điện tử"
    return {"outcome": Outcome.GRANTED.value, "opinion": said, "data": {}}


def _scanned(item: AtOnceItem, day: date) -> tuple[ComponentGiven, ...]:
    """The scans as evidence of the paper that was shown: who signs opens them from the dossier."""
    if not item.scans:
        return ()
    content = procedures.version_on(item.procedure_code, day).content
    shown = [part for part in content.components if part.kind is ComponentKind.SHOW] or content.components
    code, name = (shown[0].code, shown[0].name) if shown else ("SCAN", "Bản quét của bản chính")
    return tuple(
        ComponentGiven(code=code, name=name, how=HowProvided.DIGITISED, file_id=one) for one in item.scans
    )
