"""Train and score: once, or several times from one realigned encoder."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import torch
from torch import nn

from realign_core.data.labelled import Split
from realign_core.encoder.freeze import freezing, frozen_range
from realign_core.encoder.layers import layer_stack
from realign_core.encoder.trainable import TrainableEncoder, WholeEncoder
from realign_core.encoder.trunk import TopLayers, trunk_states
from realign_core.recipe import FinetuningConfig
from realign_core.runs.running.training import Training, build_training, task_source
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.progress import Progress
from realign_core.support.seeds import Seeds
from realign_core.training.evaluation import predict_targets
from realign_core.training.finetuning import finetuning_phase
from realign_core.training.loop import PhaseReport, Saver, Segment, train

StoreOf = Callable[[str, TrainableEncoder, nn.Module], Saver | None]
"""Opens the checkpoints of a part of a run, named by it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of one fine-tuned encoder on one split, by target."""

    scores: Mapping[str, float]
    details: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run found.

    Args:
        by_split: Scores of each fine-tuning, in order.
        losses: By training phase; of several fine-tunings the mean.
        clock: Wall time by phase, of all fine-tunings together.
        tokens: Real tokens by phase.
        pairs: Sentence pairs that realignment saw.
    """

    by_split: Mapping[Split, tuple[Scored, ...]]
    losses: Mapping[str, float]
    clock: Mapping[str, float]
    tokens: Mapping[str, int]
    pairs: int


def measure(
    workspace: Workspace,
    encoder: TrainableEncoder,
    languages: Sequence[str],
    seeds: Seeds,
    splits: Sequence[Split],
    *,
    store_of: StoreOf,
    progress: Progress | None = None,
) -> Measured:
    """Train an encoder (in place) by a workspace's recipe and score it on every target and split.

    Args:
        workspace: Data and recipe.
        encoder: What is trained.
        languages: Realignment languages, sorted.
        seeds: By stage.
        splits: Among the prepared ones; evaluated together.
        store_of: Opens checkpoints.
        progress: Shows steps.
    """
    head = workspace.head(seeds.head).to(encoder.device)
    training = build_training(workspace, encoder, head, languages, seeds)
    log = _Log(splits)
    encoder.model.train()
    if workspace.recipe.finetuning.repeats == 1:
        saver = store_of("", encoder, head)
        log.trained(train(training.phases, training.segments, saver=saver, progress=progress))
        log.scored(score_splits(workspace, encoder, head, splits, progress))
    else:
        _repeat(workspace, encoder, training, seeds, log, store_of, progress)
    return log.measured(training.pairs)


def _repeat(
    workspace: Workspace,
    encoder: TrainableEncoder,
    training: Training,
    seeds: Seeds,
    log: _Log,
    store_of: StoreOf,
    progress: Progress | None,
) -> None:
    """Realign once, and fine-tune and score several times from there."""
    before = [segment for segment in training.segments if segment.phase == "realignment"]
    if before:
        saver = store_of("-realignment", encoder, nn.Module())
        log.trained(train(training.phases, before, saver=saver, progress=progress))
    with starts(workspace, encoder, log.splits, progress) as start:
        if start.tokens:
            log.add("trunk", start.seconds, start.tokens)
        for number in range(start.config.repeats):
            repeat_seeds = seeds.repeat(number)
            body, head = start.fresh(), workspace.head(repeat_seeds.head).to(encoder.device)
            body.model.train()
            phase = finetuning_phase(task_source(workspace, body, head, start.config, repeat_seeds))
            saver = store_of(f"-finetuning-{number}", body, head)
            segment = Segment(phase.name, 0, phase.steps)
            log.trained(train({phase.name: phase}, [segment], saver=saver, progress=progress))
            log.scored(score_splits(workspace, body, head, log.splits, progress))


@dataclass(frozen=True, slots=True)
class Start:
    """Where each fine-tuning of one realigned encoder begins.

    Args:
        fresh: Gives the realigned encoder, untouched by the fine-tuning before.
        config: How that is fine-tuned.
        seconds: Wall time of the states below the trained layers, where they are kept.
        tokens: Real tokens of these.
    """

    fresh: Callable[[], TrainableEncoder]
    config: FinetuningConfig
    seconds: float = 0.0
    tokens: int = 0


