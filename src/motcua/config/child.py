"""Starts a program that must not outlive us: `python -m motcua.config.child PROGRAM ARGUMENTS…`.

On Linux the kernel sends SIGTERM to the program when its parent dies, even by kill -9; the wish survives exec.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent ends; nothing happens where the kernel cannot."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # the parent died before the kernel heard us
        os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Become the program named on the command line."""
    die_with_parent()
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
