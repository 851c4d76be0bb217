"""The pages of a filing: one group of questions each, the papers, the check, the sending.

Every post saves first. Whatever is wrong is shown beside what was typed, and never instead of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.people import api as people
from motcua.portal import typed
from motcua.portal.checking import check_page, file_dossier
from motcua.portal.citizen import Citizen, needs_citizen
from motcua.portal.lang import either, sentence
from motcua.portal.notes import HeldFile, Notes
from motcua.portal.papers import chosen_papers, missing_papers, paper_rows
from motcua.portal.prefill import facts_to_dispute, follow
from motcua.portal.sheet import DraftGone, Sheet, open_sheet, save
from motcua.portal.typed import clean
from motcua.procedures import api as procedures
from motcua.procedures.data import Field
from motcua.ui import file_answers
from motcua.ui.api import Problem, Tone, clock_time
from motcua.ui.eforms import error_list
from motcua.ui.sending import send_file

_MOST_FILES = 20
_STAYS = frozenset({"add", "remove", "drop", "upload", "look"})  # buttons inside a page


View = Callable[..., HttpResponse]


def _with_sheet(view: View) -> View:
    """Opens the draft for the view. A draft that was sent meanwhile leads to its dossier, not to an error."""

    @wraps(view)
    def opened(request: HttpRequest, citizen: Citizen, draft_id: UUID, **kwargs: Any) -> HttpResponse:
        try:
            sheet = open_sheet(citizen, draft_id)
        except DraftGone:
            sent = dossiers.filed_from(by=citizen.actor, draft_id=draft_id)
            if sent is None:
                raise Http404 from None
            return HttpResponseRedirect(reverse("portal:sent", args=[sent]))
        return view(request, sheet, **kwargs)

    return opened


@require_safe
@needs_citizen
@_with_sheet
def resume(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Go on where the draft has its first gap."""
    draft_id = sheet.draft.id
    broken = {path.split(".")[0] for path in sheet.validated.errors}
    for group, fields in sheet.groups:
        if broken & {one.key for one in fields}:
            return HttpResponseRedirect(reverse("portal:group", args=[draft_id, group.key]))
    return HttpResponseRedirect(sheet.pages[-2].href)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_citizen
@_with_sheet
def group(request: HttpRequest, sheet: Sheet, group: str) -> HttpResponse:
    """One group of questions."""
    if group not in {one.key for one in sheet.form.groups}:
        raise Http404
    if request.method == "POST":
        return _posted(request, sheet, group)
    return _group_page(request, sheet, group)


def _fields(sheet: Sheet, key: str) -> tuple[Field, ...]:
    return next((fields for one, fields in sheet.groups if one.key == key), ())


def _posted(request: HttpRequest, sheet: Sheet, key: str) -> HttpResponse:
    drawn_before = {one.key for one in _fields(sheet, key)}
    stale = _is_stale(request, sheet)
    answers = _overlaid(request, sheet)
    answers = _side_actions(request, sheet, answers)
    added, files, refused = _uploads(request, sheet)
    for name, ids in added.items():
        answers = file_answers.add_files(sheet.form, answers, name, ids)
    answers, notes = _followed(sheet, answers)
    sheet = save(sheet, answers=answers, notes=notes.but(files=files))
    action = request.POST.get("action", "")
    if action == "autosave":
        return JsonResponse({"words": _saved_words(sheet), "revision": sheet.draft.revision})
    notices = [refused] if refused else []
    if stale:
        notices.append(_two_windows())
    if notices or action not in ("next", "later") or _STAYS & set(request.POST):
        return _group_page(request, sheet, key, notices=notices, status=422 if refused else 200)
    if action == "later":
        return HttpResponseRedirect(reverse("portal:me"))
    fields = _fields(sheet, key)
    errors = _errors_of(sheet, fields)
    new = {one.key for one in fields} - drawn_before
    if errors and all(path.split(".")[0] in new for path in errors):
        return _group_page(request, sheet, key, notices=[_more_questions()])
    if errors:
        return _group_page(request, sheet, key, errors=errors, status=422)
    return HttpResponseRedirect(sheet.after(key))


def _followed(sheet: Sheet, answers: dict[str, Any]) -> tuple[dict[str, Any], Notes]:
    """What the state knows follows the answers; a form where nothing depends on them is left alone."""
    if not any(one.prefill_when for one in sheet.form.by_key.values()):
        return answers, sheet.notes
    now = procedures.validate(sheet.form, answers, today=sheet.today).values
    by, at, before = sheet.citizen.actor, clock.now(), sheet.validated.values
    return follow(sheet.form, answers, sheet.notes, before, now, by=by, at=at)


