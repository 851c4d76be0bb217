"""The door itself: one API object, the refusals it may give, and its description for strangers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from motcua.gateway.forms import HookMessage, Problem, TokenProblem
from motcua.gateway.views.door import install_errors, problem

api = NinjaAPI(
    title="motcua",
    version="1",
    description="Cổng kết nối cho hệ thống của cơ quan khác. / The door for other agencies' systems.",
    urls_namespace="gateway",
    docs_url=None,
    openapi_extra={
        "externalDocs": {"url": "docs/gateway.md", "description": "How a department connects"},
        "webhooks": {
            "dossier": {
                "post": {
                    "summary": "What a subscriber is sent, signed (X-Motcua-Signature)",
                    "requestBody": {"content": {"application/json": {"schema": HookMessage.json_schema()}}},
                    "responses": {"2XX": {"description": "Taken; anything else is tried again later"}},
                }
            }
        },
    },
)
install_errors(api)

REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 413, 422, 429, 503), Problem)
HANDING_IN = REFUSALS | {409: Problem}
TOKEN_REFUSALS: dict[int, Any] = dict.fromkeys((400, 401), TokenProblem) | dict.fromkeys(
    (413, 422, 429, 503), Problem
)
PDF = {
    "responses": {
        200: {
            "description": "PDF",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


def refuse(request: HttpRequest, status: int, fields: dict[str, str]) -> HttpResponse:
    """A refusal before any address was looked at."""
    return problem(api, request, status, fields=fields)
