"""Addresses of the shared pieces: files of the page, the language switch, the pattern book."""

from __future__ import annotations

from django.urls import path

from motcua.ui import views

app_name = "ui"

urlpatterns = [
    path("assets/<slug:edition>/<path:path>", views.serve_asset, name="asset"),
    path("language", views.choose_language, name="language"),
    path("now", views.back_to_now, name="now"),
    path("patterns", views.pattern_book, name="patterns"),
    path("patterns/<slug:name>", views.pattern, name="pattern"),
]
