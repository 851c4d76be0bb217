"""An e-form drawn by the server: every kind of field, what was typed, what is wrong, what it says in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils import translation

import motcua.procedures
from motcua.procedures import api as procedures
from motcua.procedures.data import FieldType, FormDefinition, read_entry
from motcua.ui.data import FileTile, UnitOption
from motcua.ui.eforms import Drawn, Ink, deciding_fields, draw, error_list, in_words, summary
from motcua.ui.places import find_unit_key, find_units

CATALOGUE = Path(motcua.procedures.__file__).parent / "catalogue"
EXAMPLE = CATALOGUE / "_example.yaml"
TODAY = date(2026, 3, 2)


def example() -> FormDefinition:
    """The form of the commented example: it holds every kind of field there is."""
    form = read_entry(yaml.safe_load(EXAMPLE.read_text("utf-8")))[0].content.form
    assert form is not None
    return form


def reviewed() -> list[tuple[str, FormDefinition]]:
    """Every form of the reviewed catalogue."""
    found = []
    for path in sorted(CATALOGUE.rglob("*.yaml")):
        if path.parent.name != "samples" and not path.name.startswith("_"):
            content = read_entry(yaml.safe_load(path.read_text("utf-8")))[-1].content
            if content.form is not None:
                found.append((content.code, content.form))
    return found


def ink(form: FormDefinition, answers: dict[str, Any], **changes: Any) -> Ink:
    values: dict[str, Any] = {
        "answers": answers,
        "errors": {},
        "known": {},
        "find_units": lambda typed: find_units(typed, on=TODAY),
        "files": {"f1": FileTile(name="giay.pdf", kind="PDF")},
        "deciding": deciding_fields(form),
    }
    return Ink(**{**values, **changes})


def page(drawn: tuple[Drawn, ...]) -> BeautifulSoup:
    html = "".join(render_to_string(one.template, {"field": one}) for one in drawn)
    return BeautifulSoup(html, "html.parser")


def test_the_example_holds_every_kind_of_field() -> None:
    kinds = {one.type for one in example().by_key.values()}
    kinds |= {column.type for one in example().by_key.values() for column in one.columns}
    assert kinds == set(FieldType)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_field_has_a_label_that_a_reader_hears(language: str) -> None:
    form = example()
    with translation.override(language):
        answers = {"witnesses": [{"name": "Lê Văn Ba"}]}
        shown = page(draw(form.by_key.values(), ink(form, answers)))
    for box in shown.select("input, select, textarea"):
        if box.get("type") == "hidden":
            continue
        assert shown.select_one(f"label[for='{box['id']}']"), box["name"]
    ids = [node["id"] for node in shown.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("code", "form"), reviewed(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_reviewed_form_is_drawn_filled_said_and_read_back(code: str, form: FormDefinition) -> None:
    path = CATALOGUE / "samples" / f"{code}.yaml"
    sample = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {"answers": {}}
    answers = sample["answers"]
    fields = procedures.visible_fields(form, answers, today=TODAY)
    colours = ink(form, answers)
    shown = page(draw(fields, colours))
    sent: dict[str, list[str]] = {}
    for box in shown.select("input[name], select[name], textarea[name]"):
        if box.get("type") == "radio" and not box.has_attr("checked"):
            continue
        if box.name == "select":
            chosen = box.select_one("option[selected]")
            value = str(chosen["value"]) if chosen else ""
        else:
            value = str(box.get("value", "")) if box.name == "input" else box.get_text()
        if box.get("type") != "file" and not str(box["name"]).endswith(".q"):
            sent.setdefault(str(box["name"]), []).append(value)
    again = procedures.nest(form, sent)
    day = date.fromisoformat(str(sample.get("filed_on", TODAY)))
    files = {one.key for one in form.by_key.values() if one.type is FieldType.FILE}
    before = procedures.validate(form, answers, today=day)
    after = procedures.validate(form, again, today=day)
    kept = {key: value for key, value in before.values.items() if key not in files}
    assert {key: value for key, value in after.values.items() if key not in files} == kept
    for label, said in summary(fields, answers, colours):
        assert label
        assert "{" not in said


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("child_dob", "2025-03-14", "14/03/2025"),
        ("mother_dob", "1962", "1962"),
        ("mother_dob", "1962-05", "05/1962"),
        ("born_at_facility", False, "Không"),
        ("relation", "mother", "Mẹ"),
        ("capital", 120000, "120.000 đ"),
        ("phone", "+84912345678", "0912345678"),
        ("witnesses", [{"name": "Ba"}, {"name": "Tư", "personal_number": "040"}], "Ba; Tư, 040"),
        ("papers", ["f1"], "giay.pdf"),
        ("applicant", {"full_name": "Hoa", "dob": "1990"}, "Hoa, 1990"),
        ("area", "", ""),
    ],
)
def test_answers_are_said_as_people_write_them(key: str, value: Any, says: str) -> None:
    form = example()
    assert in_words(form.by_key[key], value, ink(form, {})) == says


def test_what_is_wrong_stands_at_the_field_and_in_the_list() -> None:
    form = example()
    answers = {"child_dob": "30/02/2025", "applicant": {"full_name": "R2"}}
    errors = procedures.validate(form, answers, today=TODAY).errors
    fields = tuple(one for one in form.by_key.values() if one.key in answers)
    drawn = draw(fields, ink(form, answers, errors=errors))
    shown = page(drawn)
    listed = dict(error_list(drawn))
    assert listed["f-child_dob"]
    assert listed["f-applicant-full_name"]
    for dom_id in listed:
        assert shown.select_one(f"#{dom_id}")
        assert shown.select_one(f"#{dom_id}-error")
    assert shown.select_one("#f-child_dob")["value"] == "30/02/2025"  # type: ignore[index]


def test_markup_in_an_answer_stays_text() -> None:
    form = example()
    shown = page(draw([form.by_key["child_name"]], ink(form, {"child_name": '"><script>alert(1)</script>'})))
    assert not shown.select("script")


def test_a_place_is_its_key_only_when_it_is_clear() -> None:
    assert find_unit_key("", "17329@20250701", on=TODAY) == ""
    assert find_unit_key("nghi van", "", on=date(2025, 3, 14)) == "nghi van"  # Nghi Văn or Nghi Vạn
    options = find_units("nghi van", on=date(2025, 3, 14))
    assert len(options) > 1
    chosen = options[1].key
    assert find_unit_key("nghi van", chosen, on=date(2025, 3, 14)) == chosen
    assert find_unit_key("vĩnh hằng xyz", chosen, on=date(2025, 3, 14)) == "vĩnh hằng xyz"
    assert find_unit_key("x", "999999@20250701", on=TODAY) == "x"


def test_an_option_of_the_past_says_its_years() -> None:
    (option,) = find_units("17329@20250701", on=date(2025, 3, 14))
    assert isinstance(option, UnitOption)
    assert "từ 01/07/2025" in option.vintage
    assert find_units("no-such@20250701", on=TODAY) == ()
