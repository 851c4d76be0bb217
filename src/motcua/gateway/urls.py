"""Addresses of the REST door."""

from __future__ import annotations

from django.urls import path

from motcua.gateway.views.rest import api

urlpatterns = [path("v1/", api.urls)]
