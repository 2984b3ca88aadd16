from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.analysis.front import Row, mark_front, spread
from subsetsearch.analysis.pick import parse_rule
from subsetsearch.errors import ConfigError, SelectionError


def row(trial: int, cost: float, accuracy: float | None = None, **more: Any) -> Row:
    values: dict[str, Any] = {
        "trial": trial,
        "label": "",
        "languages": tuple(f"aa{chr(97 + trial)}_Latn" for _ in range(1)),
        "cost": cost,
        "cost_unit": "sentence pairs",
        "proxy": 0.5,
        "proxy_rung": 2,
        "accuracy": accuracy,
        "accuracy_std": None,
        "n_seeds": 0 if accuracy is None else 2,
        "held_out": None,
        "diversity": None,
    }
    return Row(**values | more)


ROWS = [
    row(0, 0, 0.40, label="none", languages=()),
    row(1, 100, 0.50),
    row(2, 200, 0.58),
    row(3, 400, 0.60),
    row(4, 900, 0.605),
    row(5, 9000, 0.59, label="all"),
    row(6, 50),
]


@pytest.mark.parametrize(
    ("rule", "trial", "why"),
    [
        ("best", 4, "highest measured accuracy"),
        ("knee", 2, "knee of 4 measured points"),
        ("cost<=400", 3, "at most 400"),
        ("cost <= 399.5", 2, "at most 399.5"),
        ("accuracy>=0.55", 2, "at least 0.55"),
        ("within=0.99", 3, "within 99.0%"),
        ("trial=6", 6, "as asked for"),
    ],
)
def test_rules(rule: str, trial: int, why: str) -> None:
    picked = parse_rule(rule).pick(ROWS)
    assert picked.row.trial == trial
    assert why in picked.reason


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("cost<=10", "the nearest is trial=1"),
        ("accuracy>=0.9", "the nearest is trial=4"),
        ("trial=77", "the nearest is trial=6"),
    ],
)
def test_what_matches_nothing_names_the_nearest(rule: str, message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        parse_rule(rule).pick(ROWS)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("accuracy>=55", "accuracy>=0.55 for 55 %"),
        ("within=99", "within=0.99 for 99 %"),
        ("within=200", "write rec"),
    ],
)
def test_per_cent_is_no_share(text: str, fix: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(fix)):
        parse_rule(text)


@pytest.mark.parametrize("text", ["", "kneee", "cost<2", "within=", "trial=1.5", "cost<=x", "best; rm -rf"])
def test_no_rule(text: str) -> None:
    with pytest.raises(ConfigError, match="no rule of choice"):
        parse_rule(text)


def test_proxies_are_never_taken_for_accuracies() -> None:
    with pytest.raises(SelectionError, match="proxies are no accuracies"):
        parse_rule("best").pick([row(1, 10), row(2, 20)])


POINTS = st.lists(
    st.tuples(st.integers(0, 9), st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)), max_size=15
)


@given(POINTS)
def test_front_rows_do_not_dominate_each_other_by_either_measure(
    points: list[tuple[int, int | None, int | None]],
) -> None:
    rows = [
        row(i, float(cost), None if a is None else a / 10, proxy=None if p is None else p / 10)
        for i, (cost, p, a) in enumerate(points)
    ]
    front = [r for r in mark_front(rows) if r.on_front]
    for measure in ("proxy", "accuracy"):
        known = [(r.cost, getattr(r, measure)) for r in front if getattr(r, measure) is not None]
        for a in known:
            assert not any(b[0] <= a[0] and b[1] >= a[1] and b != a for b in known)


def test_rows_come_by_rising_cost() -> None:
    assert [r.trial for r in mark_front(ROWS)] == [0, 6, 1, 2, 3, 4, 5]


def test_spread_needs_two_seeds() -> None:
    assert spread([0.5]) is None
    assert spread([0.4, 0.6]) == pytest.approx(0.1414, abs=1e-4)
