"""Yesterday's law, and one filing that opens three dossiers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.api import ComponentGiven, HowProvided, Outcome, State, Step
from motcua.procedures.api import DoorKind
from motcua.units import api as units

from .factories import PAIR, Office, applicant, finish, pdf_of, receive, sample, text_of
from .test_fifteen import bare

MARCH = datetime(2025, 3, 14, 8, 5, tzinfo=VN)


def as_in_march(answers: dict[str, Any]) -> dict[str, Any]:
    """The sample told eighteen months earlier: a child born in March 2025, communes under districts."""
    text = json.dumps(answers)
    for code in ("16681", "16777"):
        text = text.replace(f"{code}@20250701", units.lookup_code(code, on=MARCH.date()).key)
    told: dict[str, Any] = json.loads(text.replace("2026-10-28", "2025-03-05"))
    return told


def test_before_the_reform_the_old_commune_answers_to_the_provincial_form(office: Office) -> None:
    one = sample("1.001193")
    party = applicant(one)
    filed = dossiers.submit(
        by=Actor(kind=ActorKind.CITIZEN, ref=str(party.person_id)),
        at=MARCH,
        idempotency_key="march",
        procedure_code=one.code,
        receiving_agency="motcua-xa-16681-cu",
        applicant=party,
        answers=as_in_march(one.answers),
        components=[ComponentGiven(code=code, how=HowProvided.PAPER) for code in one.papers],
        door=DoorKind.PROVINCIAL_EFORM,
        identity_proven=True,
    )
    view = finish(office, filed.dossier_id, at=MARCH, decided=one.decided)
    assert view.card.handling_agency == "ubnd-xa-16681-cu"
    (result,) = documents.results_of_dossier(view.card.code)
    old = units.lookup_code("16681", on=MARCH.date())
    district = units.unit(old.parent_key or "")
    paper = bare(text_of(pdf_of(result)))
    assert result.full_number == "01/2025/GKS"
    assert bare(f"{old.short_name}, ngày 14 tháng 3 năm 2025") in paper
    place = (
        f"{old.name[:1].lower()}{old.name[1:]}, {district.name[:1].lower()}{district.name[1:]}, tỉnh Nghệ An"
    )
    assert bare(f"Số 12, ngõ 5, đường Hồng Sơn, {place}") in paper
    assert documents.verify(pdf_of(result)).trustworthy


def test_one_filing_opens_three_dossiers_with_their_own_clocks(office: Office) -> None:
    one = sample(PAIR)
    filed = receive(office, one)
    parent = dossiers.get_for(by=SYSTEM, at=one.filed_at, dossier_id=filed.dossier_id)
    birth, *waiting = parent.children
    assert parent.promised_due is not None
    assert [card.procedure_code for card in parent.children] == ["1.001193", "1.004222", "1.001939"]
    assert birth.state is State.ACCEPTED
    assert birth.due_at is not None
    assert [(card.state, card.due_at) for card in waiting] == [(State.REGISTERED, None)] * 2

    done = finish(office, birth.id, at=one.filed_at, decided=one.decided, until=State.RESOLVED)
    (result,) = documents.results_of_dossier(done.card.code)
    assert bare("Họ, chữ đệm, tên: Trần Gia Hân") in bare(text_of(pdf_of(result)))
    later = dossiers.get_for(by=SYSTEM, at=one.filed_at, dossier_id=filed.dossier_id).children[1:]
    assert [(card.state, card.step) for card in later] == [(State.IN_PROGRESS, Step.OUTSIDE)] * 2
    assert all(card.due_at is not None for card in later)
    residence, insurance = later
    assert residence.handling_agency.startswith(
        "ca-xa-"
    )  # the commune's police, on the ministry's own system
    then = one.filed_at + timedelta(hours=1)
    tell = {"by": SYSTEM, "at": then}
    dossiers.mirror(**tell, dossier_id=residence.id, status="Đã đăng ký thường trú", outcome=Outcome.GRANTED)
    dossiers.mirror(**tell, dossier_id=insurance.id, status="Trẻ đã có thẻ", outcome=Outcome.REJECTED)
    whole = dossiers.get_for(by=SYSTEM, at=then, dossier_id=filed.dossier_id)
    assert (whole.card.state, whole.outcome) == (State.RESOLVED, Outcome.GRANTED)
    assert "Trẻ đã có thẻ" in whole.reason
