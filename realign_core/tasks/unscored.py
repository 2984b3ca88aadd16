"""Labelled words that are not read: without a token, or beyond ``encoder.max_length`` where that cuts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from realign_core.data.account import MUCH
from realign_core.data.examples import UNTAGGED, Example, TokenExample
from realign_core.support.errors import count
from realign_core.tasks.features import Features

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Unscored:
    """Labelled words of one language that are not read.

    Args:
        language: The task's code.
        words: Labelled words.
        lost: How many of them have no unit.
    """

    language: str
    words: int
    lost: int

    @property
    def share(self) -> float:
        """Share of the words that is lost, in [0, 1]."""
        return self.lost / max(1, self.words)

    def __str__(self) -> str:
        return f"{self.language} {100 * self.share:.1f} %"


def unscored(language: str, examples: Sequence[Example], features: Features) -> Unscored:
    """Count the labelled words of some sentences that have no unit; other examples lose none.

    Args:
        language: The task's code.
        examples: Labelled examples.
        features: The same, tokenised.
    """
    tagged = [e for e in examples if isinstance(e, TokenExample)]
    words = sum(tag != UNTAGGED for example in tagged for tag in example.tags)
    return Unscored(language, words, words - len(features.unit_labels()) if tagged else 0)


def tell_unscored(
    logger: logging.Logger, what: str, found: Mapping[str, Unscored], max_length: int | None
) -> None:
    """Log how many words no score sees; a warning where a language loses more than 1 % of them.

    Args:
        logger: Whose line it is.
        what: Which data, such as ``test data``.
        found: By language.
        max_length: The encoder's, where longer sentences are cut; ``None`` where they are read in windows.
    """
    lost = sorted((one for one in found.values() if one.lost), key=lambda one: -one.share)
    if not lost:
        return
    words, missing = (sum(getattr(one, name) for one in found.values()) for name in ("words", "lost"))
    why = (
        "have no token: they are not learnt, and count as wrong"
        if max_length is None
        else f"are beyond encoder.max_length = {max_length}, or have no token: they are neither learnt nor "
        "scored (task.long_sentences = 'windows' reads them)"
    )
    logger.log(
        logging.WARNING if lost[0].share > MUCH else logging.INFO,
        "%s: %d of %s (%.1f %%) %s; most of %s",
        what,
        missing,
        count(words, "labelled word"),
        100 * missing / max(1, words),
        why,
        ", ".join(map(str, lost[:_SHOWN])),
    )
