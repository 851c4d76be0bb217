"""Registers the standing duties, and refuses to start with a text that cannot be used."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Messages to citizens and officers."""

    name = "motcua.notices"
    label = "notices"
    verbose_name = "Tin báo"

    def ready(self) -> None:
        """Check the shipped texts, add the duties."""
        from motcua.ledger.api import forgetters
        from motcua.notices.actions.choosing import forget
        from motcua.notices.jobs import register
        from motcua.notices.rules import texts

        texts.shipped()
        register()
        forgetters.add("notices", forget)
