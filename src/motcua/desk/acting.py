"""Turns what an officer filled in into one call of one action of `dossiers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk.forms import FORMS, read_moment
from motcua.desk.officer import Officer
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierView, Outcome
from motcua.fees.data import PaymentMethod
from motcua.staff import api as staff


class StillEmpty(DomainError):
    """Please fill in “{label}”."""

    message_vi = "Hãy điền “{label}”."


class BadMoment(DomainError):
    """This date and time cannot be read; choose them from the calendar."""

    message_vi = "Chưa đọc được ngày giờ; hãy chọn lại từ lịch."


Reader = Callable[[QueryDict, DossierView], Mapping[str, Any]]

_CALLS: dict[Action, Callable[..., Any]] = {
    Action.ACCEPT: dossiers.accept,
    Action.TAKE_UP: dossiers.take_up,
    Action.ASSIGN: dossiers.assign,
    Action.PROPOSE: dossiers.propose,
    Action.APPROVE: dossiers.approve,
    Action.SIGN_RESULT: dossiers.sign_result,
    Action.STAMP: dossiers.stamp,
    Action.RETURN_RESULT: dossiers.return_result,
    Action.RECORD_PAYMENT: dossiers.record_payment,
    Action.SUPPLY: dossiers.supply,
    Action.ANSWER_CONSULTATION: dossiers.answer_consultation,
    Action.REQUEST_SUPPLEMENT: dossiers.request_supplement,
    Action.RETURN_STEP: dossiers.return_step,
    Action.FORWARD: dossiers.forward,
    Action.CONSULT: dossiers.consult,
    Action.REQUEST_PAYMENT: dossiers.request_payment,
    Action.EXTEND: dossiers.apologise_and_extend,
    Action.REOPEN: dossiers.reopen,
    Action.WITHDRAW: dossiers.withdraw,
    Action.STOP: dossiers.stop,
    Action.REFUSE: dossiers.refuse,
    Action.RE_DATE: dossiers.re_date,
}


def actors(officer: Officer) -> list[Actor]:
    """The officer in each role of the position, in the position's order."""
    return [staff.actor_for(officer.account, officer.position, role) for role in officer.position.roles]


def open_for(officer: Officer, dossier_id: UUID, *, at: datetime) -> tuple[DossierView, dict[Action, Actor]]:
    """The dossier as the best of the officer's roles sees it, and in which role each action may be taken.

    Raises `NotYours` when no role of the position may see it.
    """
    best: DossierView | None = None
    may: dict[Action, Actor] = {}
    refused: DomainError | None = None
    for actor in actors(officer):
        try:
            view = dossiers.get_for(by=actor, at=at, dossier_id=dossier_id)
        except dossiers.NotYours as error:
            refused = error
            continue
        if best is None or len(view.allowed.actions) > len(best.allowed.actions):
            best = view
        for action in view.allowed.actions:
            may.setdefault(action, actor)
    if best is None:
        raise refused or dossiers.NotYours(str(dossier_id))
    return best, {action: actor for action, actor in may.items() if action in FORMS}


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
    )
    return done


def read(action: Action, given: QueryDict, view: DossierView) -> dict[str, Any]:
    """The action's own arguments from the form. Raises `StillEmpty`, `BadMoment`."""
    found: dict[str, Any] = {}
    for ask in FORMS[action].asks:
        if ask.kind == "papers":
            found[ask.name] = tuple(given.getlist(ask.name))
            continue
        text = given.get(ask.name, "").strip()
        if ask.required and not text:
            raise StillEmpty(label=ask.label_now)
        if ask.kind == "moment":
            moment = read_moment(text) if text else None
            if text and moment is None:
                raise BadMoment
            found[ask.name] = moment
        elif ask.kind == "outcome":
            found[ask.name] = Outcome.REJECTED if text == Outcome.REJECTED else Outcome.GRANTED
        elif ask.kind == "method":
            found[ask.name] = PaymentMethod(text)
        else:
            found[ask.name] = text
    if action is Action.RECORD_PAYMENT:
        waiting = next(row for row in view.payments if row.paid_at is None)
        found |= {"payment_id": waiting.payment_id, "amount": waiting.amount}
    return found
