"""Sentences in two languages that say what to do, for fields of a form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One sentence for a person, in Vietnamese and English."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.vi


class BadValue(ValueError):
    """An answer that cannot be taken as it stands; carries the sentence for the person who typed it."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(vi, en)
