"""A centre's report: the same rows for the screen, for Excel and for paper; nobody types a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.utils.translation import gettext as _

from motcua.base.data import Actor, Json
from motcua.desk import prints
from motcua.desk.periods import Period
from motcua.desk.showing import channel_words
from motcua.desk.words import agency_name
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Channel, DossierCard, ReportFilter, ReportRow
from motcua.procedures import api as procedures
from motcua.ui.api import day, moment

GROUPS: dict[str, dossiers.GroupBy] = {
    "all": dossiers.GroupBy.NONE,
    "field": dossiers.GroupBy.FIELD,
    "unit": dossiers.GroupBy.AGENCY,
    "handler": dossiers.GroupBy.HANDLER,
    "channel": dossiers.GroupBy.CHANNEL,
    "procedure": dossiers.GroupBy.PROCEDURE,
}
_SUMS: dict[str, tuple[str, ...]] = {
    "received": ("online", "direct", "post", "carried_over"),
    "resolved": ("early", "on_time", "late", "no_date"),
    "open": ("open_in_time", "open_late", "waiting"),
}
MEASURES = (
    "online",
    "direct",
    "post",
    "carried_over",
    "early",
    "on_time",
    "late",
    "open_in_time",
    "open_late",
    "waiting",
    "refused",
    "withdrawn",
    "stopped",
)
MOST_LINES = 500


def group_words() -> dict[str, str]:
    """By what a report may be broken down, in words."""
    return {
        "all": _("Toàn bộ"),
        "field": _("Lĩnh vực"),
        "unit": _("Nơi tiếp nhận"),
        "handler": _("Cơ quan giải quyết"),
        "channel": _("Cách nộp"),
        "procedure": _("Thủ tục"),
    }


def measure_words() -> dict[str, str]:
    """The columns of the report, in words."""
    return {
        "received": _("Tiếp nhận"),
        "online": _("Trực tuyến"),
        "direct": _("Tại quầy"),
        "post": _("Bưu chính"),
        "carried_over": _("Kỳ trước"),
        "resolved": _("Giải quyết"),
        "early": _("Trước hạn"),
        "on_time": _("Đúng hạn"),
        "late": _("Quá hạn"),
        "no_date": _("Không có hạn"),
        "open": _("Chưa xong"),
        "open_in_time": _("Còn hạn"),
        "open_late": _("Đã quá hạn"),
        "waiting": _("Chờ công dân"),
        "refused": _("Từ chối"),
        "withdrawn": _("Rút"),
        "stopped": _("Dừng"),
    }


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of a line, and which dossiers are behind it ("" for a sum)."""

    measure: str
    value: int


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """A line: what it is about, its figures in the columns' order, last year's received and resolved."""

    key: str
    name: str
    figures: tuple[Figure, ...]
    still: tuple[Figure, ...]
    received_before: int
    resolved_before: int
    on_time_share: float | None
    on_time_before: float | None


CAME_AND_WENT = (
    "received",
    "online",
    "direct",
    "post",
    "carried_over",
    "resolved",
    "early",
    "on_time",
    "late",
)
STILL_THERE = ("open", "open_in_time", "open_late", "waiting", "refused", "withdrawn", "stopped")
COLUMNS = (*CAME_AND_WENT, *STILL_THERE)


def lines(by: Actor, period: Period, group: str, *, at: datetime) -> list[ReportLine]:
    """The report of a period against the same period of the year before; two queries, and the names."""
    pairs = dossiers.against_last_year(
        by=by, at=at, what=filter_of(period, at=at), group_by=GROUPS.get(group, dossiers.GroupBy.NONE)
    )
    named = _names(group, [now.key for now, _before in pairs], at=at)
    return [
        ReportLine(
            key=now.key,
            name=named(now.key),
            figures=tuple(Figure(measure=name, value=getattr(now, name)) for name in CAME_AND_WENT),
            still=tuple(Figure(measure=name, value=getattr(now, name)) for name in STILL_THERE),
            received_before=before.received,
            resolved_before=before.resolved,
            on_time_share=_share(now),
            on_time_before=_share(before),
        )
        for now, before in pairs
    ]


def filter_of(period: Period, *, at: datetime, group: str = "all", key: str = "") -> ReportFilter:
    """The filter of a period, narrowed to one line of the report.

    A period that still runs is counted up to `at`: what is due later this year is not late today, and last year is
    compared over the same days.
    """
    channel = Channel(key) if group == "channel" and key in {one.value for one in Channel} else None
    return ReportFilter(
        start=period.start,
        end=min(period.end, at) if period.start < at else period.end,
        agency=key if group in ("unit", "handler") else "",
        field=key if group == "field" else "",
        procedure_code=key if group == "procedure" else "",
        channel=channel,
    )


