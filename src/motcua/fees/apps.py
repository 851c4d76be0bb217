"""Registers the standing duties, and refuses to start with a fee law that cannot be read."""

from django.apps import AppConfig


class FeesConfig(AppConfig):
    """Fees, charges, payments, receipts."""

    name = "motcua.fees"
    label = "fees"
    verbose_name = "Phí, lệ phí"

    def ready(self) -> None:
        """Read the law, add the duties."""
        from motcua.fees.jobs import register
        from motcua.fees.queries.tariff import fee_law
        from motcua.fees.rules.receipts import forms

        fee_law()
        forms()
        register()
