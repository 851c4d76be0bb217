"""What a token is good for: operations, each everywhere or at named desks, written as OAuth 2.0 writes scopes."""

from __future__ import annotations

from collections.abc import Mapping

from motcua.gateway.data import Scope

MOST = 200


def parse(text: str) -> dict[Scope, frozenset[str]]:
    """Operation → desks (none: everywhere) of a scope text such as "status file:ttpvhcc-xa-16681".

    An operation that is named once without a desk holds everywhere. Raises `ValueError` for an unknown one.
    """
    words = text.split()
    if len(words) > MOST:
        raise ValueError("too many words")
    found: dict[Scope, set[str]] = {}
    everywhere: set[Scope] = set()
    for word in words:
        operation, colon, agency = word.partition(":")
        scope = Scope(operation)
        if colon and not agency:
            raise ValueError(f"no desk in {word!r}")
        found.setdefault(scope, set())
        if colon:
            found[scope].add(agency)
        else:
            everywhere.add(scope)
    return {
        scope: frozenset() if scope in everywhere else frozenset(agencies)
        for scope, agencies in found.items()
    }


def written(scopes: Mapping[Scope, frozenset[str]]) -> str:
    """The text that `parse` reads back, always in the same order."""
    words = []
    for scope in sorted(scopes):
        agencies = sorted(scopes[scope])
        words += [f"{scope.value}:{agency}" for agency in agencies] if agencies else [scope.value]
    return " ".join(words)
