"""At which depth of the encoder the statistics of parallel text are taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from realign_core.encoder.layers import layer_stack
from realign_core.encoder.padding import mean_pool
from realign_core.support.seeds import DATA_SEED
from subsetsearch.config import StudyConfig
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.rungs.ladder import Ladder, open_ladder
from subsetsearch.rungs.linear.statistics import build_statistics


def hidden(ladder: Ladder, sentences: list[str], layer: int) -> np.ndarray:
    """Mean-pooled hidden states of the whole encoder."""
    encoder = ladder.first.data.workspace.encoder
    encoder.model.eval()
    with torch.inference_mode():
        (states,), mask = encoder.states([ladder.first.data.workspace.tokens[s] for s in sentences], (layer,))
        return mean_pool(states, mask).float().numpy()


@pytest.mark.parametrize("layer", [0, 1])
def test_moments_are_those_of_the_hidden_state(ladder: Ladder, layer: int) -> None:
    space = ladder.first.data.workspace
    depth = layer / len(layer_stack(space.encoder.model))
    found = build_statistics(space, 20, ladder.folder.cache, depth=depth)
    samples = {code: space.parallel[code].take(20, DATA_SEED) for code in found.every.languages}
    sources = hidden(ladder, sorted({s for text in samples.values() for s in text.source}), layer)
    np.testing.assert_allclose(found.centre, sources.mean(axis=0), atol=1e-5)
    for row, text in enumerate(samples.values()):
        x = hidden(ladder, list(text.target), layer) - found.centre
        e = hidden(ladder, list(text.source), layer) - found.centre
        np.testing.assert_allclose(found.every.crosses[row], x.T @ e / 20, rtol=1e-2, atol=1e-4)


def test_each_depth_is_cached_apart_and_the_whole_encoder_under_its_old_name(ladder: Ladder) -> None:
    space, cache = ladder.first.data.workspace, ladder.folder.cache
    build_statistics(space, 20, cache)
    whole = {path.name for path in cache.glob("statistics-*/")}
    build_statistics(space, 20, cache, depth=1.0)
    assert {path.name for path in cache.glob("statistics-*/")} == whole
    build_statistics(space, 20, cache, depth=0.0)
    assert len(list(cache.glob("statistics-*/"))) == 2


def test_the_encoder_stays_whole(ladder: Ladder) -> None:
    layers = len(layer_stack(ladder.first.data.workspace.encoder.model))
    build_statistics(ladder.first.data.workspace, 20, ladder.folder.cache, depth=0.0)
    assert len(layer_stack(ladder.first.data.workspace.encoder.model)) == layers


def test_the_gap_is_asked_at_its_depth(ladder: Ladder, toy_study: StudyConfig, tmp_path: Path) -> None:
    def gap(depth: float) -> Ladder:
        linear = toy_study.proxy.linear.model_copy(update={"measure": "gap", "depth": depth})
        proxy = toy_study.proxy.model_copy(update={"linear": linear})
        study = toy_study.model_copy(update={"proxy": proxy})
        return open_ladder(study, StudyFolder(tmp_path / "runs" / "toy"))

    shallow, deep = gap(0.0), gap(1.0)
    assert shallow.problem.config.fingerprint() != deep.problem.config.fingerprint()
    assert deep.first.gap.statistics is deep.first.data.statistics  # large, so held once
    assert not np.allclose(shallow.first.gap.statistics.every.grams, deep.first.data.statistics.every.grams)
