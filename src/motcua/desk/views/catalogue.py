"""The catalogue's administrator: versions, a draft from what is in force, the check, the decision that publishes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import yaml
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.base import clock
from motcua.base.data import Actor, Certainty, Source
from motcua.base.errors import DomainError
from motcua.desk.officer import CATALOGUE_ROLES, Officer, first_role, needs_role
from motcua.desk.words import either, sentence
from motcua.dossiers import api as dossiers
from motcua.procedures import api as procedures
from motcua.procedures.data import ProcedureContent, VersionInfo
from motcua.staff.api import Role
from motcua.ui.api import day, limit_words

PAGE = 50


class BadDay(DomainError):
    """This day cannot be read; choose it from the calendar."""

    message_vi = "Chưa đọc được ngày; hãy chọn lại từ lịch."


class DecisionMissing(DomainError):
    """Name the number of the decision and the agency that signed it."""

    message_vi = "Hãy ghi số quyết định công bố và cơ quan ban hành."


class BadText(DomainError):
    """The text cannot be read: {why}"""

    message_vi = "Chưa đọc được nội dung: {why}"


@require_GET
@needs_role(*CATALOGUE_ROLES)
def index(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Search the catalogue; or list by status: drafts, checked, in force; those flagged by a rule."""
    text = request.GET.get("q", "").replace("\x00", "")[:200]
    wanted = request.GET.get("status", "")
    flag = request.GET.get("flag", "")[:60]
    number = request.GET.get("page", "1")
    page = int(number) if number.isdigit() and 1 <= int(number[:6]) <= 10_000 else 1
    status = (
        procedures.VersionStatus(wanted) if wanted in {s.value for s in procedures.VersionStatus} else None
    )
    hits = procedures.search(text, on=clock.today(), limit=30) if text.strip() else []
    found = (
        []
        if text.strip()
        else procedures.list_versions(status=status, flag=flag, offset=(page - 1) * PAGE, limit=PAGE + 1)
    )
    context = {
        "officer": officer,
        "text": text,
        "hits": hits,
        "rows": [(line, status_words(line.status)) for line in found[:PAGE]],
        "statuses": [(s.value, status_words(s), s is status) for s in procedures.VersionStatus],
        "status": wanted if status else "",
        "flag": flag,
        "flags": _flags(),
        "next": page + 1 if len(found) > PAGE else None,
        "may_edit": officer.has(Role.CATALOGUE_ADMIN),
    }
    return render(request, "desk/catalogue.html", context)


def _flags() -> list[tuple[str, str]]:
    """The rules that flag a procedure, as the catalogue names them."""
    return [(flag.value, _flag_words(flag.value)) for flag in procedures.Flag]


def _flag_words(value: str) -> str:
    return {
        "household_book": _("Còn đòi sổ hộ khẩu"),
        "limit_unknown": _("Chưa rõ thời hạn"),
        "text_shuffled": _("Văn bản nguồn bị xáo trộn"),
        "fee_unsure": _("Mức phí đáng ngờ"),
    }.get(value, value)


def status_words(status: procedures.VersionStatus) -> str:
    """The status of a version in words."""
    return {
        procedures.VersionStatus.DRAFT: _("Bản nháp"),
        procedures.VersionStatus.CHECKED: _("Đã kiểm tra, chờ công bố"),
        procedures.VersionStatus.PUBLISHED: _("Đã công bố"),
        procedures.VersionStatus.WITHDRAWN: _("Đã rút"),
    }[status]


