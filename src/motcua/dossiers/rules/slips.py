"""The control slip: a dossier's stays with units and persons, read off its ledger entries.

TT 01/2018/TT-VPCP form 05 and TT 03/2025/TT-VPCP form 06 list who handed the dossier to whom, when, and whether
in time. A stay begins with the entry that brings the dossier to somebody and ends with the next such entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from motcua.base.data import Json
from motcua.dossiers.data import SlipRow, State, Step


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An entry as the slip needs it."""

    at: datetime
    who: str
    unit: str
    payload: Mapping[str, Json]


_STATE_STAYS = {
    State.REGISTERED: "tiếp nhận",
    State.ACCEPTED: "bàn giao",
    State.SUPPLEMENT: "chờ bổ sung",
    State.PAYMENT_DUE: "chờ nộp phí, lệ phí",
    State.RESOLVED: "trả kết quả",
}


def slip(
    moments: Sequence[Moment],
    *,
    hours_of: Callable[[Step], Decimal | None],
    late_after: Callable[[datetime, Decimal], datetime],
) -> tuple[SlipRow, ...]:
    """The stays in order. `hours_of` gives a step's working hours by the internal process, `late_after` the moment
    by which so many working hours from a moment are over."""
    rows: list[SlipRow] = []
    open_stay: tuple[Moment, str, Step, str] | None = None
    for moment in moments:
        state = State(int(str(moment.payload["state"])))
        step = Step(str(moment.payload.get("step") or ""))
        name = step.label_vi if step else _STATE_STAYS.get(state, "")
        holder = str(moment.payload.get("assignee") or "") if step in (Step.ASSIGNED, Step.SOLVING) else ""
        key = f"{state.value}/{step.value}/{moment.payload.get('handling_agency')}/{holder}"
        if open_stay is not None and open_stay[3] == key:
            continue
        if open_stay is not None:
            rows.append(_row(open_stay, moment, hours_of, late_after))
        open_stay = (moment, name, step, key) if name else None
    if open_stay is not None:
        rows.append(_row(open_stay, None, hours_of, late_after))
    return tuple(rows)


def _row(
    stay: tuple[Moment, str, Step, str],
    until: Moment | None,
    hours_of: Callable[[Step], Decimal | None],
    late_after: Callable[[datetime, Decimal], datetime],
) -> SlipRow:
    since, name, step, _ = stay
    hours = hours_of(step) if step else None
    verdict = ""
    if until is not None and hours is not None and hours > 0:
        verdict = "late" if until.at > late_after(since.at, hours) else "on_time"
    return SlipRow(
        step=name,
        unit=str(since.payload.get("handling_agency") or since.unit) if step else since.unit,
        who=str(since.payload.get("assignee") or "") if step in (Step.ASSIGNED, Step.SOLVING) else since.who,
        received_at=since.at,
        handed_at=until.at if until else None,
        limit_hours=int(hours) if hours is not None else None,
        verdict=verdict,
        note=str((until.payload if until else {}).get("reason") or ""),
    )
