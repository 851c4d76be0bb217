"""What each web process loads: the application, the wish to end with its server, and who it may not be.

Without that wish the processes of a web server that was killed would go on answering with an old program.
"""

from __future__ import annotations

import gc
import os
import time

import psycopg
from django.conf import settings

from motcua.config import roles
from motcua.config.child import OWN_NUMBER, die_with_parent
from motcua.config.wsgi import application

__all__ = ["application"]

DATABASE_PATIENCE = 60.0


def refuse_dangerous() -> None:
    """Raise `roles.DangerousRole` when our role could rewrite the ledger; a database that starts is waited for."""
    deadline = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            return roles.refuse_dangerous_at(settings.MOTCUA_DATABASE_URLS[settings.MOTCUA_DB_ROLE])
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


die_with_parent(int(os.environ.get(OWN_NUMBER) or os.getppid()))
refuse_dangerous()
# What is loaded now stays for ever: the collector need not look through it again and again.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
