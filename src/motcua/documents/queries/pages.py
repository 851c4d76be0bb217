"""PDFs made on the spot: acknowledgement, receipts, slips, books. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from motcua.base.data import Json
from motcua.documents.rules import codes, typeset


def render_pdf(template: str, data: Mapping[str, Json]) -> bytes:
    """A PDF/A-2a of `data` laid out with `template` (see `templates()`).

    `data["qr_text"]` becomes the QR at the top left; without it, and with `dossier_code`, the QR leads to the
    tracking page and carries what TT 01/2023/TT-VPCP Đ.26 asks for (`procedure_code`, `submitter_number`).
    Raises `UnknownTemplate`, `CannotPrint`.
    """
    filled = dict(data)
    text = filled.pop("qr_text", "")
    code = str(filled.get("dossier_code", ""))
    base = settings.MOTCUA_PUBLIC_URL.rstrip("/")
    if not text and code:
        facts = {
            "hs": code,
            "tthc": str(filled.get("procedure_code", "")),
            "dd": str(filled.get("submitter_number", "")),
            "ten": typeset.title_of(template),
        }
        text = codes.with_facts(f"{base}/tra-cuu/{code}", facts)
    if text:
        filled["qr"] = typeset.qr_svg(str(text))
        filled.setdefault("verify_url", str(text).split("#", 1)[0])
    filled.setdefault("track_url", f"{base}/tra-cuu")
    return typeset.render(template, filled).pdf
