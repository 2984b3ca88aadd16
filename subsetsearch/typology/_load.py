"""Choose a source by name."""

from __future__ import annotations

from pathlib import Path

from subsetsearch.errors import ConfigError
from subsetsearch.typology._base import Typology
from subsetsearch.typology._csv import read_csv_typology
from subsetsearch.typology._lang2vec import FeatureSource, Lang2Vec
from subsetsearch.typology._urielplus import load_urielplus

SOURCES = ("lang2vec", "urielplus")


def load_typology(source: str = "lang2vec", *, features: FeatureSource | None = None) -> Typology:
    """Open a source of typological facts.

    Args:
        source: ``lang2vec`` (always there), ``urielplus`` (extra ``urielplus``), or the path of a CSV file of
            features or distances.
        features: For lang2vec: ``average`` (default), ``knn`` or ``raw``.

    Returns:
        The source.

    Raises:
        ConfigError: If there is no such source.
        DataError: If the CSV file is not what it should be.
        MissingExtraError: If ``urielplus`` is asked for and not installed.

    Example:
        >>> table = load_typology("lang2vec").distance_matrix(["swh_Latn", "zul_Latn"])
        >>> table.values.shape
        (2, 2)
    """
    if source == "lang2vec":
        return Lang2Vec(features or "average")
    if features is not None:
        raise ConfigError(f"'{source}' has no choice of features", fix="leave it out, or use lang2vec")
    if source == "urielplus":
        return load_urielplus()
    if source.endswith((".csv", ".tsv")) or Path(source).is_file():
        return read_csv_typology(Path(source))
    raise ConfigError(
        f"unknown source of typology '{source}'",
        fix=f"choose {', '.join(SOURCES)}, or give the path of a CSV file",
    )
