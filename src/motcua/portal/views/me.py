"""The citizen's own pages: what waits, dossiers, wallet, contact, and who read what about them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.people import api as people
from motcua.portal import about_me
from motcua.portal.citizen import Citizen, needs_citizen
from motcua.portal.dossier_page import list_rows
from motcua.portal.lang import sentence
from motcua.portal.supplement import answers_supplement
from motcua.portal.waiting import dossiers_waiting
from motcua.portal.wallet_page import wallet_rows
from motcua.ui.api import Action, EmptyState, masked_phone
from motcua.ui.sending import send_file


@require_safe
@needs_citizen
def overview(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """What waits for me, my drafts, my dossiers."""
    cards = dossiers.of_person(by=citizen.actor, at=clock.now())
    context = {
        "me": citizen,
        "waiting": dossiers_waiting(cards),
        "rows": list_rows(cards, now=clock.now()),
        "drafts": [one for one in dossiers.drafts_of(by=citizen.actor) if not answers_supplement(one)],
        "empty": EmptyState(
            title=_("Bạn chưa nộp hồ sơ nào"),
            text=_("Hồ sơ bạn nộp ở đây, tại quầy hay qua bưu chính đều hiện ở trang này."),
            action=Action(label=_("Tìm thủ tục"), href=reverse("portal:home")),
        ),
    }
    return render(request, "portal/me.html", context)


@require_safe
@needs_citizen
def wallet(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Papers that agencies gave me or digitised: not asked for again."""
    empty = EmptyState(
        title=_("Ví của bạn chưa có giấy tờ"),
        text=_(
            "Kết quả được ký số và giấy tờ được số hóa tại quầy sẽ tự vào đây, và không bị hỏi lại lần nữa."
        ),
    )
    context = {"rows": wallet_rows(documents.wallet(citizen.id)), "empty": empty}
    return render(request, "portal/wallet.html", context)


@require_safe
@needs_citizen
def wallet_file(request: HttpRequest, citizen: Citizen, item_id: UUID) -> HttpResponse:
    """The file of a paper in my wallet."""
    item = documents.wallet_item(item_id)
    if item is None or item.person != citizen.id or item.file is None:
        raise Http404
    return send_file(item.file.id)


@require_safe
@needs_citizen
def data_about_me(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """What is held about me, from where, and who read it."""
    empty = EmptyState(title=_("Chưa ai khác xem dữ liệu của bạn"))
    context = {
        "facts": about_me.facts(citizen),
        "readings": about_me.readings(citizen),
        "claims": about_me.claims(citizen),
        "empty": empty,
    }
    return render(request, "portal/data.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_citizen
def contact(request: HttpRequest, citizen: Citizen) -> HttpResponse:
    """Where to reach me; a changed phone is set here by whoever proved who they are at VNeID."""
    held = people.contact(citizen.id)
    typed = {"phone": "", "email": held.email}
    error, status = "", 200
    if request.method == "POST":
        typed = {key: request.POST.get(key, "").replace("\x00", "").strip()[:254] for key in typed}
        try:
            people.change_contact(
                by=citizen.actor,
                at=clock.now(),
                person_id=citizen.id,
                phone=typed["phone"] or None,
                email=typed["email"],
            )
        except DomainError as refused:
            error, status = sentence(refused), 422
        else:
            return HttpResponseRedirect(reverse("portal:contact") + "?saved=1")
    context = {
        "typed": typed,
        "held_phone": masked_phone(held.phone),
        "error": error,
        "saved": request.GET.get("saved") == "1",
    }
    return render(request, "portal/contact.html", context, status=status)
