"""How the threads of a command wait for each other, and how many there are in one of several processes."""

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


def environment_of_one(processes: int) -> dict[str, str]:
    """Make the environment of a process that shares the cores with others like it.

    Twice as many threads as cores wait for each other at every layer: two such searches on two cores
    were four times slower each. A user's own ``OMP_NUM_THREADS`` is kept.

    Args:
        processes: How many share the cores, this one among them.
    """
    return {"OMP_NUM_THREADS": str(_share(processes))} | os.environ


def compute_as_one(processes: int) -> None:
    """Let this process itself compute with its share of the cores, as :func:`environment_of_one` does."""
    if processes > 1 and "OMP_NUM_THREADS" not in os.environ:
        import torch

        torch.set_num_threads(_share(processes))


def _share(processes: int) -> int:
    """Cores for each of some processes, of those that this one may use, where the system tells."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // processes)
