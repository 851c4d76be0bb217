"""Signing in with VNeID and out again. Nothing that a browser posts says who somebody is."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.base import clock
from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.people import api as people
from motcua.portal.citizen import Citizen, enter, leave
from motcua.portal.lang import sentence
from motcua.portal.throttle import spend
from motcua.ui.api import Action, Problem

_BEGUN = "vneid"


class LevelTooLow(DomainError):
    """Your VNeID account is of level 1. Go to the commune police once to raise it to level 2, then sign in again."""

    message_vi = "Tài khoản VNeID của bạn đang ở mức 1. Hãy đến công an xã một lần để nâng lên mức 2 rồi đăng nhập lại."


def _real_now() -> datetime:
    """The machine's time even while the demo pretends another: VNeID's answers are fresh by the real clock."""
    with clock.override(None):
        return clock.now()


def _failed(request: HttpRequest, error: DomainError) -> HttpResponse:
    problem = Problem(
        what=sentence(error),
        safe=_("Bản nháp và hồ sơ của bạn vẫn nguyên; chưa có gì thay đổi."),
        todo=_("Đăng nhập lại, hoặc đến Bộ phận Một cửa nếu không dùng được VNeID."),
        actions=(Action(label=_("Đăng nhập lại"), href=reverse("portal:sign_in")),),
    )
    return render(request, "portal/sign_in_failed.html", {"problem": problem}, status=403)


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Send the reader to VNeID; afterwards they come back to `next`, a path of this site."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    try:
        spend(request, scope="sign-in", limit=60, seconds=600)
        begun = people.begin_sign_in(wanted if safe else reverse("portal:me"), at=_real_now())
    except DomainError as error:
        return _failed(request, error)
    request.session[_BEGUN] = dict(begun.session)
    return HttpResponseRedirect(begun.url)


@require_safe
def sign_in_return(request: HttpRequest) -> HttpResponse:
    """Where VNeID sends the reader back; what it asserts is fetched and checked by `people`."""
    begun = request.session.pop(_BEGUN, {})
    at = _real_now()
    try:
        claims = people.complete_sign_in(request.GET.dict(), begun, at=at)
        if claims.level < people.IdentityLevel.LEVEL_2:
            raise LevelTooLow
        by = Actor(kind=ActorKind.ANONYMOUS, ref="portal")
        person = people.sign_in_with_vneid(claims=claims, by=by, at=at)
    except DomainError as error:
        return _failed(request, error)
    enter(request, Citizen(id=person.id, name=person.full_name))
    return HttpResponseRedirect(claims.return_to)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; what was being filled in stays with the person."""
    leave(request)
    return HttpResponseRedirect(reverse("portal:home"))
