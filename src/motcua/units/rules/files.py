"""Reading the province's data files: rows, sources, spans."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from motcua.base.data import Certainty, Source, Validity


class BadTables(ValueError):
    """A folder of unit tables contradicts itself."""


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of one file of `folder`."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_sources(folder: Path) -> dict[str, Source]:
    """The sources by id."""
    return {
        row["id"]: Source(
            text=row["text"], article=row["article"], certainty=Certainty(row["certainty"]), note=row["note"]
        )
        for row in rows(folder, "sources.csv")
    }


def as_sure(source: Source, certainty: str) -> Source:
    """`source`, as sure as the row itself says."""
    if source.certainty.value == certainty:
        return source
    return Source(text=source.text, article=source.article, certainty=Certainty(certainty), note=source.note)


def span(row: Mapping[str, str]) -> Validity:
    """The validity of a row with `valid_from` and `valid_to` (empty: still valid)."""
    end = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    return Validity(start=date.fromisoformat(row["valid_from"]), end=end)
