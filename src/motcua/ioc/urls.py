"""Addresses of the operations centre."""

from __future__ import annotations

from django.urls import path

from motcua.ioc.views import scores

app_name = "ioc"

urlpatterns = [
    path("", scores.home, name="home"),
    path("units/<slug:key>", scores.unit, name="unit"),
    path("units/<slug:key>/<slug:code>", scores.indicator, name="indicator"),
]
