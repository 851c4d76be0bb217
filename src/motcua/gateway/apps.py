"""Registers the standing duties of the door."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """The REST door for other systems."""

    name = "motcua.gateway"
    label = "gateway"
    verbose_name = "Cổng kết nối"

    def ready(self) -> None:
        """Add the duties."""
        from motcua.gateway.jobs import register

        register()
