"""Registers in four words: correct, complete, clean, live; by register, then by field and by commune."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.base import clock
from motcua.ioc import sheets
from motcua.ioc.permissions import watches_province
from motcua.ioc.reader import for_leaders
from motcua.ioc.showing import in_english
from motcua.quality import api as quality
from motcua.quality.api import Measure
from motcua.staff.api import PositionView
from motcua.ui.api import certainty_words, number
from motcua.units import api as units

Shown = tuple[str, list[list[object]], list[UUID]]  # heading of the first column, rows, what each row opens


def _share(value: float | None) -> str:
    return "–" if value is None else number(100 * value, 1)


def _cells(one: Measure) -> list[str]:
    return [
        _share(one.correct_share),
        _share(one.complete_share),
        _share(one.clean_share),
        _share(one.live_share),
    ]


def _head(first: str) -> list[str]:
    return [first, _("Bản ghi"), _("Đúng %"), _("Đủ %"), _("Sạch %"), _("Sống %"), _("Điền cho có")]


def _field(key: str) -> str:
    vi, en = quality.FIELD_NAMES.get(key, ("Cả bản ghi", "Whole record"))
    return en if in_english() else vi


@require_GET
@for_leaders
def index(request: HttpRequest, position: PositionView) -> HttpResponse:
    """Every register by its newest import, as a whole; `?as=xlsx|pdf|json`."""
    owner = None if watches_province(position) else position.agency_key
    table, links, plain = [], [], []
    for import_id, register, keeper, when in quality.latest_imports(owner):
        whole = next((m for m in quality.measures(import_id) if m.field == quality.RECORD), None)
        if whole is None:
            continue
        table.append([register, whole.total, *_cells(whole), whole.fabricated])
        links.append(import_id)
        plain.append({"register": register, "owner": keeper, "at": when.isoformat(), **_plain(whole)})
    return _answer(request, _("Dữ liệu các sổ: đúng, đủ, sạch, sống"), [(_("Sổ"), table, links)], plain)


@require_GET
@for_leaders
def one(request: HttpRequest, position: PositionView, import_id: UUID) -> HttpResponse:
    """One register: field by field, then commune by commune."""
    owner = None if watches_province(position) else position.agency_key
    found = next((x for x in quality.latest_imports(owner) if x[0] == import_id), None)
    if found is None:
        raise Http404(str(import_id))
    order = [quality.RECORD, *quality.FIELDS]
    fields = sorted(quality.measures(import_id), key=lambda m: order.index(m.field))
    places = [m for m in quality.measures(import_id, by_unit=True) if m.field == quality.RECORD]
    places.sort(key=lambda m: (m.correct - m.total, m.unit))  # where most records are wrong comes first
    by_field = [[_field(m.field), m.total, *_cells(m), m.fabricated] for m in fields]
    by_unit = [[_unit(m.unit), m.total, *_cells(m), m.fabricated] for m in places]
    plain = [_plain(m) for m in [*fields, *quality.measures(import_id, by_unit=True)]]
    tables: list[tuple[str, list[list[object]], list[UUID]]] = [
        (_("Mục"), by_field, []),
        (_("Xã, phường"), by_unit, []),
    ]
    return _answer(request, found[1], tables, plain)


def _unit(key: str) -> str:
    return units.unit(key).name if key else _("Không rõ xã")


def _plain(m: Measure) -> dict[str, object]:
    return {
        "unit": m.unit, "field": m.field, "total": m.total, "given": m.given, "fabricated": m.fabricated,
        "correct": m.correct_share, "complete": m.complete_share, "clean": m.clean_share, "live": m.live_share,
    }  # fmt: skip


def _written(row: list[object]) -> list[object]:
    """Counts as they are read on a page; a sheet keeps them as numbers."""
    return [number(cell) if isinstance(cell, int) else cell for cell in row]


def _answer(
    request: HttpRequest,
    title: str,
    tables: list[Shown],
    plain: list[dict[str, object]],
) -> HttpResponse:
    now, kind = clock.now(), request.GET.get("as", "")
    rules = quality.rules_on(now.date())
    if kind == "json":
        return JsonResponse({"as_of": now.isoformat(), "rules": rules.key, "rows": plain})
    if kind in ("xlsx", "pdf"):
        rows = [row for _first, found, _links in tables for row in found]
        return sheets.send(kind, name="du-lieu-so", title=title, head=_head(tables[0][0]), rows=rows, at=now)
    context = {
        "title": title,
        "tables": [
            (_head(first), [(_written(row), links[at] if links else None) for at, row in enumerate(found)])
            for first, found, links in tables
        ],
        "rules": rules,
        "certainty": certainty_words(rules.source.certainty),
        "now": now,
    }
    return render(request, "ioc/registers.html", context)
