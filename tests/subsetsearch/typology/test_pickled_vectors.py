"""A table of vectors is read from a pickle without unpickling: nothing in it is called."""

from __future__ import annotations

import io
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from subsetsearch.typology._pickled_vectors import read_vectors


def pickled(value: object) -> io.BytesIO:
    """Write a dictionary of vectors as Python 2 and an old numpy did."""
    raw = pickle.dumps(np.array(value, dtype=object), protocol=2)
    return io.BytesIO(raw.replace(b"numpy._core.", b"numpy.core."))


def test_vectors_come_back() -> None:
    table = {"swa": np.arange(4.0), "yor": np.array([0.5, -1.25]), "langs": ["swa", "yor"]}
    found = read_vectors(pickled(table))
    assert list(found) == ["swa", "yor"]
    for name, row in found.items():
        np.testing.assert_array_equal(row, table[name])


class Evil:
    """Runs something when it is unpickled."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.place),)


def test_nothing_in_it_is_called(tmp_path: Path) -> None:
    raw = pickled({"swa": Evil(tmp_path / "made")})
    with pytest.raises(ValueError, match="mkdir has no place in a table of vectors"):
        read_vectors(raw)
    assert not (tmp_path / "made").exists()
    raw.seek(0)
    pickle.load(raw)  # so it would have been
    assert (tmp_path / "made").exists()


@pytest.mark.parametrize("value", [{"swa": 1.5}, [1, 2], "text", {"swa": {1, 2}}])
def test_what_is_no_table_of_vectors_is_an_error(value: object) -> None:
    with pytest.raises(ValueError, match="table of vectors"):
        read_vectors(pickled(value))


def test_an_empty_table_is_one() -> None:
    assert read_vectors(pickled({})) == {}


def test_cut_files_are_errors() -> None:
    raw = pickled({"swa": np.arange(4.0)}).getvalue()
    for end in range(0, len(raw) - 1, 7):
        with pytest.raises(ValueError, match="."):
            read_vectors(io.BytesIO(raw[:end]))
