"""What is known of an encoder that was trained and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from realign_core.runs.saved.seed_choice import SeedChoice


@dataclass(frozen=True, slots=True, repr=False)
class TrainedEncoder:
    """A realigned encoder that was saved.

    Args:
        folder: Where it is.
        languages: Realignment languages (corpus codes), sorted.
        seed: The run's seed; the first of those whose weights were averaged.
        pairs: Sentence pairs that training saw, with repetitions.
        recipe_hash: Names recipe, data, kernel and languages; in a prepared workspace as that of a run.
        losses: Last mean loss by training phase.
        environment: Kernel, device, machine and library versions.
        pairs_by_language: Different sentence pairs of each realignment language.
        choice: What development data said, where several seeds were trained.
    """

    folder: Path
    languages: tuple[str, ...]
    seed: int
    pairs: int
    recipe_hash: str
    losses: Mapping[str, float]
    environment: Mapping[str, str]
    pairs_by_language: Mapping[str, int] = field(default_factory=dict)
    choice: SeedChoice | None = None

    @property
    def averaged(self) -> tuple[int, ...]:
        """Seeds whose weights were averaged; empty for the weights of one."""
        return tuple(self.choice.scores) if self.choice is not None and self.choice.keeps_average else ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self) | {"folder": str(self.folder), "averaged": list(self.averaged)}

    def __repr__(self) -> str:
        realigned = f"realigned with {' '.join(self.languages)}" if self.languages else "not realigned"
        seeds = (
            f"average of seeds {' '.join(map(str, self.averaged))}" if self.averaged else f"seed {self.seed}"
        )
        return f"TrainedEncoder('{self.folder}', {realigned}, {seeds})"
