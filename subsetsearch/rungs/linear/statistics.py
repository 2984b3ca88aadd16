"""What every rung 1 is made of: second moments of the pool's parallel text, encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from realign_core.encoder.layers import layer_stack
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.encoder.trunk import lower_layers
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.files.keys import content_key
from realign_core.support.progress import Progress
from realign_core.support.seeds import DATA_SEED
from subsetsearch.rungs.cache import Arrays, cached_arrays, encode_sentences
from subsetsearch.rungs.linear.gram import GramStatistics, Matrix, PoolStatistics, moments, stacked_moments


def build_statistics(
    workspace: Workspace,
    pairs: int,
    cache: Path,
    *,
    depth: float = 1.0,
    fewer: Sequence[int] = (),
    progress: Progress | None = None,
) -> PoolStatistics:
    """Encode the pool's pairs once; their moments are cached. Neither training nor dev data are read.

    Args:
        workspace: Prepared with the pool.
        pairs: Each language's first so many pairs.
        cache: Folder shared by the study's processes.
        depth: Share of the encoder's layers that the pairs go through, in [0, 1]: at 1 all, at 0
            none but the embeddings.
        fewer: Numbers of pairs, below ``pairs``, for which moments of the first pairs are kept as
            well: as much memory again for each.
        progress: Shows the encoding.

    Returns:
        Moments of all languages, in the order of their codes.
    """
    languages = tuple(sorted(workspace.parallel))
    texts = {code: workspace.parallel[code].fingerprint() for code in languages}
    n_layers, n_all_layers = kept_layers(workspace, depth), kept_layers(workspace, 1.0)
    key = content_key(
        [workspace.fingerprint, texts, pairs, list(fewer), *([] if n_layers == n_all_layers else [n_layers])]
    )
    place = cache / f"statistics-{key}"

    def encode() -> Arrays:
        encoder = workspace.encoder if n_layers == n_all_layers else lower_layers(workspace.encoder, n_layers)
        return _encode(encoder, workspace, languages, pairs, fewer, progress)

    stored = cached_arrays(place, encode)
    return read_statistics(stored, languages, fewer)


def kept_layers(workspace: Workspace, depth: float) -> int:
    """Layers that pairs go through, of a share of the encoder's."""
    return round(depth * len(layer_stack(workspace.encoder.model)))


def read_statistics(
    stored: Arrays, languages: Sequence[str] | None = None, fewer: Sequence[int] = ()
) -> PoolStatistics:
    """Read what was cached.

    Args:
        stored: Arrays of :func:`build_statistics`.
        languages: Their names; numbered if left out.
        fewer: Numbers of pairs to read.
    """
    grams, source = (np.asarray(stored[name], np.float64) for name in ("grams", "source"))
    names = tuple(map(str, range(len(grams)))) if languages is None else tuple(languages)

    def statistics(grams: Matrix, suffix: str) -> GramStatistics:
        return GramStatistics(names, grams, np.asarray(stored[f"crosses{suffix}"], np.float64), source)

    prefixes = {n: statistics(np.asarray(stored[f"grams-{n}"], np.float64), f"-{n}") for n in fewer}
    return PoolStatistics(statistics(grams, ""), np.asarray(stored["centre"], np.float32), prefixes)


def _encode(
    encoder: TrainableEncoder,
    workspace: Workspace,
    languages: Sequence[str],
    pairs: int,
    fewer: Sequence[int],
    progress: Progress | None,
) -> Arrays:
    """Compute everything that is kept."""
    samples = [workspace.parallel[code].take(pairs, DATA_SEED) for code in languages]
    vectors, place = encode_sentences(encoder, workspace, samples, progress)
    source_rows = sorted({place[s] for text in samples for s in text.source})
    centre = vectors[source_rows].mean(axis=0)
    vectors -= centre
    rows = [([place[s] for s in text.target], [place[s] for s in text.source]) for text in samples]
    arrays: Arrays = {}
    for suffix, most in [("", pairs), *((f"-{n}", n) for n in fewer)]:
        # A sample is in the order of the draw: its first rows are the smaller sample.
        grams, crosses = stacked_moments(vectors, rows, most)
        arrays = {**arrays, f"grams{suffix}": grams, f"crosses{suffix}": crosses}
    source, _ = moments(vectors[source_rows], vectors[source_rows])
    return {**arrays, "source": source, "centre": np.asarray(centre)}
