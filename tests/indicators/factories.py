"""Facts of dossiers as counting sees them, with traits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from motcua.base.clock import VN
from motcua.documents.data import ResultFile, ResultState
from motcua.dossiers.data import Channel, DossierFacts, State, Step, Wait
from motcua.indicators.data import Inputs, ProcedureFact

START = datetime(2026, 3, 2, 9, 0, tzinfo=VN)
DUE = datetime(2026, 3, 9, 17, 0, tzinfo=VN)
PROCEDURE = ProcedureFact(
    online=True,
    full_online=True,
    paper_result=True,
    for_people=True,
    complete=True,
    with_fee=True,
    fee_by_channel=frozenset({"direct"}),
)


def wait(asked: datetime, days: float | None, due_before: datetime | None = DUE) -> Wait:
    """A request for papers, answered after so many days (None: not yet)."""
    supplied = None if days is None else asked + timedelta(days=days)
    return Wait(asked_at=asked, supplied_at=supplied, closed_at=None, due_before=due_before)


def facts(**changes: Any) -> DossierFacts:
    """A dossier accepted at START and due at DUE, in progress."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "code": "H41.12-260302-0001",
        "seq": 3,
        "procedure_version": UUID(int=1),
        "procedure_code": "9.000001",
        "procedure_name": "Cấp giấy",
        "channel": Channel.DIRECT,
        "handling_agency": "ubnd-xa-16681",
        "receiving_agency": "ttpvhcc-xa-16681",
        "state": State.IN_PROGRESS,
        "step": Step.SOLVING,
        "assignee": "",
        "identity_proven": False,
        "imported": False,
        "limit_amount": 5,
        "limit_unit": "working_day",
        "submitted_at": START,
        "accepted_at": START,
        "promised_due": DUE,
        "ended_at": None,
        "returned_at": None,
        "waits": (),
        "papers": (),
        "results": (),
        "payments": (),
    }
    return DossierFacts(**{**values, **changes})


def ended(at: datetime, state: State = State.RESOLVED, **changes: Any) -> DossierFacts:
    """The same, ended at `at`."""
    return facts(state=state, step=Step.NONE, ended_at=at, **changes)


def inputs(what: DossierFacts | None = None, **changes: Any) -> Inputs:
    """What is known of it."""
    return Inputs(**{"facts": what or facts(), "procedure": PROCEDURE, **changes})


def a_file(**changes: Any) -> ResultFile:
    """A result's file of its own."""
    values: dict[str, Any] = {"state": ResultState.ISSUED, "size": 9000, "in_wallet": True, "shared_by": 0}
    return ResultFile(**{**values, **changes})
