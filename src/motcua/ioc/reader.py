"""Who reads these pages: the officer that the desk's sign-in put into the session, in the position chosen there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from motcua.base import clock
from motcua.ioc.permissions import NotForYou, may_read
from motcua.staff import api as staff
from motcua.staff.api import PositionView

SESSION_KEY = "officer"
View = Callable[..., HttpResponse]


def position_of(request: HttpRequest) -> PositionView | None:
    """The position in the session, if both factors held and it has not ended."""
    kept = request.session.get(SESSION_KEY)
    if not isinstance(kept, dict):
        return None
    account, position = UUID(kept["account"]), UUID(kept["position"])
    held = staff.usable_positions(account, on=clock.today())
    return next((one for one in held if one.id == position), None)


def for_leaders(view: View) -> View:
    """Sends strangers to the sign-in page and refuses other roles; the view gets the position as second argument."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        position = position_of(request)
        if position is None:
            back = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('desk:sign_in')}?{back}")
        if not may_read(position):
            return refused(request, NotForYou())
        try:
            return view(request, position, *args, **kwargs)
        except NotForYou as error:
            return refused(request, error)

    return guarded


def refused(request: HttpRequest, error: NotForYou) -> HttpResponse:
    """The sentence why, with 403."""
    language = getattr(request, "LANGUAGE_CODE", "vi")
    return render(request, "ioc/refused.html", {"why": error.public(language)}, status=403)
