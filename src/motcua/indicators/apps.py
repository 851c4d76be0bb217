"""Registers the standing duties, and refuses to start with a definition that cannot be used."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """QĐ 766 and other indices, computed from evidence."""

    name = "motcua.indicators"
    label = "indicators"
    verbose_name = "Chỉ số"

    def ready(self) -> None:
        """Read the shipped definitions, add the duties and the witness of synchronisation."""
        from motcua.indicators.jobs import register
        from motcua.indicators.queries.gathering import NationalPortal, sync_sources
        from motcua.indicators.rules.schemes import scheme, scheme_ids

        for name in scheme_ids():
            scheme(name)
        sync_sources.add("national", NationalPortal())
        register()
