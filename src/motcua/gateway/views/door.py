"""The door's frame: who may come in, and how a refusal is worded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from motcua.base.errors import DomainError
from motcua.gateway.actions import TOKEN_SECONDS
from motcua.gateway.data import Caller, Scope
from motcua.gateway.queries import caller_of

WORDS = {
    400: ("bad_request", "Yêu cầu không đọc được.", "The request cannot be read."),
    401: ("not_signed_in", "Thiếu mã truy cập, hoặc mã đã hết hạn.", "The token is missing or has expired."),
    403: ("not_allowed", "Hệ thống này không có quyền làm việc đó.", "This system may not do that."),
    404: (
        "not_found",
        "Không có dữ liệu này, hoặc bạn không được xem.",
        "There is no such thing that you may see.",
    ),
    422: ("invalid", "Có trường chưa đúng.", "Some fields are not right."),
}


class Bearer(HttpBearer):
    """`Authorization: Bearer …`, with the scope that the address asks for."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller behind the token; 403 when it lacks the scope."""
        caller = caller_of(token, max_age=TOKEN_SECONDS)
        if caller is None:
            return None
        if self.scope not in caller.scopes:
            raise HttpError(403, self.scope.value)
        return caller


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
        return problem(
            api,
            request,
            422,
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
        return problem(api, request, 401)

    def on_http(request: HttpRequest, error: Any) -> HttpResponse:
        return problem(api, request, error.status_code if error.status_code in WORDS else 400)

    handlers: list[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = [
        (DomainError, on_domain),
        (ValidationError, on_invalid),
        (AuthenticationError, on_stranger),
        (HttpError, on_http),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
