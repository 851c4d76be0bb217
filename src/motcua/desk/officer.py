"""Who sits at the desk: the account and the position in the session, put there only after both factors held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from motcua.base import clock
from motcua.base.data import Actor
from motcua.staff import api as staff
from motcua.staff.api import AccountView, PositionView, Role
from motcua.units import api as units

_KEY = "officer"
_HALF = "officer_half"


@dataclass(frozen=True, kw_only=True)
class Officer:
    """The officer of this session in the position they chose."""

    account: AccountView
    position: PositionView

    @property
    def actor(self) -> Actor:
        """How the officer appears to actions: in the first role of the position."""
        return staff.actor_for(self.account, self.position)

    def acting_as(self, role: Role) -> Actor:
        """The officer using one of the position's roles; the first one where the position lacks it."""
        return staff.actor_for(self.account, self.position, role if role in self.position.roles else None)

    def has(self, *roles: Role) -> bool:
        """Does the position carry one of the roles?"""
        return any(role in self.position.roles for role in roles)

    @property
    def agency_name(self) -> str:
        """The agency of the position, by its name."""
        return units.agency(self.position.agency_key).name


def half_signed_in(request: HttpRequest) -> UUID | None:
    """The account whose password held and whose code is still awaited."""
    kept = request.session.get(_HALF)
    return UUID(kept) if isinstance(kept, str) else None


def begin(request: HttpRequest, account_id: UUID) -> None:
    """The password held: begin a fresh session that may do nothing but take the code."""
    request.session.flush()
    request.session[_HALF] = str(account_id)


def enter(request: HttpRequest, account_id: UUID, position_id: UUID) -> None:
    """Both factors held and a position was chosen."""
    request.session.cycle_key()
    request.session.pop(_HALF, None)
    request.session[_KEY] = {"account": str(account_id), "position": str(position_id)}


def leave(request: HttpRequest) -> None:
    """End the session."""
    request.session.flush()


def signed_in(request: HttpRequest) -> Officer | None:
    """The officer of this session; `None` also when the account was closed or the position has ended."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict):
        return None
    account_id, position_id = UUID(kept["account"]), UUID(kept["position"])
    held = [one for one in staff.usable_positions(account_id, on=clock.today()) if one.id == position_id]
    if not held:
        return None
    return Officer(account=staff.account(account_id), position=held[0])


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page of the desk in the masthead."""

    label: str
    href: str


# Which pages the masthead offers, and the roles that may open them. The pages check for themselves again.
DESK_ROLES = (Role.RECEPTION, Role.DESK_LEAD, Role.SUPPORT)
AT_ONCE_ROLES = (Role.RECEPTION, Role.DESK_LEAD, Role.SIGNER)
HANDOVER_ROLES = (*DESK_ROLES, Role.CLERK, Role.SOLVER)
REPORT_ROLES = (
    Role.RECEPTION,
    Role.DESK_LEAD,
    Role.CONTROLLER,
    Role.LEADER,
    Role.REVIEWER,
    Role.SIGNER,
)
SUBSTITUTION_ROLES = (Role.LEADER, Role.SIGNER, Role.REVIEWER, Role.DESK_LEAD)
SYNC_ROLES = (Role.SYSTEM_ADMIN, Role.CONTROLLER, Role.DESK_LEAD)
CLEANING_ROLES = (Role.SOLVER, Role.REVIEWER, Role.CONTROLLER)
CATALOGUE_ROLES = (Role.CATALOGUE_ADMIN, Role.CONTROLLER)
_PAGES: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("desk:receive", _("Tiếp nhận"), DESK_ROLES),
    ("desk:at_once", _("Trả ngay"), AT_ONCE_ROLES),
    ("desk:tickets", _("Lấy số"), DESK_ROLES),
    ("desk:handovers", _("Bàn giao"), HANDOVER_ROLES),
    ("desk:cash", _("Thu phí"), DESK_ROLES),
    ("desk:reports", _("Báo cáo"), REPORT_ROLES),
    ("ioc:home", _("Điều hành"), (Role.LEADER, Role.CONTROLLER)),
    ("desk:sync", _("Đồng bộ"), SYNC_ROLES),
    ("desk:cleaning", _("Làm sạch dữ liệu"), CLEANING_ROLES),
    ("desk:absences", _("Ủy quyền khi vắng"), SUBSTITUTION_ROLES),
    ("desk:catalogue", _("Danh mục thủ tục"), CATALOGUE_ROLES),
    ("desk:accounts", _("Cán bộ"), (Role.SYSTEM_ADMIN,)),
    ("desk:dead_letters", _("Tin không tới"), (Role.SYSTEM_ADMIN,)),
)


def links(officer: Officer) -> list[Link]:
    """The pages that this officer's roles open, in the order of the masthead."""
    return [
        Link(label=gettext(label), href=reverse(name)) for name, label, roles in _PAGES if officer.has(*roles)
    ]


View = Callable[..., HttpResponse]


def needs_officer(view: View) -> View:
    """Sends whoever is not signed in to the sign-in page; the view gets the officer as its second argument."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        officer = signed_in(request)
        if officer is None:
            back = request.get_full_path() if request.method == "GET" else reverse("desk:home")
            return HttpResponseRedirect(f"{reverse('desk:sign_in')}?{urlencode({'next': back})}")
        request.officer = officer  # type: ignore[attr-defined] # the masthead shows who works here
        request.desk_links = links(officer)  # type: ignore[attr-defined]
        return view(request, officer, *args, **kwargs)

    return guarded


def needs_role(*roles: Role) -> Callable[[View], View]:
    """A page for these roles only: others who are signed in get 403, and the sentence why."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, officer: Officer, *args: Any, **kwargs: Any) -> HttpResponse:
            if not officer.has(*roles):
                return render(request, "desk/not_for_you.html", {"officer": officer}, status=403)
            return view(request, officer, *args, **kwargs)

        return needs_officer(guarded)

    return wrap


def first_role(officer: Officer, *roles: Role) -> Actor:
    """The officer acting in the first of these roles that the position carries."""
    return officer.acting_as(next((role for role in roles if officer.has(role)), officer.position.roles[0]))
