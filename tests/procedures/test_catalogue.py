"""The reviewed catalogue: every file is whole, agrees with itself and with the law's limits, and can be filed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

import pytest

from motcua.base.data import Certainty
from motcua.people.api import fact_keys
from motcua.procedures.data import (
    AgencyPart,
    CatalogueVersion,
    ChannelKind,
    ComponentKind,
    DoorKind,
    Field,
    FieldType,
    FormDefinition,
    InvalidContent,
    Level,
    ProcedureContent,
    read_entry,
)
from motcua.procedures.rules.checks import problems
from motcua.procedures.rules.expressions import holds
from motcua.procedures.rules.forms import validate, visible_fields
from motcua.procedures.rules.yaml_files import parse_yaml
from motcua.units import api as units

CATALOGUE = resources.files("motcua.procedures").joinpath("catalogue")
NOT_PROCEDURES = {"samples"}
DRIVEN = {
    "1.001193": "birth",
    "1.000656": "death",
    "1.000894": "marriage",
    "1.004873": "marital status",
    "1.004884": "re-registration of birth",
    "2.000815": "certified copy",
    "1.001612": "household business",
    "2.000720": "change of household business",
    "1.013949": "land-use change",
    "1.012786": "land certificate re-issue",
    "1.013225": "building permit",
    "2.001263": "adoption",
    "2.000829": "legal aid",
    "1.001662": "groundwater",
    "1.008498": "first tax code",
}
LINKED = "2.000986"
TOO_YOUNG = {"full_name": "Hồ Sỹ Đạt", "personal_number": "040208056789", "dob": "2008"}
GIVEN_BY_SYSTEM = {"register", "agency"}


@cache
def files() -> dict[str, str]:
    """Text of every procedure's file by `field/code`."""
    return {
        f"{folder.name}/{file.name.removesuffix('.yaml')}": file.read_text(encoding="utf-8")
        for folder in CATALOGUE.iterdir()
        if folder.is_dir() and folder.name not in NOT_PROCEDURES
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    }


@cache
def catalogue() -> dict[str, tuple[CatalogueVersion, ...]]:
    """Versions by path."""
    return {path: read_entry(parse_yaml(text)) for path, text in files().items()}


@cache
def latest() -> dict[str, ProcedureContent]:
    """Newest content by code."""
    return {versions[-1].content.code: versions[-1].content for versions in catalogue().values()}


def all_contents() -> Iterator[tuple[str, ProcedureContent]]:
    for path, versions in catalogue().items():
        for one in versions:
            yield f"{path} from {one.dated.valid_from}", one.content


def sample(code: str) -> dict[str, Any]:
    text = CATALOGUE.joinpath("samples", f"{code}.yaml").read_text(encoding="utf-8")
    filing = parse_yaml(text)
    assert isinstance(filing, dict)
    return filing


def form_of(code: str) -> FormDefinition:
    form = latest()[code].form
    assert form is not None
    return form


def check(code: str, answers: dict[str, Any]) -> Any:
    return validate(form_of(code), answers, today=date.fromisoformat(sample(code)["filed_on"]))


def fields_and_columns(form: FormDefinition) -> Iterator[Field]:
    for one in form.by_key.values():
        yield one
        yield from one.columns


def test_eighty_files_each_named_by_its_code() -> None:
    assert len(catalogue()) == 80
    for path, versions in catalogue().items():
        assert {v.content.code for v in versions} == {path.rpartition("/")[2]}
    twice = [c for c, n in Counter(p.rpartition("/")[2] for p in catalogue()).items() if n > 1]
    assert twice == []


def test_every_version_has_the_eight_parts() -> None:
    for path, content in all_contents():
        parts = {
            "name": content.name,
            "steps": content.steps,
            "channels": content.channels,
            "components": content.components,
            "limit": content.limit or content.at_once,
            "subjects": content.subjects,
            "agencies": content.agencies,
            "results": content.results,
            "conditions": content.conditions,
            "legal basis": content.legal_basis,
            "legal maximum": content.legal_maximum,
            "doors": content.doors,
            "English name": content.name_en,
            "life events": content.life_events,
        }
        assert [name for name, value in parts.items() if not value] == [], path
        assert content.dossier_count >= 1, path


def test_nothing_stands_in_the_way_of_publishing() -> None:
    found = [(path, p.path, p.text_vi) for path, c in all_contents() for p in problems(c) if p.blocking]
    assert found == []


def test_component_codes_are_unique_in_the_whole_catalogue() -> None:
    codes = Counter(c.code for content in latest().values() for c in content.components)
    assert [c for c, n in codes.items() if n > 1] == []
    for code, content in latest().items():
        assert all(c.code.startswith(f"{code}-TP") for c in content.components), code


