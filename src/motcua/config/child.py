"""Starts a program that must not outlive us: `python -m motcua.config.child PARENT PROGRAM ARGUMENTS…`.

On Linux the kernel sends SIGTERM to the program when its parent dies, even by kill -9; the wish survives exec.
PARENT is the number of the process that started us: who asks only when it runs may already be another's child.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
OWN_NUMBER = "MOTCUA_PART"  # the program's own number, for the children that it starts itself


def die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGTERM when `parent` ends; nothing happens where the kernel cannot."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # the parent died before the kernel heard us
        os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Become the program named on the command line."""
    die_with_parent(int(sys.argv[1]))
    os.environ[OWN_NUMBER] = str(os.getpid())
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
