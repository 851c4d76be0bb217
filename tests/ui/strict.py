"""What stands in for a template variable that nobody gave: it refuses to be written."""

from __future__ import annotations


class UnknownVariable(AssertionError):
    """A template named a variable that its view did not give."""


class Strict(str):
    """Django formats `string_if_invalid` with the variable's name when it holds `%s`: that is where this fails."""

    __slots__ = ()

    def __new__(cls) -> Strict:
        return super().__new__(cls, "%s")

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, name: object) -> str:
        raise UnknownVariable(f"unknown template variable: {name}")