def test_fifteen_and_the_linked_one_have_form_process_and_template() -> None:
    with_form = {code for code, content in latest().items() if content.form}
    assert with_form == {*DRIVEN, LINKED}
    assert {code for code, content in latest().items() if content.internal_process} == with_form
    keys = [form_of(code).key for code in with_form]
    assert len(set(keys)) == len(keys)
    for code in with_form:
        assert all(r.template.startswith("result_") and r.signers for r in latest()[code].results), code


def test_internal_steps_fit_the_legal_maximum() -> None:
    hours = {"working_hour": 1, "same_day": 8, "working_day": 8}
    for code in {*DRIVEN, LINKED}:
        content = latest()[code]
        assert content.legal_maximum is not None
        most = content.legal_maximum.limit
        total = sum((s.hours for s in content.internal_process), Decimal(0))
        if most is None:
            assert total <= 1, f"{code}: at once means at most an hour"
        elif most.unit.value == "day":
            assert total <= Decimal(most.amount) * 5 / 7 * 8, code
        else:
            assert total <= most.amount * hours[most.unit.value], code


def test_a_process_too_long_is_refused() -> None:
    raw = parse_yaml(files()["ho-tich/1.001193"])
    raw["internal_process"][1]["hours"] = 40
    (_, late) = read_entry(raw)
    assert any(p.blocking and p.path == "internal_process" for p in problems(late.content))


def test_an_unknown_key_is_refused_with_its_path() -> None:
    raw = parse_yaml(files()["ho-tich/1.001193"])
    raw["components"][1]["colour"] = "red"
    with pytest.raises(InvalidContent) as caught:
        read_entry(raw)
    assert "components[1].colour" in str(caught.value)


def test_the_door_online_follows_the_day() -> None:
    march, july = date(2025, 3, 10), date(2025, 7, 1)
    own_system = 0
    for path, content in all_contents():
        before = {d.kind for d in content.doors if d.validity.contains(march)}
        after = {d.kind for d in content.doors if d.validity.contains(july)}
        assert DoorKind.NATIONAL_PORTAL not in before, path
        assert DoorKind.PROVINCIAL_EFORM not in after, path
        if DoorKind.MINISTRY_SYSTEM in after:
            own_system += 1
            assert DoorKind.NATIONAL_PORTAL not in after, path
        elif content.channel(ChannelKind.ONLINE):
            later = {d.kind for d in content.doors if d.validity.contains(date(2026, 11, 23))}
            assert DoorKind.NATIONAL_PORTAL in later, path
        if content.at_once:
            assert DoorKind.AT_ONCE in after, path
    assert own_system >= 20


def test_birth_could_be_filed_on_the_provinces_own_form_in_march_2025() -> None:
    first = next(v for v in catalogue()["ho-tich/1.001193"] if v.dated.validity.contains(date(2025, 3, 10)))
    assert first.content.form is not None
    assert any(
        d.kind == DoorKind.PROVINCIAL_EFORM and d.validity.contains(date(2025, 3, 10))
        for d in first.content.doors
    )


def test_districts_decided_on_household_businesses_until_june_2025() -> None:
    old, new = catalogue()["ho-kinh-doanh/1.001612"]
    assert (old.content.levels, new.content.levels) == ((Level.DISTRICT,), (Level.COMMUNE,))
    assert old.dated.valid_to == new.dated.valid_from == date(2025, 7, 1)


def test_who_solves_can_be_found_on_the_first_day_and_today() -> None:
    """By key, or as the only agency of its kind in a commune or district (dossiers leads every filing there)."""
    today = date(2026, 11, 23)
    for path, versions in catalogue().items():
        for one in versions:
            last = one.dated.valid_to or today
            for day in {one.dated.valid_from, last - timedelta(days=1)}:
                rule = next(a for a in one.content.agencies if a.part == AgencyPart.SOLVES)
                if rule.key:
                    assert units.agency(rule.key).validity.contains(day), f"{path}: {rule.key} on {day}"
                elif rule.kind != "police":  # the police of communes are in the units' data since July 2025
                    found = units.agencies(on=day, kind=rule.kind, level=str(rule.level))
                    places = [a.unit_key for a in found]
                    assert places, f"{path}: no {rule.kind} of a {rule.level} on {day}"
                    assert len(set(places)) == len(places), f"{path}: more than one {rule.kind} in a place"


def test_no_version_stands_on_a_text_that_came_after_it() -> None:
    for path, versions in catalogue().items():
        for one in versions:
            if one.dated.valid_to is None:
                continue
            years = [int(b.number.split("/")[1]) for b in one.content.legal_basis]
            assert max(years) <= one.dated.valid_to.year, f"{path}: {one.content.legal_basis}"


