"""What else rung 1 might be: measures, layers and ridges held against the same full runs.

Run ``python -m benchmarks.calibration.variants quickstart pos-calibration`` after
``python -m benchmarks.calibration.truth``. Hidden states of several layers are encoded once (minutes) and
kept in ``runs/calibration``; all variants are then scored from them. The table, ``results/variants.csv``,
holds everything that was tried, so the best row of a study is the luckiest one as well: believe what holds
for both studies.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.calibration.correlation import Truth
from benchmarks.calibration.scores import full_runs
from benchmarks.calibration.tried import further, token_moments
from benchmarks.calibration.truth import table_of
from benchmarks.common import RECORDED_TYPOLOGY, ROOT, study_file
from realign_core.encoder.padding import budget_batches, mean_pool
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.files.writing import atomic_write
from realign_core.support.seeds import DATA_SEED, sample_indices
from realign_core.training.evaluation import join
from subsetsearch.analysis.trust import ranking
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.languages import resolve
from subsetsearch.problem.pool import Pool, Targets, build_pool, build_targets
from subsetsearch.rungs.cache import cached_arrays
from subsetsearch.rungs.linear.gap import LinearGap
from subsetsearch.rungs.linear.gram import GramStatistics, PoolStatistics, mapped_probe, moments
from subsetsearch.rungs.linear.probe import fit_probe

LAYERS = (0, 4, 8, 10, 12)
RIDGES = (1.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
FIELDS = ("study", "measure", "layer", "ridge", "n", "spearman", "low", "high", "within_size")
PAIRS = 100
DEV_EXAMPLES = 40
MAX_TOKENS = 2048

Score = Callable[[frozenset[str]], float]


@dataclass(frozen=True)
class Layers:
    """Vectors of a study at several layers.

    Args:
        stored: Arrays by name.
        pool: Candidates.
        targets: Targets.
    """

    stored: Mapping[str, Any]
    pool: Pool
    targets: Targets

    @cached_property
    def codes(self) -> list[str]:
        """Corpus codes in the order of the arrays."""
        return sorted(self.pool.codes.values())

    def at(self, layer: int) -> Layer:
        """Centre the vectors of a layer and gather its moments."""
        column = LAYERS.index(layer)
        vectors = self.stored["sentences"][:, column].astype(np.float64)
        rows = [(self.stored[f"target{n}"], self.stored[f"source{n}"]) for n in range(len(self.codes))]
        sources = np.unique(np.concatenate([left for _, left in rows]))
        mean = vectors[sources].mean(axis=0)
        vectors -= mean
        grams, crosses = zip(*(moments(vectors[x], vectors[e]) for x, e in rows), strict=True)
        source, _ = moments(vectors[sources], vectors[sources])
        statistics = GramStatistics(tuple(self.codes), np.stack(grams), np.stack(crosses), source)
        train = self.stored["train"][:, column].astype(np.float64) - mean
        probe, bias = fit_probe(train, self.stored["train_labels"])
        units = (self.stored["dev"][:, column] - mean).astype(np.float32)
        return Layer(self, PoolStatistics(statistics, mean), probe, bias, units)


@dataclass(frozen=True)
class Layer:
    """One layer: moments of the pool, and a probe with development units."""

    all: Layers
    statistics: PoolStatistics
    probe: np.ndarray
    bias: np.ndarray
    units: np.ndarray

    def rows(self, subset: frozenset[str]) -> list[int]:
        """Places of a subset's languages."""
        return sorted(self.all.codes.index(code) for code in self.all.pool.corpus_codes(subset))

    def logits(self, subset: frozenset[str], ridge: float) -> np.ndarray:
        """What the mapped probe says of the development units."""
        weights = mapped_probe(self.statistics.every, self.rows(subset), self.probe, ridge)
        return np.asarray(self.units @ weights.astype(np.float32) + self.bias.astype(np.float32))

    def accuracy(self, subset: frozenset[str], ridge: float) -> float:
        """Accuracy of the mapped probe, mean over targets."""
        return self._mean(self.logits(subset, ridge).argmax(axis=1) == self.all.stored["dev_labels"])

    def log_likelihood(self, subset: frozenset[str], ridge: float) -> float:
        """Log probability of the right label under the mapped probe, mean over targets."""
        logits = self.logits(subset, ridge)
        right = logits[np.arange(len(logits)), self.all.stored["dev_labels"]]
        top = logits.max(axis=1)
        return self._mean(right - top - np.log(np.exp(logits - top[:, None]).sum(axis=1)))

    def need(self) -> np.ndarray:
        """What the probe gets wrong without realignment, by language of the pool, summing to 1.

        Languages that are no targets, or have no labels, weigh nothing.
        """
        pool, targets = self.all.pool, self.all.targets
        right = self.logits(frozenset(), RIDGES[0]).argmax(axis=1) == self.all.stored["dev_labels"]
        keys = sorted(targets.searched, key=targets.codes.__getitem__)  # the order of the arrays
        wrong = dict(zip(keys, 1.0 - self._means(right), strict=True))
        by_code = {pool.codes[key]: wrong[key] for key in pool.keys if key in wrong}
        errors = np.array([by_code.get(code, 0.0) for code in self.all.codes])
        return np.asarray(errors / errors.sum())

    def _means(self, values: np.ndarray) -> np.ndarray:
        counts = self.all.stored["dev_counts"]
        starts = np.cumsum([0, *counts])[:-1]
        return np.asarray(np.add.reduceat(values.astype(np.float64), starts) / counts)

    def _mean(self, values: np.ndarray) -> float:
        return float(self._means(values).mean())

    def gap(self, ridge: float, *, targets: bool) -> Score:
        """Closed gap: over the pool, or as the rung has it, targets by their own where they are in it."""
        searched = {
            key: self.all.pool.codes.get(key) if targets else None for key in self.all.targets.searched
        }
        proxy = LinearGap(self.statistics, ridge, searched)
        return lambda subset: proxy.score(self.all.pool.corpus_codes(subset))


