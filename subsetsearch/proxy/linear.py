"""Rung 1: the linear proxy, a subset's score in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from realign_core.data.tasks import Split
from realign_core.engine.evaluation import encode_units, join
from realign_core.files import atomic_path, content_key
from realign_core.progress import Progress
from realign_core.seeds import DATA_SEED, sample_indices
from realign_core.tasks.features import Features
from realign_core.workspace import Workspace
from subsetsearch.proxy.base import Proxy
from subsetsearch.proxy.gap import LinearGap
from subsetsearch.proxy.gram import GramStatistics, Matrix, mapped_probe, moments, stacked_moments
from subsetsearch.study.config import LinearProxyConfig

DEV: Split = "dev"


@dataclass(frozen=True)
class LinearProxy(Proxy):
    """Closed-form realignment scored by a probe that was fitted on the source language.

    Args:
        statistics: Second moments of the pool's sentence vectors, centred on the source.
        probe: Weights (d, k) of the probe for centred vectors.
        bias: Shape (k,).
        units: Centred dev vectors of all targets, shape (n, d).
        labels: Their labels, shape (n,).
        starts: First row of each target.
        targets: Target names, in the order of ``starts``.
        ridge: Pull towards the identity.
        prefixes: Number of pairs to the moments of each language's first so many, where a study has levels
            of pairs per language; everything else is that of all pairs.
    """

    statistics: GramStatistics
    probe: Matrix
    bias: Matrix
    units: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    targets: tuple[str, ...]
    ridge: float
    prefixes: Mapping[int, GramStatistics] = field(default_factory=dict)

    def scores(self, languages: Sequence[str], pairs: int | None = None) -> dict[str, float]:
        """Score a subset on every target's dev data.

        Args:
            languages: Members of the pool.
            pairs: Each gives its first so many pairs, one of ``prefixes``; all, if left out.

        Returns:
            Target to accuracy in [0, 1].

        Raises:
            KeyError: If a language is not in the pool, or a number of pairs was not prepared.
        """
        rows = self.statistics.rows(languages)
        if not self.targets:
            return {}
        statistics = self.statistics if pairs is None else self.prefixes[pairs]
        weights = mapped_probe(statistics, rows, self.probe, self.ridge, crossed=self._crossed[pairs])
        predicted = (self.units @ weights.astype(np.float32) + self.bias.astype(np.float32)).argmax(axis=1)
        hits = np.add.reduceat((predicted == self.labels).astype(np.float64), self.starts)
        counts = np.diff([*self.starts, len(self.labels)])
        return dict(zip(self.targets, (hits / counts).tolist(), strict=True))

    @cached_property
    def _crossed(self) -> dict[int | None, Matrix]:
        """Every language's share of the right-hand side by number of pairs, shape (n_languages, d, k)."""
        levels: list[tuple[int | None, GramStatistics]] = [(None, self.statistics), *self.prefixes.items()]
        return {n: np.stack([cross @ self.probe for cross in s.crosses]) for n, s in levels}


def build_linear_proxy(
    workspace: Workspace,
    config: LinearProxyConfig,
    cache: Path,
    *,
    levels: Sequence[int] = (),
    progress: Progress | None = None,
) -> LinearProxy:
    """Encode the pool's pairs, the training and the dev data once; the result is cached.

    Args:
        workspace: Prepared with the pool and the dev split.
        config: Sizes and ridge.
        cache: Folder shared by the study's processes.
        levels: Numbers of pairs, below ``config.pairs``, for which moments of the first pairs are kept as
            well: as much memory again for each.
        progress: Shows the encoding.

    Returns:
        The proxy.
    """
    languages = tuple(sorted(workspace.parallel))
    texts = {code: workspace.parallel[code].fingerprint() for code in languages}
    sizes = config.model_dump(exclude={"ridge", "measure"})
    parts = [workspace.fingerprint, texts, sizes, sorted(workspace.evaluation[DEV])]
    key = content_key([*parts, list(levels)] if levels else parts)
    folder = cache / f"linear-{key}"
    if not folder.is_dir():
        arrays = _encode(workspace, config, languages, levels, progress)
        with atomic_path(folder) as draft:
            draft.mkdir(parents=True)
            np.savez(draft / "arrays.npz", allow_pickle=False, **arrays)
    return _read(folder, languages, tuple(sorted(workspace.evaluation[DEV])), config.ridge)


