"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from motcua.portal.views import (
    dossier,
    feedback,
    filing,
    home,
    identity,
    inbox,
    me,
    payments,
    public,
    starting,
    supplying,
)

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("life/<slug:key>", home.life_event, name="life_event"),
    path("procedure/<str:code>", home.procedure, name="procedure"),
    path("accessibility", public.accessibility, name="accessibility"),
    path("track", public.track, name="track"),
    path("tra-cuu/<str:code>", public.track, name="track_code"),  # what the QR codes of slips hold
    path("lost", public.lost, name="lost"),
    path("verify", public.verify, name="verify"),
    path("xac-minh/<str:code>", public.verify_code, name="verify_code"),  # what the QR codes of results hold
    path("rate/<str:token>", feedback.rate, name="rate"),
    path("petition", feedback.petition, name="petition"),
    path("petition/<str:token>", feedback.petition_state, name="petition_state"),
    path("sign-in", identity.sign_in, name="sign_in"),
    path("sign-in/vneid/return/", identity.sign_in_return, name="sign_in_return"),
    path("sign-out", identity.sign_out, name="sign_out"),
    path("file/<str:code>", starting.start, name="start"),
    path("draft/<uuid:draft_id>", filing.resume, name="draft"),
    path("draft/<uuid:draft_id>/delete", starting.discard, name="draft_delete"),
    path("draft/<uuid:draft_id>/papers", filing.papers, name="papers"),
    path("draft/<uuid:draft_id>/check", filing.check, name="check"),
    path("draft/<uuid:draft_id>/wrong/<slug:key>", filing.wrong, name="wrong"),
    path("draft/<uuid:draft_id>/file/<uuid:file_id>", filing.draft_file, name="draft_file"),
    path("draft/<uuid:draft_id>/step/<slug:group>", filing.group, name="group"),
    path("dossier/<uuid:dossier_id>", dossier.page, name="dossier"),
    path("dossier/<uuid:dossier_id>/sent", dossier.sent, name="sent"),
    path("dossier/<uuid:dossier_id>/acknowledgement.pdf", dossier.acknowledgement, name="acknowledgement"),
    path("dossier/<uuid:dossier_id>/receipt.pdf", dossier.receipt, name="receipt"),
    path("dossier/<uuid:dossier_id>/supply", supplying.supply, name="supply"),
    path("dossier/<uuid:dossier_id>/withdraw", dossier.withdraw, name="withdraw"),
    path("dossier/<uuid:dossier_id>/file/<uuid:file_id>", dossier.attached_file, name="dossier_file"),
    path("dossier/<uuid:dossier_id>/result/<uuid:result_id>", dossier.result_file, name="result_file"),
    path("dossier/<uuid:dossier_id>/pay", payments.pay, name="pay"),
    path("dossier/<uuid:dossier_id>/pay/<uuid:payment_id>/receipt.pdf", payments.receipt, name="fee_receipt"),
    path("draft/<uuid:draft_id>/pay", payments.pay_first, name="pay_first"),
    path(
        "draft/<uuid:draft_id>/pay/<uuid:payment_id>/receipt.pdf",
        payments.first_receipt,
        name="first_receipt",
    ),
    path("me", me.overview, name="me"),
    path("me/wallet", me.wallet, name="wallet"),
    path("me/wallet/<uuid:item_id>", me.wallet_file, name="wallet_file"),
    path("me/notices", inbox.index, name="notices"),
    path("me/notices/choices", inbox.choices, name="notice_choices"),
    path("me/notices/<uuid:message_id>", inbox.read, name="notice"),
    path("me/data", me.data_about_me, name="data"),
    path("me/contact", me.contact, name="contact"),
]
