"""Readers of parallel text, one a format."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realign_core.data.parallel.base import ParallelSource
from realign_core.data.parallel.filters import PairFilters
from realign_core.data.parallel.folder import FolderParallel
from realign_core.data.parallel.gettext import GettextParallel
from realign_core.data.parallel.hub import HubParallel
from realign_core.data.parallel.moses import MosesParallel
from realign_core.data.parallel.tsv import TsvParallel

AnyParallel = Annotated[
    GettextParallel | FolderParallel | MosesParallel | TsvParallel | HubParallel,
    Field(discriminator="format"),
]
"""Any source of parallel text, chosen by its ``format``, for use in a configuration."""

__all__ = [
    "AnyParallel",
    "FolderParallel",
    "GettextParallel",
    "HubParallel",
    "MosesParallel",
    "PairFilters",
    "ParallelSource",
    "TsvParallel",
]
