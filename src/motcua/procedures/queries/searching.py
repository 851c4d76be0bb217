"""Keeps the search index in memory, built anew when the catalogue changed, and answers with it."""

from __future__ import annotations

import threading
from datetime import date

from motcua.procedures.data import Hit, LifeEvent, VersionStatus
from motcua.procedures.models import CatalogueStamp, ProcedureVersion
from motcua.procedures.rules import lexicon as words
from motcua.procedures.rules.search import SearchIndex
from motcua.procedures.rules.search_document import document

KEPT = 3
_lock = threading.Lock()
_indexes: dict[tuple[int, date], SearchIndex] = {}


def search(text: str, *, on: date, limit: int = 10, life_event: str | None = None) -> list[Hit]:
    """Procedures in force on `on` that answer a request in everyday words, the best first, at most `limit` (50)."""
    return index_for(on).search(text, limit=max(1, min(limit, 50)), life_event=life_event)


def life_events() -> tuple[LifeEvent, ...]:
    """Life events in the order of a life."""
    return words.life_events()


def index_for(on: date) -> SearchIndex:
    """The index of what is in force on `on`, kept until the catalogue changes."""
    stamp = CatalogueStamp.objects.values_list("number", flat=True).first() or 0
    key = (stamp, on)
    found = _indexes.get(key)
    if found is not None:
        return found
    with _lock:
        if key not in _indexes:
            built = _build(on)
            for old in list(_indexes):
                if old[0] != stamp or len(_indexes) >= KEPT:
                    del _indexes[old]
            _indexes[key] = built
        return _indexes[key]


def _build(on: date) -> SearchIndex:
    rows = (
        ProcedureVersion.objects.filter(status=VersionStatus.PUBLISHED.value, valid__contains=on)
        .order_by("procedure__code")
        .values_list("procedure__code", "name", "field", "levels", "digest")
    )
    documents = [
        document(code=code, name=name, field=field, levels=tuple(levels), digest=digest)
        for code, name, field, levels, digest in rows.iterator()
    ]
    return SearchIndex(documents, words.lexicon())
