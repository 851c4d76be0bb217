"""Subscriptions of other systems: make one, see what was sent to it, end it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path

from motcua.base import clock
from motcua.gateway import queries
from motcua.gateway.actions import hooks
from motcua.gateway.data import DeliveryView, HookView, Scope
from motcua.gateway.forms import DeliveryOut, HookIn, HookOut
from motcua.gateway.views.door import Bearer, caller, problem
from motcua.gateway.views.house import REFUSALS, api


@api.post("/webhooks", response={200: HookOut} | REFUSALS, auth=Bearer(Scope.WEBHOOK))
def subscribe(request: HttpRequest, hook: HookIn) -> Any:
    """Tell an address what happens to your dossiers. The answer holds the signing secret, this once."""
    who = caller(request)
    made, secret = hooks.subscribe(caller=who, at=clock.now(), url=hook.url, events=hook.events)
    found = queries.hook_of(who.client_id, made)
    return _shown(found, secret) if found is not None else problem(api, request, 404)


@api.get("/webhooks", response={200: list[HookOut]} | REFUSALS, auth=Bearer(Scope.WEBHOOK))
def list_hooks(request: HttpRequest) -> Any:
    """Your subscriptions."""
    return [_shown(one) for one in queries.hooks(caller(request).client_id)]


@api.get(
    "/webhooks/{hook_id}/deliveries",
    response={200: list[DeliveryOut]} | REFUSALS,
    auth=Bearer(Scope.WEBHOOK),
)
def list_deliveries(request: HttpRequest, hook_id: Path[UUID]) -> Any:
    """The latest fifty messages of a subscription."""
    if queries.hook_of(caller(request).client_id, hook_id) is None:
        return problem(api, request, 404)
    return [_told(one) for one in queries.deliveries(hook_id)]


@api.post(
    "/webhooks/deliveries/{delivery_id}/again",
    response={200: None} | REFUSALS,
    auth=Bearer(Scope.WEBHOOK),
)
def send_again(request: HttpRequest, delivery_id: Path[UUID]) -> None:
    """Send a message that was given up once more."""
    hooks.send_again(caller=caller(request), at=clock.now(), delivery_id=delivery_id)


@api.delete("/webhooks/{hook_id}", response={200: None} | REFUSALS, auth=Bearer(Scope.WEBHOOK))
def unsubscribe(request: HttpRequest, hook_id: Path[UUID]) -> None:
    """Tell the address nothing more."""
    hooks.unsubscribe(caller=caller(request), at=clock.now(), hook_id=hook_id)


def _shown(one: HookView, secret: str | None = None) -> HookOut:
    return HookOut(
        id=one.id,
        url=one.url,
        events=list(one.events),
        made_at=one.made_at,
        rests_until=one.rests_until,
        secret=secret,
    )


def _told(one: DeliveryView) -> DeliveryOut:
    return DeliveryOut(
        id=one.id,
        event=one.event,
        state=one.state.value,
        tries=one.tries,
        status=one.status,
        why=one.why,
        made_at=one.made_at,
        ended_at=one.ended_at,
    )
