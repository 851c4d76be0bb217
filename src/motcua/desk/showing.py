"""Gathers what the dossier's page and the action's page show; templates only loop and choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.base.data import Actor
from motcua.desk.forms import FORMS, ActionForm, Ask
from motcua.desk.officer import Officer
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierCard, DossierView, HowProvided, Sight, State
from motcua.procedures import api as procedures
from motcua.staff import api as staff
from motcua.staff.api import Role
from motcua.ui import api as ui
from motcua.ui import eforms
from motcua.units import api as units

REUSED = (HowProvided.WALLET, HowProvided.REGISTRY)


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """A dossier in a list, with its clock as a chip."""

    card: DossierCard
    clock: ui.Chip
    state: ui.Chip
    href: str


@dataclass(frozen=True, kw_only=True)
class Box:
    """One box of an action's page: what is asked, what was typed, what can be chosen."""

    ask: Ask
    value: str
    options: tuple[tuple[str, str, bool], ...] = ()


def label(action: Action) -> str:
    """The words of an action in the reader's language."""
    return action.label_en if get_language() == "en" else action.label_vi


def clock_of(card: DossierCard, *, at: datetime) -> ui.Chip:
    """The chip of a dossier's clock as it stands at `at`."""
    waits = card.state in (State.SUPPLEMENT, State.PAYMENT_DUE)
    if card.state is State.REGISTERED:
        return ui.clock_chip(due=card.queue_due, now=at)
    return ui.clock_chip(due=card.due_at, now=at, paused=waits)


def work_row(card: DossierCard, *, at: datetime) -> WorkRow:
    """A row of a worklist."""
    return WorkRow(
        card=card,
        clock=clock_of(card, at=at),
        state=ui.state_chip(card.state.value),
        href=reverse("desk:dossier", args=[card.id]),
    )


def decisions(view: DossierView, may: Mapping[Action, Actor]) -> tuple[ui.Decision, ...]:
    """The decision bar: what moves the work on first, what is dangerous last; keys are taken once."""
    taken: set[str] = set()
    bar: list[ui.Decision] = []
    ordered = [action for action in FORMS if action in may]
    ordered.sort(key=lambda action: (FORMS[action].dangerous, not FORMS[action].primary))
    leader_shown = False
    for action in ordered:
        form = FORMS[action]
        key = form.key if form.key not in taken else ""
        taken.add(key)
        primary = form.primary and not leader_shown
        leader_shown |= primary
        bar.append(_decision(view, action, form, key, primary=primary))
    return tuple(bar)


def _decision(view: DossierView, action: Action, form: ActionForm, key: str, *, primary: bool) -> ui.Decision:
    asks = bool(form.asks or form.note or form.dangerous)
    return ui.Decision(
        label=label(action),
        value=action.value,
        key=key,
        href=reverse("desk:act", args=[view.card.id, action.value]) if asks else "",
        primary=primary,
        dangerous=form.dangerous,
    )


def page(officer: Officer, view: DossierView, may: Mapping[Action, Actor], *, at: datetime) -> dict[str, Any]:
    """Everything that the dossier's page shows."""
    version = procedures.version(view.procedure_version)
    reader = next(iter(may.values()), officer.actor)
    full = view.sight is not Sight.BRIEF
    timeline = dossiers.timeline(by=reader, at=at, dossier_id=view.card.id) if full else ()
    names = staff.names_of({item.who for item in timeline if item.who})
    return {
        "officer": officer,
        "view": view,
        "card": view.card,
        "clock": clock_of(view.card, at=at),
        "state": ui.state_chip(view.card.state.value),
        "answers": _answers(version, view),
        "given": [_tile(row) for row in view.components if row.how not in REUSED],
        "known": [_known(row) for row in view.components if row.how in REUSED],
        "results": [_result(row) for row in view.results],
        "decisions": decisions(view, may),
        "timeline": [(item, names.get(item.who, "")) for item in reversed(timeline)],
        "explained": dossiers.explain_clock(by=reader, at=at, dossier_id=view.card.id),
        "agencies": _agency_names(view.card, *(row.agency for row in view.consultations)),
        "direct": [d for d in decisions(view, may) if not d.href],
    }


