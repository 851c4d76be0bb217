"""The door's frame: who may come in, how often, with how much, and how a refusal is worded."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.gateway.actions.clients import ClientRefused
from motcua.gateway.actions.filing import CodeUsedForAnother
from motcua.gateway.actions.hooks import NoSuchHook
from motcua.gateway.data import Caller, Scope
from motcua.gateway.limits import Limits
from motcua.gateway.queries import caller_of
from motcua.gateway.rules import xroad as xroad_rules
from motcua.gateway.views.xroad import envelope_of, hash_fits

JSON_BYTES = 1024 * 1024  # a dossier's answers; its papers are sent as files
AROUND_A_FILE = 16 * 1024  # the multipart frame
TOKENS_PER_MINUTE = 60  # from one address: checking a secret is dear on purpose

WORDS = {
    400: ("bad_request", "Yêu cầu không đọc được.", "The request cannot be read."),
    401: ("not_signed_in", "Thiếu mã truy cập, hoặc mã đã hết hạn.", "The token is missing or has expired."),
    403: ("not_allowed", "Hệ thống này không có quyền làm việc đó.", "This system may not do that."),
    404: (
        "not_found",
        "Không có dữ liệu này, hoặc bạn không được xem.",
        "There is no such thing that you may see.",
    ),
    409: ("conflict", "Mã này đã dùng cho nội dung khác.", "This code was used for other content."),
    413: ("too_large", "Yêu cầu quá lớn.", "The request is too large."),
    422: ("invalid", "Có trường chưa đúng.", "Some fields are not right."),
    429: ("too_often", "Gọi quá nhiều lần; hãy thử lại sau.", "Too many calls; try again later."),
    503: (
        "unavailable",
        "Hệ thống tạm thời chưa trả lời được; chưa có gì được lưu. Hãy gửi lại sau.",
        "The system cannot answer now; nothing was stored. Send it again later.",
    ),
}


class BadRequestHash(DomainError):
    """The body is not the one whose hash the request names; send it again."""

    message_vi = "Nội dung không khớp mã băm của yêu cầu; hãy gửi lại."


# What a refusal of the house is in HTTP; anything else that a rule says no to is 422.
STATUSES: dict[type[DomainError], int] = {
    BadRequestHash: 400,
    ClientRefused: 401,
    dossiers.NotAllowed: 403,
    dossiers.NotYours: 404,
    NoSuchHook: 404,
    CodeUsedForAnother: 409,
    documents.FileTooLarge: 413,
    documents.StorageFull: 503,
}

limits = Limits()


def check_size(request: HttpRequest, most: int) -> None:
    """Refuse a body by what it says of its length, before a byte of it is read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise HttpError(400, "length") from None
    if length > most:
        raise HttpError(413, str(most))


def check_often(caller: str, per_minute: int) -> None:
    """Refuse who calls too often."""
    wait = limits.wait(caller, per_minute=per_minute, now=time.monotonic())
    if wait:
        raise HttpError(429, str(math.ceil(wait)))


def stranger(request: HttpRequest) -> bool:
    """Before anybody is known: small bodies, few tries from one address."""
    check_size(request, JSON_BYTES)
    check_often(f"address {request.META.get('REMOTE_ADDR', '')}", TOKENS_PER_MINUTE)
    return True


class Bearer(HttpBearer):
    """`Authorization: Bearer …`, with the scope that the address asks for.

    `takes_file`: the body may be as large as the largest file.
    """

    def __init__(self, scope: Scope, *, takes_file: bool = False) -> None:
        super().__init__()
        self.scope, self.takes_file = scope, takes_file

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller behind the token; 403 when it lacks the scope, 429 and 413 when it asks too much."""
        caller = caller_of(token)
        if caller is None:
            return None
        request.auth = caller  # type: ignore[attr-defined] # who is refused below is written down by name
        check_often(caller.client_id, caller.per_minute)
        check_size(request, settings.MOTCUA_MAX_FILE_BYTES + AROUND_A_FILE if self.takes_file else JSON_BYTES)
        if self.scope not in caller.scopes:
            raise HttpError(403, self.scope.value)
        check_xroad(request, caller)
        return caller


def check_xroad(request: HttpRequest, caller: Caller) -> None:
    """Refuse an X-Road message of somebody else than the client, and a body that changed on its way."""
    envelope = envelope_of(request)
    if envelope is None:
        return
    if caller.xroad and envelope.client != caller.xroad:
        raise HttpError(403, xroad_rules.CLIENT)
    if not hash_fits(request):
        raise BadRequestHash


def caller(request: HttpRequest) -> Caller:
    """Who calls; set by `Bearer`."""
    found = request.auth  # type: ignore[attr-defined] # ninja puts it there
    assert isinstance(found, Caller)
    return found


def problem(api: NinjaAPI, request: HttpRequest, status: int, **more: Any) -> HttpResponse:
    """An answer in the one shape of trouble."""
    code, vi, en = WORDS[status]
    body = {"code": code, "message_vi": vi, "message_en": en, "fields": {}} | more
    return api.create_response(request, body, status=status)


def install_errors(api: NinjaAPI) -> None:
    """Word every error the same way, so that no refusal is a bare page."""

    def on_domain(request: HttpRequest, error: Any) -> HttpResponse:
        assert isinstance(error, DomainError)
        fields = getattr(error, "errors", {})
        status = next((number for kind, number in STATUSES.items() if isinstance(error, kind)), 422)
        return problem(
            api,
            request,
            status,
            code=type(error).__name__,
            message_vi=error.public("vi"),
            message_en=error.public("en"),
            fields={str(key): str(value) for key, value in fields.items()}
            if isinstance(fields, dict)
            else {},
        )

    def on_invalid(request: HttpRequest, error: Any) -> HttpResponse:
        fields = {".".join(str(part) for part in one["loc"]): str(one["msg"]) for one in error.errors}
        return problem(api, request, 422, fields=fields)

    def on_stranger(request: HttpRequest, error: Any) -> HttpResponse:
        answer = problem(api, request, 401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer

    def on_http(request: HttpRequest, error: Any) -> HttpResponse:
        status = error.status_code if error.status_code in WORDS else 400
        answer = problem(api, request, status)
        if status == 429:
            answer["Retry-After"] = error.message
        return answer

    def on_unreadable(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(api, request, 400)

    def on_dead_database(request: HttpRequest, error: Any) -> HttpResponse:
        connection.close()
        return problem(api, request, 503)

    handlers: list[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = [
        (DomainError, on_domain),
        (ValidationError, on_invalid),
        (AuthenticationError, on_stranger),
        (HttpError, on_http),
        (MultiPartParserError, on_unreadable),
        (SuspiciousOperation, on_unreadable),
        (UnreadablePostError, on_unreadable),
        (OperationalError, on_dead_database),
        (InterfaceError, on_dead_database),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
