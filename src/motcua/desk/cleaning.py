"""What the cleaning pages show of an import and a record, and the files they give."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from motcua.base.vietnamese import read_date, read_phone
from motcua.desk.words import agency_name, either
from motcua.quality import api as quality
from motcua.quality.api import CleaningRules, Heap, ImportState, ImportView, RecordView
from motcua.ui.sending import send_bytes

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def import_row(one: ImportView) -> dict[str, Any]:
    """An import with its words."""
    states = {
        ImportState.MAPPING: _("chờ đặt tên cột"),
        ImportState.WAITING: _("chờ đối chiếu"),
        ImportState.RUNNING: _("đang đối chiếu"),
        ImportState.DONE: _("đã xong"),
        ImportState.FAILED: _("không đọc được"),
    }
    return {
        "it": one,
        "state": states[one.state],
        "owner": agency_name(one.owner),
        "percent": round(100 * one.share),
        "heaps": [(either(*quality.HEAP_NAMES[heap]), one.counts[heap]) for heap in Heap],
    }


def record_sides(one: RecordView, rules: CleaningRules) -> list[tuple[str, str, str, str]]:
    """Field, what the register says, what the base says, and the kind of error ("" where they agree)."""
    wrong = {d.field: either(rules.groups[d.group].vi, rules.groups[d.group].en) for d in one.differences}
    names = [name for name in (*quality.FIELDS, "died_on") if one.facts.get(name) or one.person.get(name)]
    return [
        (
            either(*quality.FIELD_NAMES.get(name, ("Ngày mất", "Died on"))),
            one.facts.get(name, ""),
            _as_written(name, one.person.get(name, "")),
            wrong.get(name, ""),
        )
        for name in names
    ]


def _as_written(field: str, text: str) -> str:
    """The base's fact as a clerk writes it: the day first, a telephone from 0 on."""
    if field in ("dob", "died_on"):
        read = read_date(text)
        return f"{read.day:02d}/{read.month:02d}/{read.year}" if read.day else text
    return (read_phone(text) or text) if field == "phone" else text


def _guarded(text: str) -> str:
    """A text never becomes a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def export(found: ImportView, rows: Iterable[RecordView], kind: str) -> HttpResponse:
    """The records as a file of `kind`; 404 for another kind."""
    import polars as pl  # 60 MB in each process that never exports

    if kind not in _TYPES:
        raise Http404(kind)
    guard = _guarded if kind != "parquet" else str
    taken = {"row", "record_id", "person_id", "probability", "decision", "reasons", "problem", "commune"}
    columns = {name: name if name not in taken else f"{name} (tệp)" for name in found.header}
    by_column = {column: field for field, column in found.mapping.items()}
    table: list[dict[str, Any]] = []
    for one in rows:
        cells = {
            columns[name]: guard(
                one.facts.get(by_column[name], "") if name in by_column else one.extra.get(name, "")
            )
            for name in found.header
        }
        table.append(
            {
                "row": one.row, "record_id": guard(one.key),
                "person_id": one.person_ref if one.heap in (Heap.MATCHED, Heap.REVIEW) else "",
                "probability": one.probability, "decision": one.heap.value, "reasons": one.reasons,
                "problem": guard(one.problem), "commune": one.unit_key, **cells,
            }
        )  # fmt: skip
    own = ["record_id", "person_id", "decision", "reasons", "problem", "commune"]
    texts = dict.fromkeys([*own, *columns.values()], pl.String)
    schema: dict[str, Any] = {"row": pl.Int64, "probability": pl.Float64, **texts}
    frame = pl.DataFrame(table, schema=schema)
    out = BytesIO()
    if kind == "parquet":
        frame.write_parquet(out)
    elif kind == "csv":
        frame.write_csv(out, include_bom=True)
    else:
        from openpyxl import Workbook  # brings numpy

        book = Workbook(write_only=True)
        sheet = book.create_sheet("links")
        sheet.append([_guarded(name) for name in frame.columns])
        for values in frame.iter_rows():
            sheet.append(list(values))
        book.save(out)
    return send_bytes(out.getvalue(), name=f"doi-chieu-{str(found.id)[:8]}.{kind}", media_type=_TYPES[kind])