def _answers(version: procedures.VersionInfo, view: DossierView) -> tuple[tuple[str, str], ...]:
    form = version.content.form
    if form is None or not view.answers:
        return tuple((str(key), eforms.as_text(value)) for key, value in view.answers.items())
    fields = [field for group in form.groups for field in group.fields]
    ink = eforms.Ink(
        answers=view.answers,
        errors={},
        known={},
        find_units=lambda _typed: (),
        files={},
        deciding=frozenset(),
    )
    return eforms.summary(fields, view.answers, ink)


def _tile(row: dossiers.ComponentRow) -> ui.FileTile:
    if row.file_id is None:
        words = _("xuất trình") if row.how is HowProvided.SHOWN else _("bản giấy")
        return ui.FileTile(name=row.name, kind=words, note=row.note)
    info = documents.file_info(row.file_id)
    return ui.FileTile(
        name=row.name,
        kind=info.media_type.name,
        url=reverse("desk:file", args=[info.id]),
        size=info.size,
        note=_("đã số hóa") if row.digitised_at else "",
    )


def _known(row: dossiers.ComponentRow) -> ui.KnownFact:
    fact = row.fact
    return ui.KnownFact(
        label=row.name,
        value=str(fact.get("value", row.wallet_ref)),
        source=str(fact.get("registry", _("Kho dữ liệu điện tử"))),
        as_of=row.provided_at.date(),
    )


def _result(row: dossiers.ResultRow) -> ui.FileTile:
    return ui.FileTile(
        name=f"{row.title} {row.full_number}".strip(),
        kind="PDF",
        url=reverse("desk:result", args=[row.result_id]),
        note=_("đã thu hồi") if row.withdrawn_at else "",
    )


def _agency_names(card: DossierCard, *more: str) -> dict[str, str]:
    keys = {card.receiving_agency, card.handling_agency, *more} - {""}
    return {key: units.agency(key).name for key in sorted(keys)}


def action_page(
    officer: Officer, view: DossierView, action: Action, typed: QueryDict, *, at: datetime
) -> dict[str, Any]:
    """Everything that an action's page shows, with what was typed before."""
    form = FORMS[action]
    return {
        "officer": officer,
        "card": view.card,
        "clock": clock_of(view.card, at=at),
        "action": action,
        "title": label(action),
        "form": form,
        "note": _(form.note) if form.note else "",
        "boxes": [_box(ask, view, typed, at) for ask in form.asks],
        "seq": view.card.seq,
    }


def _box(ask: Ask, view: DossierView, typed: QueryDict, at: datetime) -> Box:
    chosen = set(typed.getlist(ask.name))
    value = typed.get(ask.name, "")
    options = tuple((key, words, key in chosen) for key, words in _options(ask, view, at))
    return Box(ask=ask, value=value, options=options)


def _options(ask: Ask, view: DossierView, at: datetime) -> list[tuple[str, str]]:
    today = at.date()
    if ask.kind == "officer":
        held = staff.officers(view.card.handling_agency, Role.SOLVER, on=today)
        return [(str(one.account_id), f"{one.full_name}, {one.title}") for one in held]
    if ask.kind == "agency":
        return [(one.key, one.name) for one in units.agencies(on=today)]
    if ask.kind == "papers":
        content = procedures.version(view.procedure_version).content
        return [(part.code, part.name) for part in content.components]
    if ask.kind == "outcome":
        return [("granted", _("Đồng ý giải quyết")), ("rejected", _("Không đồng ý, có lý do"))]
    if ask.kind == "method":
        return [("cash", _("Tiền mặt")), ("card", _("Thẻ"))]
    return []
