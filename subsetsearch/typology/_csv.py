"""A user's own table: features (one language a row, or CLDF values) or a square matrix of distances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realign_core.support.numbers import real
from subsetsearch.errors import ConfigError, DataError, LanguageError
from subsetsearch.languages import find_language, resolve
from subsetsearch.tables import MISSING, CsvRows, read_csv_rows
from subsetsearch.typology._base import distances_from_features, mean_known, vector_metric
from subsetsearch.typology._cldf import LONG_FORM, widen
from subsetsearch.typology._tables import DistanceTable, FeatureTable, Kind, Metric

_DOUBTFUL = re.compile(r"[+-]?[0-9]*,[0-9]+|[+-]?inf(inity)?", re.IGNORECASE)
"""Decimal commas and endless numbers: as a class of its own each would look like a value."""


@dataclass(frozen=True, eq=False)
class CsvTypology:
    """Features or distances from a CSV file.

    Three layouts are understood: wide (a language a row, features as columns), CLDF values as published by
    Grambank and WALS (columns ``Language_ID, Parameter_ID, Value``; ``languages.csv`` beside them explains
    the data set's own codes), and a square matrix whose header repeats its first column. Empty cells, ``?``,
    ``NA`` and ``-1`` are unknown. Features with values other than numbers in [0, 1] are split into one 0/1
    column a value.

    Attributes:
        path: The file.
        keys: The languages in it.
        feature_table: Features, or ``None`` for a file of distances.
        distances: Distances ``(n, n)``, or ``None`` for a file of features.
    """

    path: Path
    keys: tuple[str, ...]
    feature_table: FeatureTable | None = field(default=None, repr=False)
    distances: NDArray[np.float64] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """File name."""
        return self.path.name

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """One kind: whatever the user calls features."""
        return ("featural",)

    def features(self, keys: Sequence[str], kind: Kind = "featural") -> FeatureTable:
        """Feature vectors; a language that the file does not have is a row of ``NaN``.

        Raises:
            ConfigError: If the file holds distances, or another kind than ``featural`` is asked for.
        """
        self._check(kind)
        if self.feature_table is None:
            raise ConfigError("holds distances, not features", where=self.path, fix="give a CSV of features")
        rows = {key: index for index, key in enumerate(self.keys)}
        values = np.full((len(keys), len(self.feature_table.names)), np.nan)
        for index, key in enumerate(keys):
            if key in rows:
                values[index] = self.feature_table.values[rows[key]]
        codes = tuple(self.feature_table.codes[rows[key]] if key in rows else key for key in keys)
        rates = mean_known(self.feature_table.values)
        return FeatureTable(tuple(keys), self.feature_table.names, values, codes, rates)

    def distance_matrix(
        self, keys: Sequence[str], kind: Kind = "featural", metric: Metric | None = None
    ) -> DistanceTable:
        """The file's distances, or masked distances of its features.

        Raises:
            ConfigError: If kind or metric do not fit the file.
        """
        self._check(kind)
        if self.distances is None:
            chosen_metric = vector_metric(metric or "cosine", "features")
            return distances_from_features(self.features(keys, kind), kind, chosen_metric, str(self.path))
        rows = {key: index for index, key in enumerate(self.keys)}
        values = np.full((len(keys), len(keys)), np.nan)
        places = [index for index, key in enumerate(keys) if key in rows]
        file_rows = [rows[keys[index]] for index in places]
        values[np.ix_(places, places)] = self.distances[np.ix_(file_rows, file_rows)]
        shared = np.isfinite(values).astype(np.int32)
        np.fill_diagonal(values, 0.0)
        evidence = shared.astype(np.float32)
        return DistanceTable(tuple(keys), values, shared, 1, kind, "given", tuple(keys), evidence)

    def _check(self, kind: Kind) -> None:
        if kind != "featural":
            raise ConfigError(f"has no {kind} distances", where=self.path, fix="ask for kind 'featural'")


def read_csv_typology(path: Path) -> CsvTypology:
    """Read a file of features or distances.

    Raises:
        DataError: If the file is missing or no table, a language is in it twice (also under two
            codes), or a matrix is not square, not symmetric, negative or has a diagonal other than 0;
            the message names the languages.
    """
    table = read_csv_rows(path)
    if len(table.header) < 2 or not table.rows:
        raise DataError("no table: a header and one row at least are needed", where=path)
    if set(LONG_FORM) <= set(table.header):
        table = widen(table, path)
    first, *header = table.header
    keys = _keys([(line, row[first]) for line, row in table.rows], path)
    codes = tuple(row[first] for _, row in table.rows)
    if _is_matrix(header, codes, keys):
        return CsvTypology(path, keys, distances=_matrix(path, header, table, keys))
    for line, row in table.rows:
        for name in header:
            if _DOUBTFUL.fullmatch(row[name]):
                what = f"'{name}' is {row[name]!r}, neither a number nor a class"
                raise DataError(what, where=path, line=line, fix="write numbers with a decimal point: 0.5")
    names, values = _columns(header, table)
    return CsvTypology(path, keys, feature_table=FeatureTable(keys, names, values, codes))


def _keys(codes: Iterable[tuple[int, str]], path: Path) -> tuple[str, ...]:
    """Keys of the rows' languages, each given with the number of its line."""
    code_of: dict[str, str] = {}
    for line, code in codes:
        try:
            key = resolve(code).key
        except LanguageError as error:
            raise DataError(error.what, where=path, line=line, fix=error.fix) from error
        if key in code_of:
            raise DataError(
                f"'{code_of[key]}' and '{code}' are one language, {key}",
                where=path,
                line=line,
                fix="keep one row",
            )
        code_of[key] = code
    return tuple(code_of)


def _is_matrix(header: Sequence[str], codes: Sequence[str], keys: Sequence[str]) -> bool:
    """A matrix repeats its rows' languages as columns; half of them are enough to call it one."""
    repeated, rows, row_keys = 0, {*codes}, {*keys}
    for cell in header:
        repeated += cell in rows or (
            (language := find_language(cell)) is not None and language.key in row_keys
        )
    return repeated >= max(1, len(header) / 2)


def _matrix(path: Path, header: Sequence[str], table: CsvRows, keys: tuple[str, ...]) -> NDArray[np.float64]:
    column_of = {}
    for cell in header:
        try:
            column_of[resolve(cell).key] = cell
        except LanguageError as error:
            raise DataError(error.what, where=path, line=1, fix=error.fix) from error
    if set(column_of) != set(keys) or len(header) != len(keys):
        unmatched = sorted(set(column_of) ^ set(keys)) or ["a language twice"]
        raise DataError(
            f"the matrix is not square: {len(keys)} rows, {len(header)} columns; "
            f"only on one side: {', '.join(unmatched[:8])}",
            where=path, fix="give the same languages as rows and columns",
        )  # fmt: skip
    values = np.empty((len(keys), len(keys)))
    for index, (line, row) in enumerate(table.rows):
        try:
            values[index] = [_number(row[column_of[key]]) for key in keys]
        except ValueError as error:
            raise DataError(f"not a number: {error}", where=path, line=line) from error
    check_distances(values, keys, path)
    return values


def check_distances(
    values: NDArray[np.float64], keys: Sequence[str], where: Path | str | None = None
) -> None:
    """Check that a matrix can be a matrix of distances.

    Args:
        values: Square matrix ``(n, n)``; ``NaN`` where unknown.
        keys: Languages of its rows.
        where: File for the message.

    Raises:
        DataError: If it is not square, has a negative entry, a diagonal other than 0, or differs from its
            transpose by more than 1e-6; the languages are named.
    """
    if values.ndim != 2 or values.shape != (len(keys), len(keys)):
        raise DataError(
            f"a square matrix of {len(keys)} languages expected, but got shape {values.shape}", where=where
        )
    diagonal = np.flatnonzero(np.nan_to_num(np.abs(np.diag(values))) > 1e-9)
    if diagonal.size:
        raise DataError(f"the distance of {keys[int(diagonal[0])]} to itself is not 0", where=where)
    negative = np.argwhere(np.nan_to_num(values) < 0)
    if negative.size:
        a, b = (keys[int(index)] for index in negative[0])
        raise DataError(f"the distance of {a} and {b} is negative", where=where)
    uneven = np.argwhere(
        (np.nan_to_num(np.abs(values - values.T)) > 1e-6) | (np.isnan(values) != np.isnan(values.T))
    )
    if uneven.size:
        row, column = (int(index) for index in uneven[0])
        raise DataError(
            f"the matrix is not symmetric: {keys[row]} to {keys[column]} is {values[row, column]:g}, "
            f"back it is {values[column, row]:g}",
            where=where, fix="give one distance a pair",
        )  # fmt: skip


def _columns(header: Sequence[str], table: CsvRows) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Numbers in [0, 1] stay; any other feature becomes one 0/1 column a value."""
    columns: dict[str, list[float]] = {}
    for name in header:
        cells = [row[name] for _, row in table.rows]
        levels = sorted({cell for cell in cells if cell.lower() not in MISSING})
        if all(_unit(cell) for cell in levels):
            columns[name] = [_number(cell) for cell in cells]
            continue
        for value in levels:
            columns[f"{name}={value}"] = [
                np.nan if cell.lower() in MISSING else float(cell == value) for cell in cells
            ]
    values = np.asarray(list(columns.values()), dtype=np.float64)
    return tuple(columns), values.reshape(len(columns), len(table.rows)).T


def _number(cell: str) -> float:
    return np.nan if cell.lower() in MISSING else real(cell)


def _unit(cell: str) -> bool:
    try:
        return 0.0 <= real(cell) <= 1.0
    except ValueError:
        return False
