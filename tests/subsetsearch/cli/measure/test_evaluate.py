"""The command `evaluate`: own subsets, published strategies, fresh seeds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


def test_a_subset_of_ones_own_is_evaluated(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    done = cli("evaluate", toy_file, "--dir", runs, "--languages", "sw,yor", "--seeds", "5", "--json")
    assert done.code == 0, done.err
    (row,) = json.loads(done.out)
    assert row["realignment_langs"] == "swh_Latn yor_Latn"
    again = cli("evaluate", toy_file, "--dir", runs, "--languages", "yor,sw", "--seeds", "5", "--json")
    assert "0 full runs to do" in again.err


def rows_of(cli: Cli, args: tuple[str, ...]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(cli("pareto", *args, "--json").out)
    return rows


def test_fresh_seeds_stand_apart_from_those_of_the_choice(cli: Cli, measured_copy: Any) -> None:
    args = measured_copy.args
    before = {tuple(row["languages"]): row for row in rows_of(cli, args)}
    picked = json.loads(cli("explain", *args, "--pick", "best", "--json").out)["row"]
    best = before[tuple(picked["languages"])]  # which one is up to the processor's arithmetic
    done = cli("evaluate", *args, "--pick", "best", "--fresh-seeds", 2, "--json")
    assert done.code == 0, done.err
    subsets = 2 if best["label"] else 3  # none, all and the best
    assert f"({subsets} subsets, 2 fresh seeds)" in done.err
    fresh = [row for row in json.loads(done.out) if row["fresh"]]
    assert {row["seed"] for row in fresh} == {4, 5}  # the study's are 1 and 2, three were used
    after = rows_of(cli, args)
    for row in after:
        old = before[tuple(row["languages"])]
        assert (row["accuracy"], row["n_seeds"]) == (old["accuracy"], old["n_seeds"])
        assert row["n_fresh_seeds"] == (2 if row["label"] or old == best or row["fresh_accuracy"] else 0)
    none = next(row for row in after if row["label"] == "none")
    own = [row["mean"] for row in fresh if not row["n_languages"]]
    assert none["fresh_accuracy"] == pytest.approx(sum(own) / 2)
    assert "fresh seeds" in cli("pareto", *args).out
    tested = next(row for row in after if before[tuple(row["languages"])] == best)
    for picked in (none, tested):
        rule = f"trial={picked['trial']}"
        exported = json.loads(cli("export", *args, "--pick", rule, "--to", "json", "-o", "-").out)
        apart, seen = exported["accuracy_fresh_seeds"], exported["accuracy"]
        assert (apart["mean"], apart["n_seeds"], apart["seeds"]) == (picked["fresh_accuracy"], 2, [4, 5])
        assert (seen["mean"], seen["n_seeds"]) == (picked["accuracy"], picked["n_seeds"])
        assert not set(exported["seeds"]) & set(apart["seeds"])
        assert apart["scores"].keys() == exported["scores"].keys()
    again = cli("evaluate", *args, "--pick", "best", "--fresh-seeds", 2)
    assert "0 full runs to do" in again.err
    spoilt = cli("evaluate", *args, "--languages", "sw", "--seeds", "1,4")
    assert spoilt.code == 2
    assert "seed 4 is a fresh one" in spoilt.err
    assert "over 2 fresh seeds" in cli("evaluate", *args, "--pick", "best").err


def test_published_strategies_are_measured_and_named(cli: Cli, measured_copy: Any) -> None:
    args = measured_copy.args
    done = cli("evaluate", *args, "--strategies", "afri_only", "--seeds", "1", "--json")
    assert done.code == 0, done.err
    (run,) = json.loads(done.out)
    from subsetsearch.strategies import published_subsets

    assert set(run["realignment_langs"].split()) <= set(published_subsets()["afri_only"].keys)
    picture = measured_copy.runs / "front.png"
    assert cli("report", *args, "-o", picture).code == 0
    assert picture.stat().st_size > 1000


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("evaluate", "--strategies", "most_uriel_en11"), "did you mean most_uriel_en"),
        (
            ("evaluate", "--strategies", "all", "--languages", "sw"),
            "--languages: cannot be combined with --strategies",
        ),
        (
            ("evaluate", "--pick", "best", "--fresh-seeds", "2", "--seeds", "7"),
            "fresh seeds are drawn, not named",
        ),
        (("calibrate", "--seeds", "a"), "no list of seeds"),
        (("evaluate", "--top", "1", "--seeds", "99999999999999999999999", "--dry-run"), "is no seed"),
        (("calibrate", "--seeds", "4294967296"), "is no seed"),
        (("realign", "--seed", "4294967296", "-o", "x"), "less than or equal to 4294967295"),
    ],
)
def test_mistakes(cli: Cli, measured: Any, args: tuple[str, ...], message: str) -> None:
    done = cli(args[0], *measured.args, *args[1:])
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_runs_that_are_left_to_workers_are_said_to_be_asked_for(
    cli: Cli, toy_file: Path, tmp_path: Path
) -> None:
    words = ["evaluate", toy_file, "--dir", tmp_path / "r", "--languages", "sw", "--seeds", "5,6"]
    done = cli(*words, "--workers", 0)
    assert done.code == 0
    assert "2 full runs asked for; start workers: subsetsearch worker " in done.out
    assert "evaluations.csv" not in done.out
    assert "pareto" not in done.out
    assert not (tmp_path / "r" / "toy" / "evaluations.csv").exists()
