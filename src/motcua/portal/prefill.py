"""Fills an e-form with what the state already has, remembers where each value came from, and shows it as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.base.data import Actor
from motcua.people import api as people
from motcua.portal.lang import language
from motcua.portal.notes import Notes, Origin
from motcua.portal.receiving import home_unit
from motcua.procedures.data import Field, FieldType, FormDefinition
from motcua.ui.api import KnownFact, masked
from motcua.ui.eforms import Ink, in_words, part_words


@dataclass(frozen=True, kw_only=True)
class Prefilled:
    """Values for the form and, per field, what was known: the value, its source and its day."""

    answers: dict[str, Any]
    origins: dict[str, Origin]


def fact_keys_of(one: Field) -> tuple[str, ...]:
    """The facts of `people` that answer a field: one, or one per part of a person or an address."""
    if not one.prefill:
        return ()
    if one.type is FieldType.PERSON:
        return tuple(f"{one.prefill}.{part}" for part in one.parts)
    if one.type is FieldType.ADDRESS:
        return (one.prefill, one.prefill.replace("_address", "_unit"))
    return (one.prefill,)


def prefill(
    form: FormDefinition, *, person_id: UUID, organisation_id: UUID | None, by: Actor, at: datetime
) -> Prefilled:
    """Everything that the population base and the registers can answer of this form."""
    known_keys = people.fact_keys()
    fields = [one for one in form.by_key.values() if one.prefill]
    keys = [key for one in fields for key in fact_keys_of(one) if key in known_keys]
    facts = (
        people.facts_for_prefill(person_id, keys, organisation_id=organisation_id, by=by, at=at)
        if keys
        else {}
    )
    answers: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for one in fields:
        used = [facts[key] for key in fact_keys_of(one) if key in facts]
        value = _value(one, facts, on=at.date())
        if value is None or not used:
            continue
        answers[one.key] = value
        if not any(fact.disputed for fact in used):
            newest = min(used, key=lambda fact: fact.as_of)
            origins[one.key] = Origin(value=value, source=newest.source, as_of=newest.as_of)
    return Prefilled(answers=answers, origins=origins)


def _value(one: Field, facts: Mapping[str, people.Fact], *, on: date) -> Any:
    if one.type is FieldType.PERSON:
        found = {
            part: facts[f"{one.prefill}.{part}"].value
            for part in one.parts
            if f"{one.prefill}.{part}" in facts
        }
        return found or None
    if one.type is FieldType.ADDRESS:
        detail_key, unit_key = fact_keys_of(one)
        unit = home_unit(str(facts[unit_key].value), on=on) if unit_key in facts else ""
        detail = facts[detail_key].value if detail_key in facts else ""
        return {"unit": unit, "detail": detail} if unit else None
    fact = facts.get(one.prefill or "")
    return fact.value if fact else None


def known_cards(
    form: FormDefinition,
    answers: Mapping[str, Any],
    notes: Notes,
    *,
    ink: Ink,
    draft_id: UUID,
) -> dict[str, tuple[KnownFact, ...]]:
    """The cards "Nhà nước đã có" for fields whose answer is still the state's own and whole.

    A field that validation refuses, or that the citizen called wrong, is asked for like any other: a value that
    cannot be changed must never hold up a filing.
    """
    cards: dict[str, tuple[KnownFact, ...]] = {}
    for key, origin in notes.prefilled.items():
        one = form.by_key.get(key)
        if one is None or not notes.is_states_own(key, answers.get(key)):
            continue
        if any(path == key or path.startswith(f"{key}.") for path in ink.errors):
            continue
        if one.type is FieldType.PERSON and not set(one.required_parts) <= set(origin.value):
            continue
        url = reverse("portal:wrong", args=[draft_id, key])
        cards[key] = _card(one, origin, ink, url)
    return cards


def _card(one: Field, origin: Origin, ink: Ink, url: str) -> tuple[KnownFact, ...]:
    label = one.label_en if language() == "en" and one.label_en else one.label_vi
    as_of = origin.as_of.date()
    source = source_words(origin.source)
    shown = origin.value
    if one.type is FieldType.PERSON and "personal_number" in shown:
        shown = {**shown, "personal_number": masked(str(shown["personal_number"]))}
    if one.type is FieldType.PERSONAL_NUMBER:
        shown = masked(str(shown))
    return (
        KnownFact(label=label, value=in_words(one, shown, ink), source=source, as_of=as_of, report_url=url),
    )


def facts_to_dispute(one: Field) -> list[tuple[str, str]]:
    """(fact key, what it is called) of everything that a prefilled field shows: what may be called wrong."""
    names = {"permanent_address": _("Số nhà, đường, xóm, bản, khối"), "permanent_unit": _("Xã, phường")}
    known = people.fact_keys()
    label = one.label_en if language() == "en" and one.label_en else one.label_vi
    found = []
    for key in fact_keys_of(one):
        what = key.rpartition(".")[2]
        if key in known:
            named = part_words(what) if one.type is FieldType.PERSON else names.get(what, label)
            found.append((key, named))
    return found


def source_words(source: str) -> str:
    """What a population source is called on the screen."""
    for name, plugin in people.population_sources.all():
        if name == source:
            return plugin.label(language())
    return {"vneid": "VNeID", "population": _("CSDL quốc gia về dân cư")}.get(source, source)
