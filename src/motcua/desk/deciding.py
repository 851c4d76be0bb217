"""What the officer who examines writes into the result: boxes of the proposal, by the layouts of the procedure."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import QueryDict
from django.utils.translation import get_language

from motcua.base.errors import DomainError
from motcua.desk.forms import Ask
from motcua.dossiers.data import Action, DossierView, Outcome
from motcua.procedures import api as procedures
from motcua.units import api as units

PART = "decided."


class ResultUnfinished(DomainError):
    """The result is printed with “{label}”: please fill it in, or propose not to grant."""

    message_vi = "Kết quả sẽ in “{label}”: hãy điền, hoặc chọn không đồng ý."


def asks(action: Action, view: DossierView) -> tuple[Ask, ...]:
    """The boxes: one for each line of the result that neither the citizen's answers nor the system gives.

    Without an e-form there are no answers: then every line that is printed is asked for.
    """
    if action is not Action.PROPOSE:
        return ()
    english = get_language() == "en"
    found: dict[str, Ask] = {}
    for line in _lines(view):
        name = _name(line)
        words = line.label_en if english else line.label_vi
        found.setdefault(name, Ask(name=name, label=words, kind="text", required=False))
    return tuple(found.values())


def proposals(action: Action, view: DossierView) -> dict[str, str]:
    """What the answers suggest for the boxes, by their names; nothing is decided by it."""
    if action is not Action.PROPOSE:
        return {}
    content = procedures.version(view.procedure_version).content
    if content.form is None:
        return {}
    found: dict[str, str] = {}
    for result in content.results:
        if result.template:
            offered = procedures.proposed(
                result.template, content.form, view.answers, unit_name=_unit_in_full
            )
            found |= {f"{PART}{key}": words for key, words in offered.items()}
    return found


def read(action: Action, given: QueryDict, view: DossierView) -> dict[str, dict[str, str]]:
    """The proposal's `data`, by the catalogue's keys. Raises `ResultUnfinished` where a granted result has a gap
    that only the officer can fill; a line that may stand empty (no father is known) stays out."""
    if action is not Action.PROPOSE:
        return {}
    granted = given.get("outcome") != Outcome.REJECTED
    owed = {_name(line) for line in _lines(view) if line.by_officer}
    found: dict[str, str] = {}
    for ask in asks(action, view):
        text = given.get(ask.name, "").replace("\x00", "").strip()[:1000]
        if granted and not text and ask.name in owed:
            raise ResultUnfinished(label=ask.label_now)
        if text:
            found[ask.name.removeprefix(PART)] = text
    return {"data": found}


def _lines(view: DossierView) -> Iterator[procedures.Shown]:
    content = procedures.version(view.procedure_version).content
    for result in content.results:
        for line in procedures.shown_by(result.template) if result.template else ():
            if line.by_officer or (content.form is None and not line.by_system):
                yield line


def _name(line: procedures.Shown) -> str:
    return line.source if line.by_officer else f"{PART}{line.key}"


def _unit_in_full(key: str) -> str:
    try:
        unit = units.unit(key)
    except units.UnknownUnit:
        return key
    above = [] if unit.parent_key is None else [_unit_in_full(unit.parent_key)]
    return ", ".join([unit.name[:1].lower() + unit.name[1:], *above])
