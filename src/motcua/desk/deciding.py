"""What the officer who examines writes into the result: boxes of the proposal, by the layouts of the procedure."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.translation import get_language

from motcua.base.errors import DomainError
from motcua.desk.forms import Ask
from motcua.dossiers.data import Action, DossierView, Outcome
from motcua.procedures import api as procedures

PART = "decided."


class ResultUnfinished(DomainError):
    """The result is printed with “{label}”: please fill it in, or propose not to grant."""

    message_vi = "Kết quả sẽ in “{label}”: hãy điền, hoặc chọn không đồng ý."


def asks(action: Action, view: DossierView) -> tuple[Ask, ...]:
    """The boxes: one for each line of the result that neither the citizen's answers nor the system gives."""
    if action is not Action.PROPOSE:
        return ()
    content = procedures.version(view.procedure_version).content
    english = get_language() == "en"
    found: dict[str, Ask] = {}
    for result in content.results:
        for line in procedures.shown_by(result.template) if result.template else ():
            if line.source.startswith(PART):
                name = line.source
                words = line.label_en if english else line.label_vi
                found.setdefault(name, Ask(name=name, label=words, kind="text", required=False))
    return tuple(found.values())


def read(action: Action, given: QueryDict, view: DossierView) -> dict[str, dict[str, str]]:
    """The proposal's `data`, by the catalogue's keys. Raises `ResultUnfinished` where a granted result has a gap."""
    if action is not Action.PROPOSE:
        return {}
    granted = given.get("outcome") != Outcome.REJECTED
    found: dict[str, str] = {}
    for ask in asks(action, view):
        text = given.get(ask.name, "").replace("\x00", "").strip()[:1000]
        if granted and not text:
            raise ResultUnfinished(label=ask.label_now)
        if text:
            found[ask.name.removeprefix(PART)] = text
    return {"data": found}
