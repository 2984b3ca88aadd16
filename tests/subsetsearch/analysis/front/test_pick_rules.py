from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns, mark_front
from subsetsearch.analysis.front.pick_rules import parse_rule
from subsetsearch.errors import ConfigError, SelectionError
from subsetsearch.subset import NONE, Subset


def row(trial: int, cost: float, accuracy: float | None = None, **more: Any) -> FrontRow:
    full = None if accuracy is None else FullRuns(accuracy, seeds=(1, 2))
    known = {
        "subset": Subset(frozenset({f"aa{chr(97 + trial)}_Latn"})),
        "proxy": 0.5,
        "proxy_rung": 2,
        **more,
    }
    return FrontRow(cost=cost, cost_unit="sentence pairs", trial=trial, full=full, **known)


ROWS = Front(
    (
        row(0, 0, 0.40, label="none", subset=NONE),
        row(1, 100, 0.50),
        row(2, 200, 0.58),
        row(3, 400, 0.60),
        row(4, 900, 0.605),
        row(5, 9000, 0.59, label="all"),
        row(6, 50),
    )
)


@pytest.mark.parametrize(
    ("rule", "trial", "why"),
    [
        ("best", 4, "highest measured accuracy"),
        (
            "knee",
            2,
            "knee of 4 measured points: +8.0 points over the cheapest of them for 100 sentence pairs more",
        ),
        ("cost<=400", 3, "at most 400"),
        ("cost <= 399.5", 2, "at most 399.5"),
        ("accuracy>=0.55", 2, "a measured accuracy of at least 55.0 %"),
        ("accuracy >= 55%", 2, "at least 55.0 %"),
        ("within=0.99", 3, "within 99.0 % of the best"),
        ("within=99 %", 3, "within 99.0 % of the best"),
        ("trial=6", 6, "as asked for"),
    ],
)
def test_rules(rule: str, trial: int, why: str) -> None:
    picked = ROWS.pick(rule)
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
        ROWS.pick(rule)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("accuracy>=55", "accuracy>=55% for 55 %"),
        ("within=99", "within=99% for 99 %"),
        ("within=101%", "write rec"),
        ("within=200", "write rec"),
    ],
)
def test_a_number_above_1_may_be_per_cent(text: str, fix: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(fix)):
        parse_rule(text)


@pytest.mark.parametrize("text", ["", "kneee", "cost<2", "within=", "trial=1.5", "cost<=x", "best; rm -rf"])
def test_no_rule(text: str) -> None:
    with pytest.raises(ConfigError, match="no rule of choice"):
        parse_rule(text)


def test_proxies_are_never_taken_for_accuracies() -> None:
    with pytest.raises(SelectionError, match="proxies are no accuracies"):
        Front((row(1, 10), row(2, 20))).pick("best")


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


def test_the_metric_has_its_own_name() -> None:
    entities = Front(ROWS.rows, metric="f1")
    assert entities.pick("best").reason.startswith("the highest measured F1, 60.5 %")
    with pytest.raises(SelectionError, match="no subset reached F1 of 90"):
        entities.pick("accuracy>=90%")