def _share(row: ReportRow) -> float | None:
    """Per cent of the resolved that were in time."""
    return None if not row.resolved else 100 * (row.resolved - row.late) / row.resolved


def _names(group: str, keys: list[str], *, at: datetime) -> Callable[[str], str]:
    if group in ("unit", "handler"):
        return agency_name
    if group == "channel":
        return lambda key: channel_words(Channel(key)) if key else ""
    if group == "procedure":
        known = {one.code: one.name for one in procedures.in_force(at.date(), keys)} if keys else {}
        return lambda key: f"{key} {known.get(key, '')}".strip()
    return lambda key: key or _("Toàn bộ")


def title(period: Period) -> str:
    """What the report is called."""
    said = {
        "month": _("tháng %(n)d năm %(year)d"),
        "quarter": _("quý %(n)d năm %(year)d"),
        "year": _("năm %(year)d"),
    }[period.kind]
    return _("Tình hình tiếp nhận, giải quyết hồ sơ ") + said % {"n": period.number, "year": period.year}


def workbook(found: list[ReportLine], period: Period, group: str, agency: str, *, at: datetime) -> bytes:
    """The report as an Excel file."""
    from openpyxl import Workbook  # brings numpy: 30 MB in each process that never writes a sheet
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=False)
    book.remove(book.worksheets[0])
    sheet = book.create_sheet()
    sheet.title = _("Báo cáo")
    sheet.append([_guarded(title(period))])
    sheet.append([_guarded(agency)])
    sheet.append([_("Lập lúc %(moment)s") % {"moment": moment(at)}])
    sheet.append([])
    words = measure_words()
    sheet.append(
        [
            group_words()[group],
            *(words[name] for name in COLUMNS),
            _("Tiếp nhận cùng kỳ năm trước"),
            _("Giải quyết cùng kỳ năm trước"),
            _("Tỷ lệ đúng hạn (%)"),
        ]
    )
    for cell in sheet[5]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for line in found:
        share = None if line.on_time_share is None else round(line.on_time_share, 2)
        values = [figure.value for figure in (*line.figures, *line.still)]
        sheet.append([_guarded(line.name), *values, line.received_before, line.resolved_before, share])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 44
    for at_column in range(2, len(COLUMNS) + 5):
        sheet.column_dimensions[get_column_letter(at_column)].width = 13
    sheet.freeze_panes = "B6"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _guarded(text: str) -> str:
    """A text that a spreadsheet shows and never computes."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def report_pdf(found: list[ReportLine], period: Period, group: str, agency: str, *, at: datetime) -> bytes:
    """The report as PDF: each line with its figures, in the layout of a document of an office."""
    words = measure_words()
    sections: list[Json] = []
    for line in found[:MOST_LINES]:
        shown = [f"{words[f.measure]}: {f.value}" for f in (*line.figures, *line.still) if f.value]
        if line.on_time_share is not None:
            shown.append(f"{_('Tỷ lệ đúng hạn')}: {line.on_time_share:.2f} %".replace(".", ","))
        sections.append({"label": line.name, "value": "; ".join(shown) or "0"})
    data: dict[str, Json] = {
        "title": _("Báo cáo"),
        "subtitle": title(period),
        "agency": {"name": agency},
        "authority": agency,
        "place_and_date": prints.place_and_date(at),
        "fields": sections,
    }
    return documents.render_pdf("result_generic", data)


def book_pdf(cards: list[DossierCard], period: Period, agency: str, *, at: datetime) -> bytes:
    """Sổ theo dõi hồ sơ of a period, in the form of the circular in force at its start."""
    year = prints.year_on(f"{period.start:%Y-%m-%d}")
    rows: list[Json] = [
        {
            "code": card.code,
            "procedure": card.procedure_name,
            "sets": str(card.quantity),
            "name": card.applicant_name,
            "contact": ", ".join(part for part in (card.address, card.phone) if part),
            "agency": agency_name(card.handling_agency),
            "received": day(card.accepted_at) if card.accepted_at else day(card.submitted_at),
            "due": day(card.due_at) if card.due_at else "",
            "returned": card.state.label_vi if card.state.has_ended else "",
            "way": channel_words(card.channel),
        }
        for card in cards
    ]
    data: dict[str, Json] = {
        "rows": rows,
        "office": agency,
        "subtitle": title(period),
        "place_and_date": prints.place_and_date(at),
    }
    return documents.render_pdf(prints.template_of("book", year), data)


def why_late(by: Actor, card: DossierCard, *, at: datetime) -> str:
    """Where a late dossier lost its time: the stays that went over their hours, by the control slip."""
    try:
        rows = dossiers.control_slip(by=by, at=at, dossier_id=card.id)
    except dossiers.NotYours:
        return ""
    over = [f"{row.step}, {agency_name(row.unit)}" for row in rows if row.verdict == "late"]
    return "; ".join(dict.fromkeys(over))
