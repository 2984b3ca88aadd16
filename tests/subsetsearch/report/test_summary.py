from __future__ import annotations

from dataclasses import replace

import pytest

from subsetsearch.report import ReportData, ReportRow, answer, question, recommend
from subsetsearch.report._summary import complement, title


def row(languages: str, cost: float, accuracy: float | None = None, **known: object) -> ReportRow:
    return ReportRow(tuple(languages.split()), cost, "pairs", accuracy=accuracy, **known)  # type: ignore[arg-type]


NONE = row("", 0, 0.48, std=0.01, n_seeds=4, label="none")
ALL = row("a b c d e", 500, 0.52, std=0.01, n_seeds=4, label="all")


def test_cheapest_within_one_deviation_of_the_best() -> None:
    rows = [
        NONE,
        row("a", 100, 0.54, std=0.01),
        row("a b", 200, 0.545, std=0.02),
        row("a b c", 300, 0.55, std=0.02),
    ]
    assert recommend(rows) == 1
    assert recommend([*rows[:3], replace(rows[3], std=0.001)]) == 3


def test_none_may_be_the_answer() -> None:
    rows = (NONE, row("a", 100, 0.47, std=0.01, n_seeds=4))
    assert recommend(rows) == 0
    assert answer(ReportData("s", rows=rows)).startswith("No realignment reaches 48.0 ± 1.0")


def test_proxies_of_different_rungs_are_not_compared() -> None:
    rows = [
        row("a", 100, proxy=0.9, rung=1, on_front=True),
        row("b", 100, proxy=0.5, rung=2, on_front=True),
        row("b c", 200, proxy=0.55, rung=2, on_front=True),
        row("b d", 150, proxy=0.545, rung=2, on_front=True),
    ]
    assert recommend(rows) == 3
    assert recommend([]) is None


def test_answer_compares_with_none_and_all() -> None:
    chosen = row("a b", 200, 0.54, std=0.01, n_seeds=4)
    text = answer(ReportData("s", rows=(NONE, ALL, chosen)))
    assert text == (
        "Buying a and b (200 pairs) reaches 54.0 ± 1.0 accuracy on test data, against 48.0 ± 1.0 without "
        "realignment and 52.0 ± 1.0 with all languages (which cost 2.5 times as much)."
    )


@pytest.mark.parametrize(
    ("chosen", "doubt"),
    [
        (row("a", 100, 0.49, std=0.01, n_seeds=4), "within the spread between seeds"),
        (row("a", 100, 0.54, n_seeds=1), "cannot be told from chance"),
        (
            row("a", 100, 0.54, std=0.01, n_seeds=4, tied_with=()),
            "full runs do not tell it from no realignment",
        ),
    ],
)
def test_answer_admits_doubt(chosen: ReportRow, doubt: str) -> None:
    assert doubt in answer(ReportData("s", rows=(NONE, chosen), recommended=1))


def test_answer_without_measurements() -> None:
    rows = (row("a", 100, proxy=0.5, rung=1, on_front=True),)
    assert "nothing has been measured on test data yet" in answer(ReportData("s", rows=rows))
    assert answer(ReportData("s")) == "There is no answer yet: no subset has been scored."


def test_question_names_encoder_and_targets() -> None:
    data = ReportData("s", encoder="XLM-R", targets=("a", "b"))
    assert question(data).endswith(
        "so that XLM-R, fine-tuned on English only, works best in 2 target languages?"
    )


def test_titles(data: ReportData) -> None:
    assert title(NONE, data) == "no realignment"
    assert title(ALL, data) == "all 5 languages"
    assert title(row("swh_Latn yor_Latn", 1), data) == "Swahili, Yoruba"
    assert title(row("swh_Latn yor_Latn zul_Latn hau_Latn", 1), data) == "Swahili, Yoruba + 2"


def test_complement_counts_families_and_peers(data: ReportData) -> None:
    peers = tuple(row(f"x{i} y{i}", 2, diversity=0.1 * i) for i in range(1, 7))
    own = row("fin_Latn tam_Taml", 2, diversity=0.55)
    text = complement(own, replace(data, rows=(*peers, own)))
    assert text == (
        "2 families: Dravidian, Uralic; 2 scripts (Latn, Taml); mean typological distance 0.55, more than 83% of "
        "the 6 other subsets of this size"
    )
    assert complement(row("fin_Latn", 1), data) == ""
