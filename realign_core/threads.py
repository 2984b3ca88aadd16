"""How the threads of a command wait for each other."""

from __future__ import annotations

import os

_SPINS = "20000"


def share_cores() -> None:
    """Let idle threads spin for some ten microseconds, then sleep; call before torch is imported.

    OpenMP's default is to spin for milliseconds: on cores that other programs use too, two such
    threads were six times slower than one. Sleeping at once costs 15 % on a quiet machine (short
    runs on the cached trunk). A user's own ``OMP_WAIT_POLICY`` or ``GOMP_SPINCOUNT`` is kept.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
