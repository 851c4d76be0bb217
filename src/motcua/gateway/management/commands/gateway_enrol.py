"""Lets another agency's system use the REST door, or shuts it out: `motcua gateway enrol`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.base import clock
from motcua.base.data import SYSTEM
from motcua.gateway import api as gateway


class Command(BaseCommand):
    """`motcua gateway enrol CLIENT --name NAME --scopes catalogue,file,status,result`"""

    help = "Enrol a system, or give an enrolled one a new secret. The secret is printed once and kept only as a hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="its id: 1-40 letters, digits, '-', '.', '_'")
        parser.add_argument("--name", help="the system and whose it is")
        parser.add_argument(
            "--scopes", default=",".join(gateway.Scope), help="of: " + ", ".join(gateway.Scope)
        )
        parser.add_argument("--door", default="national_portal", help="through which door its dossiers come")
        parser.add_argument("--agency", action="append", default=[], help="desk it may hand in at (repeat)")
        parser.add_argument("--per-minute", type=int, default=gateway.PER_MINUTE)
        parser.add_argument("--xroad", default="", help="its X-Road identifier, if it has one")
        parser.add_argument(
            "--rotate", action="store_true", help="a new secret; the old one serves 7 more days"
        )
        parser.add_argument("--shut-out", action="store_true", help="let it in no more")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["shut_out"]:
                gateway.shut_out(by=SYSTEM, at=clock.now(), client_id=options["client"])
                self.stdout.write(f"{options['client']}: shut out")
                return
            if options["rotate"]:
                self._told(
                    options["client"], gateway.rotate(by=SYSTEM, at=clock.now(), client_id=options["client"])
                )
                return
            if not options["name"]:
                raise CommandError("--name is needed")
            secret = gateway.enrol(
                by=SYSTEM,
                at=clock.now(),
                client_id=options["client"],
                name=options["name"],
                scopes=[_scope(word) for word in options["scopes"].split(",") if word],
                door=options["door"],
                agencies=options["agency"],
                per_minute=options["per_minute"],
                xroad=options["xroad"],
            )
        except gateway.BadClient as error:
            raise CommandError(error.public("en")) from error
        self._told(options["client"], secret)

    def _told(self, client: str, secret: str) -> None:
        self.stdout.write(f"client_id:     {client}")
        self.stdout.write(f"client_secret: {secret}")


def _scope(word: str) -> gateway.Scope:
    try:
        return gateway.Scope(word.strip())
    except ValueError:
        raise CommandError(f"{word!r} is not a scope; these are: {', '.join(gateway.Scope)}") from None
