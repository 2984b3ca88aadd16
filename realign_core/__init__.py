"""realign_core: realign a multilingual encoder, fine-tune it, test it in other languages.

Example:
    >>> import realign_core
    >>> recipe = realign_core.Recipe()  # defaults for the kind of task
    >>> result = realign_core.run(recipe, ["sw", "ga", "mn", "te", "eu"], seed=17)  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from realign_core.support.program.offline import asked_offline, go_offline

if TYPE_CHECKING:
    from realign_core.recipe import Recipe
    from realign_core.runs.dry_run.dry_run import CheckReport, check
    from realign_core.runs.running.batch import BatchResult, run_many
    from realign_core.runs.running.run import run
    from realign_core.runs.saved.train import train
    from realign_core.runs.saved.trained import TrainedEncoder
    from realign_core.runs.tables.comparison import Comparisons, average, compare
    from realign_core.runs.tables.result import Result
    from realign_core.runs.tables.table import read_table
    from realign_core.runs.workspace.corpora import corpus_languages
    from realign_core.runs.workspace.links import count_links
    from realign_core.support.errors import RealignError
    from realign_core.support.seeds import Seeds

# No module may bear the name of a function here: importing it would replace the function.
_HOMES = {
    "BatchResult": "runs.running.batch",
    "CheckReport": "runs.dry_run.dry_run",
    "Comparisons": "runs.tables.comparison",
    "RealignError": "support.errors",
    "Recipe": "recipe",
    "Result": "runs.tables.result",
    "Seeds": "support.seeds",
    "TrainedEncoder": "runs.saved.trained",
    "average": "runs.tables.comparison",
    "check": "runs.dry_run.dry_run",
    "compare": "runs.tables.comparison",
    "corpus_languages": "runs.workspace.corpora",
    "count_links": "runs.workspace.links",
    "read_table": "runs.tables.table",
    "run": "runs.running.run",
    "run_many": "runs.running.batch",
    "train": "runs.saved.train",
}

__version__ = version("subsetsearch")

__all__ = [
    "BatchResult",
    "CheckReport",
    "Comparisons",
    "RealignError",
    "Recipe",
    "Result",
    "Seeds",
    "TrainedEncoder",
    "__version__",
    "average",
    "check",
    "compare",
    "corpus_languages",
    "count_links",
    "read_table",
    "run",
    "run_many",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import the public names when they are asked for: torch takes seconds to load."""
    if name not in _HOMES:
        raise AttributeError(f"module 'realign_core' has no attribute '{name}'")
    return getattr(import_module(f"realign_core.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Name what can be asked for."""
    return __all__


if asked_offline():  # before anything is imported that asks the network
    go_offline()
