"""No process outlives the one that started it."""

import ctypes
import signal
import sys

#: prctl(2)
PR_SET_PDEATHSIG = 1


def end_with_parent(signum: int = signal.SIGTERM) -> None:
    """Make the kernel send `signum` to this process when its parent dies, even by kill -9.

    Only Linux can do that. Elsewhere this does nothing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)
