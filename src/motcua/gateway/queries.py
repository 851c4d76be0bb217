"""Reads of the REST door: which client a token belongs to."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q

from motcua.gateway.data import Caller, Handed, Scope
from motcua.gateway.models import Client, HandedIn, SentFile

_signer = TimestampSigner(salt="motcua.gateway.token")


def caller_of(token: str, *, max_age: int) -> Caller | None:
    """The client that the token was given to; `None` when it is forged, too old, or the client was shut out."""
    try:
        client_id = _signer.unsign(token, max_age=max_age)
    except BadSignature:
        return None
    client = Client.objects.filter(id=client_id, is_active=True).first()
    if client is None:
        return None
    return Caller(
        client_id=client.id,
        name=client.name,
        scopes=frozenset(Scope(scope) for scope in client.scopes),
        agencies=frozenset(client.agencies),
        door=client.door,
        per_minute=client.per_minute,
    )


def handed_in(client_id: str, code: str) -> Handed | None:
    """The dossier that this client handed in under `code` (its own code or ours); `None` for any other."""
    row = (
        HandedIn.objects.filter(Q(outside_code=code) | Q(dossier__code=code), client_id=client_id)
        .select_related("dossier")
        .only("dossier__code", "dossier__state")
        .first()
    )
    if row is None:
        return None
    return Handed(dossier_id=row.dossier_id, code=row.dossier.code, state=row.dossier.state)


def not_sent(client_id: str, files: Collection[UUID]) -> set[UUID]:
    """Those of the files that this client never sent."""
    if not files:
        return set()
    sent = SentFile.objects.filter(client_id=client_id, file_id__in=files).values_list("file_id", flat=True)
    return set(files) - set(sent)
