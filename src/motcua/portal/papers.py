"""Which papers a filing still needs, which the state or the wallet already has, and how each was provided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.documents import api as documents
from motcua.documents.data import WalletItem
from motcua.dossiers.data import ComponentGiven, HowProvided
from motcua.portal.lang import either
from motcua.portal.notes import Given
from motcua.portal.procedure_page import replaced_words
from motcua.portal.sheet import Sheet
from motcua.procedures import api as procedures
from motcua.procedures.data import Component, ComponentKind, FieldType
from motcua.ui.api import FileTile
from motcua.ui.eforms import FiledTile

_POPULATION = ("population", "identity", "residence")


@dataclass(frozen=True, kw_only=True)
class WalletChoice:
    """A paper of the wallet that can stand for the required one."""

    ref: str
    title: str
    issuer: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """A required paper on the papers page: what is there already, what can be done."""

    code: str
    name: str
    required: bool
    case: str
    hint: str
    settled: str
    files: tuple[FiledTile, ...]
    wallet: tuple[WalletChoice, ...]
    shown_later: bool
    error: str = ""

    @property
    def begun(self) -> bool:
        """Is anything there for it already?"""
        return bool(self.files) or any(choice.chosen for choice in self.wallet)

    @property
    def folded(self) -> bool:
        """Is it shown folded: neither needed nor begun?"""
        return not (self.begun or self.error or self.wallet) and (not self.required or bool(self.settled))

    @property
    def dom_id(self) -> str:
        """The id of its file input."""
        return "p-" + "".join(c if c.isalnum() else "-" for c in self.code)


def asked_components(sheet: Sheet) -> list[Component]:
    """Papers that this filing is about: not the e-form itself, not those that a file field of the form brings.

    A required paper whose field was left empty is asked for here, where a paper of the wallet can stand for it.
    """
    by_field = {
        one.component: bool(sheet.validated.values.get(one.key))
        for one in sheet.form.by_key.values()
        if one.type is FieldType.FILE and one.component
    }
    return [
        component
        for component in sheet.content.components
        if component.kind is not ComponentKind.FORM
        and (component.code not in by_field or (_must(component) and not by_field[component.code]))
        and (
            component.condition is None
            or procedures.holds(component.condition, sheet.validated.values, today=sheet.today)
        )
    ]


def _must(component: Component) -> bool:
    """Does the filing not go without it? (The same question as the office's own check.)"""
    return component.required and component.kind is ComponentKind.SUBMIT and not component.case


def paper_rows(sheet: Sheet, errors: Mapping[str, str] | None = None) -> list[PaperRow]:
    """The rows of the papers page."""
    items = _wallet(sheet)
    tiles = sheet.ink().files
    wrong = errors or {}
    rows = [
        _row(sheet, component, items, tiles, wrong.get(component.code, ""))
        for component in asked_components(sheet)
    ]
    return sorted(rows, key=lambda row: row.folded)


def _wallet(sheet: Sheet) -> Sequence[WalletItem]:
    kinds = {code for component in sheet.content.components for code in _wallet_codes(component)}
    return documents.reusable(sheet.citizen.id, kinds=kinds, on=sheet.today) if kinds else []


def _row(
    sheet: Sheet, component: Component, items: Sequence[WalletItem], tiles: Mapping[str, FileTile], error: str
) -> PaperRow:
    given = sheet.notes.papers.get(component.code, Given())
    codes = _wallet_codes(component)
    fitting = [item for item in items if item.kind in codes]
    return PaperRow(
        code=component.code,
        name=either(component.name, component.name_en),
        required=_must(component),
        case=component.case,
        hint=replaced_words(component),
        settled=_("Nhà nước đã có; bạn không phải nộp.") if _population_fact(sheet, component) else "",
        files=tuple(FiledTile(id=i, tile=tiles[i]) for i in given.files if i in tiles),
        wallet=tuple(
            WalletChoice(
                ref=str(item.id),
                title=item.title,
                issuer=item.issuer,
                chosen=given.wallet == str(item.id),
            )
            for item in fitting
        ),
        shown_later=component.kind is ComponentKind.SHOW,
        error=error,
    )


def _wallet_codes(component: Component) -> set[str]:
    return {key.partition(":")[2] for key in component.replaced_by if key.startswith("wallet:")}


def _population_fact(sheet: Sheet, component: Component) -> dict[str, Any] | None:
    """The fact of the population base that stands for the paper, when the form really used one."""
    if not any(key.partition(":")[0] in _POPULATION for key in component.replaced_by):
        return None
    notes = sheet.notes
    for key, origin in notes.prefilled.items():
        if notes.is_states_own(key, sheet.draft.answers.get(key)):
            as_of = origin.as_of.isoformat()
            return {"registry": "population", "key": key, "value": origin.value, "as_of": as_of}
    return None


def given_components(sheet: Sheet) -> tuple[ComponentGiven, ...]:
    """Every paper as it is provided, for the filing: files, wallet papers, registry facts."""
    found: list[ComponentGiven] = []
    for one in sheet.form.by_key.values():
        if one.type is FieldType.FILE and one.component:
            found += [_file(one.component, item) for item in _list(sheet.validated.values.get(one.key))]
    chosen = sheet.notes.papers
    for component in asked_components(sheet):
        given = chosen.get(component.code, Given())
        found += [_file(component.code, item) for item in given.files]
        fact = _population_fact(sheet, component)
        if given.wallet:
            found.append(ComponentGiven(code=component.code, how=HowProvided.WALLET, wallet_ref=given.wallet))
        elif fact is not None and not given.files:
            found.append(ComponentGiven(code=component.code, how=HowProvided.REGISTRY, fact=fact))
    return tuple(found)


def chosen_papers(
    sheet: Sheet, post: Mapping[str, str], added: Mapping[str, Sequence[str]]
) -> dict[str, Given]:
    """How each paper is provided after a post: files added and taken away, a paper of one's own wallet or none."""
    before = sheet.notes.papers
    dropped = post.get("drop", "")
    chosen: dict[str, Given] = {}
    for row in paper_rows(sheet):
        given = before.get(row.code, Given())
        held = [i for i in given.files if dropped != f"{row.code}.{i}"]
        wanted = post.get(f"wallet.{row.code}", given.wallet)
        own = {choice.ref for choice in row.wallet}
        files = (*held, *added.get(row.code, ()))
        chosen[row.code] = Given(files=files, wallet=wanted if wanted in own else "")
    return chosen


def missing_papers(sheet: Sheet) -> dict[str, str]:
    """Code → sentence for every required paper that nothing provides yet."""
    provided = {one.code for one in given_components(sheet)}
    return {
        row.code: _("Hãy đính kèm: %(paper)s.") % {"paper": row.name}
        for row in paper_rows(sheet)
        if row.required and row.code not in provided
    }


def _file(code: str, file_id: str) -> ComponentGiven:
    return ComponentGiven(code=code, how=HowProvided.FILE, file_id=UUID(str(file_id)))


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