def test_what_was_not_checked_says_so() -> None:
    for content in latest().values():
        assert content.review.certainty in (Certainty.SECOND_HAND, Certainty.MEMORY)
        if content.review.certainty is Certainty.MEMORY:
            assert content.review.note
            assert {b.certainty for b in content.legal_basis} == {Certainty.MEMORY}
    assert any(c.review.certainty is Certainty.MEMORY for c in latest().values())


@pytest.mark.parametrize("code", [*DRIVEN, LINKED])
def test_forms_speak_both_languages(code: str) -> None:
    form = form_of(code)
    assert form.title_en
    assert all(g.title_en for g in form.groups)
    for one in fields_and_columns(form):
        assert one.label_en, one.key
        assert bool(one.help_vi) == bool(one.help_en), one.key
        assert all(c.label_en for c in one.choices), one.key
    assert all(r.message_en for r in form.rules)


@pytest.mark.parametrize("code", [*DRIVEN, LINKED])
def test_papers_results_and_conditions_have_english_names(code: str) -> None:
    content = latest()[code]
    assert all(c.name_en for c in content.components)
    assert all(r.name_en for r in content.results)
    assert all(c.text_en for c in content.conditions)


@pytest.mark.parametrize("code", [*DRIVEN, LINKED])
def test_the_sample_meets_every_condition_a_machine_can_decide(code: str) -> None:
    filing = sample(code)
    values = check(code, filing["answers"]).values
    today = date.fromisoformat(filing["filed_on"])
    checks = [c for c in latest()[code].conditions if c.check]
    assert all(c.check and holds(c.check, values, today=today) for c in checks)


def test_a_condition_a_machine_can_decide_can_fail() -> None:
    filing = sample("1.000894")
    values = {**filing["answers"], "wife": {**filing["answers"]["wife"], "dob": "2010-01-01"}}
    (ages,) = [c.check for c in latest()["1.000894"].conditions if c.check]
    assert not holds(ages, values, today=date(2026, 11, 6))


@pytest.mark.parametrize("code", [*DRIVEN, LINKED])
def test_prefill_asks_for_facts_that_exist(code: str) -> None:
    whos = {key.split(".")[0] for key in fact_keys()}
    for one in form_of(code).by_key.values():
        for fact in (one.prefill, *(case.prefill for case in one.prefill_when)):
            known = whos if one.type == FieldType.PERSON else fact_keys()
            assert fact is None or fact in known, one.key


def test_the_forms_use_every_kind_of_question() -> None:
    used = {f.type for code in DRIVEN for f in fields_and_columns(form_of(code))}
    wanted = set(FieldType) - {FieldType.NOTE}
    assert wanted <= used
    with_table = [c for c in DRIVEN if any(f.type == FieldType.TABLE for f in form_of(c).by_key.values())]
    assert len(with_table) >= 10
    assert all(
        any(f.condition for f in form_of(c).by_key.values()) or any(g.condition for g in form_of(c).groups)
        for c in DRIVEN
    )


@pytest.mark.parametrize("code", [*DRIVEN, LINKED])
def test_the_sample_is_a_valid_filing(code: str) -> None:
    filing = sample(code)
    assert filing["form"] == form_of(code).key
    result = check(code, filing["answers"])
    assert dict(result.errors) == {}
    assert result.ignored == ()
    assert set(result.values) == set(filing["answers"]), "the sample answers a question that does not show"


@pytest.mark.parametrize("code", [*DRIVEN, LINKED])
def test_the_sample_brings_the_papers_that_are_asked(code: str) -> None:
    filing = sample(code)
    values = check(code, filing["answers"]).values
    today = date.fromisoformat(filing["filed_on"])
    asked = [
        c.code
        for c in latest()[code].components
        if c.kind == ComponentKind.SUBMIT and c.required and not c.case
        if c.condition is None or holds(c.condition, values, today=today)
    ]
    assert filing.get("papers", []) == asked


@pytest.mark.parametrize("code", [*DRIVEN, LINKED])
def test_each_required_answer_is_missed(code: str) -> None:
    filing = sample(code)
    today = date.fromisoformat(filing["filed_on"])
    required = [f.key for f in visible_fields(form_of(code), filing["answers"], today=today) if f.required]
    assert required
    for key in required:
        answers = {k: v for k, v in deepcopy(filing["answers"]).items() if k != key}
        shown = {f.key for f in visible_fields(form_of(code), answers, today=today)}
        if key in shown:
            assert any(path.split(".")[0] == key for path in check(code, answers).errors), key


