from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.support.numbers import real, whole


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_come_back(number: int) -> None:
    assert whole(str(number)) == number


@given(st.floats())
def test_numbers_come_back(number: float) -> None:
    assert real(repr(number)) == number or math.isnan(number)


@pytest.mark.parametrize("text", ["", "1_0", "٣", " 1", "1.0", "9" * 5000, str(2**63), "0x10", "--1"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="no whole number"):
        whole(text)


@pytest.mark.parametrize("text", ["", "1_0", "٣", "1,5", "1" * 500, "infinit", "1e", ".", "0x1p3", "1 "])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        real(text)
