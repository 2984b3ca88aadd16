"""Pairs per language, the second axis of a search: one number for all languages of a subset."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from subsetsearch.config.rungs import SHORT
from subsetsearch.config.search import PairsLimit
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError
from subsetsearch.problem.pool import Pool
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

PAIRS = "pairs_per_language"
"""Name of the axis: the study key, Optuna's parameter, and the column of tables."""


@dataclass(frozen=True)
class PairChoices:
    """The numbers of pairs per language that a trial may take; without any, every subset takes all pairs.

    Args:
        choices: Rising, ``"all"`` last if it is one of them.
        lengths: Language key to the pairs that it has to give; needed where there are choices.
    """

    choices: tuple[PairsLimit, ...] = ()
    lengths: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether the study has this axis."""
        return bool(self.choices)

    @property
    def limits(self) -> tuple[int | None, ...]:
        """The choices as limits, rising; the one limit ``None`` where the axis is off."""
        return tuple(None if choice == "all" else choice for choice in self.choices) or (None,)

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """The choices as numbers, ``inf`` for all; shape (n_choices,)."""
        return np.array([np.inf if choice == "all" else choice for choice in self.choices], dtype=np.float64)

    def canonical(self, languages: Iterable[str], pairs: int | None = None) -> Subset:
        """Make a subset, the same one for all numbers of pairs that come to the same data.

        Args:
            languages: Language keys.
            pairs: Most pairs of each; ``None`` for all.
        """
        keys = frozenset(languages)
        if pairs is not None and all(self.lengths[key] <= pairs for key in keys):
            pairs = None
        return Subset(keys, pairs)

    def top(self, languages: Iterable[str]) -> Subset:
        """Return the subset of some languages with the most pairs that the study may take."""
        return self.canonical(languages, self.limits[-1])

    def choice(self, subset: Subset) -> PairsLimit:
        """Write a subset's pairs as a choice; the highest one where nothing is cut."""
        return self.choices[-1] if subset.pairs is None else subset.pairs

    def parse(self, choice: object) -> int | None:
        """Read a choice as a limit."""
        return choice if isinstance(choice, int) else None


def pair_choices(study: StudyConfig, pool: Pool) -> PairChoices:
    """Read a study's numbers of pairs, and what each language of its pool has to give.

    Raises:
        ConfigError: If no language has more pairs than one of them, so that it cuts nothing.
    """
    choices = study.search.pairs_per_language
    limit = study.recipe.realignment.pairs_per_language
    lengths = {key: min(len(text), limit or len(text)) for key, text in pool.texts.items()}
    longest = max(lengths.values(), default=0)
    idle = next((choice for choice in choices if choice != "all" and choice >= longest), None)
    if idle is not None:
        raise ConfigError(
            f"no language has more than {longest} pairs, so {idle} is all of them",
            where=f"search.{PAIRS}",
            fix='write "all" instead',
        )
    return PairChoices(choices, lengths)


def warn_of_blind_rungs(study: StudyConfig, choices: PairChoices) -> None:
    """Say which numbers of pairs are one to a rung: the cheaper always wins there, whatever it is worth."""
    read = [("linear", study.proxy.linear.pairs)] if study.search.uses_rung1 else []
    if study.search.top_rung == SHORT.number:
        read.append(("short", study.proxy.short.pairs))
    for name, most in read:
        equal_choices = [str(choice) for choice in choices.choices if choice == "all" or choice >= most]
        if len(equal_choices) > 1:
            logger.warning(
                "proxy.%s.pairs is %d, so its scores are the same at %s pairs per language, and the search "
                "will prefer the fewest of these: raise it to tell them apart",
                name,
                most,
                " and ".join(equal_choices),
            )
