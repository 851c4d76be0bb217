"""What the owner of a dossier sees: how far it is, who has it, its clock, its papers, its results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.documents import api as documents
from motcua.documents.data import IssuedResult, ResultState
from motcua.dossiers.data import (
    ComponentRow,
    DossierCard,
    DossierView,
    HowProvided,
    ResultRow,
    State,
    SupplementRow,
    TimelineItem,
)
from motcua.dossiers.data import Step as WorkStep
from motcua.fees import api as fees
from motcua.portal.lang import label, language
from motcua.procedures import api as procedures
from motcua.procedures.data import ChannelKind
from motcua.staff import api as staff
from motcua.ui.api import Chip, FileTile, MoneyRow, Step, StepState, Tone, clock_chip, moment, state_chip
from motcua.units import api as units

_HELD = frozenset({State.SUPPLEMENT, State.PAYMENT_DUE})
_CUT_SHORT = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED})


@dataclass(frozen=True, kw_only=True)
class ListRow:
    """A dossier in the citizen's list."""

    title: str
    code: str
    applicant: str
    submitted_at: datetime
    href: str
    state: Chip
    clock: Chip


@dataclass(frozen=True, kw_only=True)
class LinkedRow:
    """A part of a linked dossier: its own office, its own state and its own clock."""

    row: ListRow
    agency: str
    waits_for: str


def linked_rows(found: DossierView, *, now: datetime) -> list[LinkedRow]:
    """The parts of a linked dossier in the order in which they are done, each with its clock."""
    parts = procedures.version(found.filed_version).content.linked
    order = {part.code: at for at, part in enumerate(parts)}
    names = {part.code: part.name for part in parts}
    after = {part.code: names.get(part.after, "") for part in parts if part.after}
    cards = sorted(found.children, key=lambda one: (order.get(one.procedure_code, len(order)), one.code))
    return [
        LinkedRow(
            row=row,
            agency=agency_name(card.handling_agency),
            waits_for=after.get(card.procedure_code, "") if card.state is State.REGISTERED else "",
        )
        for card, row in zip(cards, list_rows(cards, now=now), strict=True)
    ]


def open_request(found: DossierView) -> SupplementRow | None:
    """The request for papers that waits for the citizen, if there is one."""
    waiting = [one for one in found.supplements if one.supplied_at is None]
    return waiting[-1] if waiting and found.card.state is State.SUPPLEMENT else None


def list_rows(cards: Iterable[DossierCard], *, now: datetime) -> list[ListRow]:
    """The citizen's dossiers as rows."""
    return [
        ListRow(
            title=card.procedure_name,
            code=card.code,
            applicant=card.applicant_name,
            submitted_at=card.submitted_at,
            href=reverse("portal:dossier", args=[card.id]),
            state=state_chip(card.state),
            clock=card_clock(card, now=now),
        )
        for card in cards
    ]


def card_clock(card: DossierCard, *, now: datetime, ended_at: datetime | None = None) -> Chip:
    """The clock of a dossier in one chip; what ended says how it ended."""
    if card.state in _CUT_SHORT:
        return Chip(tone=Tone.PAUSED, words=_("Đã kết thúc"))
    if card.state is State.REGISTERED:
        return Chip(
            tone=Tone.PLAIN, words=_("Chờ tiếp nhận"), detail=_("Hạn trả được ghi khi hồ sơ được tiếp nhận.")
        )
    if card.state.has_ended and card.due_at is not None and ended_at is None:
        if card.is_late:
            return Chip(tone=Tone.LATE, words=_("Trễ hạn"))
        return Chip(tone=Tone.ON_TIME, words=_("Đúng hạn"))
    held, for_money = card.state in _HELD, card.state is State.PAYMENT_DUE
    return clock_chip(due=card.due_at, now=now, paused=held, for_money=for_money, finished=ended_at)


def agency_name(key: str) -> str:
    """The agency's name; the key itself when it is not known any more."""
    try:
        return units.agency(key).name
    except units.UnknownAgency:
        return key


def rail(items: Sequence[TimelineItem], view: DossierView) -> tuple[Step, ...]:
    """The way of the dossier as steps: each stay with its office, its officer and its times."""
    names = staff.names_of(
        {str(item.details.get("assignee") or "") for item in items}
        | {i.who for i in items}
        | {view.card.assignee}
    )
    stays: list[Step] = []
    for item in items:
        if item.state is None:
            continue
        title = _stay_name(item)
        if stays and stays[-1].name == title:
            continue
        if stays:
            stays[-1] = replace(stays[-1], left=item.at, state=StepState.DONE)
        stays.append(_stay(title, item, view, names))
    if stays and view.card.state in (State.RETURNED, *_CUT_SHORT):
        stays[-1] = replace(stays[-1], state=StepState.DONE)
    elif stays:
        if view.card.state is State.IN_PROGRESS and not stays[-1].who:
            stays[-1] = replace(stays[-1], who=names.get(view.card.assignee, ""))
        stays += [Step(name=name, state=StepState.NEXT) for name in _ahead(view.card.state)]
    return tuple(stays)