def _errors_of(sheet: Sheet, fields: tuple[Field, ...]) -> dict[str, Any]:
    keys = {one.key for one in fields}
    return {path: m for path, m in sheet.validated.errors.items() if path.split(".")[0] in keys}


def _is_stale(request: HttpRequest, sheet: Sheet) -> bool:
    seen = request.POST.get("revision", "")
    return seen.isdecimal() and int(seen[:12]) < sheet.draft.revision


def _two_windows() -> Problem:
    return Problem(
        what=_("Bản nháp này vừa được sửa ở một cửa sổ khác"),
        safe=_("Câu trả lời ở trang này đã được lưu; các trang khác giữ bản mới nhất."),
        todo=_("Xem lại các câu trả lời rồi bấm Tiếp tục."),
        tone=Tone.DUE,
    )


def _more_questions() -> Problem:
    return Problem(
        what=_("Câu trả lời của bạn mở thêm câu hỏi"),
        safe=_("Mọi điều đã điền vẫn còn."),
        todo=_("Trả lời thêm các câu mới bên dưới rồi bấm Tiếp tục."),
        tone=Tone.DUE,
    )


def _overlaid(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    posted = dict(request.POST.lists())
    return typed.overlay(sheet.form, sheet.draft.answers, posted, on=sheet.today, own_files=sheet.files)


def _side_actions(request: HttpRequest, sheet: Sheet, answers: dict[str, Any]) -> dict[str, Any]:
    """Rows and files: what the buttons inside the page do."""
    post, form = request.POST, sheet.form
    if "add" in post:
        answers = typed.add_row(form, answers, post["add"])
    if "remove" in post:
        answers = typed.remove_row(form, answers, post["remove"])
    if "drop" in post:
        answers = file_answers.drop_file(form, answers, post["drop"])
    return answers


def _uploads(
    request: HttpRequest, sheet: Sheet
) -> tuple[dict[str, list[str]], dict[str, HeldFile], Problem | None]:
    """Keep every uploaded file: ids by field name, the draft's list of files, and the refusal of the last bad one."""
    added: dict[str, list[str]] = {}
    held = dict(sheet.files)
    refused: Problem | None = None
    for name, uploads in request.FILES.lists():
        for upload in uploads[:_MOST_FILES]:
            try:
                stored = documents.store_file(
                    content=upload.read(),
                    name=upload.name or "",
                    by=sheet.citizen.actor,
                    at=clock.now(),
                    claimed_type=upload.content_type or "",
                )
            except DomainError as error:
                refused = _refused_file(upload.name or "", error)
                continue
            held[str(stored.id)] = HeldFile(name=stored.name, kind=stored.media_type.name, size=stored.size)
            added.setdefault(name.removesuffix(".new"), []).append(str(stored.id))
    return added, held, refused


def _refused_file(name: str, error: DomainError) -> Problem:
    return Problem(
        what=_("Tệp “%(name)s” chưa nhận được") % {"name": name[:80]},
        safe=_("Những gì bạn đã điền và các tệp khác vẫn được giữ."),
        todo=sentence(error),
    )


def _saved_words(sheet: Sheet) -> str:
    return _("đã lưu %(time)s") % {"time": clock_time(sheet.draft.saved_at)}


def _group_page(
    request: HttpRequest,
    sheet: Sheet,
    key: str,
    *,
    errors: dict[str, Any] | None = None,
    notices: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    definition = next(one for one in sheet.form.groups if one.key == key)
    fields = _fields(sheet, key)
    drawn = sheet.draw(fields, errors)
    number = next((page.number for page in sheet.pages if page.key == key), 1)
    context = {
        "sheet": sheet,
        "pages": sheet.pages,
        "number": number,
        "title": either(definition.title_vi, definition.title_en),
        "help": either(definition.help_vi, definition.help_en),
        "fields": drawn,
        "asked": [one.name for one in drawn if one.kind != "known"],
        "errors": error_list(drawn),
        "notices": [*(notices or []), *([_moved()] if sheet.moved else [])],
        "saved": _saved_words(sheet),
        "back": sheet.before(key),
    }
    return render(request, "portal/group.html", context, status=status)


def _moved() -> Problem:
    return Problem(
        what=_("Biểu mẫu này vừa được thay bằng bản mới"),
        safe=_("Câu trả lời cũ được chuyển sang bản mới."),
        todo=_("Xem lại từng trang trước khi nộp."),
        tone=Tone.DUE,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs_citizen
@_with_sheet
def papers(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The papers: from the wallet, from a registry, or attached."""
    if request.method != "POST":
        return _papers_page(request, sheet)
    sheet, refused = _keep_papers(request, sheet)
    if refused:
        return _papers_page(request, sheet, notices=[refused], status=422)
    action = request.POST.get("action", "")
    if action == "later":
        return HttpResponseRedirect(reverse("portal:me"))
    if action != "next":
        return _papers_page(request, sheet)
    missing = missing_papers(sheet)
    if missing:
        return _papers_page(request, sheet, errors=missing, status=422)
    return HttpResponseRedirect(sheet.after("papers"))


def _keep_papers(request: HttpRequest, sheet: Sheet) -> tuple[Sheet, Problem | None]:
    added, files, refused = _uploads(request, sheet)
    papers = chosen_papers(sheet, request.POST.dict(), added)
    return save(sheet, notes=sheet.notes.but(files=files, papers=papers)), refused


def _papers_page(
    request: HttpRequest,
    sheet: Sheet,
    *,
    errors: dict[str, str] | None = None,
    notices: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = paper_rows(sheet, errors)
    pages = sheet.pages
    context = {
        "sheet": sheet,
        "pages": pages,
        "number": len(pages) - 1,
        "rows": rows,
        "errors": [(row.dom_id, row.error) for row in rows if row.error],
        "notices": notices or [],
        "saved": _saved_words(sheet),
        "back": sheet.before("papers"),
    }
    return render(request, "portal/papers.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_citizen
@_with_sheet
def check(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Check your answers, then send. Sent twice, it is one dossier."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            filed = file_dossier(sheet, at=clock.now())
        except DomainError as error:
            problem = Problem(
                what=_("Hồ sơ chưa nộp được"),
                safe=_("Mọi điều bạn đã điền và đính kèm vẫn được giữ trong bản nháp."),
                todo=sentence(error),
            )
        else:
            dossiers.mark_filed(by=sheet.citizen.actor, draft_id=sheet.draft.id, dossier_id=filed.dossier_id)
            dossiers.adopt_payments(
                by=sheet.citizen.actor, at=clock.now(), dossier_id=filed.dossier_id, draft_id=sheet.draft.id
            )
            return HttpResponseRedirect(reverse("portal:sent", args=[filed.dossier_id]))
    context = check_page(sheet) | {"problem": problem}
    return render(request, "portal/check.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_citizen
@_with_sheet
def wrong(request: HttpRequest, sheet: Sheet, key: str) -> HttpResponse:
    """“Không đúng?”: the citizen says what is right; the base is told, and this filing asks for the value."""
    draft_id, citizen = sheet.draft.id, sheet.citizen
    if key not in sheet.notes.prefilled:
        raise Http404
    homes = [group.key for group, fields in sheet.groups if key in {one.key for one in fields}]
    back = (
        reverse("portal:group", args=[draft_id, homes[0]])
        if homes
        else reverse("portal:draft", args=[draft_id])
    )
    facts = facts_to_dispute(sheet.form.by_key[key], sheet.validated.values, on=sheet.today)
    said = clean(request.POST.get("said", "")).strip()[:500]
    fact = request.POST.get("fact", facts[0][0])
    error = ""
    if request.method == "POST":
        try:
            people.dispute_fact(
                by=citizen.actor,
                at=clock.now(),
                person_id=citizen.id,
                key=fact,
                said=said,
                reason=_("Người dân báo khi làm thủ tục %(code)s") % {"code": sheet.draft.procedure_code},
            )
        except DomainError as refused:
            error = sentence(refused)
        else:
            save(sheet, notes=sheet.notes.but(disputed=sheet.notes.disputed | {key}))
            return HttpResponseRedirect(back)
    context = {
        "sheet": sheet,
        "card": sheet.ink().known.get(key, ()),
        "facts": facts,
        "fact": fact,
        "said": said,
        "error": error,
        "back": back,
    }
    return render(request, "portal/wrong.html", context, status=422 if error else 200)


@require_safe
@needs_citizen
@_with_sheet
def draft_file(request: HttpRequest, sheet: Sheet, file_id: UUID) -> HttpResponse:
    """A file of one's own draft."""
    if str(file_id) not in sheet.files:
        raise Http404
    return send_file(file_id)
