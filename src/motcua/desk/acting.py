"""Turns what an officer filled in into one call of one action of `dossiers`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from motcua.base.clock import VN
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk import correcting, deciding
from motcua.desk.forms import FORMS, read_moment
from motcua.desk.officer import Officer
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierView, Outcome, Sight
from motcua.fees import api as fees
from motcua.procedures import api as procedures
from motcua.procedures.data import ChannelKind, DoorKind
from motcua.staff import api as staff


class StillEmpty(DomainError):
    """Please fill in “{label}”."""

    message_vi = "Hãy điền “{label}”."


class BadMoment(DomainError):
    """This date and time cannot be read; choose them from the calendar."""

    message_vi = "Chưa đọc được ngày giờ; hãy chọn lại từ lịch."


class BadCount(DomainError):
    """Please give a number from 1 to 999."""

    message_vi = "Hãy ghi một số từ 1 đến 999."


_CALLS: dict[Action, Callable[..., Any]] = {
    Action.ACCEPT: dossiers.accept,
    Action.TAKE_UP: dossiers.take_up,
    Action.ASSIGN: dossiers.assign,
    Action.PROPOSE: dossiers.propose,
    Action.APPROVE: dossiers.approve,
    Action.SIGN_RESULT: dossiers.sign_result,
    Action.STAMP: dossiers.stamp,
    Action.RETURN_RESULT: dossiers.return_result,
    Action.SUPPLY: dossiers.supply,
    Action.ANSWER_CONSULTATION: dossiers.answer_consultation,
    Action.REQUEST_SUPPLEMENT: dossiers.request_supplement,
    Action.RETURN_STEP: dossiers.return_step,
    Action.FORWARD: dossiers.forward,
    Action.CONSULT: dossiers.consult,
    Action.HAND_OVER: dossiers.hand_over,
    Action.MIRROR: dossiers.mirror,
    Action.REQUEST_PAYMENT: dossiers.request_payment,
    Action.EXTEND: dossiers.apologise_and_extend,
    Action.REOPEN: dossiers.reopen,
    Action.WITHDRAW: dossiers.withdraw,
    Action.STOP: dossiers.stop,
    Action.REFUSE: dossiers.refuse,
    Action.RE_DATE: dossiers.re_date,
    Action.MOVE_PAPER: dossiers.move_paper,
    Action.CORRECT: dossiers.correct,
}


def actors(officer: Officer) -> list[Actor]:
    """The officer in each role of the position, in the position's order."""
    return [staff.actor_for(officer.account, officer.position, role) for role in officer.position.roles]


def open_for(
    officer: Officer, dossier_id: UUID, *, at: datetime
) -> tuple[DossierView, dict[Action, Actor], Actor]:
    """The dossier as the best of the officer's roles sees it, in which role each action may be taken, the reader.

    Raises `NotYours` when no role of the position may see it.
    """
    best: tuple[DossierView, Actor] | None = None
    may: dict[Action, Actor] = {}
    refused: DomainError | None = None
    for actor in actors(officer):
        try:
            view = dossiers.get_for(by=actor, at=at, dossier_id=dossier_id)
        except dossiers.NotYours as error:
            refused = error
            continue
        if best is None or _sees_more(view, best[0]):
            best = (view, actor)
        for action in view.allowed.actions:
            may.setdefault(action, actor)
    if best is None:
        raise refused or dossiers.NotYours(str(dossier_id))
    if not fee_to_take(best[0]):
        may.pop(Action.RECORD_PAYMENT, None)
    if Action.HAND_OVER in may and not _is_a_ministrys(best[0], at):
        may.pop(Action.HAND_OVER)
    return best[0], {action: actor for action, actor in may.items() if action in FORMS}, best[1]


def _is_a_ministrys(view: DossierView, at: datetime) -> bool:
    doors = procedures.open_doors(procedures.version(view.procedure_version), at.astimezone(VN).date())
    return any(door.kind == DoorKind.MINISTRY_SYSTEM for door in doors)


