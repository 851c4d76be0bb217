"""Gives the cleaning of registers its standing duty."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Cleaning and linking registers."""

    name = "motcua.quality"
    label = "quality"
    verbose_name = "Làm sạch dữ liệu"

    def ready(self) -> None:
        """Register the duty."""
        from motcua.base.duties import duties
        from motcua.quality.jobs import LinkImports

        duties.add("quality.link", LinkImports())
