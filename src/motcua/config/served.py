"""What each web process loads: the application, and the wish to end with the web server that started it.

Without that wish the processes of a web server that was killed would go on answering with an old program.
"""

from __future__ import annotations

from motcua.config.child import die_with_parent
from motcua.config.wsgi import application

__all__ = ["application"]

die_with_parent()
