"""Hold the model of effects, and what it was chosen from, against the tables of truth.

``python -m benchmarks.effects`` reads what is filled of the tables (``benchmarks/tables``), and writes
``benchmarks/calibration/results/effects.json`` and the figures of this folder's page, in a few minutes.
``regret_at_20`` in it is written by ``python -m benchmarks.peers``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.common import read_json, results_of, write_figures, write_json
from benchmarks.effects.cases import Case, read_cases, recorded_gains
from benchmarks.effects.forecast import outcome
from benchmarks.effects.goals import goals_part
from benchmarks.effects.measured import path_of, with_measured
from benchmarks.effects.measures import ceilings, held_against, r2, ranks
from benchmarks.effects.models import MODELS, Fitted
from benchmarks.effects.related import related
from subsetsearch.analysis.trust.ranks import spearman
from subsetsearch.subset import NONE

RESULTS = results_of("calibration") / "effects.json"
OURS = next(iter(MODELS))
TRIED = {**MODELS, "effects and relations to targets": related}
MEASURED = {
    "effects and measured traits": with_measured(free=True),
    "effects, measured traits for free ones": with_measured(free=False),
}
"""Of tasks whose pools were measured."""

WHOLE = 36
"""Subsets with so many seeds of the truth that those with fewer are left out."""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    cases = read_cases()
    kept = read_json(RESULTS)
    before = kept.pop("tasks", {})
    tasks = {case.name: _of_peers(before.get(case.name, {})) | measured(case) for case in cases}
    others = {name: _of_peers(task) for name, task in before.items() if name not in tasks}
    write_json(RESULTS, {"tasks": tasks | {name: task for name, task in others.items() if task}} | kept)
    parts = [part for name, task in tasks.items() for part in page(name, task)]
    write_figures("effects", [*goals_part(tasks), *parts, *forecast_part()])


def _of_peers(task: dict[str, Any]) -> dict[str, Any]:
    """What ``python -m benchmarks.peers`` has written of a task."""
    return {name: task[name] for name in ("regret_at_20",) if name in task}


def measured(case: Case) -> dict[str, Any]:
    """Everything about one task; the numbers of our own model stand at the top."""
    counts = [len(by_seed) for by_seed in case.truth.values()]
    seeds = max((n for n in set(counts) if sum(c >= n for c in counts) >= WHOLE), default=1)
    models: dict[str, Any] = {}
    for name, build in (TRIED | (MEASURED if path_of(case.name).exists() else {})).items():
        fitted = build(case)
        models[name] = held_against(case, fitted, seeds=seeds) | {"dev": left_out(case, fitted)}
        recorded = recorded_gains(case.name)
        if recorded is not None:
            models[name] |= {"recorded": against_recorded(case, fitted, recorded)}
        print(case.name, name, models[name]["never_run"]["all"], models[name]["target_r2"], flush=True)
    ours = models[OURS]
    names = ("never_run", "one_own_run", "target_r2", "target_r2_own_run", "coverage90")
    return {
        "runs": len(case.runs),
        "subsets_of_truth": len(case.means(seeds)[0]),
        "seeds_of_truth": seeds,
        **ceilings(case, seeds=seeds),
        **{name: ours[name] for name in names},
        "models": models,
    }


def left_out(case: Case, fitted: Fitted) -> dict[str, float]:
    """How each subset's own run is predicted from the others: models are chosen by this."""
    subsets = [subset for subset in dict.fromkeys(case.runs.subsets) if subset != NONE]
    scores = np.array(
        [
            case.runs.scores[[i for i, other in enumerate(case.runs.subsets) if other == subset]].mean(axis=0)
            for subset in subsets
        ]
    )
    predicted = fitted.predict(subsets, unseen=True).mean
    rank = spearman(predicted.mean(axis=1).tolist(), scores.mean(axis=1).tolist())
    return {"rank": round(rank or 0.0, 3), "target_r2": round(r2(predicted, scores), 3)}


