"""Messages that did not arrive: what went wrong with each, and the button that sends it again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk.officer import Officer, first_role, needs_role
from motcua.desk.words import sentence
from motcua.notices import api as notices
from motcua.notices.data import OPEN, ChannelId, MessageState
from motcua.staff.api import Role
from motcua.ui.api import EmptyState

LOOKED_AT = timedelta(days=7)


@require_http_methods(["GET", "POST"])
@needs_role(Role.SYSTEM_ADMIN)
def index(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The list, with what was sent in a week; POST sends one again, or all of them."""
    if request.method == "POST":
        done, problem = _send_again(request, officer)
        if problem:
            messages.error(request, problem)
        if done:
            messages.success(request, _("Đã đưa %(n)s tin vào hàng gửi lại.") % {"n": done})
        return HttpResponseRedirect(reverse("desk:dead_letters"))
    context = {
        "officer": officer,
        "letters": [(one, _channel(one.channel)) for one in notices.dead_letters()],
        "tally": _tally(),
        "empty": EmptyState(
            title=_("Không có tin nào bị kẹt"),
            text=_("Tin gửi không được sau nhiều lần thử sẽ hiện ở đây với lý do."),
        ),
    }
    return render(request, "desk/dead_letters.html", context)


def _send_again(request: HttpRequest, officer: Officer) -> tuple[int, str]:
    if request.POST.get("all") == "1":
        wanted = [one.id for one in notices.dead_letters()]
    else:
        try:
            wanted = [UUID(request.POST.get("message", ""))]
        except ValueError:
            return 0, sentence(notices.NotADeadLetter())
    done, problem = 0, ""
    by, at = first_role(officer, Role.SYSTEM_ADMIN), clock.now()
    for message_id in wanted:
        try:
            notices.send_again(by=by, at=at, message_id=message_id)
            done += 1
        except DomainError as error:
            problem = sentence(error)
    return done, problem


def _channel(channel: ChannelId) -> str:
    return {
        ChannelId.INBOX: _("Hộp tin"),
        ChannelId.MAIL: _("Thư điện tử"),
        ChannelId.SMS: _("Tin nhắn SMS"),
    }[channel]


def _tally() -> list[tuple[str, int, int, int, int]]:
    """Channel, reached, on the way, without an address, failed; of the last seven days."""
    found = notices.tally(since=clock.now() - LOOKED_AT)

    def count(channel: ChannelId, *states: MessageState) -> int:
        return sum(found.get((channel, state), 0) for state in states)

    return [
        (
            _channel(channel),
            count(channel, MessageState.SENT, MessageState.DELIVERED),
            count(channel, *OPEN),
            count(channel, MessageState.NO_ADDRESS),
            count(channel, MessageState.DEAD),
        )
        for channel in ChannelId
    ]
