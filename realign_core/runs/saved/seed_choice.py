"""Several seeds: each is measured on development data, and one is kept, or the average of their weights.

Test data are not read. Where the encoder is kept as realignment has left it, all candidates are fine-tuned
with the first seed, so that they differ by their realignment alone.
"""

from __future__ import annotations

import json
import logging
import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from realign_core.data.labelled import Split
from realign_core.runs.running.run import result_hash, run_prepared
from realign_core.runs.saved.options import TrainOptions
from realign_core.runs.saved.weights import Weights, mean_tensors, train_weights
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.errors import ConfigError
from realign_core.support.files.cache import damage_of, keeping
from realign_core.support.files.keys import content_key
from realign_core.support.files.writing import write_json
from realign_core.support.progress import Progress
from realign_core.training.distributed import replicas
from realign_core.training.evaluation import evaluate

logger = logging.getLogger(__name__)

DEV: Split = "dev"

_SCORE, _TENSORS = "score.json", "weights.safetensors"


@dataclass(frozen=True, slots=True)
class SeedChoice:
    """What development data said of several seeds, and what was kept.

    Args:
        metric: Of the scores.
        scores: Seed to mean score over the targets' development data, in [0, 1].
        targets: These targets, by the task's codes.
        average: The same of the averaged weights; ``None`` if they were not asked for.
    """

    metric: str
    scores: Mapping[int, float]
    targets: tuple[str, ...]
    average: float | None = None

    @property
    def best_seed(self) -> int:
        """The seed with the best score; of equal ones the first."""
        return max(self.scores, key=lambda seed: self.scores[seed])

    @property
    def keeps_average(self) -> bool:
        """Whether the averaged weights are better than any seed."""
        return self.average is not None and self.average > self.scores[self.best_seed]

    @property
    def average_lost(self) -> bool:
        """Whether averaged weights were asked for and not kept, which a warning has said."""
        return self.average is not None and not self.keeps_average

    @property
    def sentence(self) -> str:
        """The scores in percent, and what is kept."""
        by_seed = ", ".join(f"seed {seed} {_percent(score)}" for seed, score in self.scores.items())
        text = f"{self.metric} on development data of {len(self.targets)} targets: {by_seed}"
        if self.average is None:
            return f"{text}. Kept: seed {self.best_seed}"
        mean = sum(self.scores.values()) / len(self.scores)
        text += f" (mean {_percent(mean)}), averaged weights {_percent(self.average)}"
        if self.keeps_average:
            return f"{text}. Kept: the averaged weights"
        lost = "worse than the seeds' mean" if self.average < mean else "no better than the best seed"
        return f"{text}. AVERAGING DID NOT PAY: {lost}. Kept: seed {self.best_seed}"


def choose_weights(
    workspace: Workspace,
    languages: Sequence[str],
    options: TrainOptions,
    *,
    progress: Progress | None = None,
) -> tuple[SeedChoice, Weights | None]:
    """Train every seed, and measure each on development data.

    Args:
        workspace: Has development data of the targets, and no test data.
        languages: Realignment languages, sorted, among the prepared ones.
        options: Name the seeds; with ``checkpoints`` finished seeds are not trained again.
        progress: Shows steps.

    Returns:
        The choice; and the averaged weights, if these are kept.

    Raises:
        ConfigError: If no target has development data.
        RealignError: If training fails.
    """
    targets = tuple(c for c in workspace.evaluation.get(DEV, {}) if not workspace.recipe.task.is_source(c))
    if not targets:
        raise ConfigError(
            "no target has labelled development data to choose a seed by",
            where="seeds",
            fix="give one seed, or name targets that have a dev split",
        )
    candidates = _Candidates(workspace, tuple(languages), options, targets, progress)
    if not options.average:
        scores = {seed: candidates.score(seed) for seed in options.seeds}
        candidates.clear()
        return _say(SeedChoice(workspace.task.metric, scores, targets)), None
    mean = mean_tensors(candidates.tensors())
    scores = {seed: candidates.score(seed) for seed in options.seeds}
    averaged = candidates.averaged(mean)
    average = candidates.measure(averaged)
    choice = _say(SeedChoice(workspace.task.metric, scores, targets, average))
    averaged.fill(mean)  # measuring may have fine-tuned it
    candidates.clear()
    return choice, averaged if choice.keeps_average else None


