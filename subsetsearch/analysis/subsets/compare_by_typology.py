"""Several subsets side by side, by typology alone."""

from __future__ import annotations

from collections.abc import Sequence

from realign_core.support.settings.config import comma_list
from subsetsearch.analysis.front.pick_rules import is_rule
from subsetsearch.diversity import SetScore, score
from subsetsearch.errors import ConfigError
from subsetsearch.strategies import published_subsets


def compare_by_typology(subsets: Sequence[str]) -> dict[str, SetScore]:
    """Describe subsets by typology alone, without a study.

    Args:
        subsets: Languages joined by commas, or a published strategy's name.

    Raises:
        ConfigError: If one has a meaning only in a study.
        LanguageError: If a language is unknown, or named twice in a subset.

    Example:
        >>> compare_by_typology(["sw,te", "xt_afri"])["sw,te"].families
        {'Atlantic-Congo': 1, 'Dravidian': 1}
    """
    scores = {}
    for text in subsets:
        if text in ("none", "all") or is_rule(text):
            raise ConfigError(f"'{text}' has a meaning only in a study", fix="add --study STUDY")
        published = published_subsets().get(text)
        scores[text] = score(published.keys if published else comma_list(text))
    return scores
