"""Addresses of the REST door, each with the X-Road protocol around it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from motcua.gateway.views import hooks, rest, signing_in
from motcua.gateway.views.house import api, refuse
from motcua.gateway.views.xroad import around

MODULES = (signing_in, rest, hooks)  # whose addresses the door has


def _wrapped() -> tuple[list[URLResolver | URLPattern], str, str]:
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.callback is not None:
            pattern.callback = around(pattern.callback, refuse=refuse)
    return patterns, app_name, namespace


urlpatterns = [path("v1/", _wrapped())]
