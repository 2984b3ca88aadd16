"""Rung 2: a short real realignment of the top layers, on a trunk that was encoded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import nn

from realign_core.data.examples import ParallelText
from realign_core.encoder.layers import layer_stack
from realign_core.encoder.trunk import TopLayers, TrunkStates, trunk_states
from realign_core.runs.running.run import run_prepared
from realign_core.runs.running.training import draw_pairs
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.arrays import Float, Int
from realign_core.support.progress import Progress
from realign_core.support.seeds import DATA_SEED, sample_indices
from realign_core.training.evaluation import encode_units, evaluate
from realign_core.training.realignment import realign
from subsetsearch.config.proxy import Readout, ShortProxyConfig
from subsetsearch.config.rungs import SHORT, RungWords
from subsetsearch.rungs.gain import GainScale
from subsetsearch.rungs.linear.pair_retrieval import pair_vectors
from subsetsearch.rungs.linear.probe import fit_probe
from subsetsearch.rungs.linear.retrieval import retrieval
from subsetsearch.rungs.measured import DEV, Measured, Proxy
from subsetsearch.rungs.rung import Rung, Scores
from subsetsearch.rungs.shared import SharedData, cut_to
from subsetsearch.rungs.short_check import check_short
from subsetsearch.subset import Subset


@dataclass(frozen=True)
class ShortProxy(Proxy):
    """Short runs with common random numbers: all subsets share head, orders and data.

    The task is learnt from the realigned top layers in one of two ways: by a probe, which is a logistic
    regression on their unit vectors of the source language and has no random start, or by fine-tuning
    these layers for a few steps.

    Args:
        workspace: The study's workspace, reduced to the proxy's data and schedule.
        states: Cached states below the trained layers.
        depth: Layers below.
        readout: How the task is learnt.
        seeds: Runs are averaged over these.
        held_out: Target to held-out sentence pairs, for targets that have no labels.
    """

    workspace: Workspace
    states: TrunkStates
    depth: int
    readout: Readout
    seeds: tuple[int, ...]
    held_out: Mapping[str, ParallelText] = field(default_factory=dict)

    def scores(self, languages: Sequence[str], pairs: int | None = None) -> dict[str, float]:
        """Realign, learn the task, and score a subset on every target's development data.

        Args:
            languages: Members of the pool (corpus codes); none for no realignment.
            pairs: Each gives at most so many of its cached pairs; all of them, if left out.

        Returns:
            Target to score in [0, 1], averaged over seeds.

        Raises:
            TrainingError: If a loss is not finite.
        """
        return dict(self.measure(languages, pairs).labelled)

    def measure(self, languages: Sequence[str], pairs: int | None = None) -> Measured:
        """Score a subset as :meth:`scores`, and align the held-out pairs by the same encoder.

        Args:
            languages: Members of the pool (corpus codes); none for no realignment.
            pairs: As there.

        Raises:
            TrainingError: If a loss is not finite.
        """
        cut = self if pairs is None else replace(self, workspace=_first_pairs(self.workspace, pairs))
        run = cut._probed if self.readout == "probe" else cut._finetuned
        runs = [run(sorted(languages), seed) for seed in self.seeds]
        return Measured(_means([run.labelled for run in runs]), _means([run.retrieval for run in runs]))

    def _finetuned(self, languages: Sequence[str], seed: int) -> Measured:
        encoder = self._top()
        scores = run_prepared(self.workspace, languages, seed=seed, split=DEV, encoder=encoder).scores
        return Measured(scores, self._aligned(encoder))

    def _probed(self, languages: Sequence[str], seed: int) -> Measured:
        """Realign, then fit a probe on the source language; nothing is fine-tuned."""
        space, encoder = self.workspace, self._top()
        if languages:
            realign(encoder, draw_pairs(space, languages, seed), space.recipe.realignment, seed=seed)
        size = space.recipe.compute.eval_tokens
        units = encode_units(encoder, space.train, max_tokens=size)
        head = probe_head(units, space.train.unit_labels(), len(space.task.labels)).to(encoder.device)
        scores = evaluate(encoder, head, space.task, space.evaluation[DEV], max_tokens=size)
        return Measured(scores, self._aligned(encoder))

    def _aligned(self, encoder: TopLayers) -> dict[str, float]:
        pairs = pair_vectors(encoder, self.workspace, self.held_out) if self.held_out else {}
        return {target: retrieval(*vectors) for target, vectors in pairs.items()}

    def _top(self) -> TopLayers:
        """Copy the untrained top layers; the rest is shared."""
        return TopLayers(self.workspace.encoder, self.states, self.depth)


@dataclass(frozen=True)
class ShortRung(Rung):
    """Rung 2 of a study: what it cannot tell apart is run once.

    Args:
        data: Of the study.
    """

    data: SharedData
    _scores: dict[Subset, Scores] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def label(self) -> RungWords:
        """How results name it."""
        return SHORT

    @cached_property
    def proxy(self) -> ShortProxy:
        """What scores the corpus's codes."""
        data = self.data
        config, held_out = data.problem.config.proxy.short, data.problem.pool.held_out
        return build_short_proxy(
            data.workspace, config, data.cache, held_out=held_out, progress=data.progress
        )

    def scores(self, subset: Subset) -> Scores:
        """Score of each target in [0, 1]; of targets without labels, what is expected by their retrieval."""
        cut = cut_to(subset, self.data.problem.config.proxy.short.pairs)
        if cut not in self._scores:
            measured, unlabelled = self.measure(cut), self.data.problem.targets.unlabelled
            expected = self._scale(measured, unlabelled) if unlabelled else {}
            self._scores[cut] = dict(measured.labelled) | expected
        return self._scores[cut]

    def measure(self, subset: Subset) -> Measured:
        """Measure accuracy and retrieval of all targets that have either."""
        cut = cut_to(subset, self.data.problem.config.proxy.short.pairs)
        measured = self.proxy.measure(self.data.codes(cut), cut.pairs)
        return Measured(self.data.by_key(measured.labelled), measured.retrieval)

    @cached_property
    def _scale(self) -> GainScale:
        count = self.data.problem.config.proxy.retrieval.subsets
        return self.data.gain_scale(SHORT.number, self.measure, count)

    def prepare(self) -> None:
        """Encode the trunk."""
        _ = self.proxy

    def seconds(self) -> float | None:
        """Unknown before trials have been timed."""
        return None


