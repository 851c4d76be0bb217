"""Joins what several exports tell of one procedure, so that a poorer one never erases what a richer one told."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from motcua.procedures.data import ProcedureContent

from .building import Parsed


def merge(earlier: ProcedureContent | None, parsed: Parsed) -> ProcedureContent:
    """The new content; parts that its shape leaves empty or tells only in part are kept from `earlier`."""
    new = parsed.content
    if earlier is None:
        return new
    kept: dict[str, Any] = {}
    for one in fields(ProcedureContent):
        old_part = getattr(earlier, one.name)
        if not old_part:
            continue
        if one.name in parsed.partial or not getattr(new, one.name):
            kept[one.name] = old_part
    if parsed.partial:
        kept["flags"] = earlier.flags
    else:
        kept.pop("flags", None)
    kept.pop("review", None)
    return replace(new, **kept)
