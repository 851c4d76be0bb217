"""Fills the desk's e-form with what the population base can answer, and remembers where each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from motcua.base.data import Actor
from motcua.desk.receiving import Sheet
from motcua.desk.visits import Visit
from motcua.desk.words import language
from motcua.people import api as people
from motcua.procedures.data import Field, FieldType
from motcua.units import api as units


def prefill(sheet: Sheet, *, by: Actor, at: datetime) -> Visit:
    """The visit with everything filled in that the population base can answer; what was typed stays."""
    form, visit = sheet.content.form, sheet.visit
    if form is None or visit.who.person_id is None:
        return visit
    fields = [one for one in form.by_key.values() if one.prefill]
    wanted = set(people.fact_keys())
    keys = [key for one in fields for key in _fact_keys(one) if key in wanted]
    if not keys:
        return visit
    facts = people.facts_for_prefill(
        visit.who.person_id,
        keys,
        organisation_id=visit.who.organisation_id,
        by=by,
        at=at,
        purpose=_("tiếp nhận hồ sơ tại quầy"),
    )
    answers, known = dict(visit.answers), dict(visit.known)
    for one in fields:
        used = [facts[key] for key in _fact_keys(one) if key in facts]
        value = _value(one, facts, on=sheet.today)
        if value is None or not used or one.key in answers:
            continue
        answers[one.key] = value
        oldest = min(used, key=lambda fact: fact.as_of)
        known[one.key] = (people.source_label(oldest.source, language()), f"{oldest.as_of:%Y-%m-%d}")
    return visit.but(answers=answers, known=known)


def _fact_keys(one: Field) -> tuple[str, ...]:
    if not one.prefill:
        return ()
    if one.type is FieldType.PERSON:
        return tuple(f"{one.prefill}.{part}" for part in one.parts)
    if one.type is FieldType.ADDRESS:
        return (one.prefill, one.prefill.replace("_address", "_unit"))
    return (one.prefill,)


def _value(one: Field, facts: Mapping[str, people.Fact], *, on: date) -> Any:
    if one.type is FieldType.PERSON:
        parts = {part: facts.get(f"{one.prefill}.{part}") for part in one.parts}
        return {part: fact.value for part, fact in parts.items() if fact is not None} or None
    if one.type is FieldType.ADDRESS:
        detail_key, unit_key = _fact_keys(one)
        unit = _unit_of_today(str(facts[unit_key].value), on=on) if unit_key in facts else ""
        detail = facts[detail_key].value if detail_key in facts else ""
        return {"unit": unit, "detail": detail} if unit else None
    fact = facts.get(one.prefill or "")
    return fact.value if fact else None


def _unit_of_today(key: str, *, on: date) -> str:
    try:
        if units.unit(key).validity.contains(on):
            return key
        return units.successor_on(key, on).key
    except (units.UnknownUnit, units.NoSingleSuccessor, units.WrongVintage):
        return ""
