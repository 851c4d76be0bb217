"""The pages as Excel and PDF: the same rows as on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from django.http import HttpResponse
from django.utils.translation import gettext as _

from motcua.base.data import Json
from motcua.documents import api as documents
from motcua.ui.api import moment
from motcua.ui.sending import send_bytes

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(
    kind: str,
    *,
    name: str,
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    at: datetime,
) -> HttpResponse:
    """The table as a file: `kind` xlsx or pdf."""
    if kind == "xlsx":
        content = workbook(title, head, rows, at)
        return send_bytes(content, name=f"{name}.xlsx", media_type=_XLSX)
    return send_bytes(pdf(title, head, rows, at), name=f"{name}.pdf", media_type="application/pdf")


def workbook(title: str, head: Sequence[str], rows: Sequence[Sequence[object]], at: datetime) -> bytes:
    """One sheet; a text never becomes a formula."""
    from openpyxl import Workbook  # brings numpy: 30 MB in each process that never writes a sheet

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Chỉ số"))
    sheet.append([_guarded(title)])
    sheet.append([_("Tính đến %(moment)s") % {"moment": moment(at)}])
    sheet.append(list(head))
    for row in rows:
        sheet.append([_guarded(v) if isinstance(v, str) else v for v in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _guarded(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def pdf(title: str, head: Sequence[str], rows: Sequence[Sequence[object]], at: datetime) -> bytes:
    """The rows in the layout of a document of an office."""
    fields: list[Json] = [
        {
            "label": " ".join(str(v) for v in row[:2] if v not in (None, "")),
            "value": "; ".join(
                f"{word}: {value}" for word, value in zip(head[2:], row[2:], strict=False) if value != ""
            ),
        }
        for row in rows
    ]
    office = _("Trung tâm điều hành tỉnh Nghệ An")
    data: dict[str, Json] = {
        "title": _("Báo cáo chỉ số"),
        "subtitle": title,
        "agency": {"name": office},
        "authority": office,
        "place_and_date": _("Tính đến %(moment)s") % {"moment": moment(at)},
        "fields": fields,
    }
    return documents.render_pdf("result_generic", data)
