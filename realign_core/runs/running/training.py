"""What a run trains: its phases, in the order of its strategy, and the pairs that are drawn for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from torch import nn

from realign_core.data.examples import ParallelText
from realign_core.data.mixing import MixedPair, at_most, mix_pairs
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.recipe import FinetuningConfig, RealignmentConfig, Strategy
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.errors import DataError
from realign_core.support.seeds import DATA_SEED, Seeds
from realign_core.training.finetuning import TaskSource, finetuning_phase
from realign_core.training.loop import Phase, Segment, plan
from realign_core.training.pairs import AlignedWords, TokenisedPair
from realign_core.training.realignment import RealignmentSource, realignment_phase
from realign_core.training.sources import MicroBatches


@dataclass(frozen=True)
class Training:
    """What one run trains: phases, their order, and its pairs.

    Args:
        phases: By name.
        segments: Their order.
        pairs: Sentence pairs that training sees, with repetitions.
        pairs_by_language: Different pairs of each realignment language.
    """

    phases: Mapping[str, Phase]
    segments: tuple[Segment, ...]
    pairs: int
    pairs_by_language: Mapping[str, int] = field(default_factory=dict)


def build_training(
    workspace: Workspace,
    encoder: TrainableEncoder,
    head: nn.Module,
    languages: Sequence[str],
    seed: int | Seeds,
) -> Training:
    """Build the phases of a run by its strategy.

    Args:
        workspace: Data and recipe.
        encoder: What is trained.
        head: The task's head.
        languages: Realignment languages, sorted; none for no realignment.
        seed: Names the draw of pairs and the orders, or one seed for each stage.

    Raises:
        DataError: If there are fewer pairs than asked for.
        EncoderError: If freezing or layers do not fit the encoder.
    """
    recipe, seeds = workspace.recipe, Seeds.of(seed)
    config, size = recipe.realignment, recipe.compute.micro_batch
    task = task_source(workspace, encoder, head, recipe.finetuning, seeds)
    phases = {"finetuning": finetuning_phase(task)}
    if not languages or config.strategy is Strategy.BASELINE:
        return Training(phases, plan(Strategy.BASELINE, 1, 0, task.steps), 0)
    during = config.strategy is Strategy.DURING
    mixed = _draw(workspace, languages, seeds.pairs, steps=task.steps if during else None)
    pairs = [_tokenised(workspace, pair) for pair in mixed]
    source = RealignmentSource(encoder, pairs, config, seed=seeds.realignment, micro=MicroBatches(size))
    if during:
        phases["finetuning"] = finetuning_phase(task, source, joint=config.joint)
    else:
        phases["realignment"] = realignment_phase(source, config)
    segments = plan(config.strategy, config.stages, source.steps, task.steps)
    by_language = Counter(pair.language for pair in set(mixed))
    return Training(phases, segments, len(pairs), dict(sorted(by_language.items())))


def task_source(
    workspace: Workspace, encoder: TrainableEncoder, head: nn.Module, config: FinetuningConfig, seeds: Seeds
) -> TaskSource:
    """Build the batches of the task.

    Args:
        workspace: Data.
        encoder: What is trained.
        head: The task's head.
        config: Fine-tuning.
        seeds: Name the order.
    """
    return TaskSource(
        encoder,
        head,
        workspace.train,
        config,
        seed=seeds.finetuning,
        loss=workspace.task.loss,
        micro=MicroBatches(workspace.recipe.compute.micro_batch),
    )


def draw_pairs(
    workspace: Workspace, languages: Sequence[str], seed: int, *, steps: int | None = None
) -> list[TokenisedPair]:
    """Draw the pairs of one run: the recipe's budget, shared out over the languages.

    Args:
        workspace: Holds texts and tokens.
        languages: Realignment languages, sorted.
        seed: Names the order; which pairs a language has does not depend on it.
        steps: Steps to draw for; the recipe's, if left out.

    Raises:
        DataError: If a language has fewer than ``realignment.pairs_per_language`` pairs and
            ``all_if_fewer`` is off, or the steps exceed the data and ``realignment.repeat`` is off.
    """
    return [_tokenised(workspace, pair) for pair in _draw(workspace, languages, seed, steps=steps)]


def _draw(workspace: Workspace, languages: Sequence[str], seed: int, *, steps: int | None) -> list[MixedPair]:
    """Draw the pairs of one run, as :func:`draw_pairs`."""
    config = workspace.recipe.realignment
    texts = [_limited(workspace.parallel[code], config) for code in languages]
    budget = (steps or config.steps) * config.pairs_per_batch
    return mix_pairs(
        texts, budget, seed=seed, mix=config.mix, repeat=config.repeat, max_passes=config.max_passes
    )


def _limited(text: ParallelText, config: RealignmentConfig) -> ParallelText:
    limit = config.pairs_per_language
    if limit is None:
        return text
    if config.all_if_fewer:
        return at_most(text, limit)
    if len(text) < limit:
        raise DataError(
            f"{limit} pairs are wanted, but there are {len(text)}",
            where=text.language,
            fix="lower realignment.pairs_per_language, or set realignment.all_if_fewer",
        )
    return text.take(limit, DATA_SEED)


def _tokenised(workspace: Workspace, pair: MixedPair) -> TokenisedPair:
    words = None
    if workspace.links:
        links = workspace.links[pair.language, pair.source, pair.target]
        words = AlignedWords(workspace.words[pair.source], workspace.words[pair.target], links)
    return TokenisedPair(workspace.tokens[pair.source], workspace.tokens[pair.target], pair.source, words)
