"""The control slip of one dossier, from its ledger entries and the approved internal process."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_UP, Decimal
from uuid import UUID

from motcua.base.data import Actor
from motcua.deadlines.api import calendar_for, due_time, regime
from motcua.deadlines.data import LimitUnit, TimeLimit
from motcua.dossiers.data import Sight, SlipRow, Step
from motcua.dossiers.permissions import NotYours
from motcua.dossiers.queries.history import history, seen_row
from motcua.dossiers.rules.process import hours_of
from motcua.dossiers.rules.slips import Moment, slip
from motcua.procedures import api as procedures


def control_slip(*, by: Actor, at: datetime, dossier_id: UUID) -> tuple[SlipRow, ...]:
    """Who held the dossier, from when to when, and whether inside the hours of the internal process."""
    row, sight = seen_row(by, at, dossier_id)
    if sight is not Sight.FULL:
        raise NotYours("the control slip is internal")
    process = procedures.version(row.procedure_version_id).content.internal_process
    calendar, rules = calendar_for(row.handling_agency, known_at=at), regime(row.regime)

    def step_hours(step: Step) -> Decimal | None:
        return hours_of(step, process)

    def late_after(since: datetime, hours: Decimal) -> datetime:
        whole = int(hours.to_integral_value(ROUND_UP))
        return due_time(since, TimeLimit(max(whole, 1), LimitUnit.WORKING_HOUR), calendar, rules).due

    moments = [
        Moment(at=e.at, who=e.actor.ref, unit=e.unit or "", payload=e.payload)
        for e in history(row.id)
        if e.payload
    ]
    return slip(moments, hours_of=step_hours, late_after=late_after)
