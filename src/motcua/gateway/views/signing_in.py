"""Where a system takes its token: OAuth 2.0 client credentials, as a form (RFC 6749) or as JSON."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any
from urllib.parse import unquote_plus

from django.http import HttpRequest, HttpResponse
from pydantic import ValidationError as Unfit

from motcua.base.errors import DomainError
from motcua.gateway.actions.clients import ClientRefused, ScopeRefused, grant
from motcua.gateway.forms import Token, TokenAsk
from motcua.gateway.views.door import WORDS, problem, stranger
from motcua.gateway.views.house import TOKEN_REFUSALS, api

FORM = "application/x-www-form-urlencoded"
_ASK: dict[str, Any] = TokenAsk.model_json_schema()
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _ASK}, FORM: {"schema": _ASK}},
    }
}


@api.post("/token", response={200: Token} | TOKEN_REFUSALS, auth=stranger, openapi_extra=BODY)
def take_token(request: HttpRequest) -> Any:
    """A token for ten minutes against the client's id and secret, in the body or as HTTP Basic."""
    try:
        said = _said(request)
        ask = TokenAsk.model_validate(said)
    except Unfit as error:
        wrong = {".".join(map(str, one["loc"])) or "body": one["msg"] for one in error.errors()}
        if set(wrong) == {"grant_type"} and "grant_type" in said:
            return _refused(request, 400, "unsupported_grant_type")
        return problem(api, request, 422, fields=wrong)
    except ValueError:
        return _refused(request, 400, "invalid_request")
    try:
        given = grant(client_id=ask.client_id, secret=ask.client_secret, scope=ask.scope)
    except ClientRefused as error:
        answer = _refused(request, 401, "invalid_client", error)
        answer["WWW-Authenticate"] = 'Basic realm="motcua"'
        return answer
    except ScopeRefused as error:
        return _refused(request, 400, "invalid_scope", error)
    answer = api.create_response(
        request,
        Token(access_token=given.token, expires_in=given.seconds, scope=given.scope).model_dump(),
        status=200,
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _said(request: HttpRequest) -> dict[str, Any]:
    """The fields of the body, with id and secret from the head where they are there. Raises `ValueError`."""
    if request.content_type == FORM:
        if any(len(values) > 1 for _name, values in request.POST.lists()):
            raise ValueError("a field is there twice")
        said: dict[str, Any] = dict(request.POST.items())
    else:
        try:
            raw = json.loads(request.body)
        except RecursionError:
            raise ValueError("too deep") from None
        if not isinstance(raw, dict):
            raise ValueError("an object is expected")
        said = raw
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        if "client_secret" in said:
            raise ValueError("the secret is there twice")
        said = said | _basic(rest)
    return said


def _basic(text: str) -> dict[str, str]:
    try:
        user, colon, secret = base64.b64decode(text.strip(), validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("the head cannot be read") from error
    if not colon:
        raise ValueError("the head cannot be read")
    return {"client_id": unquote_plus(user), "client_secret": unquote_plus(secret)}


def _refused(
    request: HttpRequest, status: int, error: str, refusal: DomainError | None = None
) -> HttpResponse:
    code, vi, en = WORDS[status]
    if refusal is not None:
        code, vi, en = type(refusal).__name__, refusal.public("vi"), refusal.public("en")
    return problem(
        api, request, status, code=code, message_vi=vi, message_en=en, error=error, error_description=en
    )
