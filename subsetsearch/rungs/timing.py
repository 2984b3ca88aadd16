"""How long a study's rungs will take here: a few steps of each are timed, nothing is kept."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from realign_core.encoder.layers import layer_stack
from realign_core.encoder.load import made_trainable
from realign_core.encoder.trunk import TopLayers, trunk_states
from realign_core.runs.dry_run.subject import Subject
from realign_core.runs.dry_run.timing import time_run
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.arrays import Int
from realign_core.support.duration import Estimate
from realign_core.support.progress import NoProgress
from realign_core.support.seeds import DATA_SEED
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units
from subsetsearch.config.rungs import FULL, SHORT
from subsetsearch.config.study import StudyConfig
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import DEV, TEST
from subsetsearch.rungs.scaled import scaled
from subsetsearch.rungs.shared import SharedData
from subsetsearch.rungs.short import reduced

_LANGUAGES = 5
"""Number of languages of the subset that is timed."""

_BATCHES = 4
"""Number of batches that are encoded."""

_STEPS = 6
"""Number of fine-tuning steps that have data."""


@dataclass(frozen=True, slots=True)
class RungTimes:
    """What was timed.

    Args:
        prepare: Reading, tokenising, and encoding what all subsets share.
        top: The rung that the search ends at, a subset; ``None`` for rung 1.
        full_run: A full run on test data; ``None`` without labels.
        arithmetic: What it was timed with.
    """

    prepare: Estimate
    top: Estimate | None
    full_run: Estimate | None
    arithmetic: str


def open_data(problem: Problem, cache: Path, subject: Subject) -> tuple[SharedData, Estimate]:
    """Read and tokenise a study's data with the encoder that was checked, and say how long it took."""
    start = time.perf_counter()
    data = SharedData(problem, cache, NoProgress(), made_trainable(*subject.published))
    _ = data.workspace
    return data, Estimate.of([time.perf_counter() - start])


def time_full_run(subject: Subject) -> tuple[Estimate, str]:
    """Time a full run on test data, with some of the languages; say with which arithmetic."""
    workspace = prepare(
        subject.recipe,
        subject.texts,
        targets=subject.targets[TEST],
        splits=(TEST,),
        parallel=subject.texts,
        loaded=made_trainable(*subject.published),
    )
    times = time_run(workspace, _some_languages(workspace), split=TEST)
    return Estimate.total(times.values()), workspace.kernel.name


def time_rungs(data: SharedData, tests: Mapping[str, int], read: Estimate) -> RungTimes:
    """Time a study's rungs, and full runs on test data.

    Args:
        data: Of the study.
        tests: Test examples by target, for full runs.
        read: What reading took.
    """
    config, workspace = data.problem.config, data.workspace
    rate = _encoding_rate(workspace)
    whole = _full_run(workspace, tests)
    top = None
    shared = [read]
    if config.search.uses_rung1:
        shared.append(rate.times(_tokens_of_rung1(data)))
    if config.search.top_rung == SHORT.number:
        small = reduced(workspace, config.proxy.short)
        top = _short_run(small, config).times(len(config.proxy.short.seeds))
        below = 1 - config.proxy.short.layers / len(layer_stack(workspace.encoder.model))
        shared.append(
            rate.times(below * _tokens(small, _texts(small), small.train, *small.evaluation[DEV].values()))
        )
    elif config.search.top_rung == FULL.number and whole is not None:
        devs = {code: len(f) for code, f in workspace.evaluation[DEV].items()}
        dev = _full_run(scaled(workspace, config.proxy.full.scale), devs)
        top = None if dev is None else dev.times(len(config.proxy.full.seeds))
    return RungTimes(Estimate.total(shared), top, whole if tests else None, workspace.kernel.name)


def _encoding_rate(workspace: Workspace) -> Estimate:
    """Seconds a token through all layers, without gradients."""
    size = workspace.recipe.compute.eval_tokens
    texts = list(workspace.tokens.values())
    order = np.random.default_rng(0).permutation(len(texts))
    rates = []
    for half in np.array_split(order, 2):
        chosen, total = [], 0
        for i in half:
            if total > _BATCHES * size / 2:
                break
            chosen.append(texts[i])
            total += len(texts[i])
        if chosen:
            start = time.perf_counter()
            encode_units(workspace.encoder, _plain(chosen), max_tokens=size)
            rates.append((time.perf_counter() - start) / total)
    return Estimate.of(rates)


