"""What waits for a citizen: drafts to finish, papers to add, fees to pay, results to fetch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.base import clock
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import DossierCard, State
from motcua.portal.citizen import Citizen
from motcua.portal.supplement import answers_supplement
from motcua.ui.api import moment


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing to do and where."""

    title: str
    text: str
    href: str


_MOST = 20


def waiting_for(citizen: Citizen) -> list[Waiting]:
    """Everything that waits, the newest drafts last; two queries."""
    found = dossiers_waiting(dossiers.of_person(by=citizen.actor, at=clock.now()))
    drafts = (one for one in dossiers.drafts_of(by=citizen.actor) if not answers_supplement(one))
    for draft in islice(drafts, _MOST):
        found.append(
            Waiting(
                title=draft.title,
                text=_("Bản nháp, lưu lúc %(when)s") % {"when": moment(draft.saved_at)},
                href=reverse("portal:draft", args=[draft.id]),
            )
        )
    return found


def dossiers_waiting(cards: Sequence[DossierCard]) -> list[Waiting]:
    """Which of these dossiers wait for their owner; no query."""
    return [_of_dossier(card) for card in cards if card.state in _ASKING]


_ASKING = frozenset({State.SUPPLEMENT, State.PAYMENT_DUE, State.RESOLVED})


def _of_dossier(card: DossierCard) -> Waiting:
    said = {
        State.SUPPLEMENT: _("Cơ quan cần bạn bổ sung giấy tờ"),
        State.PAYMENT_DUE: _("Chờ bạn nộp phí, lệ phí"),
        State.RESOLVED: _("Đã có kết quả"),
    }
    return Waiting(
        title=f"{card.procedure_name} · {card.code}",
        text=said[card.state],
        href=reverse("portal:dossier", args=[card.id]),
    )
