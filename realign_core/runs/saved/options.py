"""What is asked of a training whose encoder is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from realign_core.recipe import Recipe, Strategy
from realign_core.support.errors import ConfigError
from realign_core.support.seed_numbers import check_seed


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOptions:
    """How an encoder is trained and kept.

    Args:
        seed: Names all orders, and the head's start.
        seeds: Several instead: each is trained and measured on development data, and one is kept.
        average: With several seeds: average their weights as well, and keep these if they are the best.
        head_seed: Names the head's start alone, where it is not that of the seed; averaged models need one.
        task_model: Also fine-tune, and save the model of the task in the subfolder ``task-model``.
        force: Replace an encoder that was saved there before.
        checkpoints: Folder of checkpoints: an interrupted training goes on from its last one.

    Raises:
        ConfigError: If a seed is none, is given twice, or there are too few of them.
    """

    seed: int = 17
    seeds: tuple[int, ...] = ()
    average: bool = False
    head_seed: int | None = None
    task_model: bool = False
    force: bool = False
    checkpoints: Path | None = None

    def __post_init__(self) -> None:
        for seed in (self.seed, *self.seeds):
            check_seed(seed, "seeds" if self.seeds else "seed")
        if self.head_seed is not None:
            check_seed(self.head_seed, "head_seed")
        if len(set(self.seeds)) < len(self.seeds):
            raise ConfigError("a seed is given twice", where="seeds", fix="name each once")
        if len(self.seeds) == 1:
            raise ConfigError(
                "there is nothing to choose from one seed",
                where="seeds",
                fix="give several, or one as 'seed'",
            )
        if self.average and not self.seeds:
            raise ConfigError(
                "there is nothing to average", where="average", fix="give several seeds, such as 17,23,31"
            )

    @property
    def named_seeds(self) -> str:
        """What is trained, in words: ``seed 17`` or ``seeds 17, 23, 31``."""
        return f"seeds {', '.join(map(str, self.seeds))}" if self.seeds else f"seed {self.seed}"

    def finetunes(self, recipe: Recipe) -> bool:
        """Whether what is kept comes after fine-tuning, or between realignment and fine-tuning."""
        return self.task_model or recipe.realignment.strategy is not Strategy.BEFORE

    def check(self, recipe: Recipe, languages: Collection[str]) -> None:
        """Refuse what would train nothing.

        Raises:
            ConfigError: If neither realignment nor fine-tuning changes the encoder that is kept.
        """
        if self.task_model:
            return
        if recipe.realignment.strategy is Strategy.BASELINE:
            raise ConfigError(
                "nothing is realigned, so there is no encoder to keep",
                where="realignment.strategy",
                fix="use 'before', 'during' or 'staged'",
            )
        if not languages:
            raise ConfigError(
                "nothing is realigned, so the encoder stays as it is",
                where="languages",
                fix="name at least one language, or ask for the fine-tuned task model (task_model)",
            )