def _plain(ids: Sequence[Int]) -> Features:
    blank = np.empty(0, np.int64)
    return Features(tuple(ids), tuple(blank for _ in ids))


def _tokens_of_rung1(data: SharedData) -> float:
    """Tokens that rung 1 encodes; those that go through some layers only count in part."""
    config, workspace = data.problem.config.proxy.linear, data.workspace
    pairs = _sample(workspace, config.pairs)
    if config.measure == "gap":
        return config.depth * _tokens(workspace, pairs)
    labelled = [f.subset(range(min(len(f), config.dev_examples))) for f in workspace.evaluation[DEV].values()]
    held_out = {s for text in data.problem.pool.held_out.values() for s in (*text.source, *text.target)}
    return _tokens(workspace, pairs | held_out, workspace.train, *labelled)


def _sample(workspace: Workspace, pairs: int) -> set[str]:
    texts = (text.take(pairs, DATA_SEED) for text in workspace.parallel.values())
    return {s for text in texts for s in (*text.source, *text.target)}


def _texts(workspace: Workspace) -> set[str]:
    return {s for text in workspace.parallel.values() for s in (*text.source, *text.target)}


def _tokens(workspace: Workspace, sentences: Iterable[str], *features: Features) -> int:
    return sum(len(workspace.tokens[s]) for s in sentences) + sum(f.n_tokens for f in features)


def _some_languages(workspace: Workspace) -> list[str]:
    codes = sorted(workspace.parallel)
    order = np.random.default_rng(0).permutation(len(codes))
    return sorted(codes[i] for i in order[:_LANGUAGES])


def _full_run(workspace: Workspace, examples: Mapping[str, int]) -> Estimate | None:
    """A whole run with some languages, its evaluation scaled to so many examples."""
    n_examples = sum(len(features) for features in workspace.evaluation[DEV].values())
    if not n_examples or not examples:
        return None
    times = time_run(workspace, _some_languages(workspace), split=DEV)
    times["evaluation"] = times["evaluation"].times(sum(examples.values()) / n_examples)
    return Estimate.total(times.values())


def _short_run(small: Workspace, config: StudyConfig) -> Estimate:
    """A short run, timed on a part of its data whose states are encoded for this."""
    short = config.proxy.short
    size = small.recipe.finetuning.batch_size
    train = small.train.subset(range(min(len(small.train), _STEPS * size)))
    languages = _some_languages(small)
    part = replace(
        small,
        train=train,
        evaluation={DEV: _few(small.evaluation[DEV], _BATCHES * small.recipe.compute.eval_tokens)},
        parallel={code: small.parallel[code] for code in languages},
    )
    depth = len(layer_stack(small.encoder.model)) - short.layers
    ids = [*part.train.ids, *(i for f in part.evaluation[DEV].values() for i in f.ids)]
    ids += [part.tokens[s] for s in _texts(part)]
    with TemporaryDirectory(prefix="subsetsearch-") as folder:
        states = trunk_states(small.encoder, ids, depth, Path(folder), key="timing")
        times = time_run(part, languages, split=DEV, encoder=TopLayers(small.encoder, states, depth))
    evaluated = sum(f.n_tokens for f in small.evaluation[DEV].values())
    timed = max(1, sum(f.n_tokens for f in part.evaluation[DEV].values()))
    if short.readout == "probe":  # the training examples are encoded, as those of evaluation are
        times.pop("finetuning")
        evaluated += small.train.n_tokens
    else:
        steps = -(-len(small.train) // size) / -(-len(train) // size)
        times["finetuning"] = times["finetuning"].times(steps)
    if "evaluation" in times:
        times["evaluation"] = times["evaluation"].times(evaluated / timed)
    return Estimate.total(times.values())


def _few(targets: Mapping[str, Features], tokens: float) -> dict[str, Features]:
    """Keep the first examples of each target, so many tokens in all."""
    share = min(1.0, tokens / max(1, sum(f.n_tokens for f in targets.values())))
    return {code: f.subset(range(max(1, round(share * len(f))))) for code, f in targets.items()}
