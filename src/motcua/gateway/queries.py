"""Reads of the REST door: whose token it is, what was handed in, who is enrolled, who is told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from motcua.gateway import tokens
from motcua.gateway.data import (
    Caller,
    ClientView,
    DeliveryState,
    DeliveryView,
    Handed,
    HookView,
    Scope,
)
from motcua.gateway.models import Client, Delivery, HandedIn, Hook, SentFile
from motcua.gateway.rules import scopes

_CALLER = """
    SELECT name, scopes, agencies, door, per_minute, xroad FROM gateway_client
     WHERE id = %s AND generation = %s AND is_active
"""


def caller_of(token: str) -> Caller | None:
    """The client that the token was given to; None when it is forged, over, or the client was shut out.

    What the token says is cut down to what the client still may.
    """
    claims = tokens.read(token)
    if claims is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_CALLER, [claims.client_id, claims.generation])
        row = cursor.fetchone()
    if row is None:
        return None
    name, held, agencies, door, per_minute, xroad = row
    return Caller(
        client_id=claims.client_id,
        name=name,
        grants=_cut(claims.scope, frozenset(held), frozenset(agencies)),
        door=door,
        per_minute=per_minute,
        xroad=xroad,
    )


def _cut(scope: str, held: frozenset[str], agencies: frozenset[str]) -> dict[Scope, frozenset[str]]:
    """What the token asks for, within what the client has now; a desk that is no longer its own falls away."""
    found: dict[Scope, frozenset[str]] = {}
    for operation, asked in scopes.parse(scope).items():
        if operation.value not in held:
            continue
        within = asked & agencies if asked and agencies else asked or agencies
        if asked and not within:
            continue
        found[operation] = within
    return found


def handed_in(client_id: str, code: str) -> Handed | None:
    """The dossier that this client handed in under `code` (its own code or ours); `None` for any other."""
    row = (
        HandedIn.objects.filter(Q(outside_code=code) | Q(dossier__code=code), client_id=client_id)
        .select_related("dossier")
        .only("dossier__code", "dossier__state", "dossier__receiving_agency")
        .first()
    )
    if row is None:
        return None
    return Handed(
        dossier_id=row.dossier_id,
        code=row.dossier.code,
        state=row.dossier.state,
        receiving_agency=row.dossier.receiving_agency,
    )


def handed_before(client_id: str, outside_code: str) -> str | None:
    """The fingerprint of what this client handed in under its code; None when it never did."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content_hash FROM gateway_handed_in WHERE client_id = %s AND outside_code = %s",
            [client_id, outside_code],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None


def not_sent(client_id: str, files: Collection[UUID]) -> set[UUID]:
    """Those of the files that this client never sent."""
    if not files:
        return set()
    sent = SentFile.objects.filter(client_id=client_id, file_id__in=files).values_list("file_id", flat=True)
    return set(files) - set(sent)


def clients() -> list[ClientView]:
    """Every system that was ever enrolled, those that may call first."""
    rows = Client.objects.annotate(n=Count("handed_in")).order_by("-is_active", "id")
    return [
        ClientView(
            id=row.id,
            name=row.name,
            scopes=tuple(row.scopes),
            agencies=tuple(row.agencies),
            door=row.door,
            per_minute=row.per_minute,
            xroad=row.xroad,
            is_active=row.is_active,
            made_at=row.made_at,
            previous_until=row.previous_until,
            handed_in=row.n,
        )
        for row in rows
    ]


def hooks(client_id: str = "") -> list[HookView]:
    """Subscriptions that are told, of one client or of all."""
    rows = Hook.objects.filter(is_active=True).order_by("client_id", "made_at")
    if client_id:
        rows = rows.filter(client_id=client_id)
    return [hook_view(row) for row in rows]


def hook_view(row: Hook) -> HookView:
    """The frozen form of a row."""
    return HookView(
        id=row.id,
        client_id=row.client_id,
        url=row.url,
        events=tuple(row.events),
        is_active=row.is_active,
        made_at=row.made_at,
        failures=row.failures,
        rests_until=row.rests_until,
    )


def hook_of(client_id: str, hook_id: UUID) -> HookView | None:
    """The client's own subscription; None for any other."""
    row = Hook.objects.filter(id=hook_id, client_id=client_id, is_active=True).first()
    return hook_view(row) if row is not None else None


def deliveries(
    hook_id: UUID, *, state: DeliveryState | None = None, before: datetime | None = None, limit: int = 50
) -> list[DeliveryView]:
    """The latest messages of a subscription."""
    rows = Delivery.objects.filter(hook_id=hook_id)
    if state is not None:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(made_at__lt=before)
    return [
        DeliveryView(
            id=row.id,
            hook_id=row.hook_id,
            event=row.event,
            state=DeliveryState(row.state),
            tries=row.tries,
            status=row.status,
            why=row.why,
            made_at=row.made_at,
            ended_at=row.ended_at,
        )
        for row in rows.order_by("-made_at", "-position")[:limit]
    ]
