"""Whatever is written as JSON, other programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.support.files.plain_json import to_json
from realign_core.support.files.writing import write_json

LEAVES = (
    st.none() | st.booleans() | st.floats() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner), max_leaves=8
)


def _refuse(name: str) -> None:
    pytest.fail(f"{name} is no JSON")


@given(VALUES)
def test_numbers_that_json_lacks_are_null(value: Any) -> None:
    again = json.loads(to_json(value), parse_constant=_refuse)
    assert json.loads(to_json(again)) == again


def test_frames_sets_and_small_floats(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.0, float("nan")]})
    value = {"f": frame, "s": {"b", "a"}, "n": np.float32("inf"), "t": (np.float64(0.5),)}
    right = {"f": [{"a": 1.0}, {"a": None}], "s": ["a", "b"], "n": None, "t": [0.5]}
    assert json.loads(to_json(value, indent=None)) == right
    write_json(tmp_path / "x.json", {"p": float("nan")})
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8"), parse_constant=_refuse) == {
        "p": None
    }
