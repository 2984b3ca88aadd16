"""Held-out sentence pairs as vectors, and rung 1 on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realign_core.data.examples import ParallelText
from realign_core.encoder.body import Body
from realign_core.engine.evaluation import encode_units
from realign_core.files import atomic_path, content_key
from realign_core.progress import Progress
from realign_core.tasks.features import Features
from realign_core.workspace import Workspace
from subsetsearch.proxy.alignment import Vectors, retrieval
from subsetsearch.proxy.base import Proxy
from subsetsearch.proxy.gram import GramStatistics, subset_map
from subsetsearch.proxy.linear import LinearProxy

Pairs = tuple[Vectors, Vectors]
"""Vectors of translations and of their source sentences, each of shape (n, d)."""


@dataclass(frozen=True)
class LinearAlignment(Proxy):
    """Rung 1 for targets without labels: held-out translations are mapped, their sources are not.

    Args:
        statistics: Of the pool, as rung 1 has them.
        ridge: Pull towards the identity, likewise.
        pairs: Target to its centred vectors.
        prefixes: Statistics of each language's first so many pairs, as rung 1 has them.
    """

    statistics: GramStatistics
    ridge: float
    pairs: Mapping[str, Pairs]
    prefixes: Mapping[int, GramStatistics] = field(default_factory=dict)

    def scores(self, languages: Sequence[str], pairs: int | None = None) -> dict[str, float]:
        """Score a subset on every target's held-out pairs.

        Args:
            languages: Members of the pool.
            pairs: Each gives its first so many pairs, one of ``prefixes``; all, if left out.

        Returns:
            Target to alignment in [0, 1].

        Raises:
            KeyError: If a language is not in the pool, or a number of pairs was not prepared.
        """
        rows = self.statistics.rows(languages)
        statistics = self.statistics if pairs is None else self.prefixes[pairs]
        w = subset_map(statistics, rows, self.ridge)
        return {target: retrieval(x @ w, e) for target, (x, e) in self.pairs.items()}


def build_linear_alignment(
    workspace: Workspace,
    linear: LinearProxy,
    texts: Mapping[str, ParallelText],
    cache: Path,
    *,
    progress: Progress | None = None,
) -> LinearAlignment:
    """Encode the held-out pairs once; the vectors are cached.

    Args:
        workspace: Has their tokens.
        linear: Rung 1 of the same pool.
        texts: Target to its held-out pairs.
        cache: Folder shared by the study's processes.
        progress: Shows the encoding.
    """
    key = content_key([workspace.fingerprint, {name: text.fingerprint() for name, text in texts.items()}])
    place = cache / f"alignment-{key}.npz"
    if not place.is_file():
        arrays: dict[str, npt.NDArray[np.generic]] = {}
        vectors = pair_vectors(workspace.body, workspace, texts, progress=progress)
        for number, name in enumerate(sorted(texts)):
            arrays[f"x{number}"], arrays[f"e{number}"] = vectors[name]
        with atomic_path(place) as draft, draft.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
    stored = np.load(place)
    pairs = {name: (stored[f"x{n}"], stored[f"e{n}"]) for n, name in enumerate(sorted(texts))}
    return LinearAlignment(linear.statistics, linear.ridge, pairs, linear.prefixes)


def pair_vectors(
    body: Body, workspace: Workspace, texts: Mapping[str, ParallelText], *, progress: Progress | None = None
) -> dict[str, Pairs]:
    """Encode sentence pairs, centred on the mean of each target's source sentences.

    Args:
        body: The encoder as it is.
        workspace: Has the tokens.
        texts: Target to its pairs.
        progress: Shows the encoding.

    Returns:
        Target to vectors of translations and sources.
    """
    sentences = sorted({s for text in texts.values() for s in (*text.source, *text.target)})
    blank = np.empty(0, np.int64)
    plain = Features(tuple(workspace.tokens[s] for s in sentences), tuple(blank for _ in sentences))
    size = workspace.recipe.compute.eval_tokens
    vectors = encode_units(body, plain, max_tokens=size, progress=progress)
    place = {sentence: row for row, sentence in enumerate(sentences)}
    found: dict[str, Pairs] = {}
    for name, text in texts.items():
        sources = vectors[[place[s] for s in text.source]]
        mean = sources.mean(axis=0)
        found[name] = vectors[[place[s] for s in text.target]] - mean, sources - mean
    return found