@pytest.mark.parametrize(
    ("code", "change", "path"),
    [
        ("1.001193", {"child_dob": "2031-01-01"}, "child_dob"),
        ("1.001193", {"child_ethnicity": "08"}, "child_ethnicity"),
        ("1.000656", {"died_on": "2027"}, "died_on"),
        ("1.000894", {"husband": {**TOO_YOUNG}}, "husband.dob"),
        ("1.004884", {"registered_on": "2018"}, "registered_on"),
        ("1.001612", {"capital": "một trăm triệu"}, "capital"),
        ("1.001612", {"trades": []}, "trades"),
        ("2.000720", {"change_address": False, "change_capital": False}, "change_name"),
        ("1.013949", {"new_use": "CLN"}, "new_use"),
        ("1.012786", {"mortgaged": True}, "mortgaged"),
        ("1.013225", {"designer_kind": "self"}, "designer_kind"),
        ("1.013225", {"designer_kind": "self", "storeys": 2}, "designer_kind"),
        ("1.001662", {"volume": "25"}, "volume"),
        ("1.008498", {"dependants": [{"name": "Dương Gia Bảo"}]}, "dependants.0.personal_number"),
        ("2.000815", {"foreign": True, "legalised": False}, "legalised"),
        ("2.000986", {"owner_agrees": False}, "owner_agrees"),
    ],
)  # fmt: skip
def test_answers_against_the_law_are_refused_where_they_stand(
    code: str, change: dict[str, Any], path: str
) -> None:
    errors = check(code, {**sample(code)["answers"], **change}).errors
    assert path in errors, dict(errors)
    assert errors[path].vi
    assert errors[path].en


def shown_value(source: str, answers: dict[str, Any], decided: dict[str, Any]) -> Any:
    """The raw value that `_results.yaml` means by a source; None when the filing has none."""
    head, _, rest = source.partition(".")
    if "{" in source:
        names = {name for _, name, _, _ in Formatter().parse(source) if name}
        return source.format(**answers) if names <= set(answers) else None
    if head == "decided":
        return decided.get(rest)
    value = answers.get(head)
    if rest and isinstance(value, list):
        return [row[rest] for row in value if rest in row]
    return value.get(rest) if rest and isinstance(value, dict) else value


@cache
def results() -> dict[str, Any]:
    shown = parse_yaml(CATALOGUE.joinpath("_results.yaml").read_text(encoding="utf-8"))
    assert isinstance(shown, dict)
    return shown


@pytest.mark.parametrize("code", [*DRIVEN, LINKED])
def test_the_sample_says_what_the_result_must_show(code: str) -> None:
    filing = sample(code)
    template = filing["result"]["template"]
    assert template in {r.template for r in latest()[code].results}
    expected = {}
    for one in results()[template]["fields"]:
        if one["source"].split(".")[0] not in GIVEN_BY_SYSTEM:
            value = shown_value(one["source"], filing["answers"], filing.get("decided", {}))
            if value is not None:
                expected[one["key"]] = value
    assert filing["result"]["fields"] == expected
    assert len(expected) >= 4
    decided = {
        f["source"].split(".")[1] for f in results()[template]["fields"] if f["source"].startswith("decided.")
    }
    assert decided == set(filing.get("decided", {})), "the officer's part is not what the result shows"


def test_result_sources_name_questions_of_the_form() -> None:
    assert {t["procedure"] for t in results().values()} == set(DRIVEN)
    for name, template in results().items():
        form = form_of(template["procedure"])
        for one in template["fields"]:
            head, _, rest = one["source"].partition(".")
            if "{" in one["source"]:
                names = {n for _, n, _, _ in Formatter().parse(one["source"]) if n}
                assert names <= set(form.by_key), name
            elif head not in GIVEN_BY_SYSTEM | {"decided"}:
                asked = form.by_key[head]
                if rest:
                    parts = {c.key for c in asked.columns} | set(asked.parts)
                    assert rest in parts, f"{name}: {one['source']}"


def test_the_linked_filing_fills_the_birth_form_of_its_child() -> None:
    parent = latest()[LINKED]
    assert [p.code for p in parent.linked] == ["1.001193", "1.004222", "1.001939"]
    assert {p.after for p in parent.linked[1:]} == {"1.001193"}
    for part in parent.linked:
        assert part.code in latest()
        assert set(part.answers) <= set(form_of(LINKED).by_key), part.code
    filing = sample(LINKED)
    handed = {k: v for k, v in filing["answers"].items() if k in parent.linked[0].answers}
    child = validate(form_of("1.001193"), handed, today=date.fromisoformat(filing["filed_on"]))
    assert dict(child.errors) == {}