def _read(
    folder: Path, languages: tuple[str, ...] | None, targets: tuple[str, ...] | None, ridge: float
) -> LinearProxy:
    """Read what was cached; languages and targets are numbered if they are not named."""
    stored = np.load(folder / "arrays.npz")
    starts = stored["starts"]
    names = languages or tuple(map(str, range(len(stored["grams"]))))

    def statistics(suffix: str) -> GramStatistics:
        return GramStatistics(names, stored[f"grams{suffix}"], stored[f"crosses{suffix}"], stored["source"])

    levels = [int(name.removeprefix("grams-")) for name in stored.files if name.startswith("grams-")]
    return LinearProxy(
        statistics(""),
        stored["probe"],
        stored["bias"],
        stored["units"],
        stored["labels"],
        starts,
        tuple(map(str, range(len(starts)))) if targets is None else targets,
        ridge,
        {level: statistics(f"-{level}") for level in levels},
    )


def stored_score_seconds(cache: Path, config: LinearProxyConfig) -> float | None:
    """Time one score of the newest cached proxy; nothing is encoded or written.

    Args:
        cache: As of :func:`build_linear_proxy`.
        config: Likewise.

    Returns:
        Seconds; ``None`` if nothing is cached.
    """
    folders = sorted(cache.glob("linear-*/arrays.npz"), key=lambda path: path.stat().st_mtime)
    if not folders:
        return None
    linear = _read(folders[-1].parent, None, None, config.ridge)
    everyone = LinearGap(linear.statistics, config.ridge, dict.fromkeys(linear.targets))
    score = everyone.score if config.measure == "gap" else linear.scores
    some = linear.statistics.languages[:5]
    score(some)  # the first one prepares what all share
    start = time.perf_counter()
    score(some)
    return time.perf_counter() - start


def _encode(
    workspace: Workspace,
    config: LinearProxyConfig,
    languages: Sequence[str],
    levels: Sequence[int],
    progress: Progress | None,
) -> dict[str, npt.NDArray[np.generic]]:
    """Compute everything that the proxy keeps."""
    max_tokens = workspace.recipe.compute.eval_tokens
    samples = [workspace.parallel[code].take(config.pairs, DATA_SEED) for code in languages]
    sentences = sorted({s for text in samples for s in (*text.source, *text.target)})
    plain = Features(
        tuple(workspace.tokens[s] for s in sentences), tuple(np.empty(0, np.int64) for _ in sentences)
    )
    vectors = encode_units(workspace.body, plain, max_tokens=max_tokens, progress=progress)
    place = {sentence: row for row, sentence in enumerate(sentences)}
    source_rows = sorted({place[s] for text in samples for s in text.source})
    mean = vectors[source_rows].mean(axis=0)
    vectors -= mean
    rows = [([place[s] for s in text.target], [place[s] for s in text.source]) for text in samples]
    kept: dict[str, npt.NDArray[np.generic]] = {}
    for suffix, most in [("", config.pairs), *((f"-{level}", level) for level in levels)]:
        # A sample is in the order of the draw: its first rows are the smaller sample.
        kept[f"grams{suffix}"], kept[f"crosses{suffix}"] = stacked_moments(vectors, rows, most)
    source, _ = moments(vectors[source_rows], vectors[source_rows])
    train = encode_units(workspace.body, workspace.train, max_tokens=max_tokens, progress=progress) - mean
    probe, bias = fit_probe(train, workspace.train.unit_labels())
    targets = {
        code: features.subset(sample_indices(len(features), config.dev_examples, code))
        for code, features in sorted(workspace.evaluation[DEV].items())
    }
    joined = join(list(targets.values()))
    units = encode_units(workspace.body, joined, max_tokens=max_tokens, progress=progress) - mean
    counts = [len(features.unit_labels()) for features in targets.values()]
    return kept | {
        "source": source,
        "probe": probe,
        "bias": bias,
        "units": units.astype(np.float32),
        "labels": joined.unit_labels(),
        "starts": np.cumsum([0, *counts])[:-1],
    }


def fit_probe(units: npt.NDArray[np.floating], labels: npt.NDArray[np.int64]) -> tuple[Matrix, Matrix]:
    """Fit multinomial logistic regression on unit vectors.

    Args:
        units: Shape (n, d).
        labels: Shape (n,), in 0 … k - 1, every label present.

    Returns:
        Weights (d, k) and bias (k,).
    """
    scale = float(np.sqrt(np.mean(np.square(units))))
    model = LogisticRegression(C=1.0, max_iter=500).fit(units / scale, labels)
    weights, bias = model.coef_.T / scale, model.intercept_
    if weights.shape[1] == 1:  # two labels: scikit-learn keeps one column
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return np.asarray(weights, dtype=np.float64), np.asarray(bias, dtype=np.float64)
