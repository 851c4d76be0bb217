"""An answer to the office's request for a supplement: new papers, a note, and corrected answers of the form.

What is not sent yet is kept as a draft of its own (with the person, not with the browser), so that nothing typed is
lost between a telephone and a computer. The form is the one that was filed, with its own day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.base.clock import VN
from motcua.base.data import Json
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import ComponentGiven, DossierView, DraftView, HowProvided, SupplementRow
from motcua.portal import typed
from motcua.portal.citizen import Citizen
from motcua.portal.lang import either
from motcua.portal.sheet import unit_exists
from motcua.procedures import api as procedures
from motcua.procedures.data import ComponentKind, Field, FieldType, FormDefinition
from motcua.ui.api import FileTile, find_units
from motcua.ui.eforms import Drawn, FiledTile, Ink, deciding_fields, draw, error_list

_MARK = "supplement"  # in a draft's context: the dossier it answers for


@dataclass(frozen=True, kw_only=True)
class WantedPaper:
    """A paper that the office asks for, with what is already uploaded for it."""

    code: str
    name: str
    number: int
    files: tuple[FiledTile, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A group of the filed form that may be corrected; `open` where the request touches it or something is changed."""

    key: str
    title: str
    fields: tuple[Drawn, ...]
    open: bool


def answers_supplement(draft: DraftView) -> bool:
    """Is this draft an answer to a supplement request, and no filing of its own?"""
    return _MARK in draft.context


@dataclass(frozen=True, kw_only=True)
class Supplement:
    """An open request for papers with what its owner has prepared so far."""

    citizen: Citizen
    found: DossierView
    asked: SupplementRow
    draft: DraftView | None

    @cached_property
    def form(self) -> FormDefinition | None:
        """The form that was filled in, `None` for a dossier taken in on paper."""
        return procedures.version(self.found.filed_version).content.form

    @property
    def today(self) -> date:
        """The day of the filing: what was right then is right now."""
        return self.found.card.submitted_at.astimezone(VN).date()

    @property
    def answers(self) -> Mapping[str, Any]:
        """The answers as corrected so far."""
        return self.draft.answers if self.draft is not None else self.found.answers

    @property
    def note(self) -> str:
        """The message to the officer."""
        return str(self.draft.context.get("note", "")) if self.draft is not None else ""

    @property
    def held(self) -> list[dict[str, Any]]:
        """Files uploaded and not sent: id, code, name, kind, size."""
        kept = self.draft.context.get("files", []) if self.draft is not None else []
        return [dict(one) for one in kept if isinstance(one, Mapping)] if isinstance(kept, list) else []

    @cached_property
    def wanted(self) -> tuple[WantedPaper, ...]:
        """The papers asked for by name; without any, one place for whatever the words ask."""
        components = procedures.version(self.found.procedure_version).content.components
        names = {one.code: either(one.name, one.name_en) for one in components}
        forms = {one.code for one in components if one.kind is ComponentKind.FORM}
        codes = [(code, names.get(code, code)) for code in self.asked.papers if code not in forms]
        codes = codes or [("other", _("Giấy tờ bổ sung"))]
        return tuple(
            WantedPaper(
                code=code,
                name=name,
                number=number,
                files=tuple(_tile(one) for one in self.held if one["code"] == code),
            )
            for number, (code, name) in enumerate(codes, 1)
        )

    @cached_property
    def validated(self) -> procedures.Validated | None:
        """The corrected answers, checked as the filing was."""
        if self.form is None:
            return None
        return procedures.validate(self.form, self.answers, today=self.today, known_unit=unit_exists)

    @property
    def corrected(self) -> Mapping[str, Json] | None:
        """The new answers when any differs from what was filed, else `None`."""
        if self.draft is None or self.validated is None:
            return None
        same = self.validated.ok and dict(self.validated.values) == dict(self.found.answers)
        return None if same else dict(self.draft.answers)

    @property
    def errors(self) -> Mapping[str, Any]:
        """What is wrong in answers that were changed; a filing that was once taken is not judged again."""
        if self.corrected is None or self.validated is None:
            return {}
        return self.validated.errors

    def parts(self, *, judged: bool = False) -> tuple[Part, ...]:
        """The groups of the form, those that the request is about open; with their errors when `judged`."""
        if self.form is None:
            return ()
        ink = Ink(
            answers=self.answers,
            errors=self.errors if judged else {},
            known={},
            find_units=lambda words: find_units(words, on=self.today),
            files={},
            deciding=deciding_fields(self.form),
        )
        shown = [
            (group, tuple(one for one in fields if one.type is not FieldType.FILE), fields)
            for group, fields in procedures.visible_groups(self.form, self.answers, today=self.today)
        ]
        parts = []
        for group, drawable, fields in shown:
            if not any(one.type is not FieldType.NOTE for one in drawable):
                continue
            drawn = draw(drawable, ink)
            opened = bool(error_list(drawn)) or self._is_about(fields) or self._is_changed(drawable)
            parts.append(
                Part(key=group.key, title=either(group.title_vi, group.title_en), fields=drawn, open=opened)
            )
        return tuple(parts)

    def _is_about(self, fields: Sequence[Field]) -> bool:
        asked = set(self.asked.papers)
        components = [
            one
            for one in procedures.version(self.found.procedure_version).content.components
            if one.code in asked
        ]
        if any(one.kind is ComponentKind.FORM for one in components):
            return True
        deciding = {key for one in components if one.condition for key in one.condition.fields()}
        return any(one.component in asked or one.key in deciding for one in fields)

    def _is_changed(self, fields: Sequence[Field]) -> bool:
        if self.draft is None or self.validated is None:
            return False
        now, then = self.validated.values, self.found.answers
        return any(now.get(one.key) != then.get(one.key) for one in fields if one.type is not FieldType.NOTE)


