"""Addresses of the operations centre."""

from __future__ import annotations

from django.urls import path

from motcua.ioc.views import registers, scores

app_name = "ioc"

urlpatterns = [
    path("", scores.home, name="home"),
    path("registers", registers.index, name="registers"),
    path("registers/<uuid:import_id>", registers.one, name="register"),
    path("units/<slug:key>", scores.unit, name="unit"),
    path("units/<slug:key>/<slug:code>", scores.indicator, name="indicator"),
]