def _stay_name(item: TimelineItem) -> str:
    if item.state is State.IN_PROGRESS and item.step is not WorkStep.NONE:
        return label(item.step)
    assert item.state is not None
    return state_chip(item.state).words


def _stay(title: str, item: TimelineItem, view: DossierView, names: dict[str, str]) -> Step:
    if item.state in _HELD:
        return Step(name=title, state=StepState.NOW, who=_("Đang chờ bạn"), entered=item.at)
    at_desk = item.state in (State.REGISTERED, State.ACCEPTED, State.RESOLVED, State.RETURNED)
    unit = view.card.receiving_agency if at_desk else str(item.details.get("handling_agency") or item.unit)
    who = names.get(str(item.details.get("assignee") or ""), "") if item.state is State.IN_PROGRESS else ""
    return Step(
        name=title, state=StepState.NOW, who=who, unit=agency_name(unit) if unit else "", entered=item.at
    )


def _ahead(state: State) -> list[str]:
    steps = {
        State.REGISTERED: [4, 9, 10],
        State.ACCEPTED: [4, 9, 10],
        State.IN_PROGRESS: [9, 10],
        State.SUPPLEMENT: [4, 9, 10],
        State.PAYMENT_DUE: [4, 9, 10],
        State.RESOLVED: [10],
    }.get(state, [])
    return [state_chip(code).words for code in steps]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A line of the history."""

    at: datetime
    title: str
    who: str
    note: str


def events(items: Sequence[TimelineItem]) -> list[Event]:
    """The history as lines, latest first."""
    names = staff.names_of({item.who for item in items})
    return [
        Event(
            at=item.at,
            title=label(item),
            who=", ".join(
                p for p in (names.get(item.who, ""), agency_name(item.unit) if item.unit else "") if p
            ),
            note=item.note,
        )
        for item in reversed(items)
    ]


def paper_tiles(dossier_id: UUID, components: Iterable[ComponentRow]) -> list[FileTile]:
    """The papers of the dossier as tiles: how each was provided."""
    said = {
        HowProvided.FILE: _("bạn đính kèm"),
        HowProvided.WALLET: _("lấy từ ví giấy tờ"),
        HowProvided.REGISTRY: _("nhà nước đã có"),
        HowProvided.SHOWN: _("đã xuất trình"),
        HowProvided.PAPER: _("bản giấy"),
        HowProvided.DIGITISED: _("số hóa tại quầy"),
    }
    short = {HowProvided.FILE: _("Tệp"), HowProvided.WALLET: _("Ví"), HowProvided.REGISTRY: _("CSDL")}
    return [
        FileTile(
            name=one.name,
            kind=short.get(one.how, _("Giấy")),
            url=reverse("portal:dossier_file", args=[dossier_id, one.file_id]) if one.file_id else "",
            note="; ".join(part for part in (said[one.how], one.note) if part),
        )
        for one in components
    ]


def result_tiles(dossier_id: UUID, rows: Iterable[ResultRow]) -> list[FileTile]:
    """The signed results as tiles; one that was withdrawn says so."""
    return [_result_tile(dossier_id, documents.result(row.result_id)) for row in rows if row.stamped_at]


def _result_tile(dossier_id: UUID, result: IssuedResult) -> FileTile:
    stands = result.state is ResultState.ISSUED
    return FileTile(
        name=f"{result.title} {result.full_number}".strip(),
        kind="PDF",
        url=reverse("portal:result_file", args=[dossier_id, result.id]) if result.file else "",
        size=result.file.size if result.file else None,
        signer=result.agency_name,
        verified=stands,
        note="" if stands else _("Không còn giá trị: %(why)s") % {"why": result.ended_reason},
    )


def money_rows(view: DossierView) -> list[MoneyRow]:
    """Fees asked of the dossier and how each stands, in the words of `fees`."""
    rows = []
    for one in fees.payments([row.payment_id for row in view.payments]):
        why = one.status(language())
        if one.paid_at is not None:
            paid = {"how": why, "when": moment(one.paid_at), "number": one.receipt_number}
            why = _("%(how)s, %(when)s, biên lai %(number)s") % paid
        rows.append(MoneyRow(what=_("Phí, lệ phí"), amount=one.amount, why=why))
    return rows


def may_pay(view: DossierView) -> bool:
    """Is there anything about money to see or to do?"""
    if view.payments:
        return True
    if view.card.state in _CUT_SHORT:
        return False
    content = procedures.version(view.procedure_version).content
    channel = ChannelKind(view.card.channel.value)
    return fees.fee_due(content, channel, at=view.card.submitted_at, quantity=view.quantity).total > 0
