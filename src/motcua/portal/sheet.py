"""A filing in progress: the draft with its procedure, its form and its pages, and how it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.base import clock
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import DraftView
from motcua.portal.citizen import Citizen
from motcua.portal.lang import either
from motcua.portal.notes import HeldFile, Notes
from motcua.portal.prefill import known_cards
from motcua.procedures import api as procedures
from motcua.procedures.data import Field, FormDefinition, Group, ProcedureContent
from motcua.ui.api import FileTile, find_units
from motcua.ui.eforms import Drawn, Ink, deciding_fields, draw
from motcua.units import api as units


@dataclass(frozen=True, kw_only=True)
class PageLink:
    """One page of the filing: its number, its name and where it is."""

    number: int
    key: str
    title: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A draft opened by its owner, with everything that its pages need. `moved`: the form was replaced meanwhile."""

    citizen: Citizen
    draft: DraftView
    info: procedures.VersionInfo
    form: FormDefinition
    today: date
    moved: bool = False

    @property
    def content(self) -> ProcedureContent:
        """The procedure as it is in force."""
        return self.info.content

    @property
    def title(self) -> str:
        """The procedure's name in the reader's language."""
        return either(self.content.name, self.content.name_en)

    @cached_property
    def groups(self) -> tuple[tuple[Group, tuple[Field, ...]], ...]:
        """The groups that have something to ask, with their visible fields."""
        return procedures.visible_groups(self.form, self.draft.answers, today=self.today)

    @cached_property
    def pages(self) -> tuple[PageLink, ...]:
        """Every page in order: the groups, the papers, the check."""
        draft_id = self.draft.id
        links = [
            (
                group.key,
                either(group.title_vi, group.title_en),
                reverse("portal:group", args=[draft_id, group.key]),
            )
            for group, _fields in self.groups
        ]
        links.append(("papers", _("Giấy tờ"), reverse("portal:papers", args=[draft_id])))
        links.append(("check", _("Xem lại và nộp"), reverse("portal:check", args=[draft_id])))
        return tuple(PageLink(number=n, key=k, title=t, href=h) for n, (k, t, h) in enumerate(links, 1))

    def after(self, key: str) -> str:
        """The address of the page that follows `key`."""
        pages = self.pages
        at = next((i for i, page in enumerate(pages) if page.key == key), -1)
        return pages[min(at + 1, len(pages) - 1)].href

    def before(self, key: str) -> str:
        """The address of the page before `key`; the start of the procedure before the first."""
        pages = self.pages
        at = next((i for i, page in enumerate(pages) if page.key == key), 0)
        return pages[at - 1].href if at > 0 else reverse("portal:me")

    @cached_property
    def validated(self) -> procedures.Validated:
        """Clean values and errors of the whole form."""
        return procedures.validate(self.form, self.draft.answers, today=self.today, known_unit=unit_exists)

    def ink(self, errors: Mapping[str, Any] | None = None) -> Ink:
        """What the form is drawn with; the errors given are shown."""
        base = Ink(
            answers=self.draft.answers,
            errors=errors or {},
            known={},
            find_units=lambda typed: find_units(typed, on=self.today),
            files=self._tiles(),
            deciding=deciding_fields(self.form),
        )
        cards = known_cards(self.form, self.draft.answers, self.notes, ink=base, draft_id=self.draft.id)
        return replace(base, known=cards)

    def draw(self, fields: tuple[Field, ...], errors: Mapping[str, Any] | None = None) -> tuple[Drawn, ...]:
        """The fields ready to be written."""
        return draw(fields, self.ink(errors))

    @cached_property
    def notes(self) -> Notes:
        """What the draft remembers beside its answers."""
        return Notes.read(self.draft.context)

    @property
    def files(self) -> Mapping[str, HeldFile]:
        """Files that were uploaded into this draft, by id: the only ones that its answers may name."""
        return self.notes.files

    def _tiles(self) -> dict[str, FileTile]:
        return {
            file_id: FileTile(
                name=held.name,
                kind=held.kind,
                url=reverse("portal:draft_file", args=[self.draft.id, file_id]),
                size=held.size,
            )
            for file_id, held in self.files.items()
        }


def unit_exists(key: str) -> bool:
    """Is this the key of a territory?"""
    try:
        units.unit(key)
    except units.UnknownUnit:
        return False
    return True


class DraftGone(Exception):
    """The draft is not there (any more): sent, thrown away, or somebody else's."""


def open_sheet(citizen: Citizen, draft_id: UUID) -> Sheet:
    """The citizen's own draft; raises `DraftGone` for any other.

    When the procedure got a new version since, the answers go over to it and `moved` says so.
    """
    try:
        draft = dossiers.draft(by=citizen.actor, draft_id=draft_id)
    except dossiers.NoSuchDraft:
        raise DraftGone(str(draft_id)) from None
    if "agency" not in draft.context:  # the answer to a supplement: it has its own page
        raise DraftGone(str(draft_id))
    today = clock.today()
    info = procedures.version_on(draft.procedure_code, today)
    if info.content.form is None:
        raise DraftGone(str(draft_id))
    sheet = Sheet(
        citizen=citizen,
        draft=draft,
        info=info,
        form=info.content.form,
        today=today,
        moved=info.id != draft.version_id,
    )
    return save(sheet) if sheet.moved else sheet


def save(sheet: Sheet, *, answers: Mapping[str, Any] | None = None, notes: Notes | None = None) -> Sheet:
    """Keep what was typed; the sheet with the saved draft comes back."""
    draft = dossiers.save_draft(
        by=sheet.citizen.actor,
        at=clock.now(),
        draft_id=sheet.draft.id,
        procedure_code=sheet.draft.procedure_code,
        version_id=sheet.info.id,
        title=sheet.draft.title,
        answers=sheet.draft.answers if answers is None else answers,
        context=sheet.draft.context if notes is None else notes.as_json(),
    )
    return replace(sheet, draft=draft)
