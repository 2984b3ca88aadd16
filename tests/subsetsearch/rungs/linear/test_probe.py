"""The cached statistics and the probe on them, against everything written out."""

from __future__ import annotations

import numpy as np
import pytest

from realign_core.support.seeds import DATA_SEED, sample_indices
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.linear.probe import build_linear_probe, fit_probe
from subsetsearch.rungs.linear.statistics import build_statistics
from subsetsearch.rungs.measured import DEV


def vectors_of(ladder: Ladder, sentences: tuple[str, ...]) -> np.ndarray:
    space = ladder.first.data.workspace
    blank = tuple(np.empty(0, np.int64) for _ in sentences)
    return encode_units(space.encoder, Features(tuple(space.tokens[s] for s in sentences), blank))


def test_statistics_are_those_of_the_pairs_written_out(ladder: Ladder) -> None:
    found = ladder.first.data.statistics
    samples = {
        c: ladder.first.data.workspace.parallel[c].take(20, DATA_SEED)
        for c in sorted(ladder.problem.pool.codes.values())
    }
    assert found.every.languages == tuple(samples)
    sources = vectors_of(ladder, tuple(sorted({s for text in samples.values() for s in text.source})))
    np.testing.assert_allclose(found.centre, sources.mean(axis=0), atol=1e-6)
    centred = sources - found.centre
    np.testing.assert_allclose(found.every.source, centred.T @ centred / len(centred), rtol=1e-3, atol=1e-5)
    for row, text in enumerate(samples.values()):
        x = vectors_of(ladder, text.target) - found.centre
        e = vectors_of(ladder, text.source) - found.centre
        np.testing.assert_allclose(found.every.grams[row], x.T @ x / 20, rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(found.every.crosses[row], x.T @ e / 20, rtol=1e-3, atol=1e-5)


def test_accuracies_are_those_of_a_classifier_on_mapped_vectors(ladder: Ladder) -> None:
    space, statistics = ladder.first.data.workspace, ladder.first.data.statistics
    train = encode_units(space.encoder, space.train) - statistics.centre
    weights, bias = fit_probe(train, space.train.unit_labels())
    members = [1, 4]
    names = [statistics.every.languages[row] for row in members]
    lam = ladder.problem.config.proxy.linear.ridge * statistics.every.scale * np.eye(len(statistics.centre))
    anchor = statistics.every.source + lam
    gram, cross = (
        stack[members].mean(axis=0) for stack in (statistics.every.grams, statistics.every.crosses)
    )
    w = np.linalg.solve(gram + anchor, cross + anchor)
    expected = {}
    for code, dev in space.evaluation[DEV].items():
        chosen = dev.subset(sample_indices(len(dev), 10, code))
        units = encode_units(space.encoder, chosen) - statistics.centre
        predicted = (units @ w @ weights + bias).argmax(axis=1)
        expected[code] = float(np.mean(predicted == chosen.unit_labels()))
    assert ladder.first.probe.scores(names) == pytest.approx(expected)


def test_each_is_cached_by_what_decides_it(ladder: Ladder) -> None:
    space, config, cache = (
        ladder.first.data.workspace,
        ladder.problem.config.proxy.linear,
        ladder.folder.cache,
    )
    first = build_statistics(space, 20, cache)
    probe = build_linear_probe(space, first, config, cache)
    names = sorted(path.name for path in cache.iterdir())
    again = build_linear_probe(space, build_statistics(space, 20, cache), config, cache)
    assert sorted(path.name for path in cache.iterdir()) == names
    assert again.units.tobytes() == probe.units.tobytes()
    assert again.probe.tobytes() == probe.probe.tobytes()
    # Other development data are not other parallel text; other pairs are another centre.
    build_linear_probe(space, first, config.model_copy(update={"dev_examples": 12}), cache)
    assert len(list(cache.glob("statistics-*/"))) == 1
    assert len(list(cache.glob("probe-*/"))) == 2
    build_linear_probe(space, build_statistics(space, 5, cache), config, cache)
    assert len(list(cache.glob("statistics-*/"))) == 2
    assert len(list(cache.glob("probe-*/"))) == 3