@contextmanager
def starts(
    workspace: Workspace,
    encoder: TrainableEncoder,
    splits: Sequence[Split],
    progress: Progress | None = None,
) -> Iterator[Start]:
    """Make an encoder the start of several fine-tunings.

    Where fine-tuning trains just the layers above some depth, ``fresh`` gives these layers on the states
    below them, which are computed here for all texts of the run. Otherwise it gives the encoder itself, with
    the weights that it has now.

    Args:
        workspace: Data and recipe.
        encoder: After realignment.
        splits: Will be scored.
        progress: Shows texts.
    """
    config = workspace.recipe.finetuning
    depth = trunk_depth(encoder, config)
    if depth and isinstance(encoder, WholeEncoder):
        with tempfile.TemporaryDirectory(prefix="realigned-") as folder:
            begin = time.perf_counter()
            texts = [*workspace.train.ids]
            texts += [ids for s in splits for f in workspace.evaluation[s].values() for ids in f.ids]
            size = workspace.recipe.compute.eval_tokens
            states = trunk_states(
                encoder, texts, depth, Path(folder), key="", max_tokens=size, progress=progress
            )
            top = config.model_copy(update={"freeze": "none", "freeze_embeddings": False})
            spent = time.perf_counter() - begin
            yield Start(lambda: TopLayers(encoder, states, depth), top, spent, sum(map(len, texts)))
    else:
        start_values = {
            name: p.detach().clone() for name, p in encoder.model.named_parameters() if p.requires_grad
        }

        def restored() -> TrainableEncoder:
            with torch.no_grad():
                for name, parameter in encoder.model.named_parameters():
                    if name in start_values:
                        parameter.copy_(start_values[name])
            return encoder

        yield Start(restored, config)


def trunk_depth(encoder: TrainableEncoder, config: FinetuningConfig) -> int:
    """Count the frozen layers below those that fine-tuning trains; 0 if it trains anything else."""
    stack = layer_stack(encoder.model)
    frozen = frozen_range(config.freeze, len(stack))
    depth = len(list(takewhile(lambda i: i in frozen, range(len(stack)))))
    with freezing(encoder.model, config.freeze, embeddings=config.freeze_embeddings) as trained:
        above = {id(p) for layer in stack[depth:] for p in layer.parameters()}
        return depth if {id(p) for p in trained} == above else 0


def score_splits(
    workspace: Workspace,
    encoder: TrainableEncoder,
    head: nn.Module,
    splits: Sequence[Split],
    progress: Progress | None = None,
) -> tuple[dict[Split, Scored], float, int]:
    """Score every target language of every split.

    Args:
        workspace: Data and recipe.
        encoder: After fine-tuning.
        head: Its head.
        splits: Evaluated together.
        progress: Shows texts.

    Returns:
        Scores by split, wall time, and real tokens.
    """
    start, task = time.perf_counter(), workspace.task
    targets = {f"{split}/{code}": f for split in splits for code, f in workspace.evaluation[split].items()}
    size = workspace.recipe.compute.eval_tokens
    predicted = predict_targets(encoder, head, task, targets, max_tokens=size, progress=progress)
    by_split = {}
    for split in splits:
        parts = {code: (predicted[f"{split}/{code}"], f) for code, f in workspace.evaluation[split].items()}
        by_split[split] = Scored(
            {code: task.score(*part) for code, part in parts.items()},
            {code: task.details(*part, code) for code, part in parts.items()},
        )
    return by_split, time.perf_counter() - start, sum(features.n_tokens for features in targets.values())


class _Log:
    """Adds up what the parts of a run report."""

    def __init__(self, splits: Sequence[Split]) -> None:
        self.splits = tuple(splits)
        self.found: dict[Split, list[Scored]] = {split: [] for split in splits}
        self.losses: dict[str, list[float]] = {}
        self.clock: dict[str, float] = {}
        self.tokens: dict[str, int] = {}

    def trained(self, reports: Mapping[str, PhaseReport]) -> None:
        """Note what training phases did."""
        for name, report in reports.items():
            self.losses.setdefault(name, []).append(report.loss)
            self.add(name, report.seconds, report.tokens)

    def scored(self, result: tuple[Mapping[Split, Scored], float, int]) -> None:
        """Note the scores of a fine-tuned encoder."""
        by_split, seconds, tokens = result
        for split, scored in by_split.items():
            self.found[split].append(scored)
        self.add("evaluation", seconds, tokens)

    def add(self, phase: str, seconds: float, tokens: int) -> None:
        """Note time and tokens of a phase."""
        self.clock[phase] = self.clock.get(phase, 0.0) + seconds
        self.tokens[phase] = self.tokens.get(phase, 0) + tokens

    def measured(self, pairs: int) -> Measured:
        """Sum up."""
        return Measured(
            by_split={split: tuple(scored) for split, scored in self.found.items()},
            losses={name: sum(losses) / len(losses) for name, losses in self.losses.items()},
            clock=self.clock,
            tokens=self.tokens,
            pairs=pairs,
        )