def _tile(one: Mapping[str, Any]) -> FiledTile:
    return FiledTile(id=one["id"], tile=FileTile(name=one["name"], kind=one["kind"], size=one["size"]))


def open_supplement(citizen: Citizen, found: DossierView, asked: SupplementRow) -> Supplement:
    """The request with what was prepared for it before, on whichever device."""
    drafts = dossiers.drafts_of(by=citizen.actor)
    mine = (one for one in drafts if one.context.get(_MARK) == str(found.card.id))
    return Supplement(citizen=citizen, found=found, asked=asked, draft=next(mine, None))


def keep(
    supplement: Supplement,
    post: Mapping[str, Sequence[str]],
    files: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
) -> Supplement:
    """Save what was typed and uploaded, right or wrong."""
    last = {name: values[-1] for name, values in post.items() if values}
    answers, form = dict(supplement.answers), supplement.form
    if form is not None:
        answers = typed.overlay(form, answers, post, on=supplement.today, own_files=())
        answers = typed.add_row(form, answers, last.get("add", ""))
        answers = typed.remove_row(form, answers, last.get("remove", ""))
    drop = last.get("drop", "")
    held: list[Any] = [*(one for one in supplement.held if one["id"] != drop), *map(dict, files)]
    note = typed.clean(last["note"])[:2000] if "note" in last else supplement.note
    draft = dossiers.save_draft(
        by=supplement.citizen.actor,
        at=at,
        draft_id=supplement.draft.id if supplement.draft is not None else None,
        procedure_code=supplement.found.card.procedure_code,
        version_id=supplement.found.filed_version,
        title=supplement.found.card.procedure_name[:300],
        answers=answers,
        context={_MARK: str(supplement.found.card.id), "note": note, "files": held},
    )
    return replace(supplement, draft=draft)


def send(supplement: Supplement, *, at: datetime) -> None:
    """Hand it to the office; the draft goes. Raises what `dossiers.supply` raises."""
    by, found = supplement.citizen.actor, supplement.found
    given = tuple(
        ComponentGiven(code=one["code"], name=one["name"], how=HowProvided.FILE, file_id=UUID(one["id"]))
        for one in supplement.held
    )
    dossiers.supply(
        by=by,
        at=at,
        dossier_id=found.card.id,
        components=given,
        answers=supplement.corrected,
        note=supplement.note,
        expected_seq=found.card.seq,
    )
    if supplement.draft is not None:
        dossiers.delete_draft(by=by, draft_id=supplement.draft.id)
