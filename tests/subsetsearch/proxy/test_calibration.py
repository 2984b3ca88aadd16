from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.proxy.calibration import Calibration

SCORES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20)


def test_recovers_a_line() -> None:
    x = np.linspace(0.3, 0.6, 8)
    line = Calibration.fit(x.tolist(), (0.1 + 0.5 * x).tolist())
    assert (line.slope, line.intercept) == pytest.approx((0.5, 0.1))
    assert line.spread == pytest.approx(0, abs=1e-9)
    assert line.estimate(0.4).value == pytest.approx(0.3)


def test_few_or_falling_scores_say_nothing() -> None:
    few = Calibration.fit([0.1, 0.2], [0.3, 0.5])
    falling = Calibration.fit([0.1, 0.2, 0.3, 0.4, 0.5], [0.5, 0.4, 0.3, 0.2, 0.1])
    assert few.slope == falling.slope == 0
    assert few.estimate(0.9).value == pytest.approx(0.4)
    assert falling.estimate(0.9).value == pytest.approx(0.3)


@given(SCORES)
def test_estimates_stay_in_the_range_of_a_line_through_the_mean(scores: list[tuple[float, float]]) -> None:
    x, y = [s[0] for s in scores], [s[1] for s in scores]
    line = Calibration.fit(x, y)
    assert line.slope >= 0
    assert line.estimate(float(np.mean(x))).value == pytest.approx(float(np.mean(y)), abs=1e-6)
    assert line.estimate(0.5).rung == 1
