"""The citizen's slips as PDF: the acknowledgement of a filing, and the receipt that promises a day."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from motcua.base.clock import VN
from motcua.base.data import Actor, Json
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import DossierView
from motcua.portal.dossier_page import agency_name, linked_rows
from motcua.procedures import api as procedures
from motcua.ui.api import moment, money


def acknowledgement_pdf(view: DossierView) -> bytes:
    """Confirms that a filing arrived; it says itself that it is not the receipt."""
    return documents.render_pdf("acknowledgement", _common(view))


def receipt_pdf(view: DossierView, *, by: Actor, at: datetime) -> bytes:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả, in the form of the rules that the dossier was accepted under."""
    clock = dossiers.explain_clock(by=by, at=at, dossier_id=view.card.id)
    data = _common(view) | {
        "place_and_date": f"Nghệ An, {documents.long_date((view.card.accepted_at or at).astimezone(VN).date())}",
        "limit": clock.limit,
        "received_at": moment(view.card.accepted_at or at),
        "due_at": moment(view.promised_due) if view.promised_due else "",
        "result_place": agency_name(view.return_agency),
        "sets": f"{view.quantity:02d}",
        "officer": "",
        "book_line": _parts(view, at),
    }
    total = sum(one.amount for one in view.payments)
    if total:
        data["fee"] = money(total)
    return documents.render_pdf(_form(clock.regime), data)


def _parts(view: DossierView, at: datetime) -> str:
    """One receipt for a linked filing: each part with its own code and day (NĐ 61/2018 Đ.17; NĐ 118/2025 Đ.16)."""
    lines = []
    for part in linked_rows(view, now=at):
        due = next((one.due_at for one in view.children if one.code == part.row.code), None)
        if due is not None:
            when = f"hẹn trả {moment(due)}"
        elif part.waits_for:
            when = f"hẹn trả khi có kết quả phần “{part.waits_for}”"
        else:
            when = "chưa hẹn"
        lines.append(f"{part.row.title} ({part.row.code}): {when}")
    return "Gồm các phần: " + "; ".join(lines) + "." if lines else ""


def _form(regime: str) -> str:
    """The template of the regime's year: `tt01_2018_01` for what was accepted under NĐ 61/2018."""
    year = "2018" if "2018" in regime else "2025"
    return next(one.id for one in documents.templates() if one.regime == year and one.id.endswith("_01"))


def _common(view: DossierView) -> dict[str, Json]:
    card = view.card
    who = view.submitter or view.applicant
    known = {one.code: one for one in procedures.version(view.procedure_version).content.components}
    return {
        "dossier_code": card.code,
        "submitter": {"name": who.name, "address": who.address, "phone": who.phone, "email": who.email},
        "procedure": card.procedure_name,
        "office": agency_name(card.receiving_agency),
        "submitted_at": moment(card.submitted_at),
        "components": [
            {
                "name": one.name,
                "originals": "1" if one.original else "",
                "copies": "" if one.original else str(one.copies),
                "note": known[one.code].form_name if one.code in known else "",
            }
            for one in view.components
        ],
        "track_url": f"{settings.MOTCUA_PUBLIC_URL.rstrip('/')}/track",
        "hotline_line": "",
    }
