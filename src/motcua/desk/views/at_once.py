"""Results given while the citizen waits: a batch of lines, one button, no receipt (NĐ 61/2018 Đ.17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk.officer import AT_ONCE_ROLES, Officer, first_role, needs_role
from motcua.desk.typed import clean
from motcua.desk.words import sentence
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import AtOnceItem, Party
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.procedures.data import DoorKind

LINES = 8
_CACHED = "desk-at-once-procedures"


class NothingTyped(DomainError):
    """Write at least one line."""

    message_vi = "Hãy ghi ít nhất một dòng."


class BadLine(DomainError):
    """Line {line}: give the name, and numbers of copies and pages from 1 to 999."""

    message_vi = "Dòng {line}: hãy ghi tên người yêu cầu; số bản và số trang từ 1 đến 999."


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line as it was typed."""

    number: int
    title: str = ""
    copies: str = "1"
    pages: str = "1"

    @property
    def is_empty(self) -> bool:
        """Was nothing written about a paper?"""
        return not self.title


@require_http_methods(["GET", "POST"])
@needs_role(*AT_ONCE_ROLES)
def batch(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Who asks, then one line a paper: title, copies, pages. Enter records all of them."""
    offered = _offered(clock.today())
    if request.method == "GET":
        return _page(request, officer, offered, [Line(number=n) for n in range(1, LINES + 1)])
    post = request.POST
    lines = [
        Line(
            number=n,
            title=clean(post.get(f"title.{n}", "")).strip()[:300],
            copies=clean(post.get(f"copies.{n}", "1")).strip()[:6],
            pages=clean(post.get(f"pages.{n}", "1")).strip()[:6],
        )
        for n in range(1, LINES + 1)
    ]
    try:
        party = _party(post)
        items = _items(post.get("procedure", "")[:40], lines, party)
        filed = dossiers.at_once(
            by=first_role(officer, *AT_ONCE_ROLES),
            at=clock.now(),
            idempotency_key=_key(post.get("key", "")),
            items=items,
        )
    except DomainError as error:
        return _page(request, officer, offered, lines, problem=sentence(error), status=422)
    request.session["at_once_done"] = {
        "codes": [one.code for one in filed],
        "name": party.name,
        "copies": sum(one.quantity for one in items),
    }
    return HttpResponseRedirect(reverse("desk:at_once"))


def _key(text: str) -> str:
    """The key drawn with the form; a form without one gets a fresh one."""
    try:
        return f"at-once/{UUID(text)}"
    except ValueError:
        return f"at-once/{uuid4()}"


def _party(post: Mapping[str, str]) -> Party:
    text = clean(post.get("who", "")).strip()
    if "|" in text:
        card = people.read_card(text)
        return Party(name=card.full_name, personal_number=card.personal_number, address=card.address)
    return Party(name=people.check_name(text))


def _items(code: str, lines: list[Line], party: Party) -> list[AtOnceItem]:
    items = []
    for line in lines:
        if line.is_empty:
            continue
        if not all(text.isdigit() and 1 <= int(text) <= 999 for text in (line.copies, line.pages)):
            raise BadLine(line=line.number)
        items.append(
            AtOnceItem(
                procedure_code=code,
                applicant=party,
                quantity=int(line.copies),
                pages=int(line.pages),
                title=line.title,
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
        "key": post.get("key", "") or str(uuid4()),
        "problem": problem,
        "done": request.session.pop("at_once_done", None) if request.method == "GET" else None,
        "more": _("Thêm giấy tờ"),
    }
    return render(request, "desk/at_once.html", context, status=status)
