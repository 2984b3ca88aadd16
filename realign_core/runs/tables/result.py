"""What a run found: scores a language, with everything needed to repeat it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import pandas as pd

from realign_core.data.account import Accounts, to_dict
from realign_core.support.errors import count
from realign_core.support.seeds import Seeds


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """One run: one seed, one set of realignment languages.

    Args:
        recipe_hash: Hash of recipe, data, kernel and engine version; equal hashes are comparable.
        seed: The run's seed, or one for each stage.
        languages: Realignment languages (corpus codes), sorted; empty for no realignment.
        split: Which part of the evaluation data was scored.
        metric: ``accuracy`` or ``f1``.
        scores: Target language (the task's code) to score in [0, 1].
        seconds: Wall time by phase: ``realignment``, ``finetuning``, ``evaluation``, and ``trunk`` where
            several fine-tunings share the states of frozen layers.
        tokens_per_second: Real (unpadded) tokens by phase.
        losses: Last mean loss by training phase.
        pairs: Sentence pairs that training saw, with repetitions.
        environment: Kernel, device, machine (``host``) and library versions.
        details: Target language to further measures by name, such as ``precision``.
        source: Codes among ``scores`` of the training language: named as a target, it is in no average.
        held_out: Codes among ``scores`` of the recipe's group ``held_out``, which is in no other average.
        repeats: Scores by target of each fine-tuning, where there were several; ``scores`` are their means.
        read: What was read and left out, by corpus: sentence pairs, labelled examples, and the words of
            these.
    """

    recipe_hash: str
    seed: int | Seeds
    languages: tuple[str, ...]
    split: Literal["train", "dev", "test"]
    metric: str
    scores: Mapping[str, float]
    seconds: Mapping[str, float]
    tokens_per_second: Mapping[str, float]
    losses: Mapping[str, float]
    pairs: int
    environment: Mapping[str, str]
    details: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    source: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    repeats: tuple[Mapping[str, float], ...] = ()
    read: Accounts = field(default_factory=dict)

    @property
    def targets(self) -> tuple[str, ...]:
        """Languages that count: those with a score, but for the training language and held-out ones."""
        return tuple(code for code in self.scores if code not in (*self.source, *self.held_out))

    @property
    def mean(self) -> float:
        """Unweighted mean over the languages that count, in [0, 1]; ``nan`` without any."""
        scores = [self.scores[code] for code in self.targets]
        return sum(scores) / len(scores) if scores else math.nan

    @property
    def kernel(self) -> str:
        """The arithmetic of the run, as in ``bfloat16/eager``."""
        return f"{self.environment['precision']}/{self.environment['attention']}"

    def __repr__(self) -> str:
        realigned = f"realigned with {' '.join(self.languages)}" if self.languages else "not realigned"
        sources = "".join(f"source {code} {100 * self.scores[code]:.1f} %, " for code in self.source)
        return (
            f"Result({self.metric} {100 * self.mean:.1f} % over {count(len(self.targets), 'target')} "
            f"({self.split}), {sources}{realigned}, seed {self.seed})"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a target language: its score, and further measures where the task has any."""
        measures = {code: dict(self.details.get(code, {})) for code in self.scores}
        rows = {code: {self.metric: score, **measures[code]} for code, score in self.scores.items()}
        for role in ("source", "held_out"):
            for code in getattr(self, role):
                rows[code][role] = True
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("target")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, the mean included."""
        return asdict(self) | {"mean": self.mean, "read": to_dict(self.read)}
