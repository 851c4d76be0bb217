"""The officer's part of a result: what is asked, what the answers suggest, what may not stay empty."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict
from django.utils import translation

from motcua.base.data import SYSTEM
from motcua.desk import deciding
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierView
from motcua.procedures import api as procedures
from motcua.procedures.data import read_entry
from motcua.procedures.rules.yaml_files import parse_yaml
from tests.dossiers.factories import MORNING, World, receive

pytestmark = pytest.mark.django_db
CATALOGUE = resources.files("motcua.procedures").joinpath("catalogue")


def view_of(world: World, monkeypatch: pytest.MonkeyPatch, path: str, **answers: Any) -> DossierView:
    """A dossier as if it were of this reviewed procedure."""
    raw = parse_yaml(CATALOGUE.joinpath(*f"{path}.yaml".split("/")).read_text(encoding="utf-8"))
    content = read_entry(raw)[-1].content
    filed = receive(world)
    view = dossiers.get_for(by=SYSTEM, at=MORNING, dossier_id=filed.dossier_id)
    info = procedures.version(view.procedure_version)
    monkeypatch.setattr(procedures, "version", lambda _id: replace(info, content=content))
    return replace(view, answers=answers)


def sample(code: str) -> dict[str, Any]:
    filing: Any = parse_yaml(CATALOGUE.joinpath("samples", f"{code}.yaml").read_text(encoding="utf-8"))
    return dict(filing["answers"])


def given(**values: str) -> QueryDict:
    posted = QueryDict(mutable=True)
    posted.update(values)
    return posted


def test_a_birth_asks_what_the_form_does_not_say(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    view = view_of(world, monkeypatch, "ho-tich/1.001193", **sample("1.001193"))
    names = [ask.name for ask in deciding.asks(Action.PROPOSE, view)]
    assert names == ["decided.birth_place", "decided.personal_number"]
    assert deciding.asks(Action.APPROVE, view) == ()
    with translation.override("en"):
        assert deciding.asks(Action.PROPOSE, view)[0].label == "Place of birth"


def test_the_answers_are_offered_and_nothing_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    view = view_of(world, monkeypatch, "ho-tich/1.001193", **sample("1.001193"))
    offered = deciding.proposals(Action.PROPOSE, view)
    assert offered == {"decided.birth_place": sample("1.001193")["facility_name"]}
    assert deciding.proposals(Action.APPROVE, view) == {}
    assert deciding.proposals(Action.PROPOSE, replace(view, answers={})) == {}


def test_a_changed_business_is_offered_as_it_will_be(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    view = view_of(world, monkeypatch, "ho-kinh-doanh/2.000720", **sample("2.000720"))
    offered = deciding.proposals(Action.PROPOSE, view)
    answers = sample("2.000720")
    assert offered["decided.business_name"] == answers.get("new_name", answers["business_name"])
    assert set(offered) <= {ask.name for ask in deciding.asks(Action.PROPOSE, view)}


def test_without_an_e_form_every_printed_line_is_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1.004772 and 2.000528 print a birth certificate, and nobody filled in a form."""
    view = view_of(world, monkeypatch, "ho-tich/1.004772")
    names = {ask.name for ask in deciding.asks(Action.PROPOSE, view)}
    assert {"decided.full_name", "decided.dob", "decided.mother_name", "decided.birth_place"} <= names
    assert not {name for name in names if name.endswith((".registered_on", ".registered_at"))}
    typed = given(
        **{
            "outcome": "granted",
            "decided.full_name": "Trần Gia Hân",
            "decided.dob": "2001-05-06",
            "decided.birth_place": "Trạm y tế xã",
            "decided.personal_number": "040301000123",
        }
    )
    data = deciding.read(Action.PROPOSE, typed, view)["data"]
    assert data["full_name"] == "Trần Gia Hân"  # a father who is not known stays out
    content = procedures.version(UUID(int=0)).content
    paper = procedures.result_values("result_birth", content.form, {}, data, unit_name=str)
    assert paper["full_name"] == "Trần Gia Hân"
    assert paper["dob"] == "06/05/2001"


@pytest.mark.parametrize("typed", ["", "   ", "\x00"])
def test_a_gap_that_only_the_officer_fills_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    view = view_of(world, monkeypatch, "ho-tich/1.001193", **sample("1.001193"))
    posted = given(
        **{"outcome": "granted", "decided.birth_place": "Bệnh viện", "decided.personal_number": typed}
    )
    with pytest.raises(deciding.ResultUnfinished) as refused:
        deciding.read(Action.PROPOSE, posted, view)
    assert "Số định danh" in refused.value.public()
    rejected = given(outcome="rejected")
    assert deciding.read(Action.PROPOSE, rejected, view) == {"data": {}}


def test_what_is_typed_is_bounded_and_foreign_boxes_are_dropped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = view_of(world, monkeypatch, "ho-tich/1.001193", **sample("1.001193"))
    posted = given(
        **{
            "outcome": "granted",
            "decided.birth_place": "x" * 5000,
            "decided.personal_number": "040326000123",
            "decided.something_else": "1",
        }
    )
    data = deciding.read(Action.PROPOSE, posted, view)["data"]
    assert len(data["birth_place"]) == 1000
    assert set(data) == {"birth_place", "personal_number"}
