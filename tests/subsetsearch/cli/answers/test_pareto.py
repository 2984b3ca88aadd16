"""The command `pareto`: the table and the plot."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Callable
from typing import Any

import pytest

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.cli.views.front import front_legend, front_plot, front_table
from subsetsearch.config.rungs import FULL, LINEAR, SHORT, RungWords
from subsetsearch.subset import NONE, Subset

Cli = Callable[..., Any]


def row(cost: float = 1.0, **known: Any) -> FrontRow:
    subset = Subset(frozenset({"swh_Latn"}))
    return FrontRow(subset, cost, "pairs", **{"proxy": 0.5, "proxy_rung": 1, "trial": 1, **known})


@pytest.mark.parametrize(
    ("rung", "head"),
    [(LINEAR, "gap\nclosed %\n(pairs)"), (SHORT, "proxy %\n(dev)"), (FULL, "accuracy\non dev %\n(dev)")],
)
def test_the_front_is_headed_by_what_measured_it(rung: RungWords, head: str) -> None:
    front = Front((row(), row(trial=2, cost=2.0, proxy_estimated=True)), rung=rung)
    made = front_table(front, front)
    column = next(c for c in made.columns if c.header == head)
    assert list(column.cells) == ["50.0", "50.0~"]
    legend = front_legend(front, front)
    assert rung.caution in legend
    assert "~ estimated from rung 1 alone" in legend
    assert not any("~" in line for line in front_legend(front[:1], front))
    assert rung.column in front_plot(front, front)


def test_the_true_metric_heads_full_runs() -> None:
    rows = (
        FrontRow(NONE, 0.0, "pairs", full=FullRuns(0.25, 0.01, (1, 2))),
        row(full=FullRuns(0.5, None, (1,))),
    )
    front = Front(rows, metric="f1")
    made = front_table(front, front)
    column = next(c for c in made.columns if "(test)" in str(c.header))
    assert column.header == "F1 %\n(test)"
    assert list(column.cells) == ["25.0±1.0", "50.0"]
    assert front_plot(front, front).startswith("F1 (test), %")
    assert not any("accuracy" in line for line in front_legend(front[:1], front))


def test_a_tie_says_with_what_and_empty_columns_are_left_out() -> None:
    swahili, zulu = Subset(frozenset({"swh_Latn"})), Subset(frozenset({"zul_Latn"}))
    rows = (
        FrontRow(NONE, 0.0, "pairs", label="none", full=FullRuns(0.25, 0.01, (1, 2))),
        FrontRow(swahili, 1.0, "pairs", full=FullRuns(0.26, 0.01, (1, 2)), tied_with=NONE),
        FrontRow(zulu, 2.0, "pairs", full=FullRuns(0.27, 0.01, (1, 2)), tied_with=swahili),
    )
    front = Front(rows)
    made = front_table(front, front)
    assert list(made.columns[-1].cells) == ["none", "Swahili (= none)", "Zulu (= Swahili)"]
    assert "trial" not in [column.header for column in made.columns]
    legend = front_legend(front, front)
    assert "(= X): full runs have not shown it to be better than X, which costs less" in legend
    assert max(map(len, legend)) <= 80


def test_equal_values_are_drawn_on_one_line() -> None:
    front = Front((row(), row(trial=2, cost=2.0)))
    drawn = front_plot(front, front)
    assert drawn.count("|") == 1
    assert "   50.0 |" in drawn


def test_no_tick_of_the_plot_repeats() -> None:
    front = Front(
        tuple(row(cost, full=FullRuns(0.17 + cost / 10000, None, (1,))) for cost in (1.0, 2.0, 30.0))
    )
    ticks = [line.split("|")[0].strip() for line in front_plot(front, front).splitlines() if "|" in line]
    shown = [tick for tick in ticks if tick]
    assert len(shown) == len(set(shown))
    assert shown[0] == "17.3"


def test_what_is_said_of_the_next_command_is_what_it_does(cli: Cli, measured: Any) -> None:
    head, command = cli("pareto", *measured.args).out.splitlines()[-2:]
    assert head == "choose one: --pick RULE; this shows what each rule would choose:"
    shown = cli(*shlex.split(command)[1:]).out
    assert all(rule in shown for rule in ("recommended", "best", "knee", "within=0.99"))


def test_names_for_people_fractions_for_programs(cli: Cli, measured: Any) -> None:
    text = cli("pareto", *measured.args).out
    assert "n: number of languages" in text
    assert "accuracy %" in text
    rows = json.loads(cli("pareto", *measured.args, "--json").out)
    assert all(0 <= row["accuracy"] <= 1 for row in rows if row["accuracy"] is not None)
    table = list(csv.DictReader(io.StringIO(cli("pareto", *measured.args, "--csv").out)))
    assert len(table) == len(rows)
    best = max((row for row in rows if row["accuracy"] is not None), key=lambda row: row["accuracy"])
    assert f"{100 * best['accuracy']:.1f}±" in text
    picked = cli("pareto", *measured.args, "--pick", "best")
    assert picked.out.startswith("best: the highest expected accuracy")
    assert len(cli("pareto", *measured.args, "--all").out.splitlines()) >= len(text.splitlines())


def test_the_front_of_a_group_of_targets(cli: Cli, measured: Any) -> None:
    text = cli("pareto", *measured.args, "--targets", "Yoruba,swh").out
    assert "\nmeans over Swahili and Yoruba alone\n" in text
    assert "--targets swh_Latn,yor_Latn --by-target" in text
    rows = json.loads(cli("pareto", *measured.args, "--targets", "wol", "--json").out)
    table = list(csv.DictReader(io.StringIO(cli("pareto", *measured.args, "--targets", "wol", "--csv").out)))
    assert {row["targets"] for row in table} == {"wol_Latn"}
    compared = json.loads(cli("compare", "none", "all", "--study", *measured.args, "--json").out)
    for column in compared:
        (row,) = [
            row for row in rows if row["languages"] == column["languages"] and row["label"] == column["label"]
        ]
        assert row["accuracy"] == pytest.approx(column["scores"]["wol_Latn"])
    picked = cli("pareto", *measured.args, "--targets", "wol", "--pick", "best").out
    assert "; by Wolof alone" in picked
    wrong = cli("pareto", *measured.args, "--targets", "woloff")
    assert wrong.code == 1
    assert "did you mean Wolof (wol_Latn)?" in wrong.err


def test_who_is_helped_and_harmed_is_below_the_front_and_a_table(cli: Cli, measured: Any) -> None:
    text = cli("pareto", *measured.args).out
    assert "of 3 targets" in text
    assert "every target: subsetsearch pareto" in text
    shown = cli("pareto", *measured.args, "--by-target", "--pick", "best").out
    best = json.loads(cli("explain", *measured.args, "--pick", "best", "--json").out)["row"]
    wolof = f"Wolof ({'the target itself, ' if 'wol_Latn' in best['languages'] else ''}held out)"
    assert all(name in shown for name in ("Swahili", "Yoruba", wolof, "verdict"))
    rows = json.loads(cli("pareto", *measured.args, "--by-target", "--pick", "best", "--json").out)
    assert {row["target"] for row in rows} == {"swh_Latn", "yor_Latn", "wol_Latn"}
    assert {row["verdict"] for row in rows} <= {"helped", "harmed", "not shown", "not known"}
    table = list(csv.DictReader(io.StringIO(cli("pareto", *measured.args, "--by-target", "--csv").out)))
    assert list(table[0])[:4] == ["subset", "target", "name", "score"]


@pytest.mark.parametrize("command", ["pareto", "expect"])
def test_two_formats_at_once_are_refused(cli: Cli, measured: Any, command: str) -> None:
    done = cli(command, *measured.args, "--json", "--csv")
    assert done.code == 2
    assert "give one" in done.err
    assert done.out == ""


@pytest.mark.parametrize("written", ["nan", "101", "-1"])
def test_a_tolerance_is_a_number_of_points(cli: Cli, measured: Any, written: str) -> None:
    done = cli("pareto", *measured.args, "--tolerance", written)
    assert done.code == 2
    assert "--tolerance" in done.err
    assert f"a number of points between 0 and 99 is needed, but got {written}" in done.err
