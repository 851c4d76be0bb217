"""Indicator 2.1, dossier by dossier: in time or late, from the dossier's own moments, with the sentence why.

The formula document of QĐ 766: end := resolved, else returned, else stopped, refused or withdrawn; minus the time
between asking for papers and getting them; while papers are waited for, the request is the end; a second request
makes it late; without an appointment the legal time decides; what is not finished is looked at now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.base.clock import VN
from motcua.dossiers.data import DossierFacts, State
from motcua.indicators.data import Progress

_NOTHING = timedelta(0)


def moment_vi(at: datetime) -> str:
    """16:30 ngày 14/03/2025."""
    return f"{at.astimezone(VN):%H:%M ngày %d/%m/%Y}"


def span_vi(span: timedelta) -> str:
    """2 ngày, 5 giờ: the larger part only."""
    if span >= timedelta(days=1):
        return f"{round(span / timedelta(days=1))} ngày"
    if span >= timedelta(hours=1):
        return f"{round(span / timedelta(hours=1))} giờ"
    return f"{round(span / timedelta(minutes=1))} phút"


def progress(facts: DossierFacts, *, latest: datetime | None, at: datetime) -> Progress | None:
    """How the dossier stands at `at`; None while it is only registered (no day of receipt: not counted)."""
    start = facts.accepted_at
    if start is None:
        if facts.state is not State.REFUSED:
            return None
        start = facts.submitted_at
    due = facts.promised_due or latest
    waited = _waited(facts, start)
    twice = facts.waits[1].asked_at if len(facts.waits) > 1 else None
    if facts.ended_at is not None:
        return _ended(facts, start, due, waited, twice)
    if facts.state is State.SUPPLEMENT and facts.waits:
        return _waiting(facts, start, due, waited, twice)
    return _open(start, due, waited, twice, at)


def _waited(facts: DossierFacts, start: datetime) -> timedelta:
    """The wait for papers after the receipt; a wait before it is no part of the time."""
    total = _NOTHING
    for wait in facts.waits:
        end = wait.supplied_at or wait.closed_at
        if end is not None and end > start:
            total += end - max(wait.asked_at, start)
    return total


def _ended(
    facts: DossierFacts, start: datetime, due: datetime | None, waited: timedelta, twice: datetime | None
) -> Progress:
    end = facts.ended_at
    assert end is not None
    counted = end - waited
    in_time = twice is None and (due is None or counted <= due)
    late_from = None
    if twice is not None:
        late_from = twice if due is None else min(twice, due)
    elif due is not None and not in_time:
        late_from = due
    if twice is not None:
        why = f"quá hạn: yêu cầu bổ sung {len(facts.waits)} lần, lần hai lúc {moment_vi(twice)}"
    else:
        why = f"{'đúng hạn' if in_time else 'quá hạn'}: kết thúc {moment_vi(end)}, {_appointment(facts, due)}"
        why += _deducted(waited)
    return Progress(
        start=start,
        end=end,
        in_time=in_time,
        late_from=late_from if late_from is None else min(late_from, end),
        check_at=None,
        waited_days=waited / timedelta(days=1),
        why_vi=why,
    )


def _waiting(
    facts: DossierFacts, start: datetime, due: datetime | None, waited: timedelta, twice: datetime | None
) -> Progress:
    asked = facts.waits[-1].asked_at
    due = facts.waits[-1].due_before or due
    in_time = twice is None and (due is None or asked - waited <= due)
    if twice is not None:
        why = f"quá hạn: yêu cầu bổ sung {len(facts.waits)} lần, lần hai lúc {moment_vi(twice)}"
    else:
        word = "đúng hạn" if in_time else "quá hạn"
        why = f"{word}: đang chờ người dân bổ sung từ {moment_vi(asked)}"
        why += f", hẹn trả {moment_vi(due)}" if due else ""
    late_from = twice if twice is not None else due if not in_time else None
    return Progress(
        start=start,
        end=None,
        in_time=in_time,
        late_from=late_from,
        check_at=None,
        waited_days=waited / timedelta(days=1),
        why_vi=why,
    )


def _open(
    start: datetime, due: datetime | None, waited: timedelta, twice: datetime | None, at: datetime
) -> Progress:
    late = twice is not None or (due is not None and at > due)
    if twice is not None:
        why = f"quá hạn: yêu cầu bổ sung quá một lần, lần hai lúc {moment_vi(twice)}"
    elif due is None:
        why = "đúng hạn: đang xử lý, thủ tục không có thời hạn"
    else:
        why = f"{'quá hạn' if late else 'đúng hạn'}: đang xử lý, hẹn trả {moment_vi(due)}"
    late_from = None
    if late:
        late_from = twice if due is None or (twice is not None and twice < due) else due
    return Progress(
        start=start,
        end=None,
        in_time=not late,
        late_from=late_from,
        check_at=due if not late else None,
        waited_days=waited / timedelta(days=1),
        why_vi=why,
    )


def _appointment(facts: DossierFacts, due: datetime | None) -> str:
    if due is None:
        return "thủ tục không có thời hạn"
    return f"{'hẹn trả' if facts.promised_due else 'hạn theo quy định'} {moment_vi(due)}"


def _deducted(waited: timedelta) -> str:
    return f"; đã trừ {span_vi(waited)} chờ bổ sung" if waited > _NOTHING else ""
