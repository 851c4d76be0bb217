"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from motcua.desk.views import dossier, home, sign_in

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("search", home.search, name="search"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.code, name="code"),
    path("positions", sign_in.positions, name="positions"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("dossiers/<uuid:dossier_id>", dossier.show, name="dossier"),
    path("dossiers/<uuid:dossier_id>/do/<slug:name>", dossier.act, name="act"),
]
