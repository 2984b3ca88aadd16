"""Refuse what is asked where it changes nothing, rather than drop it."""

from __future__ import annotations

from collections.abc import Iterable

from subsetsearch.analysis.front.pick_rules import is_rule
from subsetsearch.analysis.model.question import PLAIN, Question
from subsetsearch.analysis.model.reading_options import Asked
from subsetsearch.errors import ConfigError

RECOMMENDED = "recommended"
"""The one rule that a tolerance matters to."""


def require_plain(asked: Asked, reason: str) -> None:
    """Refuse whatever is asked.

    Args:
        asked: As it was asked.
        reason: Why it changes nothing.

    Raises:
        ConfigError: If it is not what is asked without a word.
    """
    if Question.of(asked).aim != PLAIN.aim:
        raise _no_effect("over", reason)
    if asked.get("tolerance") is not None:
        raise _no_effect("tolerance", reason)


def require_used(asked: Asked, subsets: Iterable[object], *, expected: bool = False) -> None:
    """Refuse what neither chooses one of the subsets nor is shown of them.

    Args:
        asked: As it was asked.
        subsets: As they were named; rules are text.
        expected: Whether it is shown what subsets are expected to be worth.

    Raises:
        ConfigError: If something has no effect.
    """
    rules = [subset for subset in subsets if isinstance(subset, str) and is_rule(subset)]
    if asked.get("tolerance") is not None and RECOMMENDED not in rules:
        raise _no_effect(
            "tolerance", f"it says what the rule '{RECOMMENDED}' may lose, and nothing here goes by it"
        )
    if Question.of(asked).aim != PLAIN.aim and not (rules or expected):
        raise _no_effect("over", "it says by what rules choose, and the subset is named without one")


def _no_effect(option: str, reason: str) -> ConfigError:
    return ConfigError(f"has no effect here: {reason}", where=option, fix="leave it out")
