"""Serves the page's own files, switches the language, shows the pattern book, and words what went wrong."""

from __future__ import annotations

import logging
import secrets
import sys

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.ui import assets, patterns
from motcua.ui.data import Action, Problem

log = logging.getLogger(__name__)
TIME_COOKIE = "motcua_time"  # what the demo's pretended time is called in the browser
_A_YEAR = 365 * 24 * 60 * 60


@require_safe
def serve_asset(request: HttpRequest, edition: str, path: str) -> HttpResponse:
    """A style sheet, script or font, kept by the browser for a year: its address changes when it does."""
    try:
        found = assets.asset(path)
    except LookupError:
        raise Http404 from None
    squeezed = found.squeezed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = HttpResponse(squeezed or found.content, content_type=found.media_type)
    if squeezed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    fresh = edition == assets.edition()
    response["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable" if fresh else "no-cache"
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language for a year and go back to where they were."""
    language = request.POST.get("language", "")
    if language not in {code for code, _name in settings.LANGUAGES}:
        raise BadRequest("unknown language")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=_A_YEAR, samesite="Lax", httponly=True
    )
    return response


@require_POST
def back_to_now(request: HttpRequest) -> HttpResponse:
    """The demo stops pretending another day: the cookie goes, the page comes again."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    response.delete_cookie(TIME_COOKIE)
    return response


@require_safe
def pattern_book(request: HttpRequest) -> HttpResponse:
    """Every piece of the screens, by name, and the tokens they are made of."""
    return render(request, "ui/patterns/book.html", {"patterns": patterns.book(), "tokens": patterns.TOKENS})


@require_safe
def pattern(request: HttpRequest, name: str) -> HttpResponse:
    """One piece in all its states."""
    found = next((entry for entry in patterns.book() if entry.slug == name), None)
    if found is None:
        raise Http404
    return render(request, "ui/patterns/pattern.html", {"pattern": found})


def _problem(request: HttpRequest, status: int, problem: Problem) -> HttpResponse:
    # The page needs neither the database nor the session: it must be there when they are not.
    return render(request, "ui/problems/page.html", {"problem": problem, "status": status}, status=status)


def _home() -> Action:
    return Action(label=_("Về trang đầu"), href="/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent could not be read."""
    return _problem(
        request,
        400,
        Problem(
            what=_("Chúng tôi không đọc được yêu cầu vừa gửi"),
            safe=_("Chưa có gì thay đổi. Bản nháp và hồ sơ đã nộp vẫn nguyên như cũ."),
            todo=_("Quay lại trang trước, tải lại trang rồi làm lại bước vừa rồi."),
            actions=(_home(),),
        ),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: this person may not see this."""
    return _problem(
        request,
        403,
        Problem(
            what=_("Trang này không dành cho tài khoản đang dùng"),
            safe=_("Không có thông tin nào được gửi hay thay đổi."),
            todo=_("Nếu hồ sơ là của bạn, hãy đăng nhập bằng đúng tài khoản VNeID đã nộp hồ sơ."),
            actions=(_home(),),
        ),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the guard against forged forms: mostly a page that stayed open for too long."""
    return _problem(
        request,
        403,
        Problem(
            what=_("Trang đã mở quá lâu nên biểu mẫu hết hiệu lực"),
            safe=_("Những gì bạn đã điền được lưu đến lần lưu gần nhất; chưa có gì được nộp."),
            todo=_("Quay lại trang trước, tải lại trang rồi gửi lại."),
            actions=(_home(),),
        ),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing at this address."""
    return _problem(
        request,
        404,
        Problem(
            what=_("Không có trang nào ở địa chỉ này"),
            safe=_("Hồ sơ và bản nháp của bạn không bị ảnh hưởng."),
            todo=_("Kiểm tra lại đường dẫn, hoặc tìm thủ tục bạn cần từ trang đầu."),
            actions=(_home(), Action(label=_("Tra cứu hồ sơ"), href="/track")),
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own fault; the reference is also in the log. A database that does not answer is told as such."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request)
    reference = secrets.token_hex(4)
    log.error("reference %s at %s", reference, request.path, exc_info=error)
    return _problem(
        request,
        500,
        Problem(
            what=_("Bước vừa rồi chưa làm xong vì trục trặc ở phía chúng tôi"),
            safe=_("Những gì đã lưu vẫn còn. Một bước dở dang không được ghi nửa chừng."),
            todo=_(
                "Đợi một phút rồi làm lại bước đó. Nếu vẫn không được, gọi cho chúng tôi và đọc mã dưới đây."
            ),
            reference=reference,
            actions=(_home(),),
        ),
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer. This page asks nothing of it."""
    response = _problem(
        request,
        503,
        Problem(
            what=_("Kho dữ liệu đang tạm ngừng trả lời"),
            safe=_(
                "Hồ sơ đã nộp và bản nháp đã lưu được giữ nguyên. Nếu bạn vừa bấm nộp mà chưa thấy mã hồ sơ, "
                "cứ bấm nộp lại: chúng tôi không bao giờ nhận một lần nộp thành hai hồ sơ."
            ),
            todo=_("Đừng đóng trang đang điền. Đợi một phút rồi tải lại trang này."),
            actions=(_home(),),
        ),
    )
    response["Retry-After"] = "60"
    return response