@require_GET
@needs_role(*CATALOGUE_ROLES)
def quarantine(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Records of an import that were kept out, with the reason."""
    rows = procedures.quarantined(limit=200)
    return render(request, "desk/quarantine.html", {"officer": officer, "rows": rows})


@require_http_methods(["GET", "POST"])
@needs_role(*CATALOGUE_ROLES)
def versions(request: HttpRequest, officer: Officer, code: str) -> HttpResponse:
    """Every version of one procedure; POST makes a draft from the one in force."""
    found = procedures.versions_of(code[:40])
    if not found:
        raise Http404(code)
    problem = ""
    if request.method == "POST":
        try:
            draft = _draft_from(request, officer, found)
        except DomainError as error:
            problem = sentence(error)
        else:
            return HttpResponseRedirect(reverse("desk:edit_version", args=[draft.id]))
    context = {
        "officer": officer,
        "code": code,
        "name": found[0].name,
        "rows": [(line, status_words(line.status)) for line in found],
        "problem": problem,
        "may_edit": officer.has(Role.CATALOGUE_ADMIN),
    }
    return render(request, "desk/versions.html", context, status=422 if problem else 200)


def _editor(officer: Officer) -> Actor:
    if not officer.has(Role.CATALOGUE_ADMIN):
        raise dossiers.NotAllowed("only the catalogue's administrator edits")
    return first_role(officer, Role.CATALOGUE_ADMIN)


def _draft_from(
    request: HttpRequest, officer: Officer, found: tuple[procedures.VersionLine, ...]
) -> VersionInfo:
    by = _editor(officer)
    wanted = request.POST.get("from", "")
    base = next((line for line in found if str(line.id) == wanted), found[-1])
    content = procedures.version(base.id).content
    source = Source(text=_("Sửa từ phiên bản %(n)d") % {"n": base.number}, certainty=Certainty.OWN)
    return procedures.create_draft(
        by=by, at=clock.now(), content=content, valid_from=clock.today(), source=source
    )


@require_http_methods(["GET", "POST"])
@needs_role(*CATALOGUE_ROLES)
def version(request: HttpRequest, officer: Officer, version_id: UUID) -> HttpResponse:
    """One version: what changed against the one in force, what stands in the way; check, publish, take back."""
    info = _find(version_id)
    problem = ""
    found: tuple[procedures.Problem, ...] = ()
    if request.method == "POST":
        try:
            by, step = _editor(officer), request.POST.get("step", "")
            if step == "check":
                found = procedures.check(by=by, at=clock.now(), version_id=info.id)
                info = _find(version_id)
            elif step == "publish":
                _publish(request, by, info)
                return HttpResponseRedirect(reverse("desk:version", args=[info.id]))
            elif step == "withdraw":
                procedures.withdraw(
                    by=by, at=clock.now(), version_id=info.id, why=request.POST.get("why", "")[:500]
                )
                return HttpResponseRedirect(reverse("desk:version", args=[info.id]))
        except DomainError as error:
            problem = sentence(error)
            info = _find(version_id)
    context = _version_page(officer, info, request) | {
        "problem": problem,
        "found": [(one.path, either(one.text_vi, one.text_en), one.blocking) for one in found],
        "checked_now": request.POST.get("step") == "check" and not problem,
    }
    return render(request, "desk/version.html", context, status=422 if problem else 200)


def _find(version_id: UUID) -> VersionInfo:
    try:
        return procedures.version(version_id)
    except procedures.VersionUnknown as error:
        raise Http404(str(version_id)) from error


def _publish(request: HttpRequest, by: Actor, info: VersionInfo) -> None:
    post = request.POST
    number, agency = post.get("number", "").strip()[:100], post.get("agency", "").strip()[:200]
    if not number or not agency:
        raise DecisionMissing
    procedures.publish(
        by=by,
        at=clock.now(),
        version_id=info.id,
        decision=procedures.DecisionRef(number=number, agency=agency, signed_on=_day(post.get("signed_on"))),
        valid_from=_day(post.get("valid_from")) or clock.today(),
        valid_to=_day(post.get("valid_to")),
        source=Source(text=f"{number}, {agency}", certainty=Certainty.VERIFIED),
    )
    messages.success(request, _("Đã công bố phiên bản %(n)d.") % {"n": info.number})


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDay from None


def _version_page(officer: Officer, info: VersionInfo, request: HttpRequest) -> dict[str, Any]:
    try:
        current: VersionInfo | None = procedures.version_on(info.code, clock.today())
    except procedures.NoVersionInForce:
        current = None
    other = current if current is not None and current.id != info.id else None
    post = request.POST
    return {
        "officer": officer,
        "info": info,
        "status": status_words(info.status),
        "is_draft": info.status is procedures.VersionStatus.DRAFT,
        "is_checked": info.status is procedures.VersionStatus.CHECKED,
        "is_published": info.status is procedures.VersionStatus.PUBLISHED,
        "other": other,
        "changes": procedures.diff(other.id, info.id) if other is not None else (),
        "may_edit": officer.has(Role.CATALOGUE_ADMIN),
        "typed": {
            key: post.get(key, "")[:200]
            for key in ("number", "agency", "signed_on", "valid_from", "valid_to")
        },
        "today": clock.today().isoformat(),
        "content": _content_lines(info),
        "flags": [_flag_words(one.value) for one in info.content.flags],
    }


def _content_lines(info: VersionInfo) -> list[tuple[str, list[str]]]:
    """What a version says, part by part; parts without content are left out."""
    content = info.content
    limit = content.limit
    parts = [
        (_("Lĩnh vực"), [content.field]),
        (_("Thời hạn"), [limit_words(limit.amount, limit.unit.value)] if limit else []),
        (_("Nộp ở đâu"), [_door_words(one) for one in content.doors]),
        (_("Giấy tờ"), [one.name for one in content.components]),
        (_("Kết quả"), [one.name for one in content.results]),
        (_("Phí, lệ phí"), [one.name for one in content.fees]),
        (_("Quy trình nội bộ"), [f"{one.name} ({one.hours} h)" for one in content.internal_process]),
        (_("Căn cứ pháp lý"), [one.number for one in content.legal_basis]),
    ]
    return [(title, lines) for title, lines in parts if lines]


def _door_words(one: procedures.Door) -> str:
    words = {
        "provincial_eform": _("Cổng của tỉnh"),
        "national_portal": _("Cổng dịch vụ công quốc gia"),
        "ministry_system": _("Hệ thống của bộ"),
        "desk": _("Tại quầy"),
        "post": _("Bưu chính"),
        "at_once": _("Trả ngay tại quầy"),
    }[one.kind.value]
    ends = f" → {day(one.validity.end)}" if one.validity.end else ""
    return f"{words}: {day(one.validity.start)}{ends}"


@require_http_methods(["GET", "POST"])
@needs_role(Role.CATALOGUE_ADMIN)
def edit(request: HttpRequest, officer: Officer, version_id: UUID) -> HttpResponse:
    """A draft's text, in the catalogue's own shape; what is wrong is said with its place, and the text is kept."""
    info = _find(version_id)
    text, problem = request.POST.get("text", ""), ""
    if request.method == "POST":
        try:
            procedures.edit_draft(
                by=_editor(officer), at=clock.now(), version_id=info.id, content=_read(text)
            )
        except DomainError as error:
            problem = sentence(error)
        else:
            return HttpResponseRedirect(reverse("desk:version", args=[info.id]))
    else:
        text = yaml.safe_dump(procedures.encode(info.content), allow_unicode=True, sort_keys=False, width=100)
    context = {"officer": officer, "info": info, "text": text, "problem": problem}
    return render(request, "desk/version_edit.html", context, status=422 if problem else 200)


def _read(text: str) -> ProcedureContent:
    try:
        return procedures.decode(ProcedureContent, procedures.parse_yaml(text.replace("\r\n", "\n")))
    except procedures.BadYaml as error:
        raise BadText(why=str(error)) from error
