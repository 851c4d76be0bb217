"""Which address leads to which package."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from motcua.config.views import health

PACKAGES = (
    ("", "motcua.ui.urls"),
    ("desk/", "motcua.desk.urls"),
    ("ioc/", "motcua.ioc.urls"),
    ("api/", "motcua.gateway.urls"),
    ("payments/", "motcua.gateway.payment_urls"),
    ("", "motcua.portal.urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    *(path(prefix, include(module)) for prefix, module in PACKAGES),
]

handler400 = "motcua.ui.views.bad_request"
handler403 = "motcua.ui.views.permission_denied"
handler404 = "motcua.ui.views.not_found"
handler500 = "motcua.ui.views.server_error"