def encode(study: StudyConfig, path: Path) -> Layers:
    """Encode pairs, training and development data of a study at all layers, or read what was kept."""
    pool, targets = build_pool(study), build_targets(study)
    stored = cached_arrays(path, lambda: _arrays(_prepared(study, pool, targets)))
    return Layers(dict(stored), pool, targets)


def _prepared(study: StudyConfig, pool: Pool, targets: Targets) -> Workspace:
    texts = {pool.codes[key]: pool.texts[key] for key in pool.keys}
    codes = [targets.codes[key] for key in targets.searched]
    return prepare(study.recipe, texts, targets=codes, splits=("dev",), parallel=texts)


def _arrays(workspace: Workspace) -> dict[str, np.ndarray]:
    samples = [workspace.parallel[code].take(PAIRS, DATA_SEED) for code in sorted(workspace.parallel)]
    sentences = sorted({s for text in samples for s in (*text.source, *text.target)})
    place = {sentence: row for row, sentence in enumerate(sentences)}
    dev = {
        code: features.subset(sample_indices(len(features), DEV_EXAMPLES, code))
        for code, features in sorted(workspace.evaluation["dev"].items())
    }
    joined = join(list(dev.values()))
    arrays = {
        "sentences": _states(workspace, [workspace.tokens[s] for s in sentences], None),
        "train": _states(workspace, workspace.train.ids, workspace.train.positions),
        "train_labels": workspace.train.unit_labels(),
        "dev": _states(workspace, joined.ids, joined.positions),
        "dev_labels": joined.unit_labels(),
        "dev_counts": np.array([len(features.unit_labels()) for features in dev.values()]),
    }
    for n, text in enumerate(samples):
        arrays[f"target{n}"] = np.array([place[s] for s in text.target])
        arrays[f"source{n}"] = np.array([place[s] for s in text.source])
    return arrays


