"""The desk's forms as PDF: the six of TT 01/2018 or the seven of TT 03/2025, by the rules the dossier lives under."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from motcua.base.clock import VN
from motcua.base.data import Actor, Json
from motcua.base.errors import DomainError
from motcua.desk.acting import fee_to_take
from motcua.desk.words import agency_name
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierView, Sight, State
from motcua.procedures import api as procedures
from motcua.staff import api as staff
from motcua.ui.api import moment, money

# Form → its number under TT 01/2018 and under TT 03/2025; "" where the text of that year has no such form.
NUMBERS: dict[str, tuple[str, str]] = {
    "receipt": ("01", "01"),
    "supplement": ("02", "02"),
    "refusal": ("03", "03"),
    "apology": ("04", "04"),
    "stop": ("", "05"),
    "slip": ("05", "06"),
    "book": ("06", "07"),
}


class NoSuchForm(DomainError):
    """This form cannot be printed for this dossier: what it would say has not happened."""

    message_vi = "Chưa in được phiếu này: việc ghi trên phiếu chưa diễn ra với hồ sơ."


@dataclass(frozen=True, kw_only=True)
class Printing:
    """Who prints which dossier, and when."""

    view: DossierView
    by: Actor
    at: datetime


def available(view: DossierView) -> tuple[str, ...]:
    """The forms that this dossier can fill, for who sees all of it."""
    if view.sight is not Sight.FULL:
        return ()
    found = ["receipt"] if view.card.accepted_at else []
    if view.supplements:
        found.append("supplement")
    if view.card.state is State.REFUSED:
        found.append("refusal")
    if view.extension is not None:
        found.append("apology")
    if view.card.state is State.STOPPED and _year(view) == "2025":
        found.append("stop")
    return (*found, "slip")


def form_pdf(kind: str, printing: Printing) -> bytes:
    """The form `kind` of this dossier as PDF. Raises `NoSuchForm`."""
    if kind not in available(printing.view) or kind not in _DATA:
        raise NoSuchForm(kind)
    year = _year(printing.view)
    return documents.render_pdf(template_of(kind, year), _common(printing) | _DATA[kind](printing))


def template_of(kind: str, year: str) -> str:
    """The template of a form: `tt01_2018_05` or `tt03_2025_06` for the control slip."""
    old, new = NUMBERS[kind]
    return f"tt01_2018_{old}" if year == "2018" and old else f"tt03_2025_{new}"


def title_of(kind: str, year: str = "2025") -> str:
    """What a form is called in the year's circular."""
    wanted = template_of(kind, year)
    return next(one.title for one in documents.templates() if one.id == wanted)


def _year(view: DossierView) -> str:
    """Under which rules the dossier lives: those of the day on which it was accepted (else filed)."""
    day = (view.card.accepted_at or view.card.submitted_at).astimezone(VN).date()
    return year_on(f"{day:%Y-%m-%d}")


def year_on(day: str) -> str:
    """ "2018" for days under TT 01/2018, "2025" since NĐ 118/2025 (1 July 2025)."""
    return "2018" if day < "2025-07-01" else "2025"


def _common(printing: Printing) -> dict[str, Json]:
    view, card = printing.view, printing.view.card
    who = view.submitter or view.applicant
    return {
        "dossier_code": card.code,
        "submitter": {"name": who.name, "address": who.address, "phone": who.phone, "email": who.email},
        "procedure": card.procedure_name,
        "office": agency_name(card.receiving_agency),
        "place_and_date": place_and_date(printing.at),
        "track_url": f"{settings.MOTCUA_PUBLIC_URL.rstrip('/')}/track",
        "hotline_line": "",
    }


def place_and_date(at: datetime) -> str:
    """The line over every form: "Nghệ An, ngày 02 tháng 3 năm 2026"."""
    return f"Nghệ An, {documents.long_date(at.astimezone(VN).date())}"


def _receipt(printing: Printing) -> dict[str, Json]:
    view, card = printing.view, printing.view.card
    clock = dossiers.explain_clock(by=printing.by, at=printing.at, dossier_id=card.id)
    known = {one.code: one for one in procedures.version(view.procedure_version).content.components}
    accepted = card.accepted_at or printing.at
    total = sum(one.amount for one in view.payments if one.state == "paid") + fee_to_take(view)
    data: dict[str, Json] = {
        "place_and_date": place_and_date(accepted),
        "limit": clock.limit,
        "received_at": moment(accepted),
        "due_at": moment(view.promised_due) if view.promised_due else "",
        "result_place": agency_name(view.return_agency),
        "sets": f"{view.quantity:02d}",
        "officer": _done_by(printing, Action.RECEIVE_AT_DESK, Action.ACCEPT),
        "book_line": "",
        "components": [
            {
                "name": one.name,
                "originals": str(one.copies) if one.original else "",
                "copies": "" if one.original else str(one.copies),
                "note": known[one.code].form_name if one.code in known else "",
            }
            for one in view.components
        ],
    }
    return data | ({"fee": money(total)} if total else {})


