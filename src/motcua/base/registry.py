"""Typed plug-in registries: a lower package names what it needs, an upper one registers what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Maps an id to a plug-in; an id can be taken once.

    Raises `ValueError` when an id is registered twice and `LookupError` when an unknown one is asked for.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._plugins: dict[str, T] = {}

    def register(self, plugin_id: str) -> Callable[[type[T]], type[T]]:
        """Class decorator: make one instance and keep it under `plugin_id`."""

        def decorate(cls: type[T]) -> type[T]:
            self.add(plugin_id, cls())
            return cls

        return decorate

    def add(self, plugin_id: str, plugin: T) -> None:
        """Keep `plugin` under `plugin_id`."""
        if plugin_id in self._plugins:
            raise ValueError(f"{self.what} {plugin_id!r} is registered twice")
        self._plugins[plugin_id] = plugin

    def get(self, plugin_id: str) -> T:
        """The plug-in called `plugin_id`."""
        try:
            return self._plugins[plugin_id]
        except KeyError:
            known = ", ".join(sorted(self._plugins)) or "none"
            raise LookupError(f"no {self.what} {plugin_id!r} (known: {known})") from None

    def all(self) -> Iterator[tuple[str, T]]:
        """Every plug-in with its id, in order of id."""
        yield from sorted(self._plugins.items())
