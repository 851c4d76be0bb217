"""The door that the web server calls."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
application = get_wsgi_application()

import motcua.config.urls  # noqa: E402, F401 # every view is loaded before the first request asks for one

# What is loaded now lives as long as the process: the collector need not walk its 200,000 objects again and again.
gc.collect()
gc.freeze()
