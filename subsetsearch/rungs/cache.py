"""What is encoded once: arrays in the study's cache, and vectors of sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realign_core.data.examples import ParallelText
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.arrays import Float
from realign_core.support.files.cache import damage_of, kept_folder
from realign_core.support.progress import Progress
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units

Arrays = Mapping[str, npt.NDArray[np.generic]]


_ARRAYS = "arrays.npz"


def cached_arrays(place: Path, make: Callable[[], Arrays]) -> Arrays:
    """Read arrays, made and written first where they are missing or damaged.

    Args:
        place: Their folder, named by what decides its content.
        make: Makes the arrays.

    Returns:
        Name to array, each read when asked for.
    """

    def write(folder: Path) -> None:
        np.savez(folder / _ARRAYS, allow_pickle=False, **dict(make()))

    return _open(kept_folder(place, write, what=f"the cache entry {place.name}"))


def newest_arrays(cache: Path, kind: str) -> Arrays | None:
    """Open the arrays of one kind that were kept last, if there are any that are sound.

    Args:
        cache: Folder of entries.
        kind: What their names begin with.
    """
    places = sorted(cache.glob(f"{kind}-*/"), key=lambda place: place.stat().st_mtime, reverse=True)
    return next((_open(place) for place in places if damage_of(place) is None), None)


def _open(place: Path) -> Arrays:
    arrays: Arrays = np.load(place / _ARRAYS, allow_pickle=False)
    return arrays


def encode_sentences(
    encoder: TrainableEncoder,
    workspace: Workspace,
    texts: Iterable[ParallelText],
    progress: Progress | None = None,
) -> tuple[Float, dict[str, int]]:
    """Encode both sides of parallel texts, each sentence once.

    Args:
        encoder: The encoder as it is.
        workspace: Has their tokens.
        texts: Parallel texts.
        progress: Shows the encoding.

    Returns:
        Vectors of shape (n_sentences, d), and each sentence's row.
    """
    sentences = sorted({s for text in texts for s in (*text.source, *text.target)})
    blank = np.empty(0, np.int64)
    features = Features(tuple(workspace.tokens[s] for s in sentences), tuple(blank for _ in sentences))
    size = workspace.recipe.compute.eval_tokens
    vectors = encode_units(encoder, features, max_tokens=size, progress=progress)
    return vectors, {sentence: row for row, sentence in enumerate(sentences)}
