"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from motcua.desk.views import (
    accounts,
    at_once,
    catalogue,
    dossier,
    files,
    handovers,
    home,
    reception,
    reminders,
    reports,
    sign_in,
    substitution,
    tickets,
)

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("bulk", home.bulk, name="bulk"),
    path("search", home.search, name="search"),
    path("reminders/<uuid:message_id>", reminders.open_one, name="reminder"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.code, name="code"),
    path("activate", sign_in.activate, name="activate"),
    path("activate/second-factor", sign_in.second_factor, name="second_factor"),
    path("positions", sign_in.positions, name="positions"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("dossiers/<uuid:dossier_id>", dossier.show, name="dossier"),
    path("dossiers/<uuid:dossier_id>/glance", dossier.glance, name="glance"),
    path("dossiers/<uuid:dossier_id>/do/<slug:name>", dossier.act, name="act"),
    path("dossiers/<uuid:dossier_id>/files/<uuid:file_id>", files.file, name="file"),
    path("dossiers/<uuid:dossier_id>/results/<uuid:result_id>", files.result, name="result"),
    path("dossiers/<uuid:dossier_id>/print/<slug:kind>", files.paper, name="paper"),
    path("receive", reception.who, name="receive"),
    path("receive/<uuid:visit_id>/procedure", reception.procedure, name="receive_procedure"),
    path("receive/<uuid:visit_id>/form", reception.form, name="receive_form"),
    path("receive/<uuid:visit_id>/files/<uuid:file_id>", reception.held_file, name="receive_file"),
    path("receive/done/<uuid:dossier_id>", reception.done, name="received"),
    path("at-once", at_once.batch, name="at_once"),
    path("tickets", tickets.counter, name="tickets"),
    path("tickets/take", tickets.take, name="take_ticket"),
    path("tickets/board", tickets.board, name="board"),
    path("handovers", handovers.index, name="handovers"),
    path("handovers/new", handovers.new, name="new_handover"),
    path("handovers/<uuid:handover_id>", handovers.one, name="handover"),
    path("reports", reports.report, name="reports"),
    path("reports/behind", reports.behind, name="behind"),
    path("reports/book", reports.book, name="book"),
    path("absences", substitution.absences, name="absences"),
    path("catalogue", catalogue.index, name="catalogue"),
    path("catalogue/quarantine", catalogue.quarantine, name="quarantine"),
    path("catalogue/code/<str:code>", catalogue.versions, name="versions"),
    path("catalogue/version/<uuid:version_id>", catalogue.version, name="version"),
    path("catalogue/version/<uuid:version_id>/edit", catalogue.edit, name="edit_version"),
    path("accounts", accounts.index, name="accounts"),
    path("accounts/import", accounts.take_in, name="import_accounts"),
    path("accounts/<uuid:account_id>", accounts.one, name="account"),
]
