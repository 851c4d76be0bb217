"""Makes the invented province known as a population source when the system starts."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo: a synthetic province."""

    name = "motcua.demo"
    label = "demo"

    def ready(self) -> None:
        """Register the source, so that its name can be shown beside facts."""
        import_module("motcua.demo.population")
