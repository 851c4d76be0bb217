"""X-Road headers around the door: checked before anybody looks at the request, answered, and written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from motcua.base import clock
from motcua.gateway.actions.keeping import log_xroad
from motcua.gateway.data import Caller
from motcua.gateway.rules import xroad
from motcua.gateway.rules.xroad import BadHeader, Envelope

View = Callable[..., HttpResponse]
Refuse = Callable[[HttpRequest, int, dict[str, str]], HttpResponse]
ERRORS = {
    400: "Client.BadRequest",
    401: "Client.NotSignedIn",
    403: "Client.AccessDenied",
    404: "Client.NotFound",
    409: "Client.Conflict",
    413: "Client.TooLarge",
    422: "Client.Invalid",
    429: "Client.TooOften",
}


def envelope_of(request: HttpRequest) -> Envelope | None:
    """The headers as `around` checked them."""
    found = getattr(request, "xroad", None)
    return found if isinstance(found, Envelope) else None


def around(view: View, *, refuse: Refuse) -> View:
    """The view with the X-Road message protocol around it; a request without its headers passes as it is."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            envelope = xroad.read(request.headers)
        except BadHeader as error:
            answer = refuse(request, 400, {error.header: "X-Road"})
            answer[xroad.ERROR] = "Client.BadHeader"
            return answer
        if envelope is None:
            return view(request, *args, **kwargs)
        request.xroad = envelope  # type: ignore[attr-defined] # read by `envelope_of`
        answer = view(request, *args, **kwargs)
        _answer(request, answer, envelope)
        return answer

    return guarded


def _answer(request: HttpRequest, answer: HttpResponse, envelope: Envelope) -> None:
    """Say whose answer it is and to which message, name the error, and write the call down."""
    answer[xroad.CLIENT] = envelope.client
    for header, value in (
        (xroad.SERVICE, envelope.service),
        (xroad.ID, envelope.id),
        (xroad.REQUEST_ID, envelope.request_id),
        (xroad.REQUEST_HASH, envelope.request_hash),
    ):
        if value:
            answer[header] = value
    if answer.status_code >= 400 and xroad.ERROR not in answer:
        answer[xroad.ERROR] = ERRORS.get(answer.status_code, "Server.Unavailable")
    who = getattr(request, "auth", None)
    log_xroad(
        envelope,
        at=clock.now(),
        client_id=who.client_id if isinstance(who, Caller) else "",
        method=request.method or "",
        path=request.path,
        status=answer.status_code,
        error=answer.get(xroad.ERROR, ""),
    )


def hash_fits(request: HttpRequest) -> bool:
    """Is the body the one whose hash the request names? Only asked once the body's size is known to be lawful."""
    envelope = envelope_of(request)
    if envelope is None or not envelope.request_hash:
        return True
    return xroad.same_hash(xroad.hash_of(request.body), envelope.request_hash)
