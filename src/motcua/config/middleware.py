"""What wraps every request: the pretended time of the demo, and the content security policy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from motcua.base import clock
from motcua.ui import views as ui

Handler = Callable[[HttpRequest], HttpResponse]

TIME_COOKIE = ui.TIME_COOKIE
_signer = Signer(salt="motcua.pretended-time")

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'self'; form-action 'self' {issuer}; frame-ancestors 'none'"
)


def sign_time(at: datetime) -> str:
    """The cookie's value that makes the demo pretend `at`."""
    return _signer.sign(at.isoformat())


class PretendedTime:
    """In the demo, a signed cookie sets the time that a request believes in; elsewhere it is ignored.

    The tour files under the law of March 2025 this way. A real office runs with MOTCUA_DEMO=0.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.override(self._wanted(request)):
            return self.get_response(request)

    @staticmethod
    def _wanted(request: HttpRequest) -> datetime | None:
        raw = request.COOKIES.get(TIME_COOKIE)
        if not raw or not settings.MOTCUA_DEMO:
            return None
        try:
            wanted = datetime.fromisoformat(_signer.unsign(raw))
        except (BadSignature, ValueError):
            return None
        return wanted if wanted.tzinfo else None


class DeadDatabase:
    """When the database does not answer, says so in a page that needs none: what is safe and what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A lost connection is the system's trouble, not the page's."""
        if isinstance(exception, OperationalError | InterfaceError):
            connection.close()
            return ui.unavailable(request)
        return None


class ContentSecurity:
    """Scripts come from this house only; nothing may frame a page of it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = POLICY.format(issuer=settings.MOTCUA_SANDBOX_URL if settings.MOTCUA_DEMO else "")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
