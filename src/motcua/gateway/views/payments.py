"""Where payment services report, and where the payer's browser comes back to."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, UnreadablePostError
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.dossiers import api as dossiers
from motcua.fees import api as fees

LONGEST = 64 * 1024
PLATFORM = "platform"
log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def callback(request: HttpRequest) -> HttpResponse:
    """A message of the payment platform: kept, verified, settled, answered in its own words.

    The dossier learns of it at once; should that fail, the duty that reads the ledger tells it.
    """
    told = str(request.META.get("CONTENT_LENGTH") or "0")
    if not told.isdigit() or len(told) > 9 or int(told) > LONGEST:
        return HttpResponse(status=413)
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return HttpResponse(status=413)
    try:
        reply, settled = fees.receive_callback(
            at=clock.now(), gateway_id=PLATFORM, body=body, source=request.META.get("REMOTE_ADDR", "")
        )
    except fees.NoSuchGateway:
        return HttpResponse(status=404)
    if settled.payment_id is not None:
        try:
            dossiers.note_payment(at=clock.now(), payment_id=settled.payment_id)
        except DomainError:
            log.exception("payment %s is noted by the duty instead", settled.payment_id)
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)


@require_safe
def came_back(request: HttpRequest) -> HttpResponse:
    """The payer's browser returns. That it returns proves nothing; the dossier's page says how the payment stands."""
    attempt = fees.by_reference(request.GET.get("MaThamChieu", "").replace("\x00", ""))
    if attempt is None:
        return HttpResponseRedirect(reverse("portal:me"))
    payment = fees.payment(attempt.payment_id)
    if payment.subject_kind == "draft":
        return HttpResponseRedirect(reverse("portal:pay_first", args=[payment.subject_id]))
    return HttpResponseRedirect(reverse("portal:pay", args=[payment.subject_id]))
