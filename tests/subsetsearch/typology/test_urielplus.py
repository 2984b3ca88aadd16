"""URIEL+ as a source, on a table in its shape: the package itself is an extra."""

from __future__ import annotations

import numpy as np

from subsetsearch.typology._urielplus import UrielPlus

NAN = float("nan")


def test_blocks_are_read_from_the_code_that_knows_more_of_them() -> None:
    """As for Croatian: its own code has the sounds, Serbo-Croatian's the syntax."""
    values = np.array([[NAN, NAN, 1.0, 1.0, 1.0], [1.0, 0.0, NAN, NAN, NAN]])
    source = UrielPlus(("hrv", "hbs"), ("S_A", "S_B", "INV_A", "INV_B", "INV_C"), values)
    table = source.features(["hrv_Latn", "swh_Latn"])
    np.testing.assert_array_equal(table.values, [[1, 0, 1, 1, 1], [NAN] * 5])
    np.testing.assert_array_equal(source.features(["hrv_Latn"], "inventory").values, [[1, 1, 1]])
