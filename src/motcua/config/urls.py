"""Which address leads to which package."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module))
    for prefix, module in (
        ("", "motcua.ui.urls"),
        ("desk/", "motcua.desk.urls"),
        ("ioc/", "motcua.ioc.urls"),
        ("api/", "motcua.gateway.urls"),
        ("", "motcua.portal.urls"),
    )
    if find_spec(module)
]
