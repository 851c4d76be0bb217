"""Brings the invented province in: citizens, organisations, officers, identity accounts, a system that files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from motcua.base import clock
from motcua.base.data import SYSTEM
from motcua.demo import population
from motcua.demo.portal_client import PORTAL_CLIENT, PORTAL_SECRET
from motcua.gateway import api as gateway


class Command(BaseCommand):
    """`motcua demo people`"""

    help = "Load the synthetic province."

    def handle(self, *_args: Any, **_options: Any) -> None:
        everybody = population.generate()
        report, _ids = population.load(by=SYSTEM, at=clock.now(), population=everybody)
        accounts = population.write_identity_accounts(
            settings.MOTCUA_VAR / "sandbox" / "citizens.json", everybody
        )
        gateway.enrol(
            by=SYSTEM,
            at=clock.now(),
            client_id=PORTAL_CLIENT,
            name="Cổng Dịch vụ công quốc gia (mô phỏng)",
            scopes=tuple(gateway.Scope),
            door="national_portal",
            secret=PORTAL_SECRET,
        )
        self.stdout.write(
            f"people: {report.created} new, {report.changed} changed, {report.unchanged} unchanged;"
            f" {accounts} identity accounts"
        )
