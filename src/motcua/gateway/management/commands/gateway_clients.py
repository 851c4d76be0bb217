"""Lists the systems that may call, and who is told what: `motcua gateway clients`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from motcua.gateway import api as gateway


class Command(BaseCommand):
    """`motcua gateway clients`"""

    help = "List enrolled systems with their rights, and their subscriptions with what failed."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for one in gateway.clients():
            self.stdout.write(
                f"{one.id}: {one.name}{'' if one.is_active else ' (SHUT OUT)'}\n"
                f"  scopes {', '.join(one.scopes)}; desks {', '.join(one.agencies) or 'all'}; door {one.door};"
                f" {one.per_minute}/minute; {one.handed_in} dossiers"
                + (f"; X-Road {one.xroad}" if one.xroad else "")
            )
            if one.previous_until is not None:
                self.stdout.write(f"  its old secret serves until {one.previous_until:%Y-%m-%d %H:%M}")
            for hook in gateway.hooks(one.id):
                dead = len(gateway.deliveries(hook.id, state=gateway.DeliveryState.DEAD))
                resting = f", rests until {hook.rests_until:%H:%M:%S}" if hook.rests_until else ""
                self.stdout.write(
                    f"  tells {hook.url} ({', '.join(hook.events)}): {hook.failures} failures in a row,"
                    f" {dead} given up{resting}"
                )