def fee_to_take(view: DossierView) -> int:
    """What is to be paid now, in đồng: what was asked and not paid, else the tariff. Nothing is taken twice."""
    due = sum(row.amount for row in view.payments if row.state == "due")
    if due or any(row.state == "paid" for row in view.payments):
        return due
    content = procedures.version(view.procedure_version).content
    channel = ChannelKind(view.card.channel.value)
    return fees.fee_due(content, channel, at=view.card.submitted_at, quantity=view.quantity).total


def _sees_more(one: DossierView, other: DossierView) -> bool:
    order = (Sight.NONE, Sight.BRIEF, Sight.OWNER, Sight.FULL)
    return (order.index(one.sight), len(one.allowed.actions)) > (
        order.index(other.sight),
        len(other.allowed.actions),
    )


def carry_out(
    *, action: Action, by: Actor, at: datetime, view: DossierView, given: QueryDict
) -> dossiers.Done:
    """Carry the action out with what was filled in; `expected_seq` says which state of things was seen."""
    seq = given.get("expected_seq", "")
    done: dossiers.Done = _CALLS[action](
        by=by,
        at=at,
        dossier_id=view.card.id,
        expected_seq=int(seq) if seq.isdigit() else None,
        **read(action, given, view),
        **deciding.read(action, given, view),
    )
    return done


def read(action: Action, given: QueryDict, view: DossierView) -> dict[str, Any]:
    """The action's own arguments from the form. Raises `StillEmpty`, `BadMoment`, `BadCount`."""
    if action is Action.CORRECT:
        return corrections(given, view)
    found: dict[str, Any] = {}
    for ask in FORMS[action].asks:
        if ask.kind == "papers":
            found[ask.name] = tuple(given.getlist(ask.name))
            continue
        text = given.get(ask.name, "").replace("\x00", "").strip()[:10_000]
        if ask.required and not text:
            raise StillEmpty(label=ask.label_now)
        found[ask.name] = _READERS.get(ask.kind, str)(text)
    return found


def _moment(text: str) -> datetime | None:
    moment = read_moment(text) if text else None
    if text and moment is None:
        raise BadMoment
    return moment


def _outcome(text: str) -> Outcome:
    return Outcome.REJECTED if text == Outcome.REJECTED else Outcome.GRANTED


def _told(text: str) -> Outcome:
    """What another system decided; nothing yet for any other word."""
    return Outcome(text) if text in (Outcome.GRANTED, Outcome.REJECTED) else Outcome.NONE


_READERS: dict[str, Callable[[str], Any]] = {
    "moment": _moment,
    "outcome": _outcome,
    "told": _told,
}


def corrections(given: QueryDict, view: DossierView) -> dict[str, Any]:
    """What a correction changes: only what now reads otherwise. Raises `StillEmpty`, `BadCount`."""
    text = {name: given.get(name, "").replace("\x00", "").strip()[:500] for name in given}
    if not text.get("reason"):
        raise StillEmpty(label=FORMS[Action.CORRECT].asks[0].label_now)
    if not text.get("name"):
        raise StillEmpty(label=FORMS[Action.CORRECT].asks[1].label_now)
    party = replace(
        view.applicant,
        name=text["name"],
        phone=text.get("phone", ""),
        email=text.get("email", ""),
        address=text.get("address", ""),
    )
    changes: dict[str, Any] = {} if party == view.applicant else {"applicant": party}
    count = text.get("quantity", "")
    if count and not (count.isdigit() and 1 <= int(count[:6]) <= 999):
        raise BadCount
    if count and int(count) != view.quantity:
        changes["quantity"] = int(count)
    form = correcting.form_of(Action.CORRECT, view)
    if form is not None and "drawn" in given:
        told = correcting.answers(form, view, given)
        if told != dict(view.answers):
            changes["answers"] = told
    return {"reason": text["reason"], "changes": changes}


def typed_before(action: Action, view: DossierView) -> dict[str, str]:
    """What an action's boxes hold before anything is typed: for a correction, what stands there now."""
    if action is not Action.CORRECT:
        return {}
    who = view.applicant
    return {
        "name": who.name,
        "phone": who.phone,
        "email": who.email,
        "address": who.address,
        "quantity": str(view.quantity),
    }
