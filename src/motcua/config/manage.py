"""Django's own command line, for builders: `python -m motcua.config.manage makemigrations units`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one of Django's commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
