"""The command `explain`: rules, their choices, one choice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]


def test_explain_shows_what_each_rule_chooses(cli: Cli, measured: Any) -> None:
    done = cli("explain", *measured.args, "--json")
    assert done.code == 0, done.err
    choices = {c["rule"]: c for c in json.loads(done.out)}
    assert set(choices) == {"recommended", "best", "knee", "within=0.99", "within=0.97"}
    picked = json.loads(cli("pareto", *measured.args, "--pick", "best", "--json").out)[0]
    note = picked.pop("note")
    assert note.startswith("held-out targets stay in the pool")
    assert choices["best"]["row"] == picked
    assert choices["best"]["note"] == note
    assert "knee" in cli("explain", *measured.args).out


def test_explain_a_choice(cli: Cli, measured: Any) -> None:
    done = cli("explain", *measured.args, "--pick", "best", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    row = found["row"]
    assert [m["key"] for m in found["members"]] == row["languages"]
    assert sum(m["cost"] for m in found["members"]) == row["cost"]
    assert all(m["nearest"] != m["key"] for m in found["members"])
    served = [t for m in found["members"] for t in m["near_targets"]]
    assert len(served) == len(set(served))
    by_name = {c["name"]: c for c in found["contrasts"]}
    if row["label"] != "none":
        rows = {r["label"]: r for r in json.loads(cli("pareto", *measured.args, "--json").out) if r["label"]}
        against = by_name["none"]["accuracy"]
        assert against["seeds"] == [1, 2, 3]
        assert against["mean"] == pytest.approx(row["accuracy"] - rows["none"]["accuracy"])
        assert against["low"] <= against["mean"] <= against["high"]
    assert set(found["gains"]) == {"swh_Latn", "yor_Latn", "wol_Latn"}
    assert list(found["gains"].values()) == sorted(found["gains"].values(), reverse=True)
    assert found["held_out"] == ["wol_Latn"]
    text = cli("explain", *measured.args, "--pick", "best").out
    assert "why the highest expected accuracy" in " ".join(text.split())
    itself = "the target itself, " if "wol_Latn" in row["languages"] else ""
    assert f"Wolof ({itself}held out)" in " ".join(text.split())


def test_rules_are_described_without_a_study(cli: Cli) -> None:
    done = cli("explain", "--pick", "cost<=2000")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("cost<=X")
    assert set(json.loads(cli("explain", "--json").out)) == {
        "recommended", "knee", "best", "cost<=X", "accuracy>=Y", "within=S", "trial=N",
    }  # fmt: skip
    assert set(json.loads(cli("explain", "--pick", " within = 0.98", "--json").out)) == {"within=S"}