@torch.inference_mode()
def _states(workspace: Workspace, ids: Sequence[Any], positions: Sequence[Any] | None) -> np.ndarray:
    """Unit vectors at all layers, shape (n_units, n_layers, d)."""
    workspace.encoder.model.eval()
    vectors: list[np.ndarray] = [np.empty(0)] * len(ids)
    for batch in budget_batches(np.array([len(text) for text in ids]), MAX_TOKENS):
        states, mask = workspace.encoder.states([ids[i] for i in batch], LAYERS)
        if positions is None:
            pooled = torch.stack([mean_pool(hidden, mask) for hidden in states], dim=1)
            units = [row[None] for row in pooled.numpy()]
        else:
            hidden = torch.stack([h.float() for h in states], dim=2).numpy()
            units = [hidden[row][positions[i]] for row, i in enumerate(batch)]
        for i, rows in zip(batch, units, strict=True):
            vectors[i] = rows.astype(np.float16)
    return np.concatenate(vectors)


def variants(layers: Layers) -> Iterator[tuple[str, int | str, float | str, Score]]:
    """Everything that was tried: measure, layer, ridge and score."""
    for layer in LAYERS:
        at = layers.at(layer)
        for ridge in RIDGES:
            yield "probe, accuracy", layer, ridge, partial(at.accuracy, ridge=ridge)
            yield "probe, log-likelihood", layer, ridge, partial(at.log_likelihood, ridge=ridge)
            yield "gap, mean of the pool", layer, ridge, at.gap(ridge, targets=False)
            yield "gap, targets' own", layer, ridge, at.gap(ridge, targets=True)
    yield from (("size", "", "", lambda s: float(len(s))), *_typological(layers))


def more_variants(
    study: StudyConfig, layers: Layers, path: Path
) -> Iterator[tuple[str, int | str, float | str, Score]]:
    """The ideas of ``tried.py``, likewise."""
    tokens = token_moments(lambda: _prepared(study, layers.pool, layers.targets), path)
    last = layers.at(LAYERS[-1])
    for measure, layer, ridge, score in further(layers.stored, LAYERS, tokens, last.need()):
        yield measure, layer, ridge, partial(_by_rows, last, score)


def _by_rows(layer: Layer, score: Callable[[list[int]], float], subset: frozenset[str]) -> float:
    return score(layer.rows(subset))


def _typological(layers: Layers) -> list[tuple[str, str, str, Score]]:
    source, targets = resolve("en").key, layers.targets.searched
    keys = tuple(dict.fromkeys([*layers.pool.keys, *targets, source]))
    table = RECORDED_TYPOLOGY.distance_matrix(keys).cautious(far=True, least=0).values
    row = {key: index for index, key in enumerate(keys)}

    def spread(subset: frozenset[str]) -> float:
        pairs = [table[row[a], row[b]] for a, b in itertools.combinations(sorted(subset), 2)]
        return float(np.mean(pairs)) if pairs else 0.0

    def coverage(subset: frozenset[str]) -> float:
        members = [row[key] for key in (*subset, source)]
        return -float(np.mean([table[row[target], members].min() for target in targets]))

    def overlap(subset: frozenset[str]) -> float:
        return float(len(subset & set(targets)))

    return [
        ("mean URIEL distance", "", "", spread),
        ("coverage of targets", "", "", coverage),
        ("target languages in it", "", "", overlap),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="+")
    torch.set_num_threads(1)
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    for name in parser.parse_args().studies:
        study = load_study(study_file(name))
        layers = encode(study, ROOT / "runs" / "calibration" / name / "layers")
        runs, _ = full_runs(name)
        truth = Truth(runs)
        subsets, values, sizes = truth.subsets, truth.values, truth.sizes
        more = more_variants(study, layers, ROOT / "runs" / "calibration" / name / "tokens")
        for measure, layer, ridge, score in itertools.chain(variants(layers), more):
            scores = [score(subset) for subset in subsets]
            rho = ranking(scores, values).spearman
            within = ranking(scores, values, sizes).spearman
            numbers = (rho.value, rho.low, rho.high) if rho else (float("nan"),) * 3
            inside = within.value if within else float("nan")
            row = [name, measure, layer, ridge, len(subsets), *(f"{v:.3f}" for v in (*numbers, inside))]
            writer.writerow(dict(zip(FIELDS, row, strict=True)))
            print(*row, flush=True)
    atomic_write(table_of("variants"), text.getvalue())


if __name__ == "__main__":
    main()
