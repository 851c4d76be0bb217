"""Cleaning a register: bring a file in, name its columns, watch it being linked, decide what a person must decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk.cleaning import export, import_row, record_sides
from motcua.desk.officer import CLEANING_ROLES, Officer, first_role, needs_role
from motcua.desk.words import agency_name, either, sentence
from motcua.quality import api as quality
from motcua.quality.api import CorrectionState, Heap, ImportState, ImportView, Verdict
from motcua.ui.api import certainty_words
from motcua.units import api as units

_PAGE = 50


@require_http_methods(["GET", "POST"])
@needs_role(*CLEANING_ROLES)
def index(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The imports of the agency, and a form for another file."""
    by, now = first_role(officer, *CLEANING_ROLES), clock.now()
    problem, status = "", 200
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None or (upload.size or 0) > quality.MOST_BYTES:
                problem, status = _("Hãy chọn một tệp, nhiều nhất 60 MB."), 422
            else:
                made = quality.begin_import(
                    by=by,
                    at=now,
                    register=request.POST.get("register", ""),
                    owner=request.POST.get("owner", "").replace("\x00", "")[:60],
                    content=upload.read(),
                    file_name=upload.name or "",
                )
                found = quality.get_import(by=by, import_id=made)
                where = (
                    "desk:cleaning_columns" if found.state is ImportState.MAPPING else "desk:cleaning_import"
                )
                return HttpResponseRedirect(reverse(where, args=[made]))
        except DomainError as error:
            problem, status = sentence(error), 422
    owners = [(one.key, one.name) for one in units.agencies(on=now.date(), level=units.Level.PROVINCE)]
    context = {
        "officer": officer,
        "rows": [import_row(one) for one in quality.imports(by=by)],
        "problem": problem,
        "register": request.POST.get("register", "")[:80],
        "owners": [(by.unit, officer.agency_name), *(one for one in owners if one[0] != by.unit)],
    }
    return render(request, "desk/cleaning.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs_role(*CLEANING_ROLES)
def columns(request: HttpRequest, officer: Officer, import_id: UUID) -> HttpResponse:
    """Which column is what: proposals with some values; what is chosen is remembered."""
    by, now = first_role(officer, *CLEANING_ROLES), clock.now()
    try:
        found = quality.get_import(by=by, import_id=import_id)
        proposed, values = quality.proposal(by=by, at=now, import_id=import_id)
    except DomainError as error:
        return _stopped(request, officer, error)
    problem, status = "", 200
    if request.method == "POST":
        proposed = {
            field: chosen
            for field in quality.FIELDS
            if (chosen := request.POST.get(field, "")) in found.header
        }
        try:
            quality.map_columns(by=by, at=now, import_id=import_id, mapping=proposed)
            return HttpResponseRedirect(reverse("desk:cleaning_import", args=[import_id]))
        except DomainError as error:
            problem, status = sentence(error), 422
    context = {
        "officer": officer,
        "one": found,
        "fields": [
            (field, either(*quality.FIELD_NAMES[field]), proposed.get(field, "")) for field in quality.FIELDS
        ],
        "columns": [(name, ", ".join(texts)) for name, texts in values.items()],
        "problem": problem,
    }
    return render(request, "desk/cleaning_columns.html", context, status=status)


@require_GET
@needs_role(*CLEANING_ROLES)
def show(request: HttpRequest, officer: Officer, import_id: UUID) -> HttpResponse:
    """How far the linkage is, or its four heaps; `?heap=&unit=&doubles=&page=`."""
    by, now = first_role(officer, *CLEANING_ROLES), clock.now()
    asked = request.GET.get("heap", "")
    page, doubles = _page(request), "doubles" in request.GET
    unit = request.GET.get("unit")
    try:
        found = quality.get_import(by=by, import_id=import_id)
        done = found.state is ImportState.DONE
        heap = Heap(asked) if asked in {one.value for one in Heap} else _first_heap(found)
        rows, total = (
            quality.records(
                by=by, at=now, import_id=import_id, heap=heap, doubles=doubles, limit=_PAGE,
                offset=(page - 1) * _PAGE, unit=None if unit is None else unit.replace("\x00", "")[:40],
            )
            if done
            else ([], 0)
        )  # fmt: skip
        following = quality.next_to_review(by=by, import_id=import_id) if done else None
    except DomainError as error:
        return _stopped(request, officer, error)
    context = {
        "officer": officer,
        "one": found,
        "row": import_row(found),
        "moving": found.state in (ImportState.WAITING, ImportState.RUNNING),
        "heaps": [
            (one.value, either(*quality.HEAP_NAMES[one]), found.counts[one], one is heap and not doubles)
            for one in Heap
        ],
        "heap": heap.value,
        "doubles": doubles,
        "rows": rows,
        "total": total,
        "page": page,
        "more": total > page * _PAGE,
        "following": following,
    }
    return render(request, "desk/cleaning_import.html", context)


def _first_heap(found: ImportView) -> Heap:
    """What waits for a person; when nothing does, the first heap that holds anything."""
    order = (Heap.REVIEW, Heap.MATCHED, Heap.NONE, Heap.BROKEN)
    return next((heap for heap in order if found.counts[heap]), Heap.REVIEW)


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return min(max(1, int(typed)), 4000) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


@require_http_methods(["GET", "POST"])
@needs_role(*CLEANING_ROLES)
def record(request: HttpRequest, officer: Officer, record_id: UUID) -> HttpResponse:
    """A record beside its person, and one key for each decision."""
    by, now = first_role(officer, *CLEANING_ROLES), clock.now()
    try:
        if request.method == "POST":
            words = _act(request, by, record_id)
            one = quality.get_record(by=by, at=now, record_id=record_id)
            messages.success(request, words)
            following = quality.next_to_review(by=by, import_id=one.import_id, after=record_id)
            if following is None or request.POST.get("action") in ("undo", "correct"):
                return HttpResponseRedirect(reverse("desk:cleaning_record", args=[record_id]))
            return HttpResponseRedirect(reverse("desk:cleaning_record", args=[following]))
        one = quality.get_record(by=by, at=now, record_id=record_id)
        following = quality.next_to_review(by=by, import_id=one.import_id, after=record_id)
    except DomainError as error:
        return _stopped(request, officer, error)
    context = {
        "officer": officer,
        "one": one,
        "heap_name": either(*quality.HEAP_NAMES[one.heap]),
        "sides": record_sides(one, quality.rules_on(now.date())),
        "reasons": one.reasons.split("; "),
        "percent": None if one.probability is None else 100 * one.probability,
        "may_decide": one.heap is Heap.REVIEW and by.ref not in {vote.who for vote in one.votes},
        "votes": [(vote, _verdicts()[vote.verdict]) for vote in one.votes],
        "correction": quality.open_correction_of(record_id),
        "may_correct": one.heap is Heap.MATCHED and bool(one.differences),
        "may_undo": bool(one.person_ref) and (one.heap is Heap.MATCHED or bool(one.votes)),
        "following": following,
    }
    return render(request, "desk/cleaning_record.html", context)


def _verdicts() -> dict[Verdict, str]:
    return {Verdict.SAME: _("cùng một người"), Verdict.DIFFERENT: _("người khác")}


def _act(request: HttpRequest, by: Any, record_id: UUID) -> str:
    """Do what the button says; the sentence that tells of it."""
    now, action, note = clock.now(), request.POST.get("action", ""), request.POST.get("note", "")[:300]
    if action == "undo":
        quality.undo(by=by, at=now, record_id=record_id, why=note)
        return _("Đã đưa về xem lại.")
    if action == "correct":
        quality.send_correction(by=by, at=now, record_id=record_id)
        return _("Đã gửi yêu cầu đính chính cho cơ quan quản lý.")
    verdict = Verdict.SAME if action == "same" else Verdict.DIFFERENT if action == "different" else None
    if verdict is None:
        raise quality.NothingToDecide(action[:20])
    heap = quality.decide_record(by=by, at=now, record_id=record_id, verdict=verdict, note=note)
    return _("Đã ghi; còn cần người thứ hai.") if heap is Heap.REVIEW else _("Đã ghi quyết định.")


@require_GET
@needs_role(*CLEANING_ROLES)
def corrections(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What other agencies ask this one to mend in its registers, the most pressing first."""
    by, now = first_role(officer, *CLEANING_ROLES), clock.now()
    rules = quality.rules_on(now.date())
    rows = quality.corrections(by=by, at=now, today=now.astimezone(clock.VN).date())
    context = {
        "officer": officer,
        "rows": [
            (
                one,
                agency_name(one.owner),
                [(either(*quality.FIELD_NAMES[d.field]), d, either(rules.groups[d.group].vi, rules.groups[d.group].en))
                 for d in one.differences],
            )
            for one in rows
        ],
        "rules": rules,
        "certainty": certainty_words(rules.source.certainty),
        "groups_certainty": certainty_words(rules.groups_certainty),
    }  # fmt: skip
    return render(request, "desk/cleaning_corrections.html", context)


@require_POST
@needs_role(*CLEANING_ROLES)
def answer(request: HttpRequest, officer: Officer, correction_id: UUID) -> HttpResponse:
    """The owner says that it is mended, or why the register is right."""
    by = first_role(officer, *CLEANING_ROLES)
    outcome = CorrectionState.FIXED if request.POST.get("action") == "fixed" else CorrectionState.STANDS
    try:
        quality.answer_correction(
            by=by,
            at=clock.now(),
            correction_id=correction_id,
            outcome=outcome,
            answer=request.POST.get("answer", ""),
        )
        messages.success(request, _("Đã ghi trả lời."))
    except DomainError as error:
        messages.error(request, sentence(error))
    return HttpResponseRedirect(reverse("desk:cleaning_corrections"))


@require_GET
@needs_role(*CLEANING_ROLES)
def communes(request: HttpRequest, officer: Officer, import_id: UUID) -> HttpResponse:
    """The heaps of every commune."""
    by = first_role(officer, *CLEANING_ROLES)
    try:
        found = quality.get_import(by=by, import_id=import_id)
        rows = quality.by_commune(by=by, import_id=import_id)
    except DomainError as error:
        return _stopped(request, officer, error)
    context = {
        "officer": officer,
        "one": found,
        "heaps": [either(*quality.HEAP_NAMES[heap]) for heap in Heap],
        "rows": [
            (
                units.unit(one.unit).name if one.unit else _("Không rõ xã"),
                one,
                [one.heaps[heap] for heap in Heap],
            )
            for one in rows
        ],
    }
    return render(request, "desk/cleaning_communes.html", context)


@require_GET
@needs_role(*CLEANING_ROLES)
def download(request: HttpRequest, officer: Officer, import_id: UUID, kind: str) -> HttpResponse:
    """Every record with its match, probability and reasons, as CSV, Excel or Parquet."""
    by, now = first_role(officer, *CLEANING_ROLES), clock.now()
    try:
        found = quality.get_import(by=by, import_id=import_id)
        rows = quality.export_rows(by=by, at=now, import_id=import_id)
    except DomainError as error:
        return _stopped(request, officer, error)
    return export(found, rows, kind)


def _stopped(request: HttpRequest, officer: Officer, error: DomainError) -> HttpResponse:
    status = 404 if isinstance(error, quality.CleaningNotFound | quality.ImportNotFound) else 422
    return render(
        request, "desk/stopped.html", {"officer": officer, "problem": sentence(error)}, status=status
    )
