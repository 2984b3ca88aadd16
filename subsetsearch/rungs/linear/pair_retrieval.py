"""Held-out sentence pairs as vectors, and rung 1 on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from realign_core.data.examples import ParallelText
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.files.keys import content_key
from realign_core.support.progress import Progress
from subsetsearch.rungs.cache import Arrays, cached_arrays, encode_sentences
from subsetsearch.rungs.linear.gram import PoolStatistics, subset_map
from subsetsearch.rungs.linear.retrieval import Vectors, retrieval
from subsetsearch.rungs.measured import Proxy

Pairs = tuple[Vectors, Vectors]
"""Vectors of translations and of their source sentences, each of shape (n, d)."""


@dataclass(frozen=True)
class LinearRetrieval(Proxy):
    """Rung 1 for targets without labels: held-out translations are mapped, their sources are not.

    Args:
        statistics: Of the pool, as every rung 1 has them.
        ridge: Pull towards the identity, likewise.
        pairs: Target to its centred vectors.
    """

    statistics: PoolStatistics
    ridge: float
    pairs: Mapping[str, Pairs]

    def scores(self, languages: Sequence[str], pairs: int | None = None) -> dict[str, float]:
        """Score a subset on every target's held-out pairs.

        Args:
            languages: Members of the pool.
            pairs: Each gives its first so many pairs, one of the statistics' prefixes; all, if left out.

        Returns:
            Target to retrieval in [0, 1].

        Raises:
            KeyError: If a language is not in the pool, or a number of pairs was not prepared.
        """
        statistics = self.statistics.at(pairs)
        w = subset_map(statistics, statistics.rows(languages), self.ridge)
        return {target: retrieval(x @ w, e) for target, (x, e) in self.pairs.items()}


def build_linear_retrieval(
    workspace: Workspace,
    statistics: PoolStatistics,
    ridge: float,
    texts: Mapping[str, ParallelText],
    cache: Path,
    *,
    progress: Progress | None = None,
) -> LinearRetrieval:
    """Encode the held-out pairs once; the vectors are cached.

    Args:
        workspace: Has their tokens.
        statistics: Of the pool.
        ridge: Pull towards the identity.
        texts: Target to its held-out pairs.
        cache: Folder shared by the study's processes.
        progress: Shows the encoding.
    """
    key = content_key([workspace.fingerprint, {name: text.fingerprint() for name, text in texts.items()}])

    def encode() -> Arrays:
        vectors = pair_vectors(workspace.encoder, workspace, texts, progress=progress)
        sides = enumerate(vectors[name] for name in sorted(texts))
        return {name: side for n, (x, e) in sides for name, side in ((f"x{n}", x), (f"e{n}", e))}

    stored = cached_arrays(cache / f"alignment-{key}", encode)
    pairs = {name: _pair(stored, n) for n, name in enumerate(sorted(texts))}
    return LinearRetrieval(statistics, ridge, pairs)


def _pair(stored: Arrays, number: int) -> Pairs:
    return np.asarray(stored[f"x{number}"], np.float32), np.asarray(stored[f"e{number}"], np.float32)


def pair_vectors(
    encoder: TrainableEncoder,
    workspace: Workspace,
    texts: Mapping[str, ParallelText],
    *,
    progress: Progress | None = None,
) -> dict[str, Pairs]:
    """Encode sentence pairs, centred on the mean of each target's source sentences.

    Args:
        encoder: The encoder as it is.
        workspace: Has the tokens.
        texts: Target to its pairs.
        progress: Shows the encoding.

    Returns:
        Target to vectors of translations and sources.
    """
    vectors, place = encode_sentences(encoder, workspace, texts.values(), progress)
    by_target: dict[str, Pairs] = {}
    for name, text in texts.items():
        sources = vectors[[place[s] for s in text.source]]
        mean = sources.mean(axis=0)
        by_target[name] = vectors[[place[s] for s in text.target]] - mean, sources - mean
    return by_target
