"""Correcting what was filled in: the e-form of the dossier, drawn with its answers, and what now reads otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict

from motcua.base.clock import VN
from motcua.base.errors import DomainError
from motcua.desk.typed import overlay
from motcua.desk.words import either
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierView, Sight
from motcua.procedures import api as procedures
from motcua.procedures.data import FieldType, FormDefinition
from motcua.ui.api import find_units
from motcua.ui.eforms import Drawn, Ink, deciding_fields, draw


def form_of(action: Action, view: DossierView) -> FormDefinition | None:
    """The form that the answers fill in; None for any other action, and where there is none to correct."""
    if action is not Action.CORRECT or view.sight is not Sight.FULL or not view.answers:
        return None
    return procedures.version(view.filed_version).content.form


def is_redrawing(given: QueryDict) -> bool:
    """Is this a row more or less, or an answer on which others depend, and not the correction itself?"""
    return "add" in given or "remove" in given or given.get("action") == "redraw"


def answers(form: FormDefinition, view: DossierView, given: QueryDict) -> dict[str, Any]:
    """The dossier's answers with what was typed over them. Files stay: they come by a supplement."""
    held = {str(one) for one in _texts(view.answers)}
    return overlay(form, view.answers, dict(given.lists()), on=_filed_on(view), own_files=held)


def groups(
    form: FormDefinition, view: DossierView, told: Mapping[str, Any], problem: DomainError | None
) -> list[tuple[str, tuple[Drawn, ...]]]:
    """The questions by group, without the files."""
    today = _filed_on(view)
    ink = Ink(
        answers=told,
        errors=dict(problem.errors) if isinstance(problem, dossiers.AnswersInvalid) else {},
        known={},
        find_units=lambda typed: find_units(typed, on=today),
        files={},
        deciding=deciding_fields(form),
    )
    visible = procedures.visible_groups(form, told, today=today)
    return [
        (
            either(group.title_vi, group.title_en),
            draw([one for one in fields if one.type is not FieldType.FILE], ink),
        )
        for group, fields in visible
    ]


def _filed_on(view: DossierView) -> date:
    return view.card.submitted_at.astimezone(VN).date()


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []
