"""Trust, ties, fresh seeds and published strategies in every format of the report."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.statistics.seed_noise import PairedDifference
from subsetsearch.analysis.subsets.strategy_table import StrategyRow
from subsetsearch.analysis.trust import verdict
from subsetsearch.report import ReportData, answer, render_html, render_markdown
from subsetsearch.report._strategies import gain_text
from subsetsearch.report._summary import reason
from subsetsearch.report._view import view
from subsetsearch.subset import NONE, Subset

SWAHILI, BOTH = Subset(frozenset({"swh_Latn"})), Subset(frozenset({"swh_Latn", "zul_Latn"}))
CHEAP = FrontRow(
    SWAHILI, 100, "pairs", 3, on_front=True, proxy=0.30, proxy_rung=2, recommended=True, ties_best=True,
    full=FullRuns(0.530, 0.01, (1, 2), held_out=0.41), fresh=FullRuns(0.525, 0.004, (7, 8, 9)),
)  # fmt: skip
COSTLY = FrontRow(
    BOTH, 200, "pairs", 4, on_front=True, tied_with=SWAHILI, ties_best=True, strategies=("most_uriel_2",),
    full=FullRuns(0.535, 0.01, (1, 2)),
)  # fmt: skip
UNMEASURED = FrontRow(
    Subset(frozenset({"yor_Latn"})), 90, "pairs", proxy=0.28, proxy_rung=1, strategies=("least_uriel_1",)
)
UNTOUCHED = FrontRow(NONE, 0, "pairs", label="none", full=FullRuns(0.5, 0.01, (1, 2)))
LINES = (
    StrategyRow(("least_uriel_1", "least_family_1"), 3, UNMEASURED, rung1=0.28),
    StrategyRow(("most_uriel_2",), 2, replace(COSTLY, diversity=0.5), 0.31, CHEAP,
                PairedDifference(-0.005, -0.019, 0.009, (1, 2))),
)  # fmt: skip


@pytest.fixture
def trusted() -> ReportData:
    runs = {Subset(frozenset({f"l{i}"})): {1: 0.50 + 0.01 * i, 2: 0.51 + 0.01 * i} for i in range(6)}
    trust = verdict({1: {s: by_seed[1] for s, by_seed in runs.items()}}, runs)
    return ReportData(Front((UNTOUCHED, UNMEASURED, CHEAP, COSTLY), "s"), trust=trust, strategies=LINES)


def test_the_marked_row_is_the_answer_and_the_reason_names_the_best(trusted: ReportData) -> None:
    assert trusted.answer is CHEAP
    assert reason(trusted).startswith(
        "The cheapest subset that full runs have not shown to be worse than the most accurate one "
        "(trial 4 (Swahili, Zulu), 53.5 ± 1.0 % at 200 pairs)"
    )
    assert "52.5 ± 0.4 % over 3 fresh seeds" in answer(trusted)
    alone = replace(trusted, front=Front((UNTOUCHED, CHEAP)))
    assert reason(alone).startswith("The highest measured accuracy, 53.0 ± 1.0 % over 2 seeds")


def test_the_page_says_it(trusted: ReportData) -> None:
    page = render_html(trusted)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>', page)
    assert "linear proxy (rung 1)" in rows
    assert "linear proxy (rung 1), within equal sizes (1 size)" in rows
    assert "ceiling: the most that any proxy could reach" in rows
    assert page.count("<li>") >= len(trusted.trust.sentences) == 3
    assert "1.00 (1.00 to 1.00)" in page
    assert "least_uriel_1 (and least_family_1)" in page
    assert "<td>1 of 3</td>" in page
    assert "not measured" in page
    assert "-0.5 (-1.9 to +0.9)" in page


def test_the_script_knows_ties_and_strategies(trusted: ReportData) -> None:
    rows = view(trusted)["rows"]
    by_cost = {row["cost"]: row for row in rows}
    assert by_cost[200]["tie"] == "Swahili"
    assert by_cost[200]["strategies"] == ["most_uriel_2"]
    assert by_cost[100]["fresh"] == "52.5 ± 0.4 (3 seeds)"
    assert by_cost[100]["heldOut"] == 0.41
    assert "tie" not in by_cost[100]
    assert "accuracy" not in by_cost[90]


def test_markdown_lists_measured_subsets_and_strategies_apart(trusted: ReportData) -> None:
    text = render_markdown(trusted)
    subsets = text.split("## Subsets")[1].split("##")[0]
    assert "fresh seeds, %" in subsets
    assert "held-out targets, %" in subsets
    assert "| Swahili |\n" in subsets  # the last cell: not shown to be better than
    assert "least" not in subsets
    strategies = text.split("## Published strategies at the same cost")[1]
    assert "| least\\_uriel\\_1 (and least\\_family\\_1) | 1 of 3 |" in strategies
    assert "no accuracy" in strategies
    assert "- linear proxy (rung 1) ranks these 6 subsets usefully" in text
    nothing = render_markdown(replace(trusted, strategies=(), trust=verdict({}, {})))
    assert "No published strategy has a language of this pool." in nothing
    assert "no subset besides none and all was fully run yet" in nothing


def test_a_proxy_is_never_called_an_accuracy(trusted: ReportData) -> None:
    row = next(line for line in render_markdown(trusted).splitlines() if line.startswith("| least"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    head = next(line for line in render_markdown(trusted).splitlines() if line.startswith("| strategy"))
    named = dict(zip([cell.strip() for cell in head.strip("|").split("|")], cells, strict=True))
    assert named["proxy, rung 1, %"] == "28.0"
    assert named["accuracy on test, %"] == "not measured"


def test_texts() -> None:
    assert gain_text(PairedDifference(0.012, 0.004, 0.02, (1, 2))) == "+1.2 (+0.4 to +2.0)"
    assert gain_text(PairedDifference(0.012, None, None, (1,))) == "+1.2 (1 common seed: a hint only)"
