"""Small choices of words: the reader's language, a refusal as a sentence, an agency by its name."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from motcua.base.errors import DomainError
from motcua.units import api as units


def language() -> str:
    """The reader's language: "vi" or "en"."""
    return "en" if get_language() == "en" else "vi"


def either(vi: str, en: str) -> str:
    """The English words for an English reader where there are any; the Vietnamese ones otherwise."""
    return en if language() == "en" and en else vi


def sentence(error: DomainError) -> str:
    """A refusal as the reader understands it."""
    return error.public(language())


def agency_name(key: str) -> str:
    """An agency by its name; the key itself where nobody knows it."""
    if not key:
        return ""
    try:
        return units.agency(key).name
    except units.UnknownAgency:
        return key


def agency_names(keys: Iterable[str]) -> dict[str, str]:
    """Names of several agencies by key."""
    return {key: agency_name(key) for key in sorted(set(keys) - {""})}
