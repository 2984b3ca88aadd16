from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.report import ReportData, answer, question
from subsetsearch.report._summary import complement, diversities, reason, title
from subsetsearch.subset import Subset


def row(languages: str, cost: float, accuracy: float | None = None, seeds: int = 4, **known: Any) -> FrontRow:
    full = None if accuracy is None else FullRuns(accuracy, 0.01 if seeds > 1 else None, tuple(range(seeds)))
    return FrontRow(Subset(frozenset(languages.split())), cost, "pairs", full=full, **known)


def report(*rows: FrontRow, **known: Any) -> ReportData:
    return ReportData(Front(rows, "s"), **known)


NONE = row("", 0, 0.48, label="none")
ALL = row("a b c d e", 500, 0.52, label="all")


def test_nothing_may_be_the_answer() -> None:
    found = report(replace(NONE, recommended=True), row("a", 100, 0.47), ALL)
    assert answer(found) == (
        "Get nothing: no subset was shown to beat the untouched encoder, which reaches 48.0 ± 1.0 % accuracy on "
        "test data, against 52.0 ± 1.0 % with all languages."
    )
    assert reason(found).startswith(
        "Buy nothing: full runs have not shown the most accurate subset (all 5 languages"
    )


def test_proxies_of_different_rungs_are_not_compared() -> None:
    rows = [
        row("a", 100, proxy=0.9, proxy_rung=1, on_front=True),
        row("b", 100, proxy=0.5, proxy_rung=2, on_front=True),
        row("b c", 200, proxy=0.55, proxy_rung=2, on_front=True),
        row("b d", 150, proxy=0.545, proxy_rung=2, on_front=True),
    ]
    assert report(*rows).answer is rows[3]
    assert report().answer is None


def test_answer_compares_with_none_and_all() -> None:
    chosen = row("a b", 200, 0.54, recommended=True)
    assert answer(report(NONE, ALL, chosen)) == (
        "Buying a and b (200 pairs) reaches 54.0 ± 1.0 % accuracy on test data, against 48.0 ± 1.0 % without "
        "realignment and 52.0 ± 1.0 % with all languages (which cost 2.5 times as much)."
    )
    entities = ReportData(Front((NONE, chosen), metric="f1"))
    assert "54.0 ± 1.0 % F1 on test data" in answer(entities)


@pytest.mark.parametrize(
    ("chosen", "doubt"),
    [
        (row("a", 100, 0.54, seeds=1), "this difference may be chance"),
        (
            row("a", 100, 0.54, tied_with=NONE.subset),
            "full runs have not shown it to be better than no realignment",
        ),
    ],
)
def test_answer_admits_doubt(chosen: FrontRow, doubt: str) -> None:
    assert doubt in answer(report(NONE, replace(chosen, recommended=True)))


def test_answer_names_targets_that_the_subset_holds() -> None:
    full = FullRuns(0.55, 0.01, (1, 2, 3), {"swh_Latn": 0.6, "hau_Latn": 0.5, "wol_Latn": 0.4})
    chosen = row("swh_Latn fin_Latn", 100, recommended=True)
    assert "; Swahili is a target itself." in answer(report(NONE, replace(chosen, full=full), ALL))
    chosen = row("swh_Latn hau_Latn", 100, recommended=True)
    assert "; Hausa and Swahili are targets themselves." in answer(
        report(NONE, replace(chosen, full=full), ALL)
    )


def test_answer_without_measurements() -> None:
    guess = report(row("a", 100, proxy=0.5, proxy_rung=1, on_front=True))
    assert "nothing has been measured on test data yet" in answer(guess)
    assert answer(report()) == "There is no answer yet: no subset has been scored."


def test_question_names_encoder_and_targets() -> None:
    data = report(encoder="XLM-R", targets=("a", "b"))
    assert question(data).endswith(
        "so that XLM-R, fine-tuned on English only, works best in 2 target languages?"
    )
    assert "so that mine, fine-tuned" in question(report(encoder="/models/mine"))


def test_titles() -> None:
    assert title(NONE) == "no realignment"
    assert title(ALL) == "all 5 languages"
    assert title(row("swh_Latn yor_Latn", 1)) == "Swahili, Yoruba"
    assert title(row("hau_Latn swh_Latn yor_Latn zul_Latn", 1)) == "Hausa, Swahili + 2"
    assert title(row("swh_Latn", 1, strategies=("one", "two"))) == "one and 1 more"


def test_complement_counts_families_and_peers() -> None:
    peers = tuple(row(f"x{i} y{i}", 2, diversity=0.1 * i) for i in range(1, 7))
    chosen = row("fin_Latn tam_Taml", 2, diversity=0.55)
    assert complement(chosen, diversities(report(*peers, chosen))) == (
        "2 families: Dravidian, Uralic; 2 scripts (Latn, Taml); mean typological distance 0.55, more than 83 % of "
        "the 6 other subsets of this size"
    )
    assert complement(row("fin_Latn", 1), {}) == ""
