"""The officer's worklists: which there are, what lies in them, and what may be done to many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk import showing
from motcua.desk.acting import actors
from motcua.desk.officer import Officer
from motcua.desk.words import either, sentence
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierCard, Queue
from motcua.staff import api as staff
from motcua.staff.api import Role
from motcua.ui import api as ui

PAGE = 30

# What may be done to many dossiers of a worklist at once.
BULK: dict[Queue, Action] = {
    Queue.ACCEPT: Action.ACCEPT,
    Queue.ASSIGN: Action.ASSIGN,
    Queue.REVIEW: Action.APPROVE,
    Queue.SIGN: Action.SIGN_RESULT,
    Queue.STAMP: Action.STAMP,
    Queue.RETURN: Action.RETURN_RESULT,
}


# Lists in which one decides from the row: a look at the proposal without leaving the list.
PEEK = frozenset({Queue.REVIEW, Queue.SIGN, Queue.STAMP})


def bulk_words(action: Action) -> str:
    """What the button under a list says."""
    return {
        Action.ACCEPT: _("Tiếp nhận các hồ sơ đã chọn"),
        Action.ASSIGN: _("Giao các hồ sơ đã chọn"),
        Action.APPROVE: _("Duyệt các hồ sơ đã chọn"),
        Action.SIGN_RESULT: _("Ký kết quả các hồ sơ đã chọn"),
        Action.STAMP: _("Đóng dấu các hồ sơ đã chọn"),
        Action.RETURN_RESULT: _("Ghi đã trả các hồ sơ đã chọn"),
    }[action]


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A worklist over the rows: its name, how many lie in it and how many of them are late."""

    queue: str
    label: str
    count: int
    late: int
    here: bool

    @property
    def count_words(self) -> str:
        """How many lie in it: "1.000+" where no more are counted."""
        return counted_words(self.count)

    @property
    def late_words(self) -> str:
        """How many of them are late."""
        return counted_words(self.late)


def counted_words(count: int) -> str:
    """A number that is counted up to `MOST_COUNTED`, with a plus where it stops there."""
    return f"{ui.number(count)}+" if count >= dossiers.MOST_COUNTED else ui.number(count)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one dossier of a bulk action fared."""

    code: str
    href: str
    problem: str


def lists(officer: Officer) -> dict[Queue, Actor]:
    """The worklists of the position, each with the role that has it."""
    found: dict[Queue, Actor] = {}
    for actor in actors(officer):
        for queue in dossiers.queues_of(actor):
            found.setdefault(queue, actor)
    return found


def tabs(having: dict[Queue, Actor], here: Queue | None, *, at: datetime) -> list[Tab]:
    """The worklists as tabs, with their counts."""
    counted: dict[Queue, tuple[int, int]] = {}
    for actor in {one.role: one for one in having.values()}.values():
        for queue, numbers in dossiers.counts(by=actor, at=at).items():
            counted.setdefault(queue, numbers)
    if Queue.CONSULT in having:
        owed = dossiers.consultations_for(by=having[Queue.CONSULT])
        counted[Queue.CONSULT] = (len(owed), sum(1 for one in owed if one.answer_by < at))
    return [
        Tab(
            queue=queue.value,
            label=either(queue.label_vi, queue.label_en),
            count=counted.get(queue, (0, 0))[0],
            late=counted.get(queue, (0, 0))[1],
            here=queue is here,
        )
        for queue in having
    ]


def opinions_owed(actor: Actor, *, at: datetime) -> list[dict[str, Any]]:
    """Opinions that the officer's agency owes, first due first."""
    return [
        {
            "code": row.dossier_code,
            "question": row.question,
            "href": reverse("desk:dossier", args=[row.dossier_id]),
            "clock": ui.clock_chip(due=row.answer_by, now=at),
        }
        for row in dossiers.consultations_for(by=actor)
    ]


def beside(officer: Officer, card: DossierCard, *, at: datetime, limit: int) -> dict[str, Any]:
    """The list that stands beside a dossier: the worklist in which it lies, else the first that holds work."""
    having = lists(officer)
    first = [card.queue] if card.queue in having else []
    for queue in (*first, *(one for one in having if one not in first)):
        page = dossiers.worklist(by=having[queue], at=at, queue=queue, limit=limit)
        if page.rows:
            return {
                "beside": [showing.work_row(one, at=at) for one in page.rows],
                "beside_title": either(queue.label_vi, queue.label_en),
                "beside_href": f"{reverse('desk:home')}?q={queue.value}",
            }
    return {"beside": [], "beside_title": "", "beside_href": reverse("desk:home")}


def colleagues(officer: Officer, queue: Queue | None, *, at: datetime) -> list[tuple[str, str]]:
    """To whom a pile of dossiers may be assigned: who examines at the agency."""
    if queue is not Queue.ASSIGN:
        return []
    held = staff.officers(officer.position.agency_key, Role.SOLVER, on=at.date())
    return [(str(one.account_id), f"{one.full_name}, {one.title}") for one in held]


def bulk(
    actor: Actor, action: Action, chosen: Sequence[tuple[UUID, int]], *, at: datetime, assignee: str = ""
) -> list[Outcome]:
    """Do the same to many, each in its own transaction: one that is refused does not stop the others."""
    return [_one(actor, action, dossier_id, seq, at=at, assignee=assignee) for dossier_id, seq in chosen]


def _one(actor: Actor, action: Action, dossier_id: UUID, seq: int, *, at: datetime, assignee: str) -> Outcome:
    href = reverse("desk:dossier", args=[dossier_id])
    more = {"assignee": assignee} if action is Action.ASSIGN else {}
    calls = {
        Action.ACCEPT: dossiers.accept,
        Action.ASSIGN: dossiers.assign,
        Action.APPROVE: dossiers.approve,
        Action.SIGN_RESULT: dossiers.sign_result,
        Action.STAMP: dossiers.stamp,
        Action.RETURN_RESULT: dossiers.return_result,
    }
    try:
        done: dossiers.Done = calls[action](  # type: ignore[operator]
            by=actor, at=at, dossier_id=dossier_id, expected_seq=seq, **more
        )
    except DomainError as error:
        return Outcome(code="", href=href, problem=sentence(error))
    return Outcome(code=done.code, href=href, problem="")


def nothing() -> ui.EmptyState:
    """What an empty worklist says."""
    return ui.EmptyState(
        title=_("Không còn hồ sơ nào chờ ở đây."), text=_("Hồ sơ mới sẽ hiện ra khi tới lượt bạn.")
    )
