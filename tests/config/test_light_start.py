"""A web process loads what pages need; what one export or one import needs is loaded by that one."""

from __future__ import annotations

import subprocess
import sys

# Each of these costs tens of megabytes in every process, or a part of a second of the start.
HEAVY = {
    "altair",
    "duckdb",
    "fontTools.subset",
    "numpy",
    "openpyxl",
    "pandas",
    "polars",
    "pyarrow",
    "vl_convert",
}
LOAD = """
import sys
import motcua.config.wsgi
import motcua.config.urls
print("\\n".join(sys.modules))
"""


def test_the_web_loads_no_heavy_library_before_it_is_needed() -> None:
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    assert "motcua.config.urls" in done.stdout
    assert HEAVY & set(done.stdout.split()) == set()


def test_the_supervisor_does_without_the_application() -> None:
    look = "import sys, motcua.config.supervisor; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert [
        name for name in done.stdout.split() if name.startswith("motcua.") and ".config" not in name
    ] == []
