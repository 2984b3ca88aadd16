"""What the command line says of searches that end at rung 1 and at rung 3."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subsetsearch.analysis.front_row import FrontRow
from subsetsearch.cli.front_table import front_plot, front_table
from subsetsearch.config.rungs import FULL, LINEAR, SHORT, Rung
from subsetsearch.subset import Subset

Cli = Callable[..., Any]


def test_a_search_by_rung_1_says_that_full_runs_choose(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    study = (
        toy_file,
        "--dir",
        tmp_path / "runs",
        "--set",
        "search.top_rung=1",
        "--set",
        "proxy.linear.measure=gap",
    )
    plan = json.loads(cli("run", *study, "--dry-run", "--json").out)
    assert plan["measured_by"] == "linear proxy (rung 1)"
    assert not [name for name in plan if name.startswith(("rung2", "rung3"))]
    done = cli("run", *study, "--trials", 6)
    assert "full runs (evaluate) choose among its front" in done.out
    assert "next: subsetsearch evaluate" in done.out
    shown = cli("pareto", *study).out
    assert "closed" in shown
    assert "no accuracy" in shown
    assert "~" not in shown
    assert all(not row["proxy_estimated"] for row in json.loads(cli("pareto", *study, "--json").out))
    assert "best gap closed" in cli("status", *study).out
    assert "gap closed (pairs): " in cli("explain", *study, "--pick", "trial=1").out
    chosen = json.loads(cli("export", *study, "--pick", "trial=1", "--to", "json", "-o", "-").out)
    assert chosen["proxy_measure"] == "gap closed (pairs), linear proxy (rung 1)"
    page = tmp_path / "page.md"
    assert cli("report", *study, "-o", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "gap closed (pairs), %" in text
    assert "short run" not in text
    # The same study at another rung has trials of its own, and both are kept.
    other = (toy_file, "--dir", tmp_path / "runs")
    refused = cli("pareto", *other)
    assert refused.code == 1
    assert "6 end at rung 1" in " ".join(refused.err.split())
    assert "search.top_rung=1" in " ".join(refused.err.split())


def test_a_search_by_full_runs_never_calls_them_short(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    study = (toy_file, "--dir", tmp_path / "runs", "--set", "search.top_rung=3")
    plan = json.loads(cli("run", *study, "--dry-run", "--json").out)
    assert plan["rung3_steps"] == 4
    done = cli("run", *study, "--trials", 3)
    assert "evaluate measures the front on test data" in done.out
    assert "(dev)" in cli("pareto", *study).out
    assert "full run on dev as well" in cli("status", *study).out
    assert "full run on dev 0." in cli("explain", *study, "--pick", "trial=1").out
    chosen = json.loads(cli("export", *study, "--pick", "trial=1", "--to", "json", "-o", "-").out)
    assert chosen["proxy_measure"] == "accuracy (dev), full runs on dev (rung 3)"
    assert chosen["accuracy"] is None
    page = tmp_path / "page.md"
    assert cli("report", *study, "-o", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "accuracy (dev), %" in text
    assert "nothing has been measured on test data yet" in text
    assert "short run" not in text
    found = json.loads(cli("calibrate", *study, "--subsets", 3, "--seeds", "1", "--json").out)
    assert [rung["rung"] for rung in found["rungs"]] == [1, 3]
    assert found["rungs"][1]["overall"]["n"] == 3


def row(cost: float = 1.0, **known: Any) -> FrontRow:
    return FrontRow(
        Subset(frozenset({"swh_Latn"})), cost, "pairs", proxy=0.5, proxy_rung=1, **{"trial": 1, **known}
    )


@pytest.mark.parametrize(
    ("rung", "head"),
    [(LINEAR, "gap closed\n(pairs)"), (SHORT, "proxy\n(dev)"), (FULL, "accuracy\n(dev)")],
)
def test_the_front_is_headed_by_what_measured_it(rung: Rung, head: str) -> None:
    rows = [row(), row(trial=2, cost=2.0, proxy_estimated=True)]
    made = front_table(rows, rung)
    column = next(c for c in made.columns if c.header == head)
    assert list(column.cells) == ["0.500", "0.500~"]
    assert rung.caution in str(made.caption)
    assert "~ estimated from rung 1" in str(made.caption)
    assert "~" not in str(front_table(rows[:1], rung).caption)
    assert rung.column in front_plot(rows, rung)


def test_equal_values_are_drawn_on_one_line() -> None:
    drawn = front_plot([row(), row(trial=2, cost=2.0)])
    assert drawn.count("|") == 1
    assert "  0.500 |" in drawn
