"""Fills an e-form with what the state already has, remembers where each value came from, and shows it as such."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.base.data import Actor
from motcua.base.vietnamese import fold
from motcua.people import api as people
from motcua.portal.lang import language
from motcua.portal.notes import Notes, Origin
from motcua.portal.receiving import home_unit
from motcua.procedures import api as procedures
from motcua.procedures.data import Choice, Field, FieldType, FormDefinition
from motcua.ui.api import KnownFact, masked
from motcua.ui.eforms import Ink, in_words, part_words


@dataclass(frozen=True, kw_only=True)
class Prefilled:
    """Values for the form and, per field, what was known: the value, its source and its day."""

    answers: dict[str, Any]
    origins: dict[str, Origin]


def fact_keys_of(one: Field, fact: str | None) -> tuple[str, ...]:
    """The facts of `people` that answer a field by `fact`: one, or one per part of a person or an address."""
    if not fact:
        return ()
    if one.type is FieldType.PERSON:
        return tuple(f"{fact}.{part}" for part in one.parts)
    if one.type is FieldType.ADDRESS:
        return (fact, fact.replace("_address", "_unit"))
    return (fact,)


def prefill(
    form: FormDefinition,
    *,
    person_id: UUID,
    organisation_id: UUID | None,
    by: Actor,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    only: Container[str] | None = None,
) -> Prefilled:
    """Everything that the population base and the registers can answer of this form (of the fields `only`).

    What a field's fact is may depend on the `answers` so far.
    """
    sources = {
        one.key: procedures.prefill_of(one, answers or {}, today=at.date())
        for one in form.by_key.values()
        if only is None or one.key in only
    }
    known_keys = people.fact_keys()
    asked = [(form.by_key[key], fact) for key, fact in sources.items() if fact]
    keys = [key for one, fact in asked for key in fact_keys_of(one, fact) if key in known_keys]
    facts = (
        people.facts_for_prefill(person_id, keys, organisation_id=organisation_id, by=by, at=at)
        if keys
        else {}
    )
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for one, fact in asked:
        used = [facts[key] for key in fact_keys_of(one, fact) if key in facts]
        value = _value(one, fact, facts, on=at.date())
        if value is None or not used:
            continue
        values[one.key] = value
        if not any(fact.disputed for fact in used):
            newest = min(used, key=lambda fact: fact.as_of)
            origins[one.key] = Origin(value=value, source=newest.source, as_of=newest.as_of)
    return Prefilled(answers=values, origins=origins)


def follow(
    form: FormDefinition,
    answers: Mapping[str, Any],
    notes: Notes,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> tuple[dict[str, Any], Notes]:
    """After answers changed: fields whose fact is another one now get it, unless the citizen wrote their own.

    Who files as the mother is found on the mother's page, and no more once it was a grandmother. `answers` as typed;
    `before` and `now` are the clean values that decide.
    """
    today, new = at.date(), dict(answers)
    changed = {
        one.key
        for one in form.by_key.values()
        if one.prefill_when
        and procedures.prefill_of(one, before, today=today) != procedures.prefill_of(one, now, today=today)
        and one.key not in notes.disputed
        and (not _filled(new.get(one.key)) or notes.is_states_own(one.key, new.get(one.key)))
    }
    if not changed:
        return new, notes
    known = prefill(
        form,
        person_id=UUID(by.ref),
        organisation_id=notes.acting.organisation,
        by=by,
        at=at,
        answers=now,
        only=changed,
    )
    for key in changed:
        new.pop(key, None)
    kept = {key: one for key, one in notes.prefilled.items() if key not in changed}
    return new | known.answers, notes.but(prefilled=kept | known.origins)


def _filled(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_filled(one) for one in value.values())
    return value not in (None, "", [])


_PART_LISTS = {"ethnicity": "ethnicity", "nationality": "country"}


def _value(one: Field, fact: str | None, facts: Mapping[str, people.Fact], *, on: date) -> Any:
    if one.type is FieldType.PERSON:
        found: dict[str, Any] = {}
        for part in one.parts:
            if f"{fact}.{part}" in facts:
                said = _chosen(facts[f"{fact}.{part}"].value, _part_choices(part))
                found |= {part: said} if said is not None else {}
        return found or None
    if one.type is FieldType.ADDRESS:
        detail_key, unit_key = fact_keys_of(one, fact)
        unit = home_unit(str(facts[unit_key].value), on=on) if unit_key in facts else ""
        detail = facts[detail_key].value if detail_key in facts else ""
        return {"unit": unit, "detail": detail} if unit else None
    known = facts.get(fact or "")
    return _chosen(known.value, procedures.choices_of(one)) if known else None


def _part_choices(part: str) -> tuple[Choice, ...]:
    if part not in _PART_LISTS:
        return ()
    listed = Field(key=part, label_vi=part, type=FieldType.CHOICE, choices_from=_PART_LISTS[part])
    return procedures.choices_of(listed)


def _chosen(value: Any, choices: Sequence[Choice]) -> Any:
    """The value as the form writes it: where there are choices, the one of this value or of this name, or none."""
    if not choices:
        return value
    words = fold(str(value))
    return next((one.value for one in choices if words in (fold(one.value), fold(one.label_vi))), None)


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


def facts_to_dispute(one: Field, answers: Mapping[str, Any], *, on: date) -> list[tuple[str, str]]:
    """(fact key, what it is called) of everything that a prefilled field shows: what may be called wrong."""
    names = {"permanent_address": _("Số nhà, đường, xóm, bản, khối"), "permanent_unit": _("Xã, phường")}
    known = people.fact_keys()
    label = one.label_en if language() == "en" and one.label_en else one.label_vi
    found = []
    for key in fact_keys_of(one, procedures.prefill_of(one, answers, today=on)):
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
