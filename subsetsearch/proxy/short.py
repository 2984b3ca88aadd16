"""Rung 2: a short real realignment of the top layers, on a trunk that was encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from realign_core.encoder.structure import layer_stack
from realign_core.encoder.trunk import TopBody, TrunkStates, trunk_states
from realign_core.progress import Progress
from realign_core.runs import DATA_SEED, run_prepared
from realign_core.workspace import Workspace
from subsetsearch.proxy.linear import DEV, sample_indices
from subsetsearch.study.config import ShortProxyConfig


@dataclass(frozen=True)
class ShortProxy:
    """Short runs with common random numbers: all subsets share head, orders and data.

    Args:
        workspace: The study's workspace, reduced to the proxy's data and schedule.
        states: Cached states below the trained layers.
        depth: Layers below.
        seeds: Runs are averaged over these.
    """

    workspace: Workspace
    states: TrunkStates
    depth: int
    seeds: tuple[int, ...]

    def scores(self, languages: Sequence[str]) -> dict[str, float]:
        """Realign, fine-tune and score a subset on every target's dev data.

        Args:
            languages: Members of the pool (corpus codes); none for no realignment.

        Returns:
            Target to accuracy in [0, 1], averaged over seeds.

        Raises:
            TrainingError: If a loss is not finite.
        """
        runs = [
            run_prepared(self.workspace, languages, seed=seed, split=DEV, body=self._top()).scores
            for seed in self.seeds
        ]
        return {target: float(np.mean([run[target] for run in runs])) for target in runs[0]}

    def score(self, languages: Sequence[str]) -> float:
        """Mean over targets of :meth:`scores`, in [0, 1]."""
        return float(np.mean(list(self.scores(languages).values())))

    def _top(self) -> TopBody:
        """Copy the untrained top layers; the rest is shared."""
        body = self.workspace.body
        return TopBody(
            body.model, self.states, self.depth, pad_id=body.pad_id, kernel=body.kernel, device=body.device
        )


def build_short_proxy(
    workspace: Workspace, config: ShortProxyConfig, cache: Path, *, progress: Progress | None = None
) -> ShortProxy:
    """Encode the trunk of the proxy's data once; the states are cached.

    Args:
        workspace: Prepared with the pool and the dev split.
        config: Sizes and schedule.
        cache: Folder shared by the study's processes.
        progress: Shows the encoding.

    Raises:
        EncoderError: If the encoder has no layers left below the trained ones.
    """
    small = _reduced(workspace, config)
    depth = len(layer_stack(workspace.body.model)) - config.layers
    ids = [*small.train.ids, *(ids for f in small.evaluation[DEV].values() for ids in f.ids)]
    ids += [small.tokens[s] for text in small.parallel.values() for s in (*text.source, *text.target)]
    states = trunk_states(
        workspace.body,
        ids,
        depth,
        cache,
        key=workspace.fingerprint,
        max_tokens=workspace.recipe.compute.eval_tokens,
        progress=progress,
    )
    return ShortProxy(small, states, depth, config.seeds)


def _reduced(workspace: Workspace, config: ShortProxyConfig) -> Workspace:
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
                update={"epochs": config.epochs, "freeze": "none", "learning_rate": config.learning_rate}
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
