"""The `motcua` command: everything that is done to an installation from a terminal.

`motcua run` serves; `motcua tour` plays the main job; other words lead to a package's own command:
`motcua procedures import FILE` runs the command `import` of the package `procedures`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from motcua.config import secrets
from motcua.config.archive import unpack_secrets

USAGE = """motcua: a province's digital government in one install

  motcua run                         start everything on port 8000; Ctrl-C stops it
  motcua tour                        play the main job against the running system
  motcua setup                       database, roles, schema, keys (run does this too)
  motcua load                        reference data: units, calendar, catalogue
  motcua backup FILE                 database, files and keys in one archive
  motcua restore FILE                put an archive back into an empty installation
  motcua ledger verify               read the whole ledger and name the first entry that was touched
  motcua procedures import FILE...   take in the national catalogue's exports
  motcua procedures search TEXT      find a procedure (--json for programs)
  motcua units resolve --in A.csv --out B.csv
  motcua quality link --base A.parquet --register B.parquet --out C.parquet
  motcua quality update --state DIR --register CHANGES.parquet --out C.parquet
  motcua quality dedup --register B.parquet --out C.parquet
  motcua quality words --register B.parquet --base A.parquet --on 2026-11-01 --out C.csv
  motcua deadlines explain --start 2025-01-24T15:30 --limit 5wd
  motcua indicators score --input FILE.csv --scheme qd766-2026
  motcua indicators rebuild          all evidence of the index, computed anew
  motcua import dossiers FILE        take over dossiers of another system
  motcua exchange reconcile          compare every dossier with the national portal; --proof FILE keeps the proof
  motcua exchange check-proof FILE   does a kept proof hold?
  motcua staff import FILE           officers from a sheet

Each command says more with --help."""

ALIASES = {
    ("import", "dossiers"): ("dossiers", "import"),
    ("exchange", "check-proof"): ("exchange", "check_proof"),
}
OWN = {
    "run": "supervisor",
    "setup": "supervisor",
    "backup": "backup",
    "restore": "backup",
    "worker": "worker",
}


def main() -> None:
    """Run the command that the arguments name; exits with its status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    sys.exit(run(sys.argv[1:]))


def run(argv: Sequence[str]) -> int:  # noqa: PLR0911 - one return for each kind of command
    """The exit status of the command named by `argv`."""
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(USAGE)
        return 0
    if argv[0] in OWN:
        return _own(argv)
    if argv[0] in {"tour", "load"}:
        package, verb, rest = "demo" if argv[0] == "tour" else "config", argv[0], list(argv[1:])
    elif len(argv) >= 2:
        package, verb = ALIASES.get((argv[0], argv[1]), (argv[0], argv[1]))
        rest = list(argv[2:])
    else:
        return _unknown(argv)
    if not (package.isidentifier() and verb.isidentifier()) or not find_spec(f"motcua.{package}"):
        return _unknown(argv)
    pure = f"motcua.{package}.management.{verb}"
    if find_spec(f"motcua.{package}.management") and find_spec(pure):
        return int(import_module(pure).main(rest))  # needs no database
    if not find_spec(f"motcua.{package}.management.commands.{package}_{verb}"):
        return _unknown(argv)
    return _django(f"{package}_{verb}", rest)


def _own(argv: Sequence[str]) -> int:
    # Settings read the secrets when they are first touched: the file must be there before.
    if argv[0] == "restore" and len(argv) == 2 and not unpack_secrets(argv):
        return 1
    if argv[0] in {"run", "setup"}:
        secrets.ensure(secrets.place())
    else:
        import django

        django.setup()  # the supervisor does without: it would hold 100 MB and two seconds for nothing
    return int(import_module(f"motcua.config.{OWN[argv[0]]}").main(list(argv)))


def _django(command: str, rest: list[str]) -> int:
    import django
    from django.core.management import ManagementUtility

    django.setup()
    from motcua.config import setup

    with setup.database_running():
        ManagementUtility(["motcua", command, *rest]).execute()
    return 0


def _unknown(argv: Sequence[str]) -> int:
    print(f"motcua: there is no command {' '.join(argv)!r}\n\n{USAGE}", file=sys.stderr)
    return 2
