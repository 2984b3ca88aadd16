"""Readers of parallel text, one a format."""

from __future__ import annotations

from realign_core.data.parallel.base import ParallelSource
from realign_core.data.parallel.filters import PairFilters
from realign_core.data.parallel.gettext import GettextParallel

AnyParallel = GettextParallel

__all__ = ["AnyParallel", "GettextParallel", "PairFilters", "ParallelSource"]
