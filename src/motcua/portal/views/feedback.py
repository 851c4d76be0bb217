"""One tap about the service, and petitions: for anybody, without an account, never for staff."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.base import clock
from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.feedback import api as feedback
from motcua.feedback.api import About, Mark, Way
from motcua.portal.lang import sentence
from motcua.portal.throttle import TooManyTries, client_of, spend
from motcua.ui.api import Problem
from motcua.units import api as units
from motcua.units.data import AgencyKind

_ANYBODY = Actor(kind=ActorKind.ANONYMOUS, ref="portal")
_PETITIONS_A_DAY = 10


def _guest(request: HttpRequest) -> Actor:
    """Whoever asks; an officer's browser is an officer, also here."""
    if request.session.get("officer"):
        return Actor(kind=ActorKind.OFFICER, ref="portal")
    return _ANYBODY


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Three buttons; `?way=kiosk` when it stands in an office. The link is the citizen's proof."""
    try:
        dossier_id = feedback.dossier_of_token(token)
    except feedback.BadLink:
        raise Http404 from None
    problem, thanks = None, feedback.rating_of(dossier_id) is not None
    if request.method == "POST" and not thanks:
        try:
            feedback.rate(
                by=_guest(request),
                at=clock.now(),
                dossier_id=dossier_id,
                mark=Mark(request.POST.get("mark", "")),
                way=Way.KIOSK if request.GET.get("way") == "kiosk" else Way.LINK,
                place=client_of(request),
            )
            thanks = True
        except ValueError:
            problem = Problem(what=_("Hãy chọn một trong ba mức."))
        except DomainError as error:
            problem = Problem(what=_("Chưa ghi được đánh giá"), todo=sentence(error))
    marks = (
        (Mark.GOOD.value, _("Hài lòng")),
        (Mark.FAIR.value, _("Bình thường")),
        (Mark.BAD.value, _("Không hài lòng")),
    )
    context = {"thanks": thanks, "problem": problem, "marks": marks}
    return render(request, "portal/rate.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def petition(request: HttpRequest) -> HttpResponse:
    """Write to one agency about an officer, an office or a procedure."""
    typed = {
        name: request.POST.get(name, request.GET.get(name, ""))[:10_000]
        for name in ("about", "agency", "content", "name", "contact", "procedure")
    }
    problem = None
    if request.method == "POST":
        try:
            spend(request, scope="petition", limit=_PETITIONS_A_DAY, seconds=86_400)
            found = feedback.send_petition(
                by=_guest(request),
                at=clock.now(),
                about=About(typed["about"]),
                agency_key=typed["agency"],
                content=typed["content"],
                procedure_code=typed["procedure"],
                sender_name=typed["name"],
                sender_contact=typed["contact"],
            )
            return HttpResponseRedirect(
                reverse("portal:petition_state", args=[feedback.petition_token(found.id)])
            )
        except ValueError:
            problem = Problem(what=_("Hãy chọn phản ánh về điều gì."), safe=_("Nội dung vẫn được giữ."))
        except TooManyTries as error:
            problem = Problem(what=sentence(error))
        except DomainError as error:
            problem = Problem(
                what=_("Chưa gửi được phản ánh"), safe=_("Nội dung vẫn được giữ."), todo=sentence(error)
            )
    context = {
        "typed": typed,
        "problem": problem,
        "abouts": _abouts(),
        "agencies": _agencies(),
        "limits": feedback.limits_on(clock.today()),
    }
    return render(request, "portal/petition.html", context, status=422 if problem else 200)


def _abouts() -> tuple[tuple[str, str], ...]:
    return (
        (About.OFFICER.value, _("Thái độ, hành vi của cán bộ")),
        (About.OFFICE.value, _("Cách làm việc của cơ quan")),
        (About.PROCEDURE.value, _("Quy định, thủ tục")),
    )


def _agencies() -> list[tuple[str, str]]:
    """Every agency that may be written to: departments, centres and the committees of communes."""
    today = clock.today()
    kinds = (AgencyKind.DEPARTMENT, AgencyKind.OFFICE, AgencyKind.PEOPLE_COMMITTEE)
    return [(a.key, a.name) for kind in kinds for a in units.agencies(on=today, kind=kind)]


@require_http_methods(["GET", "HEAD", "POST"])
def petition_state(request: HttpRequest, token: str) -> HttpResponse:
    """How far one's petition is, the answer, and whether it satisfies; the link is the sender's proof."""
    try:
        found = feedback.petition_of_token(token)
    except (feedback.BadLink, feedback.NoSuchPetition):
        raise Http404 from None
    problem = None
    if request.method == "POST":
        try:
            found = _answer(request, found.id)
        except DomainError as error:
            problem = Problem(what=_("Chưa ghi được"), todo=sentence(error))
    answered = found.state in (feedback.PetitionState.RESOLVED, feedback.PetitionState.PUBLISHED)
    context = {
        "p": found,
        "agency": units.agency(found.agency_key).name,
        "may_judge": answered and found.satisfied is None,
        "asked": found.state is feedback.PetitionState.ASKED,
        "state": _state_words()[found.state],
        "problem": problem,
    }
    return render(request, "portal/petition_state.html", context, status=422 if problem else 200)


def _answer(request: HttpRequest, petition_id: UUID) -> feedback.PetitionView:
    by, at = _guest(request), clock.now()
    if "satisfied" in request.POST:
        return feedback.judge_answer(
            by=by, at=at, petition_id=petition_id, satisfied=request.POST["satisfied"] == "yes"
        )
    content = request.POST.get("content", "")
    return feedback.supply_more(by=by, at=at, petition_id=petition_id, content=content)


def _state_words() -> dict[feedback.PetitionState, str]:
    states = feedback.PetitionState
    return {
        states.RECEIVED: _("Đã nhận, đang xử lý"),
        states.ASKED: _("Cơ quan cần bạn nói rõ thêm"),
        states.REFUSED: _("Không tiếp nhận"),
        states.RESOLVED: _("Đã trả lời"),
        states.PUBLISHED: _("Đã trả lời và công khai"),
    }
