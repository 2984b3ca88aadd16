"""What is encoded once: arrays in the study's cache, and vectors of sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realign_core.data.examples import ParallelText
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.runs.workspace import Workspace
from realign_core.support.arrays import Float
from realign_core.support.files import atomic_path
from realign_core.support.progress import Progress
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units

Arrays = Mapping[str, npt.NDArray[np.generic]]


def cached_arrays(place: Path, make: Callable[[], Arrays]) -> Arrays:
    """Read arrays, made and written first where they are missing.

    Args:
        place: An ``.npz`` file, named by what decides its content.
        make: Makes the arrays.

    Returns:
        Name to array, each read when asked for.
    """
    if not place.is_file():
        arrays = dict(make())
        with atomic_path(place) as draft, draft.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
    return read_arrays(place)


def read_arrays(place: Path) -> Arrays:
    """Open an ``.npz`` file; each array is read when asked for."""
    arrays: Arrays = np.load(place)
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
    plain = Features(tuple(workspace.tokens[s] for s in sentences), tuple(blank for _ in sentences))
    size = workspace.recipe.compute.eval_tokens
    vectors = encode_units(encoder, plain, max_tokens=size, progress=progress)
    return vectors, {sentence: row for row, sentence in enumerate(sentences)}
