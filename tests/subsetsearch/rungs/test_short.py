"""Rung 2: readouts, common random numbers, and the head that a probe becomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from realign_core.recipe import TaskKind
from subsetsearch.errors import ConfigError
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.linear.probe import fit_probe
from subsetsearch.rungs.short import build_short_proxy, probe_head


@pytest.mark.parametrize("readout", ["probe", "finetuning"])
def test_a_readout_scores_every_target_the_same_way_twice(ladder: Ladder, readout: str) -> None:
    config = ladder.problem.config.proxy.short.model_copy(update={"readout": readout})
    proxy = build_short_proxy(ladder.first.data.workspace, config, ladder.folder.cache)
    languages = sorted(ladder.problem.pool.codes.values())[:2]
    first = proxy.scores(languages)
    assert first == proxy.scores(languages[::-1])
    assert set(first) == {ladder.problem.targets.codes[key] for key in ladder.problem.targets.searched}
    assert all(0 <= score <= 1 for score in first.values())
    assert proxy.score(languages) == pytest.approx(np.mean(list(first.values())))


def test_a_probe_needs_no_random_start(ladder: Ladder) -> None:
    config = ladder.problem.config.proxy.short.model_copy(update={"readout": "probe"})
    seeds = [config.model_copy(update={"seeds": (seed,)}) for seed in (1, 2)]
    scores = [
        build_short_proxy(ladder.first.data.workspace, c, ladder.folder.cache).scores([]) for c in seeds
    ]
    assert scores[0] == scores[1]  # without realignment nothing is drawn


def test_a_task_without_a_label_a_unit_cannot_be_probed(ladder: Ladder) -> None:
    workspace = ladder.first.data.workspace
    task = workspace.recipe.task.model_copy(update={"kind": TaskKind.QA})
    workspace = replace(workspace, recipe=workspace.recipe.model_copy(update={"task": task}))
    with pytest.raises(ConfigError, match=r"proxy\.short\.readout.*finetuning"):
        build_short_proxy(
            workspace,
            ladder.problem.config.proxy.short.model_copy(update={"readout": "probe"}),
            ladder.folder.cache,
        )


def test_a_probe_becomes_a_head() -> None:
    rng = np.random.default_rng(3)
    units = rng.normal(size=(60, 5)).astype(np.float32) + 4.0
    labels = np.array([0, 2, 3] * 20)  # label 1 does not occur
    head = probe_head(units, labels, 4)
    with torch.no_grad():
        scores = head(torch.from_numpy(units)).numpy()
    weights, bias = fit_probe(units - units.mean(axis=0), labels - (labels > 0))
    expected = (units - units.mean(axis=0)) @ weights + bias
    np.testing.assert_allclose(scores[:, [0, 2, 3]], expected, atol=1e-3)
    assert not (scores.argmax(axis=1) == 1).any()
