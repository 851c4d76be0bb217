"""Pages for anybody: follow a dossier by its code, check a paper, the way back for a lost code, accessibility."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.portal.lang import either, language, sentence
from motcua.portal.throttle import TooManyTries, TrackingLimiter, client_of, spend
from motcua.ui.api import Problem, Tone

_LARGEST = 20 * 1024 * 1024


def _slow_down(error: DomainError) -> Problem:
    return Problem(what=sentence(error), safe=_("Hồ sơ và giấy tờ không bị ảnh hưởng."), tone=Tone.DUE)


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, code: str = "") -> HttpResponse:
    """How far a dossier is. The answer to a code that says nothing is one and the same, whatever the reason."""
    typed = " ".join(
        (request.POST.get("code") or request.GET.get("code") or code).replace("\x00", "").split()
    )[:60]
    context: dict[str, object] = {"code": typed, "track": None, "problem": None, "stages": _stages()}
    if not typed:
        return render(request, "portal/track.html", context)
    try:
        found = dossiers.track_public(
            typed, at=clock.now(), client=client_of(request), limiter=TrackingLimiter()
        )
    except dossiers.TooManyLookups as error:
        return render(request, "portal/track.html", context | {"problem": _slow_down(error)}, status=429)
    context["track"] = found
    context["label"] = either(found.label_vi, found.label_en)
    return render(request, "portal/track.html", context)


def _stages() -> list[str]:
    return [_("Đã nộp"), _("Đang giải quyết"), _("Đã có kết quả"), _("Đã trả kết quả")]


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Is this paper genuine? By its code, or by the file itself."""
    if request.method != "POST":
        return render(request, "portal/verify.html", {"code": "", "verdict": None, "problem": None})
    typed = request.POST.get("code", "").replace("\x00", "").strip()[:300]
    upload = request.FILES.get("file")
    if upload is not None and upload.size is not None and upload.size > _LARGEST:
        too_large = Problem(
            what=_("Tệp lớn hơn 20 MB nên chưa kiểm tra được"),
            todo=_("Chọn đúng tệp PDF đã nhận, không phải ảnh quét."),
        )
        return render(
            request, "portal/verify.html", {"code": typed, "verdict": None, "problem": too_large}, status=413
        )
    if upload is None and not typed:
        empty = Problem(
            what=_("Chưa có gì để kiểm tra"), todo=_("Nhập mã trên giấy, hoặc chọn tệp PDF."), tone=Tone.DUE
        )
        return render(
            request, "portal/verify.html", {"code": "", "verdict": None, "problem": empty}, status=422
        )
    return _judged(request, typed, upload.read() if upload is not None else None)


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR code of a paper leads."""
    return _judged(request, code.replace("\x00", "")[:300], None)


def _judged(request: HttpRequest, typed: str, content: bytes | None) -> HttpResponse:
    context: dict[str, object] = {"code": typed, "verdict": None, "problem": None}
    try:
        spend(request, scope="verify", limit=60, seconds=600)
        verdict = documents.verify(content if content is not None else typed)
    except TooManyTries as error:
        return render(request, "portal/verify.html", context | {"problem": _slow_down(error)}, status=429)
    except DomainError as error:
        problem = Problem(
            what=sentence(error),
            todo=_("Kiểm tra lại mã, hoặc mang giấy đến Bộ phận Một cửa để được xem giúp."),
        )
        return render(request, "portal/verify.html", context | {"problem": problem}, status=422)
    english = language() == "en"
    context["verdict"] = verdict
    context["headline"] = verdict.headline.en if english else verdict.headline.vi
    context["sentences"] = [(one.en if english else one.vi, one.good) for one in verdict.sentences]
    return render(request, "portal/verify.html", context)


@require_safe
def lost(request: HttpRequest) -> HttpResponse:
    """Lost the code, changed the phone, no VNeID: every way back, none of which needs the thing that was lost."""
    return render(request, "portal/lost.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works for whom, what does not yet, and whom to tell."""
    return render(request, "portal/accessibility.html")
