"""Trust, ties, fresh seeds and published strategies in every format of the report."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from subsetsearch.analysis.noise import PairedDifference
from subsetsearch.analysis.trust import verdict
from subsetsearch.report import (
    ReportData,
    ReportRow,
    StrategyLine,
    answer,
    recommend,
    render_html,
    render_markdown,
)
from subsetsearch.report._summary import reason
from subsetsearch.report._view import view
from subsetsearch.report.report import _calibration, gain_text, short_names
from subsetsearch.subset import Subset

CHEAP = ReportRow(
    ("swh_Latn",), 100, "pairs", 3, on_front=True, proxy=0.30, rung=2, accuracy=0.530, std=0.01, n_seeds=2,
    recommended=True, held_out=0.41, fresh=0.525, fresh_std=0.004, n_fresh=3,
)  # fmt: skip
DEAR = ReportRow(
    ("swh_Latn", "zul_Latn"), 200, "pairs", 4, on_front=True, accuracy=0.535, std=0.01, n_seeds=2,
    tied_with=("swh_Latn",), strategies=("most_uriel_2",),
)  # fmt: skip
UNMEASURED = ReportRow(
    ("yor_Latn",), 90, "pairs", label="least_uriel_1", proxy=0.28, rung=1, strategies=("least_uriel_1",)
)
LINES = (
    StrategyLine(("least_uriel_1", "least_family_1"), 1, 3, 90, rung1=0.28),
    StrategyLine(
        ("most_uriel_2",), 2, 2, 200, 0.5, 0.31, 0.535, 0.01, "Swahili", 0.53, "-0.5 (-1.9 to +0.9)"
    ),
)


@pytest.fixture
def trusted() -> ReportData:
    runs = {Subset(frozenset({f"l{i}"})): {1: 0.50 + 0.01 * i, 2: 0.51 + 0.01 * i} for i in range(6)}
    found = verdict({1: {s: by_seed[1] for s, by_seed in runs.items()}}, runs)
    return ReportData(
        "s", rows=(ReportRow((), 0, "pairs", label="none", accuracy=0.5, std=0.01, n_seeds=2), CHEAP, DEAR, UNMEASURED),
        calibration=_calibration(found), sentences=found.sentences, strategies=LINES,
    )  # fmt: skip


def test_the_marked_row_is_the_answer_and_the_reason_names_the_best(trusted: ReportData) -> None:
    assert recommend(trusted.rows) == 1
    assert reason(trusted) == (
        "The cheapest subset that full runs do not tell from the most accurate one "
        "(swh_Latn, zul_Latn: 53.5 ± 1.0 at 200 pairs)."
    )
    assert "over fresh seeds 52.5 ± 0.4 (3 seeds)" in answer(trusted)
    alone = replace(trusted, rows=(trusted.rows[0], CHEAP))
    assert reason(alone) == "The most accurate subset; full runs tell every cheaper one from it."


def test_the_page_says_it(trusted: ReportData) -> None:
    pytest.importorskip("plotly", reason="plotly is not installed (extra report)")
    page = render_html(trusted)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>', page)
    assert "linear proxy (rung 1)" in rows
    assert "linear proxy (rung 1), within equal sizes (1 size)" in rows
    assert "ceiling: the most that any proxy could reach" in rows
    assert page.count("<li>") >= len(trusted.sentences) == 3
    assert "1.00 (1.00 to 1.00)" in page
    assert "least_uriel_1 (and least_family_1)" in page
    assert "<td>1 of 3</td>" in page
    assert "not measured" in page
    assert "-0.5 (-1.9 to +0.9)" in page


def test_the_script_knows_ties_and_strategies(trusted: ReportData) -> None:
    rows = view(trusted)["rows"]
    by_cost = {row["cost"]: row for row in rows}
    assert by_cost[200]["tie"] == "swh_Latn"
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
    assert "| swh\\_Latn |\n" in subsets  # the last cell: not told from the cheaper
    assert "least" not in subsets
    strategies = text.split("## Published strategies at the same cost")[1]
    assert "| least\\_uriel\\_1 (and least\\_family\\_1) | 1 of 3 |" in strategies
    assert "no accuracy" in strategies
    assert "- linear proxy (rung 1) ranks these 6 subsets usefully" in text
    nothing = render_markdown(replace(trusted, strategies=(), calibration=()))
    assert "No published strategy has a language of this pool." in nothing
    assert "No subset has both a proxy and a full run yet." in nothing


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
    assert short_names(("swh_Latn", "zul_Latn")) == "Swahili, Zulu"
    assert short_names(("swh_Latn", "zul_Latn", "yor_Latn", "wol_Latn", "fin_Latn")).endswith(" + 1")
