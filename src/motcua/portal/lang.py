"""The reader's language and a text in it."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language

from motcua.base.errors import DomainError


class TwoTongues(Protocol):
    """Anything that carries its words in both languages."""

    @property
    def label_vi(self) -> str: ...
    @property
    def label_en(self) -> str: ...


def language() -> str:
    """`vi` or `en`."""
    return "en" if get_language() == "en" else "vi"


def label(thing: TwoTongues) -> str:
    """The thing's label in the reader's language."""
    return thing.label_en if language() == "en" else thing.label_vi


def either(vi: str, en: str) -> str:
    """The English text when the reader chose English and there is one."""
    return en if en and language() == "en" else vi


def sentence(error: DomainError) -> str:
    """What a citizen is told of a refusal."""
    return error.public(language())
