"""Addresses that payment services know: where they report and where the payer comes back to."""

from __future__ import annotations

from django.urls import path

from motcua.gateway.views import payments

app_name = "payments"

urlpatterns = [
    path("callback", payments.callback, name="callback"),
    path("return", payments.came_back, name="return"),
]
