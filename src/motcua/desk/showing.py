"""Gathers what the dossier's page and the action's page show; templates only loop and choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk import correcting, deciding, prints
from motcua.desk.acting import typed_before
from motcua.desk.checks import checks
from motcua.desk.forms import FORMS, ActionForm, Ask
from motcua.desk.officer import DESK_ROLES, Officer
from motcua.desk.words import agency_name, agency_names, either, language, sentence
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, Channel, DossierCard, DossierView, HowProvided, Sight, State
from motcua.fees import api as fees
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
    return {
        Action.SUPPLY: _("Ghi nhận đã bổ sung"),
        Action.RECORD_PAYMENT: _("Thu phí, lệ phí"),
    }.get(action, either(action.label_vi, action.label_en))


def clock_of(card: DossierCard, *, at: datetime) -> ui.Chip:
    """The chip of a dossier's clock as it stands at `at`."""
    waits = card.state in (State.SUPPLEMENT, State.PAYMENT_DUE)
    if card.state is State.REGISTERED:
        return ui.clock_chip(due=card.queue_due, now=at)
    if card.state.has_ended:
        tone = ui.Tone.ON_TIME if card.state in (State.RESOLVED, State.RETURNED) else ui.Tone.PAUSED
        tone = ui.Tone.LATE if card.is_late else tone
        return ui.Chip(tone=tone, words=_("Trễ hạn") if card.is_late else _("Đã xong"))
    for_money = card.state is State.PAYMENT_DUE
    return ui.clock_chip(due=card.due_at, now=at, paused=waits, for_money=for_money)


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
    href = reverse("desk:act", args=[view.card.id, action.value]) if asks else ""
    if (
        action is Action.RECORD_PAYMENT
    ):  # the cashier's page knows reductions, cards and leaves of the printed book
        href = reverse("desk:cash_take", args=[view.card.id])
    return ui.Decision(
        label=label(action),
        value=action.value,
        key=key,
        href=href,
        primary=primary,
        dangerous=form.dangerous,
    )


def page(
    officer: Officer, view: DossierView, may: Mapping[Action, Actor], reader: Actor, *, at: datetime
) -> dict[str, Any]:
    """Everything that the dossier's page shows."""
    version = procedures.version(view.procedure_version)
    full = view.sight is Sight.FULL
    timeline = dossiers.timeline(by=reader, at=at, dossier_id=view.card.id) if full else ()
    bar = decisions(view, may)
    holder = view.paper.holder if view.paper else ""
    names = staff.names_of({*(item.who for item in timeline), view.card.assignee, holder} - {""})
    return {
        "officer": officer,
        "view": view,
        "card": view.card,
        "full": full,
        "clock": clock_of(view.card, at=at),
        "state": ui.state_chip(view.card.state.value),
        "step": either(view.card.step.label_vi, view.card.step.label_en),
        "channel": channel_words(view.card.channel),
        "answers": _answers(version, view),
        "checks": checks(view, version, reader, at=at) if full else (),
        "given": [_tile(view, row) for row in view.components if row.how not in REUSED],
        "known": [_known(row) for row in view.components if row.how in REUSED],
        "results": [_result(view, row) for row in view.results],
        "decisions": bar,
        "timeline": [_told(item, names) for item in reversed(timeline)],
        "rail": _rail(view, reader, at=at) if full else (),
        "explained": dossiers.explain_clock(by=reader, at=at, dossier_id=view.card.id),
        "agencies": agency_names((view.card.receiving_agency, view.card.handling_agency, view.return_agency)),
        "handler": agency_name(view.card.handling_agency),
        "assignee": names.get(view.card.assignee, ""),
        "return_place": agency_name(view.return_agency),
        "opinions": [(agency_name(row.agency), row) for row in view.consultations],
        "payments": _money(view),
        "receipts": _receipts(officer, view),
        "paper": _paper_words(view, names),
        "children": [work_row(card, at=at) for card in view.children],
        "parent": view.parent_id,
        "proposal": _proposal(view),
        "prints": [
            (prints.title_of(kind), reverse("desk:paper", args=[view.card.id, kind]))
            for kind in prints.available(view)
        ],
        "direct": [d for d in bar if not d.href],
    }