def _supplement(printing: Printing) -> dict[str, Json]:
    last = printing.view.supplements[-1]
    names = {
        one.code: one.name for one in procedures.version(printing.view.procedure_version).content.components
    }
    return {
        "opening": f"Để có cơ sở giải quyết hồ sơ “{printing.view.card.procedure_name}”, "
        "đề nghị bổ sung, hoàn thiện hồ sơ như sau:",
        "place_and_date": place_and_date(last.asked_at),
        "items_heading": "Giấy tờ cần bổ sung, hoàn thiện:",
        "items": [names.get(code, code) for code in last.papers],
        "reason_label": "Nội dung",
        "reason": last.what,
        "officer": staff.names_of([last.asked_by]).get(last.asked_by, ""),
    }


def _refusal(printing: Printing) -> dict[str, Json]:
    return {
        "opening": f"Qua xem xét hồ sơ “{printing.view.card.procedure_name}”, "
        f"{agency_name(printing.view.card.receiving_agency)} thông báo không tiếp nhận, giải quyết hồ sơ này.",
        "reason": printing.view.reason,
        "officer": _done_by(printing, Action.REFUSE),
    }


def _apology(printing: Printing) -> dict[str, Json]:
    given = printing.view.extension
    assert given is not None
    return {
        "addressee": (printing.view.submitter or printing.view.applicant).name,
        "place_and_date": place_and_date(given.asked_at),
        "opening": f"Hồ sơ “{printing.view.card.procedure_name}” được hẹn trả kết quả lúc "
        f"{moment(given.due_before)}. Đến nay hồ sơ chưa giải quyết xong. "
        f"{agency_name(printing.view.card.handling_agency)} xin lỗi vì sự chậm trễ này.",
        "reason": given.reason,
        "closing": f"Kết quả được hẹn trả lại lúc {moment(given.due_after)}.",
        "officer": _done_by(printing, Action.EXTEND),
    }


def _stop(printing: Printing) -> dict[str, Json]:
    return {
        "addressee": (printing.view.submitter or printing.view.applicant).name,
        "opening": f"{agency_name(printing.view.card.handling_agency)} thông báo dừng giải quyết hồ sơ "
        f"“{printing.view.card.procedure_name}”.",
        "reason": printing.view.reason,
        "officer": _done_by(printing, Action.STOP),
    }


_VERDICTS = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn", "": "Đang giữ"}


def _slip(printing: Printing) -> dict[str, Json]:
    card = printing.view.card
    rows = dossiers.control_slip(by=printing.by, at=printing.at, dossier_id=card.id)
    names = staff.names_of({row.who for row in rows if row.who})
    lines: list[Json] = []
    for at, row in enumerate(rows):
        following = rows[at + 1].who if at + 1 < len(rows) else ""
        lines.append(
            {
                "agency": f"{agency_name(row.unit)} ({row.step})" if row.unit else row.step,
                "time": moment(row.received_at) + (f" – {moment(row.handed_at)}" if row.handed_at else ""),
                "giver": names.get(row.who, ""),
                "receiver": names.get(following, ""),
                "result": _VERDICTS.get(row.verdict, row.verdict),
                "note": row.note,
            }
        )
    return {
        "received_at": moment(card.accepted_at or card.submitted_at),
        "due_at": moment(card.due_at) if card.due_at else "",
        "rows": lines,
    }


def _done_by(printing: Printing, *actions: Action) -> str:
    """The name of the officer who took the last of these actions."""
    line = dossiers.timeline(by=printing.by, at=printing.at, dossier_id=printing.view.card.id)
    refs = [item.who for item in line if item.action in actions and item.who]
    return staff.names_of(refs[-1:]).get(refs[-1], "") if refs else ""


_DATA: dict[str, Callable[[Printing], dict[str, Json]]] = {
    "receipt": _receipt,
    "supplement": _supplement,
    "refusal": _refusal,
    "apology": _apology,
    "stop": _stop,
    "slip": _slip,
}
