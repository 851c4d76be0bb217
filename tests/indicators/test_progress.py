"""Indicator 2.1 by the formula document: which end counts, what is deducted, what makes a dossier late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from motcua.base.clock import VN
from motcua.dossiers.data import DossierFacts, State, Step
from motcua.indicators.data import Progress
from motcua.indicators.rules.progress import progress

from .factories import DUE, START, ended, facts, wait

LATER = DUE + timedelta(days=1)


def of(what: DossierFacts, at: datetime = LATER, latest: datetime | None = None) -> Progress:
    found = progress(what, latest=latest, at=at)
    assert found is not None
    return found


def test_ended_by_the_appointment_is_in_time_and_a_minute_later_is_not() -> None:
    assert of(ended(DUE)).in_time
    late = of(ended(DUE + timedelta(minutes=1)))
    assert not late.in_time
    assert late.why_vi == "quá hạn: kết thúc 17:01 ngày 09/03/2026, hẹn trả 17:00 ngày 09/03/2026"
    assert late.late_from == DUE


def test_the_wait_for_papers_is_deducted_and_said() -> None:
    found = of(ended(DUE + timedelta(days=1), waits=(wait(START + timedelta(hours=2), 2),)))
    assert found.in_time
    assert found.why_vi.endswith("; đã trừ 2 ngày chờ bổ sung")
    still_late = of(ended(DUE + timedelta(days=3), waits=(wait(START + timedelta(hours=2), 2),)))
    assert not still_late.in_time
    assert "đã trừ 2 ngày" in still_late.why_vi


def test_a_wait_before_the_receipt_is_no_part_of_the_time() -> None:
    early = wait(START - timedelta(days=3), 2)
    assert not of(ended(DUE + timedelta(hours=1), waits=(early,))).in_time


def test_a_second_request_is_late_whenever_it_ended() -> None:
    twice = (wait(START + timedelta(hours=1), 0.1), wait(START + timedelta(hours=9), 0.1))
    found = of(ended(START + timedelta(days=1), waits=twice))
    assert not found.in_time
    assert found.late_from == START + timedelta(hours=9)
    assert found.why_vi.startswith("quá hạn: yêu cầu bổ sung 2 lần")
    assert not of(facts(waits=twice), at=START + timedelta(days=1)).in_time


def test_while_papers_are_waited_for_the_request_is_the_end() -> None:
    waiting = facts(state=State.SUPPLEMENT, step=Step.NONE, waits=(wait(DUE - timedelta(hours=1), None),))
    found = of(waiting, at=DUE + timedelta(days=30))
    assert found.in_time
    assert "đang chờ người dân bổ sung" in found.why_vi
    late = facts(state=State.SUPPLEMENT, step=Step.NONE, waits=(wait(DUE + timedelta(hours=1), None),))
    assert not of(late).in_time


@pytest.mark.parametrize("state", [State.STOPPED, State.REFUSED, State.WITHDRAWN, State.RETURNED])
def test_every_end_counts(state: State) -> None:
    assert of(ended(DUE, state)).in_time
    assert not of(ended(DUE + timedelta(seconds=1), state)).in_time


def test_what_is_not_finished_is_looked_at_now() -> None:
    assert of(facts(), at=DUE).in_time
    assert of(facts(), at=DUE).check_at == DUE
    late = of(facts(), at=DUE + timedelta(seconds=1))
    assert (late.in_time, late.late_from, late.check_at) == (False, DUE, None)


def test_without_an_appointment_the_legal_time_decides() -> None:
    legal = datetime(2026, 3, 5, 17, 0, tzinfo=VN)
    bare = ended(legal, promised_due=None)
    assert of(bare, latest=legal).in_time
    assert "hạn theo quy định 17:00 ngày 05/03/2026" in of(bare, latest=legal).why_vi
    assert not of(ended(legal + timedelta(minutes=1), promised_due=None), latest=legal).in_time
    assert of(bare, latest=None).in_time


def test_only_registered_is_not_counted_and_refused_at_the_door_is() -> None:
    registered = facts(state=State.REGISTERED, step=Step.NONE, accepted_at=None, promised_due=None)
    assert progress(registered, latest=None, at=LATER) is None
    refused = ended(START + timedelta(hours=1), State.REFUSED, accepted_at=None, promised_due=None)
    assert of(refused, latest=DUE).start == START
