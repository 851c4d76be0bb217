"""Registers the standing duty of dossiers."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """The case: states, clock, steps, decisions."""

    name = "motcua.dossiers"
    label = "dossiers"
    verbose_name = "Hồ sơ"

    def ready(self) -> None:
        """Add the duty."""
        from motcua.dossiers.jobs import register

        register()
