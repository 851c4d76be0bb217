"""Results given while the citizen waits: a batch of lines, one button, no receipt (NĐ 61/2018 Đ.17).

A line with the scan of the original asks for the electronic copy as well (NĐ 45/2020 Đ.10): an officer who signs
issues it here; from the desk it goes into the list of who signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from motcua.base import clock
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk import uploads
from motcua.desk.callers import Caller, from_card
from motcua.desk.officer import AT_ONCE_ROLES, Officer, first_role, needs_role
from motcua.desk.typed import clean
from motcua.desk.words import sentence
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import AtOnceItem, Party, State
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.procedures.data import DoorKind
from motcua.staff.api import Role

LINES = 8
_CACHED = "desk-at-once-procedures"
_HELD, _FORMS_HELD = "at_once_scans", 4


class NothingTyped(DomainError):
    """Write at least one line."""

    message_vi = "Hãy ghi ít nhất một dòng."


class BadLine(DomainError):
    """Line {line}: give the name, and numbers of copies and pages from 1 to 999."""

    message_vi = "Dòng {line}: hãy ghi tên người yêu cầu; số bản và số trang từ 1 đến 999."


class Untitled(DomainError):
    """Line {line}: say which paper the scan shows."""

    message_vi = "Dòng {line}: hãy ghi tên giấy tờ của bản quét."


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A scan that was handed in for a line, kept until the lines are recorded."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line as it was typed."""

    number: int
    title: str = ""
    copies: str = "1"
    pages: str = "1"
    scans: tuple[Scan, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Was nothing written or scanned of a paper?"""
        return not self.title and not self.scans


@require_http_methods(["GET", "POST"])
@needs_role(*AT_ONCE_ROLES)
def batch(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Who asks, then one line a paper: title, copies, pages. Enter records all of them."""
    offered = _offered(clock.today())
    if request.method == "GET":
        return _page(request, officer, offered, [Line(number=n) for n in range(1, LINES + 1)])
    post = request.POST
    key = _key(post.get("key", ""))
    scans, problem = _scans(request, officer, key)
    lines = _lines(post, scans)
    if problem or "drop" in post:
        return _page(request, officer, offered, lines, problem=problem, status=422 if problem else 200)
    try:
        caller = _caller(post, by=first_role(officer, *AT_ONCE_ROLES))
        party = caller.party
        items = _items(post.get("procedure", "")[:40], lines, party)
        filed = dossiers.at_once(by=_acting(officer, items), at=clock.now(), idempotency_key=key, items=items)
    except DomainError as error:
        return _page(request, officer, offered, lines, problem=sentence(error), status=422)
    request.session["at_once_done"] = {
        "codes": [one.code for one in filed],
        "name": party.name,
        "note": caller.note,
        "copies": sum(one.quantity for one in items),
        "to_sign": sum(1 for one in filed if one.state is State.IN_PROGRESS),
    }
    return HttpResponseRedirect(reverse("desk:at_once"))


def _acting(officer: Officer, items: list[AtOnceItem]) -> Actor:
    """Electronic copies are issued by who signs where that is the same officer; else the desk brings them."""
    roles: tuple[Role, ...] = AT_ONCE_ROLES
    if any(one.scans for one in items) and officer.has(Role.SIGNER):
        roles = (Role.SIGNER,)
    return first_role(officer, *roles)


def _lines(post: QueryDict, scans: Mapping[str, list[Scan]]) -> list[Line]:
    return [
        Line(
            number=n,
            title=clean(post.get(f"title.{n}", "")).strip()[:300],
            copies=clean(post.get(f"copies.{n}", "1")).strip()[:6],
            pages=clean(post.get(f"pages.{n}", "1")).strip()[:6],
            scans=tuple(scans.get(str(n), ())),
        )
        for n in range(1, LINES + 1)
    ]


def _scans(request: HttpRequest, officer: Officer, key: str) -> tuple[dict[str, list[Scan]], str]:
    """The scans of this form by line: those of earlier tries, without the dropped one, and the new ones."""
    held: dict[str, Any] = dict(request.session.get(_HELD, {}))
    mine = {line: [Scan(**one) for one in files] for line, files in held.pop(key, {}).items()}
    dropped = request.POST.get("drop", "")
    kept = {line: [one for one in files if one.id != dropped] for line, files in mine.items()}
    sent, problem = uploads.take_in(request, by=first_role(officer, *AT_ONCE_ROLES), scans_only=True)
    for one in sent:
        line = one.box.removeprefix("scan.")
        if line.isdecimal():
            kept.setdefault(line, []).append(Scan(id=one.file_id, name=one.held.name))
    held[key] = {line: [asdict(one) for one in files] for line, files in kept.items()}
    request.session[_HELD] = dict(list(held.items())[-_FORMS_HELD:])
    return kept, problem


def _typed_key(text: str) -> str:
    """The key drawn with the form; a form without one gets a fresh one."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def _key(text: str) -> str:
    return f"at-once/{_typed_key(text)}"


def _caller(post: Mapping[str, str], *, by: Actor) -> Caller:
    text = clean(post.get("who", "")).strip()
    if "|" in text:
        return from_card(people.read_card(text), by=by, at=clock.now())
    return Caller(party=Party(name=people.check_name(text)))


def _items(code: str, lines: list[Line], party: Party) -> list[AtOnceItem]:
    items = []
    for line in lines:
        if line.is_empty:
            continue
        if line.scans and not line.title:
            raise Untitled(line=line.number)
        if not all(text.isdigit() and 1 <= int(text) <= 999 for text in (line.copies, line.pages)):
            raise BadLine(line=line.number)
        items.append(
            AtOnceItem(
                procedure_code=code,
                applicant=party,
                quantity=int(line.copies),
                pages=int(line.pages),
                title=line.title,
                scans=tuple(UUID(one.id) for one in line.scans),
            )
        )
    if not items:
        raise NothingTyped
    return items


def _offered(today: date) -> list[tuple[str, str]]:
    """Procedures whose door “at once” is open today, from the catalogue; remembered for some minutes."""
    key = f"{_CACHED}-{today:%Y%m%d}"
    found: list[tuple[str, str]] | None = cache.get(key)
    if found is None:
        found = []
        for line in procedures.list_versions(reviewed=True, limit=500):
            if not line.validity.contains(today):
                continue
            info = procedures.version(line.id)
            if any(one.kind == DoorKind.AT_ONCE for one in procedures.open_doors(info, today)):
                found.append((info.content.code, info.content.name))
        cache.set(key, found, 300)
    return found


def _page(
    request: HttpRequest,
    officer: Officer,
    offered: list[tuple[str, str]],
    lines: list[Line],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    post = request.POST
    wanted = post.get("procedure", request.session.get("at_once_code", ""))
    if request.method == "POST":
        request.session["at_once_code"] = wanted[:40]
    context = {
        "officer": officer,
        "offered": [(code, name, code == wanted) for code, name in offered],
        "lines": lines,
        "who": post.get("who", "")[:500],
        "key": _typed_key(post.get("key", "")),
        "problem": problem,
        "done": request.session.pop("at_once_done", None) if request.method == "GET" else None,
    }
    return render(request, "desk/at_once.html", context, status=status)
