"""subsetsearch: which languages' parallel data helps a multilingual encoder in your target languages.

Example:
    >>> import subsetsearch as ss
    >>> ss.resolve("sw").name
    'Swahili'
    >>> study = ss.load("studies/quickstart.toml")  # doctest: +SKIP
    >>> study.run(); study.evaluate()  # doctest: +SKIP
    >>> study.pick("within=0.99").export("json", "chosen.json")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from subsetsearch.analysis.front.choice import Choice
    from subsetsearch.analysis.study.overview import StudyLine, studies
    from subsetsearch.analysis.study.status import StudyStatus
    from subsetsearch.analysis.subsets.explain import Explanation
    from subsetsearch.diversity import SetScore, score
    from subsetsearch.errors import RealignError
    from subsetsearch.languages import Language, resolve
    from subsetsearch.setup import NewStudy, init
    from subsetsearch.strategies import Selection, select
    from subsetsearch.study import Study, load
    from subsetsearch.subset import Subset

    __version__: str

__all__ = [
    "Choice",
    "Explanation",
    "Language",
    "NewStudy",
    "RealignError",
    "Selection",
    "SetScore",
    "Study",
    "StudyLine",
    "StudyStatus",
    "Subset",
    "__version__",
    "init",
    "load",
    "resolve",
    "score",
    "select",
    "studies",
]

# No module of this package may bear the name of a function here: importing it would replace the function.
_HOMES = {
    "Choice": "analysis.front.choice",
    "Explanation": "analysis.subsets.explain",
    "Language": "languages",
    "NewStudy": "setup",
    "RealignError": "errors",
    "Selection": "strategies",
    "SetScore": "diversity",
    "Study": "study",
    "StudyLine": "analysis.study.overview",
    "StudyStatus": "analysis.study.status",
    "Subset": "subset",
    "init": "setup",
    "load": "study",
    "resolve": "languages",
    "score": "diversity",
    "select": "strategies",
    "studies": "analysis.study.overview",
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are asked for: some of what is behind them takes seconds."""
    if name == "__version__":
        from importlib.metadata import version  # takes a while

        return version("subsetsearch")
    if name not in _HOMES:
        raise AttributeError(f"module 'subsetsearch' has no attribute '{name}'")
    return getattr(import_module(f"subsetsearch.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Names for completion."""
    return sorted(__all__)
