"""The citizen's inbox: what they were told about their dossiers, and how they want to be told."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.notices import api as notices
from motcua.people import api as people
from motcua.portal.citizen import Citizen, needs_citizen
from motcua.portal.lang import sentence
from motcua.ui.api import Action, EmptyState, masked_phone

LONGEST_QUERY = 200
LAST_PAGE = 500


@require_safe
@needs_citizen
def index(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Messages, latest first; `?q=` searches them, `?page=` goes back in time."""
    query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST_QUERY]
    number = _page(request.GET.get("page", ""))
    box = notices.inbox(by=citizen.actor, text=query, page=number)
    context = {
        "items": box.items,
        "unread": box.unread,
        "query": query,
        "older": number + 1 if box.more else None,
        "newer": number - 1 if number > 1 else None,
        "empty": _nothing_found() if query else _nothing_yet(),
    }
    return render(request, "portal/inbox.html", context)


def _page(raw: str) -> int:
    return (
        min(int(raw), LAST_PAGE) if raw.isascii() and raw.isdigit() and 1 <= len(raw) <= 4 and int(raw) else 1
    )


def _nothing_yet() -> EmptyState:
    return EmptyState(
        title=_("Chưa có tin nào"),
        text=_("Khi hồ sơ của bạn được nhận, cần bổ sung hay có kết quả, tin báo hiện ở đây."),
        action=Action(label=_("Hồ sơ của tôi"), href=reverse("portal:me")),
    )


def _nothing_found() -> EmptyState:
    return EmptyState(
        title=_("Không có tin nào như vậy"),
        text=_("Thử mã hồ sơ, hoặc một từ ngắn hơn, có dấu hay không dấu đều được."),
        action=Action(label=_("Xem mọi tin"), href=reverse("portal:notices")),
    )


@require_safe
@needs_citizen
def read(request: HttpRequest, citizen: Citizen, message_id: UUID) -> HttpResponse:
    """One message; opening it is reading it."""
    item = notices.message(by=citizen.actor, message_id=message_id)
    if item is None:
        raise Http404
    if request.method == "GET":
        notices.mark_read(by=citizen.actor, at=clock.now(), message_id=message_id)
    return render(request, "portal/message.html", {"item": item})


@require_http_methods(["GET", "HEAD", "POST"])
@needs_citizen
def choices(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """How I want to be told, and in which language."""
    chosen, error, status = notices.choice_of(citizen.id), "", 200
    if request.method == "POST":
        chosen = notices.Choice(
            language=request.POST.get("language", "")[:8],
            mail=request.POST.get("mail") == "1",
            sms=request.POST.get("sms") == "1",
        )
        try:
            notices.choose(by=citizen.actor, at=clock.now(), person_id=citizen.id, choice=chosen)
        except DomainError as refused:
            error, status = sentence(refused), 422
        else:
            return HttpResponseRedirect(reverse("portal:notice_choices") + "?saved=1")
    held = people.contact(citizen.id)
    context = {
        "chosen": chosen,
        "phone": masked_phone(held.phone),
        "email": held.email,
        "quiet": notices.quiet_on(clock.today()),
        "error": error,
        "saved": request.GET.get("saved") == "1",
    }
    return render(request, "portal/notice_choices.html", context, status=status)