def glance(view: DossierView) -> dict[str, Any]:
    """The proposal and the answers, short."""
    version = procedures.version(view.procedure_version)
    return {"proposal": _proposal(view), "answers": _answers(version, view)}


def channel_words(channel: Channel) -> str:
    """How a dossier came, in words."""
    return {
        Channel.DIRECT: _("nộp tại quầy"),
        Channel.ONLINE: _("trực tuyến"),
        Channel.POST: _("qua bưu chính"),
    }[channel]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A line of the history."""

    words: str
    at: datetime
    who: str
    note: str


def _told(item: dossiers.TimelineItem, names: Mapping[str, str]) -> Told:
    who = names.get(item.who, "")
    return Told(words=either(item.label_vi, item.label_en), at=item.at, who=who, note=item.note)


def _rail(view: DossierView, reader: Actor, *, at: datetime) -> tuple[ui.Step, ...]:
    """Who held the dossier, from when to when; hours of work against the hours of the internal process."""
    rows = dossiers.control_slip(by=reader, at=at, dossier_id=view.card.id)
    names = staff.names_of({row.who for row in rows if row.who})
    return tuple(
        ui.Step(
            name=row.step[:1].upper() + row.step[1:],
            state=ui.StepState.DONE if row.handed_at else ui.StepState.NOW,
            who=names.get(row.who, ""),
            unit=_stay_words(row),
            entered=row.received_at,
            left=row.handed_at,
        )
        for row in rows
    )


def _stay_words(row: dossiers.SlipRow) -> str:
    """Where the dossier lay, the working hours the internal process gives there, and whether they held."""
    limit = ui.limit_words(row.limit_hours, "working_hour") if row.limit_hours else ""
    verdict = {"early": _("trước hạn"), "on_time": _("đúng hạn"), "late": _("quá hạn")}.get(row.verdict, "")
    return ", ".join(part for part in (agency_name(row.unit), limit, verdict) if part)


def _money(view: DossierView) -> list[ui.MoneyRow]:
    """Each demand in the words of `fees`, which every page and paper uses."""
    rows = []
    for one in fees.payments([row.payment_id for row in view.payments]) if view.payments else ():
        why = one.status(language())
        if one.paid_at is not None:
            words = {"how": why, "when": ui.moment(one.paid_at), "number": one.receipt_number}
            why = _("%(how)s, %(when)s, biên lai %(number)s") % words
        rows.append(ui.MoneyRow(what=_("Phí, lệ phí"), amount=one.amount, why=why))
    return rows


def _receipts(officer: Officer, view: DossierView) -> list[tuple[str, str]]:
    """The cashier's page of each payment of the officer's own agency: its receipt, and what may be done with it."""
    if not officer.has(*DESK_ROLES) or not view.payments:
        return []
    return [
        (one.receipt_number or one.status(language()), reverse("desk:cash_payment", args=[one.id]))
        for one in fees.payments([row.payment_id for row in view.payments])
        if one.agency_key == officer.position.agency_key
    ]


def _paper_words(view: DossierView, names: Mapping[str, str]) -> str:
    if view.paper is None:
        return ""
    parts = (agency_name(view.paper.agency), view.paper.place, names.get(view.paper.holder, ""))
    return ", ".join(part for part in parts if part)


def _proposal(view: DossierView) -> tuple[str, str] | None:
    """What the examining officer proposes: granted or not, and the opinion."""
    if not view.proposal:
        return None
    rejected = view.proposal.get("outcome") == "rejected"
    said = str(view.proposal.get("opinion") or "")
    return (_("Không đồng ý, có lý do") if rejected else _("Đồng ý giải quyết"), said)


def _answers(version: procedures.VersionInfo, view: DossierView) -> tuple[tuple[str, str], ...]:
    form = version.content.form
    if form is None or not view.answers:
        return tuple((str(key), eforms.as_text(value)) for key, value in view.answers.items())
    visible = procedures.visible_groups(form, view.answers, today=view.card.submitted_at.date())
    fields = [field for _group, shown in visible for field in shown if view.answers.get(field.key)]
    ink = eforms.Ink(
        answers=view.answers,
        errors={},
        known={},
        find_units=lambda typed: ui.find_units(typed, on=view.card.submitted_at.date()),
        files={},
        deciding=frozenset(),
    )
    return eforms.summary(fields, view.answers, ink)


def _tile(view: DossierView, row: dossiers.ComponentRow) -> ui.FileTile:
    if row.file_id is None:
        words = _("chỉ xuất trình") if row.how is HowProvided.SHOWN else _("bản giấy nộp tại quầy")
        return ui.FileTile(name=row.name, kind=_("giấy"), note=f"{words} {row.note}".strip())
    info = documents.file_info(row.file_id)
    return ui.FileTile(
        name=row.name,
        kind=info.media_type.name,
        url=reverse("desk:file", args=[view.card.id, info.id]),
        size=info.size,
        note=_("đã số hóa") if row.digitised_at else "",
    )


def _known(row: dossiers.ComponentRow) -> ui.KnownFact:
    fact = row.fact
    return ui.KnownFact(
        label=row.name,
        value=eforms.as_text(fact.get("value")) or _("đã có"),
        source=str(fact.get("registry") or _("Kho dữ liệu điện tử")),
        as_of=row.provided_at.date(),
    )


def _result(view: DossierView, row: dossiers.ResultRow) -> ui.FileTile:
    return ui.FileTile(
        name=f"{row.title} {row.full_number}".strip(),
        kind="PDF",
        url=reverse("desk:result", args=[view.card.id, row.result_id]),
        note=_("đã thu hồi") if row.withdrawn_at else "",
    )


def action_page(
    officer: Officer,
    view: DossierView,
    action: Action,
    typed: QueryDict,
    *,
    at: datetime,
    problem: DomainError | None = None,
) -> dict[str, Any]:
    """Everything that an action's page shows, with what was typed before."""
    form = FORMS[action]
    questions: list[tuple[str, tuple[eforms.Drawn, ...]]] = []
    eform = correcting.form_of(action, view)
    if eform is not None:
        told = correcting.answers(eform, view, typed) if "drawn" in typed else view.answers
        questions = correcting.groups(eform, view, told, problem)
    drawn = [field for _title, fields in questions for field in fields]
    asked = (*form.asks, *deciding.asks(action, view))
    before = typed_before(action, view) | deciding.proposals(action, view)
    return {
        "officer": officer,
        "card": view.card,
        "clock": clock_of(view.card, at=at),
        "action": action,
        "title": label(action),
        "form": form,
        "note": _(form.note) if form.note else "",
        "boxes": [_box(ask, view, typed, before, at) for ask in asked],
        "seq": view.card.seq,
        "problem": sentence(problem) if problem else "",
        "questions": questions,
        "asked": [one.name for one in drawn],
        "errors": eforms.error_list(drawn),
    }


def _box(ask: Ask, view: DossierView, typed: QueryDict, before: Mapping[str, str], at: datetime) -> Box:
    chosen = set(typed.getlist(ask.name))
    value = typed.get(ask.name, before.get(ask.name, ""))
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
    return {
        "outcome": [("granted", _("Đồng ý giải quyết")), ("rejected", _("Không đồng ý, có lý do"))],
        "told": [
            ("running", _("đang giải quyết")),
            ("granted", _("đã giải quyết xong")),
            ("rejected", _("không giải quyết")),
        ],
    }.get(ask.kind, [])
