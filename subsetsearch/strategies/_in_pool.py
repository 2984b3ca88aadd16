"""The published strategies as subsets of a study's pool."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from realign_core.support.settings.config import comma_list
from subsetsearch.errors import ConfigError
from subsetsearch.strategies._published import published_subsets


def strategy_subsets(keys: Sequence[str]) -> dict[str, frozenset[str]]:
    """Cut every published strategy down to a pool; those that leave nothing are dropped.

    Args:
        keys: The pool.

    Returns:
        Name to subset, by size.
    """
    pool = frozenset(keys)
    cut = {name: pool & frozenset(published.keys) for name, published in published_subsets().items()}
    return {name: cut[name] for name in sorted(cut, key=lambda name: (len(cut[name]), name)) if cut[name]}


def strategies_by_subset(keys: Sequence[str]) -> dict[frozenset[str], tuple[str, ...]]:
    """Name the strategies that a subset stands for.

    A strategy of which more than half is not in the pool gives no name.

    Args:
        keys: The pool.
    """
    names: dict[frozenset[str], list[str]] = {}
    for name, subset in strategy_subsets(keys).items():
        if 2 * len(subset) >= len(published_subsets()[name].keys):
            names.setdefault(subset, []).append(name)
    return {subset: tuple(of_subset) for subset, of_subset in names.items()}


def named_strategies(text: str, keys: Sequence[str]) -> dict[str, frozenset[str]]:
    """Read ``NAME,NAME`` or ``all``.

    Raises:
        ConfigError: If a name is unknown, or none of its languages is in the pool.
    """
    check_strategies(text)
    subsets = strategy_subsets(keys)
    if text.strip() == "all":
        return subsets
    names = comma_list(text)
    missing = next((name for name in names if name not in subsets), None)
    if missing is not None:
        raise ConfigError(f"no language of '{missing}' is in the study's pool", where="--strategies")
    return {name: subsets[name] for name in names}


def check_strategies(text: str) -> None:
    """Check ``NAME,NAME`` or ``all``.

    Raises:
        ConfigError: If a name is unknown.
    """
    if text.strip() == "all":
        return
    for name in comma_list(text) or [text]:
        if name not in published_subsets():
            close = difflib.get_close_matches(name, published_subsets(), n=2)
            hint = f"did you mean {' or '.join(close)}?" if close else "see: subsetsearch select --list"
            raise ConfigError(f"unknown strategy '{name}'", where="--strategies", fix=hint)
