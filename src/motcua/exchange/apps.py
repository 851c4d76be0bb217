"""Registers the plug-ins that talk to the outside."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Connectors to national systems and signature services."""

    name = "motcua.exchange"
    label = "exchange"
    verbose_name = "Kết nối, chia sẻ dữ liệu"

    def ready(self) -> None:
        """Plug the signature service into `documents`."""
        from motcua.documents.api import SIGNERS
        from motcua.exchange.signing.plugin import SoftKeySigner

        SIGNERS.add("soft_keys", SoftKeySigner())