def _say(choice: SeedChoice) -> SeedChoice:
    logger.log(logging.WARNING if choice.average_lost else logging.INFO, "%s", choice.sentence)
    return choice


def _percent(score: float) -> str:
    return f"{100 * score:.1f} %"


class _Candidates:
    """The seeds' weights, trained when they are asked for, and what is known of them so far."""

    def __init__(
        self,
        workspace: Workspace,
        languages: tuple[str, ...],
        options: TrainOptions,
        targets: tuple[str, ...],
        progress: Progress | None,
    ) -> None:
        self.workspace, self.languages, self.options = workspace, languages, options
        self.targets, self.progress = targets, progress
        self.finetuned = options.finetunes(workspace.recipe)
        self.first = options.seeds[0]
        self.head_seed = options.head_seed
        if options.average and self.head_seed is None:
            self.head_seed = self.first
        self.scores: dict[int, float] = {}
        self.last: Weights | None = None
        self.folder: Path | None = None
        if options.checkpoints is not None:
            parts = [result_hash(workspace, languages), self.first, self.finetuned, self.head_seed, targets]
            self.folder = options.checkpoints / f"seeds-{content_key(parts)}"

    def score(self, seed: int) -> float:
        """Score of a seed on development data; it is trained, if that is not known yet."""
        if seed not in self.scores and (folder := self._kept(seed)) is not None:
            self.scores[seed] = float(json.loads((folder / _SCORE).read_text(encoding="utf-8"))["score"])
        if seed not in self.scores:
            self._train(seed)
        return self.scores[seed]

    def tensors(self) -> Iterator[dict[str, Tensor]]:
        """The weights of each seed."""
        for seed in self.options.seeds:
            folder = self._kept(seed)
            yield load_file(folder / _TENSORS) if folder is not None else self._train(seed)

    def averaged(self, mean: Mapping[str, Tensor]) -> Weights:
        """Weights that are filled with an average, and named after the first seed's training."""
        if self.last is None:  # all seeds were trained before an interruption
            self._train(self.first)
        assert self.last is not None
        self.last.fill(mean)
        return replace(self.last, store=None)

    def measure(self, weights: Weights) -> float:
        """Mean score over the targets' development data; fine-tunes what is not."""
        if self.finetuned:
            dev = weights.workspace.evaluation[DEV]
            scores: Mapping[str, float] = evaluate(
                weights.encoder,
                weights.head,
                self.workspace.task,
                {code: dev[code] for code in self.targets},
                max_tokens=self.workspace.recipe.compute.eval_tokens,
                progress=self.progress,
            )
        else:
            encoder = weights.encoder
            scores = run_prepared(
                self.workspace, (), seed=self.first, split=DEV, encoder=encoder, progress=self.progress
            ).scores
        return math.fsum(scores[code] for code in self.targets) / len(self.targets)

    def clear(self) -> None:
        """Forget what was kept for an interruption."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _kept(self, seed: int) -> Path | None:
        """Folder of a seed that was trained before an interruption; none that is damaged."""
        if self.folder is None:
            return None
        place = self.folder / str(seed)
        damage = damage_of(place)
        if damage:
            logger.warning("what seed %d had learnt is damaged (%s: %s): trained again", seed, place, damage)
        return place if damage is None else None

    def _train(self, seed: int) -> dict[str, Tensor]:
        weights = train_weights(
            self.workspace,
            self.languages,
            seed,
            finetuned=self.finetuned,
            head_seed=self.head_seed,
            checkpoints=self.options.checkpoints,
            progress=self.progress,
        )
        tensors: dict[str, Tensor] = {}
        if self.options.average:
            tensors = {name: t.detach().cpu().clone() for name, t in weights.tensors.items()}
        self.scores[seed] = self.measure(weights)
        logger.info("seed %d: %s on development data", seed, _percent(self.scores[seed]))
        if self.folder is not None and replicas().first:
            with keeping(self.folder / str(seed)) as draft:
                if tensors:
                    save_file(tensors, draft / _TENSORS)
                write_json(draft / _SCORE, {"score": self.scores[seed]})
        if weights.store is not None:
            weights.store.clear()
        self.last = weights
        return tensors