def against_recorded(case: Case, fitted: Fitted, recorded: tuple[dict[Any, float], float]) -> dict[str, Any]:
    """Rank correlations with the older calibration's truth: 36 subsets, three seeds, means over targets."""
    gains, ceiling = recorded
    ran = set(case.runs.subsets)
    correlations: dict[str, Any] = {"ceiling": round(ceiling, 3)}
    for name, unseen in (("never_run", True), ("one_own_run", False)):
        subsets = [subset for subset in gains if unseen or subset in ran]
        if len(subsets) < 10:
            continue
        x = fitted.predict(subsets, unseen=unseen).mean.mean(axis=1)
        y = np.array([gains[subset] for subset in subsets])
        correlations[name] = ranks(x, y, subsets)
    return correlations


def page(name: str, task: dict[str, Any]) -> list[str]:
    """A task's figures."""
    seeds = f"{task['seeds_of_truth']} seed" + "s" * (task["seeds_of_truth"] > 1)
    ceiling = "unknown" if task["ceiling"] is None else f"{task['ceiling']:.2f}"
    r2_ceiling = "unknown" if task["target_r2_ceiling"] is None else f"{task['target_r2_ceiling']:.2f}"
    parts = [
        f"### {name}",
        f"Learned from {task['runs']} runs on development data; held against "
        f"{task['subsets_of_truth']} subsets on test data, {seeds} or more each. Ceilings: {ceiling} for "
        f"ranks, {r2_ceiling} for R² by target.",
        _table(task["models"]),
    ]
    recorded = {m: v["recorded"] for m, v in task["models"].items() if "never_run" in v.get("recorded", {})}
    if recorded:
        first = recorded[OURS]
        parts += [
            f"Against the older truth ({first['never_run']['n']} subsets × 3 seeds, means over targets; "
            f"ceiling {first['ceiling']:.2f}):",
            _recorded_table(recorded),
        ]
    return parts


def _table(models: Mapping[str, dict[str, Any]]) -> str:
    """How each model ranks subsets and tells targets apart."""
    lines = [
        "| model | dev: rank | R² | never run | size > 1 | own run | size > 1 | R² | own run | 90 % |",
        "|-|-:|-:|-|-|-|-|-:|-:|-:|",
    ]
    for model, values in models.items():
        cells = [model, f"{values['dev']['rank']:.2f}", f"{values['dev']['target_r2']:.2f}", *_ranks(values)]
        cells += [f"{values['target_r2']:.2f}", f"{values['target_r2_own_run']:.2f}"]
        cells.append(f"{100 * values['coverage90']:.0f}" if "coverage90" in values else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _recorded_table(models: Mapping[str, dict[str, Any]]) -> str:
    """How each model ranks subsets, against the older truth."""
    lines = ["| model | never run | size > 1 | own run | size > 1 |", "|-|-|-|-|-|"]
    lines += ["| " + " | ".join([model, *_ranks(values)]) + " |" for model, values in models.items()]
    return "\n".join(lines)


def _ranks(values: Mapping[str, Any]) -> list[str]:
    """Rank correlations over subsets that were never run, and with one run of their own, if known."""
    kinds = [values.get(kind) for kind in ("never_run", "one_own_run")]
    return [interval(kind[sizes]) if kind else "" for kind in kinds for sizes in ("all", "above_one")]


def forecast_part() -> list[str]:
    """The forecast of single languages beside what came."""
    rows = outcome()
    if not rows:
        return []
    lines = ["| language | expected gain | gain on test data, one seed |", "|-|-:|-:|"]
    for key, gain, sd, came in rows:
        lines.append(f"| {key} | {100 * gain:.1f} ± {100 * sd:.1f} | {100 * came:.1f} |")
    rank = spearman([gain for _, gain, _, _ in rows], [came for *_, came in rows]) or 0.0
    return [
        "### A forecast of single languages that were never run (time-expressions)",
        f"Written before any of them was run; Spearman {rank:.2f} over {len(rows)} languages.",
        "\n".join(lines),
    ]


def interval(values: list[float] | None) -> str:
    """A number with its interval; a dash where there is none."""
    if values is None:
        return "-"
    return f"{values[0]:.2f} ({values[1]:.2f} to {values[2]:.2f})"


if __name__ == "__main__":
    main()
