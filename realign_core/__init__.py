"""realign_core: realign a multilingual encoder, fine-tune it, test it in other languages.

Example:
    >>> from realign_core import Recipe, run
    >>> run(Recipe(), ["sw", "ga", "mn", "te", "eu"], seed=17).mean  # doctest: +SKIP
    0.56
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from realign_core.recipe import Recipe
    from realign_core.runs.result import Result
    from realign_core.runs.run import run

__all__ = ["Recipe", "Result", "run"]

# No module may bear the name of a function here: importing it would replace the function.
_HOMES = {"Recipe": "recipe", "Result": "runs.result", "run": "runs.run"}


def __getattr__(name: str) -> Any:
    """Import the public names when they are asked for: torch takes seconds to load."""
    if name not in __all__:
        raise AttributeError(f"module 'realign_core' has no attribute '{name}'")
    import importlib

    module = importlib.import_module(f"realign_core.{_HOMES[name]}")
    return getattr(module, name)
