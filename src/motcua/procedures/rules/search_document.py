"""What the search knows of one procedure: a small digest of its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.procedures.data import ProcedureContent, ReviewState


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """One procedure as it is indexed."""

    code: str
    name: str
    field: str
    levels: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    reviewed: bool = False


def digest_of(content: ProcedureContent) -> dict[str, Any]:
    """What is kept beside a version so that the index need not read its whole content."""
    return {
        "keywords": list(content.keywords),
        "life_events": list(content.life_events),
        "results": [r.name[:200] for r in content.results[:5]],
        "reviewed": content.review.state == ReviewState.REVIEWED,
    }


def document(
    *, code: str, name: str, field: str, levels: tuple[str, ...], digest: Mapping[str, Any]
) -> SearchDocument:
    """A document from a version's columns and digest."""
    return SearchDocument(
        code=code,
        name=name,
        field=field,
        levels=levels,
        keywords=tuple(digest.get("keywords", ())),
        life_events=tuple(digest.get("life_events", ())),
        results=tuple(digest.get("results", ())),
        reviewed=bool(digest.get("reviewed", False)),
    )
