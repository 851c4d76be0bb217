"""Which dossiers the national portal has confirmed: the evidence for index 766, 1.4."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from motcua.exchange.models.national import Track


def acknowledged(dossiers: Iterable[UUID]) -> set[UUID]:
    """Those of the dossiers whose record the portal has confirmed."""
    return set(Track.objects.filter(dossier__in=list(dossiers), known=True).values_list("dossier", flat=True))