def build_short_proxy(
    workspace: Workspace,
    config: ShortProxyConfig,
    cache: Path,
    *,
    held_out: Mapping[str, ParallelText] | None = None,
    progress: Progress | None = None,
) -> ShortProxy:
    """Encode the trunk of the proxy's data once; the states are cached.

    Args:
        workspace: Prepared with the pool and the dev split.
        config: Sizes and schedule.
        cache: Folder shared by the study's processes.
        held_out: Target to held-out sentence pairs; the workspace has their tokens.
        progress: Shows the encoding.

    Raises:
        ConfigError: If the encoder has no layers left below the trained ones, or a probe cannot read the
            task out.
    """
    n_layers = len(layer_stack(workspace.encoder.model))
    check_short(config, workspace.recipe.task.kind, n_layers)
    small = reduced(workspace, config)
    depth = n_layers - config.layers
    ids = [*small.train.ids, *(ids for f in small.evaluation[DEV].values() for ids in f.ids)]
    texts = [*small.parallel.values(), *(held_out or {}).values()]
    ids += [small.tokens[s] for text in texts for s in (*text.source, *text.target)]
    states = trunk_states(
        workspace.encoder,
        ids,
        depth,
        cache,
        key=f"{workspace.fingerprint} {workspace.vocabulary.key()}",
        max_tokens=workspace.recipe.compute.eval_tokens,
        progress=progress,
    )
    return ShortProxy(small, states, depth, config.readout, config.seeds, held_out or {})


def _means(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Average over seeds."""
    return {target: float(np.mean([run[target] for run in runs])) for target in runs[0]}


def probe_head(units: Float, labels: Int, n_labels: int) -> nn.Linear:
    """Fit a probe and write it as a head.

    Args:
        units: Unit vectors of the source language, shape (n, d).
        labels: Their labels, shape (n,), in 0 … n_labels - 1; some may be missing.
        n_labels: Outputs of the head.

    Returns:
        A linear map (d → n_labels); a label that is missing is never the best.
    """
    present, dense = np.unique(labels, return_inverse=True)
    centre = units.mean(axis=0)
    weights, bias = fit_probe(units - centre, dense)
    head = nn.Linear(units.shape[1], n_labels)
    with torch.no_grad():
        head.weight.zero_()
        head.bias.fill_(-1e9)
        head.weight[present] = torch.from_numpy(weights.T).to(head.weight.dtype)
        head.bias[present] = torch.from_numpy(bias - centre @ weights).to(head.bias.dtype)
    return head


def _first_pairs(workspace: Workspace, pairs: int) -> Workspace:
    """Cut the proxy's samples; they are in the order of the draw, so what is left is a smaller draw."""
    return replace(workspace, parallel={code: text.head(pairs) for code, text in workspace.parallel.items()})


def reduced(workspace: Workspace, config: ShortProxyConfig) -> Workspace:
    """Keep the proxy's share of the data, and give the recipe its short schedule."""
    recipe = workspace.recipe
    short = recipe.model_copy(
        update={
            "realignment": recipe.realignment.model_copy(
                update={
                    "steps": config.steps,
                    "pairs_per_language": None,
                    "freeze": "none",
                    "learning_rate": config.learning_rate,
                }
            ),
            "finetuning": recipe.finetuning.model_copy(
                update={
                    "epochs": config.epochs,
                    "freeze": "none",
                    "learning_rate": config.learning_rate,
                    "repeats": 1,
                }
            ),
        }
    )
    train = workspace.train
    return replace(
        workspace,
        recipe=short,
        train=train.subset(sample_indices(len(train), config.train_examples, "train")),
        evaluation={
            DEV: {
                code: features.subset(sample_indices(len(features), config.dev_examples, code))
                for code, features in workspace.evaluation[DEV].items()
            }
        },
        parallel={code: text.take(config.pairs, DATA_SEED) for code, text in workspace.parallel.items()},
    )
