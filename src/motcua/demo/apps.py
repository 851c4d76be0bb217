"""Makes the invented province known when the system starts: as a population source, and to who tries it out."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo: a synthetic province."""

    name = "motcua.demo"
    label = "demo"

    def ready(self) -> None:
        """Register the source, so that its name can be shown beside facts, and the accounts for trying."""
        import_module("motcua.demo.population")
        import_module("motcua.demo.trial")
