"""Read the data files of lang2vec, without its code.

lang2vec 1.1.2 does not import under a setuptools without ``pkg_resources``, and its learned vectors do
not load under numpy 2; its files are good. Sets are unpacked once into the cache folder and
memory-mapped from there.
"""

from __future__ import annotations

import importlib.metadata
import logging
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from realign_core.support.files.cache import kept_folder
from realign_core.support.files.disk import cache_dir
from realign_core.support.files.keys import content_key
from subsetsearch.errors import DataError
from subsetsearch.typology._pickled_vectors import read_vectors
from subsetsearch.typology._tables import FEATURE_PREFIXES

log = logging.getLogger(__name__)

SetName = Literal["average", "knn", "raw", "fam", "geo", "learned"]

_FILES: dict[SetName, str] = {
    "average": "feature_averages.npz",
    "knn": "feature_predictions.npz",
    "raw": "features.npz",
    "fam": "family_features.npz",
    "geo": "geocoord_features.npz",
    "learned": "learned.npy",
}
PREFIXES = tuple(FEATURE_PREFIXES.values())
_LAYOUT = 4  # raised when the cached arrays change


_MODERN = {"alb": "sqi"}
"""Older code among the learned vectors' to its ISO 639-3 code."""


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSet:
    """One file of lang2vec as a matrix.

    Attributes:
        codes: ISO 639-3 code of each row.
        names: Name of each column.
        values: Values ``(n, d)``, maybe memory-mapped; ``NaN`` where unknown.
        known: Share of the columns with each of :data:`PREFIXES` that is known, ``(n, 4)``.
        rates: Mean of each column over the rows that know it, ``(d,)``.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    values: NDArray[np.float32]
    known: NDArray[np.float64]
    rates: NDArray[np.float64]

    def rows(self) -> dict[str, int]:
        """Row number by code."""
        return {code: index for index, code in enumerate(self.codes)}


def data_file(name: SetName) -> Path:
    """Path of a set's file in the installed lang2vec.

    Raises:
        DataError: If the file is not there.
    """
    # Located by its metadata: lang2vec also installs a script lang2vec.py, which stands first on the
    # path of every console command and would be imported instead.
    path = (
        Path(str(importlib.metadata.distribution("lang2vec").locate_file("lang2vec"))) / "data" / _FILES[name]
    )
    if not path.is_file():
        raise DataError(
            "the data file is missing", where=path, fix="reinstall with: pip install lang2vec==1.1.2"
        )
    return path


@cache
def feature_set(name: SetName) -> FeatureSet:
    """Load one set; the first time it is unpacked into the cache folder.

    ``raw`` joins the sources of each feature as lang2vec's ``|`` does: present if any source says so,
    unknown only if no source knows.
    """
    path = data_file(name)
    stat = path.stat()
    stamp = [_LAYOUT, stat.st_size, stat.st_mtime_ns, str(path)]
    folder = cache_dir() / "typology" / f"lang2vec-{name}-{content_key(stamp)}"
    try:
        what = f"the unpacked {path.name}"
        return _open(kept_folder(folder, lambda draft: _save(draft, read_set(name, path)), what=what))
    except OSError as error:
        log.warning("no cache of %s (%s): reading the packed file instead", path.name, error)
        return read_set(name, path)


def _save(folder: Path, table: FeatureSet) -> None:
    arrays: dict[str, NDArray[np.generic]] = {
        "values": table.values,
        "known": table.known,
        "rates": table.rates,
        "codes": np.asarray(table.codes),
        "names": np.asarray(table.names),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


def _open(folder: Path) -> FeatureSet:
    codes, names, known, rates = (
        np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("codes", "names", "known", "rates")
    )
    values = np.load(folder / "values.npy", mmap_mode="r", allow_pickle=False)
    return FeatureSet(tuple(codes.tolist()), tuple(names.tolist()), values, known, rates)


def read_set(name: SetName, path: Path) -> FeatureSet:
    """Read a set's own file, without the cache.

    Raises:
        DataError: If it is damaged.
    """
    try:
        return _read(name, path)
    except Exception as error:  # what a damaged archive or pickle raises is numpy's and Python's secret
        raise DataError(
            f"not a table of lang2vec: {error}", where=path, fix="reinstall with: pip install lang2vec==1.1.2"
        ) from error


def _read(name: SetName, path: Path) -> FeatureSet:
    if name == "learned":
        return _read_learned(path)
    with np.load(path, allow_pickle=False) as packed:
        codes = tuple(str(code) for code in packed["langs"])
        names = tuple(str(feature).replace(" ", "_") for feature in packed["feats"])
        cube = packed["data"]
    values = cube.max(axis=2).astype(np.float32)
    values[values < 0] = np.nan
    return FeatureSet(codes, names, values, _known(name, names, values), _rates(values))


def _rates(values: NDArray[np.float32]) -> NDArray[np.float64]:
    finite = np.isfinite(values)
    return np.asarray(
        np.where(finite, values, 0.0).sum(axis=0) / np.maximum(1, finite.sum(axis=0)), dtype=np.float64
    )


def _known(name: SetName, names: tuple[str, ...], values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Share known by prefix; a row of the family tree without any node says nothing."""
    result = np.zeros((len(values), len(PREFIXES)))
    answered = (
        np.broadcast_to((values > 0).any(axis=1, keepdims=True), values.shape) if name == "fam" else None
    )
    finite = np.isfinite(values) if answered is None else answered
    for index, prefix in enumerate(PREFIXES):
        columns = [column for column, feature in enumerate(names) if feature.startswith(prefix)]
        if columns:
            result[:, index] = finite[:, columns].mean(axis=1)
    return result


def _read_learned(path: Path) -> FeatureSet:
    """The vectors of Malaviya et al. 2017: a pickled dictionary inside an array file of Python 2."""
    raw = BytesIO(path.read_bytes())
    np.lib.format.read_magic(raw)
    np.lib.format.read_array_header_1_0(raw)
    vectors = {_MODERN.get(code, code): row for code, row in read_vectors(raw).items()}
    codes = tuple(sorted(vectors))
    values = np.asarray([vectors[code] for code in codes], dtype=np.float32)
    names = tuple(f"LEARNED_{index:03d}" for index in range(values.shape[1]))
    return FeatureSet(codes, names, values, _known("learned", names, values), _rates(values))
