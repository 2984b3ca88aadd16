"""The search benchmark: what is counted, what is kept, and what is told of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from benchmarks.common import page_of, read_json, results_of, write_figures
from benchmarks.search.__main__ import read_results
from benchmarks.search.boxes import BlackBox
from benchmarks.search.compare import capped, compare, evaluations_to, summary
from benchmarks.search.overhead import proposal_ms
from benchmarks.search.rungs import rung1_synthetic, rung2_of
from benchmarks.search.runs import Run, kept_run
from benchmarks.search.samplers import CONTESTANTS, Contestant
from benchmarks.search.table import losses, tables, times, verdict
from benchmarks.search.tpe import QuickTPE
from subsetsearch.problem.space import SearchSpace
from subsetsearch.subset import Subset

optuna.logging.set_verbosity(optuna.logging.WARNING)


def size(subset: Subset) -> float:
    return float(len(subset.languages))


def black_box(*, best: str = "l3") -> BlackBox:
    """Eight languages of which one is good: value is its share of the set."""
    keys = tuple(f"l{i}" for i in range(8))
    space = SearchSpace(keys, size, max_size=8)

    def score(subset: frozenset[str]) -> float:
        return (best in subset) / len(subset) if subset else 0.0

    starts = [("none", frozenset()), ("all", frozenset(keys)), ("diverse-1", frozenset(["l0"]))]
    return BlackBox("toy", space, score, None, {}, np.eye(8)[:, :4], starts)


def contestant(name: str) -> Contestant:
    return next(c for c in CONTESTANTS if c.name == name)


def proposals(sampler: optuna.samplers.BaseSampler, languages: int, trials: int) -> list[list[bool]]:
    choices = {f"l{i}": optuna.distributions.CategoricalDistribution((False, True)) for i in range(languages)}
    study = optuna.create_study(directions=["minimize", "maximize"], sampler=sampler)
    study.enqueue_trial(dict.fromkeys(choices, False))
    found = []
    for _ in range(trials):
        trial = study.ask(choices)
        row = [trial.params[name] for name in choices]
        study.tell(trial, [sum(row) + 0.1 * row[2], (2 * row[0] + 0.5 * row[3] - row[1]) / (1 + sum(row))])
        found.append(row)
    return found


@pytest.mark.parametrize(("languages", "seed"), [(4, 3), (12, 1)])
def test_the_quick_tpe_proposes_what_optunas_does(languages: int, seed: int) -> None:
    quick = QuickTPE(seed=seed)
    assert proposals(quick, languages, 50) == proposals(optuna.samplers.TPESampler(seed=seed), languages, 50)


@pytest.mark.parametrize("name", ["subset", "nsga2", "tpe", "random, warm"])
def test_a_run_that_is_taken_up_again_ends_as_one_in_one_go(tmp_path: Path, name: str) -> None:
    who = contestant(name)
    box = black_box()
    once = kept_run(box, who, 0, 20, tmp_path / "once")
    kept_run(box, who, 0, 11, tmp_path / "twice")
    twice = kept_run(box, who, 0, 20, tmp_path / "twice")
    assert twice.curve == once.curve
    assert len(twice.curve) == 20
    assert twice.points == once.points


def test_only_new_subsets_count(tmp_path: Path) -> None:
    box = black_box()
    run = kept_run(box, contestant("nsga2"), 1, 40, tmp_path)
    assert len(run.curve) == len(run.points) == 40
    assert run.asks > 40
    assert run.curve == sorted(run.curve)


def test_another_black_box_begins_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    who = contestant("random")
    first = kept_run(black_box(), who, 0, 5, tmp_path)
    monkeypatch.setattr(Run, "advance", lambda *_: pytest.fail("was kept"))
    assert kept_run(black_box(), who, 0, 5, tmp_path).curve == first.curve
    # `l0` is among the warm starts, so that the two boxes differ there.
    with pytest.raises(pytest.fail.Exception, match="was kept"):
        kept_run(black_box(best="l0"), who, 0, 5, tmp_path)


def test_the_reference_is_at_least_every_run(tmp_path: Path) -> None:
    box = black_box()
    contestants = [capped(contestant(name), [f"{name}=20"]) for name in ("subset", "random")]
    found = compare(box, tmp_path, contestants, "full")
    assert found["best_run_area"] <= found["reference_area"]
    # Only the good language itself is on the front, beside `none`.
    assert found["front_sizes"] == [0, 1]
    assert found["samplers"]["subset"]["reached"] == 10
    assert found["evals_to_95"]["subset"] == found["samplers"]["subset"]["evals_to_95"][1]
    box.memo.clear()
    assert compare(box, tmp_path, contestants, "full") == found


def test_quartiles_count_runs_that_never_arrive_as_late() -> None:
    curves = [[0.1, 0.96, 1.0], [0.1, 0.2, 0.97], [0.1, 0.2, 0.3], [0.0, 0.1, 0.2]]
    group = [Run(None, curve=curve) for curve in curves]
    found = summary(group, 1.0)
    assert found["evals_to_95"] == [3, None, None]
    assert found["reached"] == 2
    assert found["cap"] == 3
    assert evaluations_to([0.5, 0.95], 0.95) == 2
    assert evaluations_to([0.5], 0.95) is None


def summaries() -> dict[str, Any]:
    def of(needed: int | None, cap: int, areas: dict[str, float]) -> dict[str, Any]:
        return {
            "evals_to_95": [needed, needed, None], "reached": 5, "seeds": 10, "cap": cap, "cpu_seconds": 1.0,
            "area_at": {budget: [area - 0.1, area, area + 0.1] for budget, area in areas.items()},
        }  # fmt: skip

    return {
        "subset": of(30, 50, {"10": 0.5, "20": 0.8, "50": 0.99}),
        "subset, cold": of(20, 50, {"10": 0.6, "20": 0.9, "50": 1.0}),
        "nsga2": of(None, 200, {"10": 0.5, "20": 0.6, "50": 0.7, "200": 0.9}),
        "tpe": of(55, 200, {"10": 0.4, "20": 0.81, "50": 0.95, "200": 1.0}),
        "gp": of(None, 20, {"10": 0.4, "20": 0.7}),
    }


def test_losses_are_told_also_beyond_our_own_cap() -> None:
    assert losses({"samplers": summaries()}) == [
        "`tpe` is ahead of `subset` at 20 (0.810 against 0.800), 200 (1.000 against 0.990) evaluations"
    ]


def test_verdicts_do_not_claim_what_was_not_run() -> None:
    found = summaries()
    assert verdict(30, found["nsga2"], 4) == "kept"
    assert verdict(51, found["nsga2"], 4) == "open"
    assert verdict(30, found["tpe"], 2) == "missed"
    assert verdict(27, found["tpe"], 2) == "kept"
    assert verdict(30, found["gp"], 2) == "open"
    assert verdict(None, found["gp"], 2) == "neither"
    assert verdict(None, found["tpe"], 2) == "missed"


def test_other_scripts_keys_of_the_json_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "search.json"
    path.write_text(json.dumps({"rank_correlation": {"rung1": 0.5}, "optuna": "0.1", "blackboxes": [1]}))
    found = read_results(path)
    assert found["rank_correlation"] == {"rung1": 0.5}
    assert found["optuna"] == optuna.__version__
    assert found["blackboxes"] == [1]
    assert read_results(tmp_path / "none.json")["blackboxes"] == []


def test_rungs_are_timed(tmp_path: Path) -> None:
    found = rung1_synthetic(8, "probe")
    assert (found["width"], found["targets"], found["classes"], found["units"]) == (8, 45, 17, 9000)
    assert found["seconds"].keys() == {"1", "5", "15"}
    gap = rung1_synthetic(8, "gap")
    assert (gap["width"], gap["targets"], gap["languages"]) == (8, 45, 90)
    assert gap["seconds"].keys() == gap["by_target_seconds"].keys() == {"1", "5", "15"}
    text = times({"blackboxes": [], "rung_seconds": {"x": gap}})
    assert "- Rung 1, x (d = 8, 45 targets, a pool of 90): CPU ms a subset of 1 languages" in text
    storage = f"sqlite:///{tmp_path / 'study.db'}"
    study = optuna.create_study(storage=storage, study_name="toy")
    study.add_trial(optuna.trial.create_trial(value=0.0))
    with pytest.raises(ValueError, match="no trial was scored by rung 2"):
        rung2_of(tmp_path / "study.db")
    for seconds in (1.0, 2.0, 6.0):
        study.add_trial(optuna.trial.create_trial(value=0.0, user_attrs={"rung2_seconds": seconds}))
    assert rung2_of(tmp_path / "study.db") == {
        "study": "toy", "subsets": 3, "wall_seconds": [1.5, 2.0, 4.0],
    }  # fmt: skip


def test_the_page_has_the_recorded_numbers(tmp_path: Path) -> None:
    recorded = read_json(results_of("search") / "search.json")
    page = tmp_path / "README.md"
    page.write_text(page_of("search").read_text(encoding="utf-8"), encoding="utf-8")
    write_figures("search", tables(recorded), page)
    assert page.read_text(encoding="utf-8") == page_of("search").read_text(encoding="utf-8")


def test_proposals_are_timed_one_by_one() -> None:
    found = proposal_ms(30, repeats=3)
    assert found.keys() == {"cpu", "wall", "first_cpu"}
    assert min(found.values()) > 0
