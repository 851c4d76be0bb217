"""Who is signed in at the portal: the person in the session, put there only after VNeID's answer was checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from motcua.base.data import Actor, ActorKind

_KEY = "citizen"


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """The person who signed in: our id for them and the name to greet them by."""

    id: UUID
    name: str

    @property
    def actor(self) -> Actor:
        """How the person appears to actions: a reference, never a number."""
        return Actor(kind=ActorKind.CITIZEN, ref=str(self.id), name=self.name)


def signed_in(request: HttpRequest) -> Citizen | None:
    """The citizen of this session, if somebody is signed in."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict):
        return None
    return Citizen(id=UUID(kept["id"]), name=kept["name"])


def enter(request: HttpRequest, citizen: Citizen) -> None:
    """Begin the citizen's session under a new number, so that a planted one is worth nothing."""
    request.session.flush()
    request.session[_KEY] = {"id": str(citizen.id), "name": citizen.name}


def leave(request: HttpRequest) -> None:
    """End the session; drafts are kept with the person, not with the session."""
    request.session.flush()


View = Callable[..., HttpResponse]


def needs_citizen(view: View) -> View:
    """Sends whoever is not signed in to VNeID first, and back to this address afterwards.

    The view gets the citizen as its second argument.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        citizen = signed_in(request)
        if citizen is None:
            back = (
                request.get_full_path()
                if request.method == "GET"
                else request.META.get("HTTP_REFERER", "/me")
            )
            return HttpResponseRedirect(f"{reverse('portal:sign_in')}?{urlencode({'next': back})}")
        return view(request, citizen, *args, **kwargs)

    return guarded
