"""The reports a centre must send: a table on the screen whose figures open their dossiers, Excel and PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.base import clock
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk import reporting
from motcua.desk.officer import REPORT_ROLES, Officer, first_role, needs_role
from motcua.desk.periods import KINDS, Period, read_period
from motcua.desk.showing import work_row
from motcua.desk.words import sentence
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import DossierCard
from motcua.ui.sending import send_bytes

_MOST_REASONS = 30
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _period(request: HttpRequest) -> Period:
    get = request.GET
    return read_period(get.get("kind", ""), get.get("year", ""), get.get("number", ""), today=clock.today())


def _group(request: HttpRequest) -> str:
    wanted = request.GET.get("by", "all")
    return wanted if wanted in reporting.GROUPS else "all"


@require_GET
@needs_role(*REPORT_ROLES)
def report(request: HttpRequest, officer: Officer) -> HttpResponse:
    """`?kind=&year=&number=` picks the period, `?by=` the break-down, `?as=xlsx|pdf` the file."""
    period, group, now = _period(request), _group(request), clock.now()
    try:
        found = reporting.lines(first_role(officer, *REPORT_ROLES), period, group, at=now)
    except DomainError as error:
        return render(
            request, "desk/stopped.html", {"officer": officer, "problem": sentence(error)}, status=403
        )
    name = f"bao-cao-{period.kind}-{period.year}-{period.number}-{group}"
    wanted = request.GET.get("as", "")
    if wanted == "xlsx":
        content = reporting.workbook(found, period, group, officer.agency_name, at=now)
        return send_bytes(content, name=f"{name}.xlsx", media_type=_XLSX)
    if wanted == "pdf":
        content = reporting.report_pdf(found, period, group, officer.agency_name, at=now)
        return send_bytes(content, name=f"{name}.pdf", media_type="application/pdf")
    words, groups = reporting.measure_words(), reporting.group_words()
    context = {
        "officer": officer,
        "title": reporting.title(period),
        "period": period,
        "kinds": [
            (kind, label, kind == period.kind)
            for kind, label in zip(KINDS, (_("Tháng"), _("Quý"), _("Năm")), strict=True)
        ],
        "numbers": range(1, {"month": 12, "quarter": 4, "year": 1}[period.kind] + 1),
        "years": range(clock.today().year, clock.today().year - 4, -1),
        "group": group,
        "group_word": groups[group],
        "groups": [(key, label, key == group) for key, label in groups.items()],
        "columns": [words[name] for name in reporting.CAME_AND_WENT],
        "still_columns": [words[name] for name in reporting.STILL_THERE],
        "lines": found,
        "openable": reporting.MEASURES,
        "query": f"kind={period.kind}&year={period.year}&number={period.number}&by={group}",
        "made_at": now,
    }
    return render(request, "desk/reports.html", context)


@require_GET
@needs_role(*REPORT_ROLES)
def behind(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The dossiers behind one figure of the report."""
    period, group, now = _period(request), _group(request), clock.now()
    measure, key = request.GET.get("measure", ""), request.GET.get("key", "")[:100]
    if measure not in reporting.MEASURES:
        raise Http404(measure)
    by = first_role(officer, *REPORT_ROLES)
    cards = dossiers.behind(
        by=by,
        at=now,
        what=reporting.filter_of(period, at=now, group=group, key=key),
        measure=measure,
        limit=100,
    )
    context = {
        "officer": officer,
        "title": f"{reporting.measure_words()[measure]}: {reporting.title(period)}",
        "rows": [work_row(card, at=now) for card in cards],
        "reasons": _reasons(by, cards, measure, at=now),
        "query": f"kind={period.kind}&year={period.year}&number={period.number}&by={group}",
    }
    return render(request, "desk/behind.html", context)


def _reasons(by: Actor, cards: Sequence[DossierCard], measure: str, *, at: datetime) -> list[tuple[str, str]]:
    """Why the first of the late ones are late; nothing for figures that are not about lateness."""
    if measure not in ("late", "open_late"):
        return []
    told = [(card.code, reporting.why_late(by, card, at=at)) for card in cards[:_MOST_REASONS]]
    return [(code, why) for code, why in told if why]


@require_GET
@needs_role(*REPORT_ROLES)
def book(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Sổ theo dõi hồ sơ of the period as PDF: every dossier that came in it."""
    period, now = _period(request), clock.now()
    by = first_role(officer, *REPORT_ROLES)
    cards = [
        card
        for measure in ("direct", "online", "post")
        for card in dossiers.behind(
            by=by,
            at=now,
            what=reporting.filter_of(period, at=now),
            measure=measure,
            limit=reporting.MOST_LINES,
            contact_for=_("in sổ theo dõi hồ sơ"),
        )
    ]
    cards.sort(key=lambda card: (card.submitted_at, card.code))
    pdf = reporting.book_pdf(cards, period, officer.agency_name, at=now)
    return send_bytes(
        pdf, name=f"so-theo-doi-{period.year}-{period.number}.pdf", media_type="application/pdf"
    )
