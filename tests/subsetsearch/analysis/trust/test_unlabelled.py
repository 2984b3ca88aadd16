"""What leaving labelled languages out in turn says of one without labels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from scipy.stats import t as student

from subsetsearch.analysis.trust import leave_out_in_turn
from subsetsearch.analysis.trust.ranks import ranking, spearman
from subsetsearch.analysis.trust.unlabelled import mean_interval
from subsetsearch.subset import NONE, Subset

LANGUAGES = ("a", "b", "c", "d", "e")
Scores = dict[Subset, dict[str, float]]


def toy(noise: float, n: int = 60, seed: int = 0) -> tuple[Scores, Scores]:
    """Accuracies, and retrievals that follow them but for noise."""
    rng = np.random.default_rng(seed)
    names = [f"l{i:02d}" for i in range(30)]
    accuracy: Scores = {}
    while len(accuracy) < n:
        subset = Subset(frozenset(rng.choice(names, rng.integers(1, 5), replace=False).tolist()))
        accuracy[subset] = {key: float(rng.normal()) for key in LANGUAGES}
    retrieval = {
        s: {key: value + noise * float(rng.normal()) for key, value in row.items()}
        for s, row in accuracy.items()
    }
    return retrieval, accuracy


def test_each_language_is_ranked_by_its_alignment_and_by_the_others() -> None:
    retrieval, accuracy = toy(1.0)
    found = leave_out_in_turn(retrieval, accuracy, "the truth")
    assert found.subsets == 60
    for row in found.languages:
        own = [accuracy[s][row.language] for s in accuracy]
        mine = [retrieval[s][row.language] for s in accuracy]
        rest = [np.mean([v for key, v in accuracy[s].items() if key != row.language]) for s in accuracy]
        assert row.retrieval == pytest.approx(spearmanr(mine, own).statistic)
        assert row.others == pytest.approx(spearmanr(rest, own).statistic)
    assert found.retrieval is not None
    assert found.retrieval.value == pytest.approx(np.mean([row.retrieval for row in found.languages]))


@pytest.mark.parametrize(
    ("noise", "words"),
    [
        (0.05, ["usefully", "the other targets rank them less well"]),
        (2.5, ["weakly", "leave out"]),
        (1e9, ["no better than chance", "do not let it choose"]),
    ],
)
def test_the_sentence_follows_the_ranks(noise: float, words: list[str]) -> None:
    found = leave_out_in_turn(*toy(noise, n=200), "full runs")
    assert found.sentence.startswith("against full runs, retrieval ranks subsets")
    for word in words:
        assert word in found.sentence


def test_labels_of_others_may_tell_more() -> None:
    retrieval, accuracy = toy(1e9)
    shared = {s: dict.fromkeys(row, row["a"]) for s, row in accuracy.items()}
    found = leave_out_in_turn(retrieval, shared, "full runs")
    assert all(row.others == pytest.approx(1.0) for row in found.languages)
    assert "the other targets rank them better (1.00): name labelled languages" in found.sentence


def test_only_what_both_know_counts() -> None:
    retrieval, accuracy = toy(0.1)
    accuracy[NONE] = dict.fromkeys(LANGUAGES, 9.0)  # none is nobody's choice
    retrieval[NONE] = dict.fromkeys(LANGUAGES, 0.0)
    retrieval[Subset(frozenset({"new"}))] = dict.fromkeys(LANGUAGES, 0.0)
    for row in retrieval.values():
        row.pop("e")
    found = leave_out_in_turn(retrieval, accuracy, "the truth")
    assert found.subsets == 60
    assert [row.language for row in found.languages] == ["a", "b", "c", "d"]


def test_too_little_is_said_to_be_too_little() -> None:
    retrieval, accuracy = toy(0.1)
    few = {s: {key: row[key] for key in "ab"} for s, row in accuracy.items()}
    found = leave_out_in_turn(retrieval, few, "the truth")
    assert found.retrieval is None
    assert "2 labelled targets with held-out sentence pairs" in found.sentence
    assert leave_out_in_turn({}, {}, "the truth").languages == ()
    still = {s: dict.fromkeys(row, 0.5) for s, row in accuracy.items()}
    found = leave_out_in_turn(retrieval, still, "the truth")
    assert found.sentence.startswith("of 5 labelled targets only 0 have different accuracies over the 60")


def test_the_interval_is_students() -> None:
    values = [0.1, 0.5, 0.3, 0.4]
    found = mean_interval(values)
    assert found is not None
    reach = student.ppf(0.975, 3) * np.std(values, ddof=1) / 2
    assert (found.low, found.high) == pytest.approx((np.mean(values) - reach, np.mean(values) + reach))
    assert mean_interval([0.9, 1.0, 0.2]).high == 1.0  # type: ignore[union-attr]
    assert mean_interval([0.1, 0.2]) is None


def test_rho_is_that_of_the_full_ranking() -> None:
    rng = np.random.default_rng(4)
    x, y, sizes = rng.normal(size=30), rng.normal(size=30), rng.integers(1, 4, size=30)
    order = np.argsort(sizes, kind="stable")
    x, y, groups = x[order].tolist(), y[order].tolist(), sizes[order].tolist()
    for chosen in (None, groups):
        full = ranking(x, y, chosen).spearman
        assert full is not None
        assert spearman(x, y, chosen) == pytest.approx(full.value)
    assert spearman([1.0] * 9, list(range(9))) is None
    assert spearman([1.0, 2.0], [1.0, 2.0]) is None
