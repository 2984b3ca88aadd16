"""How far the rungs can be trusted: their rank correlation with full runs, beside its ceiling.

Run ``python benchmarks/correlation.py quickstart pos-calibration --json benchmarks/results/search.json``
after ``correlation_truth.py``. Every subset that was fully run is scored by rungs 1 and 2 on development
data; the scores are kept beside the full runs, by the rung's settings, so that nothing is scored twice.
``rank_correlation`` in the JSON is replaced, the rest of the file stays.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from correlation_table import write_table
from correlation_truth import ROOT, read, table_of

from realign_core.console import ConsoleProgress
from realign_core.files import atomic_write, content_key
from realign_core.threads import share_cores
from subsetsearch.calibration import Ranking, calibrate, ranking
from subsetsearch.calibration.noise import centred
from subsetsearch.candidate import Candidate, Subset
from subsetsearch.proxy.base import mean_score
from subsetsearch.search.ladder import Ladder, open_ladder
from subsetsearch.search.rows import mean_distance
from subsetsearch.study import StudyFolder, load_study
from subsetsearch.typology import load_typology

FIELDS = ("rung", "settings", "languages", "score", "seconds")


def full_runs(study: str) -> tuple[dict[Subset, dict[int, float]], float]:
    """Read the finished runs by subset and seed, and the median of their wall times."""
    found: dict[Subset, dict[int, float]] = {}
    for (languages, seed), mean in read(study).items():
        found.setdefault(frozenset(languages), {})[seed] = mean
    with table_of(study).open(encoding="utf-8", newline="") as file:
        seconds = [float(row["seconds"]) for row in csv.DictReader(file) if row["languages"]]
    return found, statistics.median(seconds)


def rung_scores(ladder: Ladder, rung: int, subsets: Sequence[Subset]) -> tuple[dict[Subset, float], float]:
    """Score subsets by a rung, or read what it said before.

    Returns:
        Scores, and the median of the wall times.
    """
    name = ladder.study.name
    path = table_of(name).with_name(f"correlation-{name}-rungs.csv")
    configs, ranks = ladder.study.proxy, {1: ladder.rung1, 2: ladder.rung2, 3: partial(rung3, ladder)}
    config = {1: configs.linear, 2: configs.short, 3: configs.full}[rung]
    settings = content_key([ladder.study.recipe.hash(), config.model_dump(mode="json")])
    rows = _rows(path)
    known = {
        frozenset(row["languages"].split()): row
        for row in rows
        if (row["rung"], row["settings"]) == (str(rung), settings)
    }
    rank = ranks[rung]
    for subset in subsets:
        if subset in known:
            continue
        if not known and rung in (1, 2):
            # What all subsets share is made once and not timed; the same subset again would be remembered.
            rank(Candidate(frozenset(ladder.pool.keys[1:])))
        start = time.perf_counter()
        value = rank(Candidate(subset))
        known[subset] = dict(
            zip(
                FIELDS,
                (str(rung), settings, " ".join(sorted(subset)), repr(value), _seconds(start)),
                strict=True,
            )
        )
        rows.append(known[subset])
        _write(path, rows)
    chosen = {subset: known[subset] for subset in subsets}
    seconds = statistics.median(float(row["seconds"]) for row in chosen.values())
    return {subset: float(row["score"]) for subset, row in chosen.items()}, seconds


def rung3(ladder: Ladder, candidate: Candidate) -> float:
    """Score a candidate by a full run on development data."""
    return mean_score(ladder.rung3_scores(candidate))


def _seconds(start: float) -> str:
    return f"{time.perf_counter() - start:.4f}"


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    lines = [",".join(FIELDS), *(",".join(row[name] for name in FIELDS) for row in rows)]
    atomic_write(path, "\n".join(lines) + "\n")


def study_correlation(name: str, rungs: Sequence[int]) -> dict[str, Any]:
    """Hold the rungs of a study, and what costs nothing to know, against its full runs."""
    runs, full_seconds = full_runs(name)
    ladder, probe = (_ladder(name, measure) for measure in ("gap", "probe"))
    subsets = sorted(runs, key=lambda s: (len(s), sorted(s)))
    scored = {rung: rung_scores(ladder, rung, subsets) for rung in rungs}
    probed, probe_seconds = rung_scores(probe, 1, subsets)
    by_candidate = {Candidate(subset): seeds for subset, seeds in runs.items()}
    found = calibrate({rung: _candidates(scores) for rung, (scores, _) in scored.items()}, by_candidate)
    old = calibrate({1: _candidates(probed)}, by_candidate).rungs[0]
    distances = load_typology().distance_matrix(ladder.pool.keys)
    measured = [subset for subset in subsets if subset]
    truth = centred({s: runs[s] for s in measured}, runs.get(frozenset(), {}))
    values = [truth[subset] for subset in measured]
    sizes = [len(subset) for subset in measured]
    several = [subset for subset in measured if len(subset) > 1]
    ceiling = found.noise.ceiling
    return {
        "study": name,
        "split": "test",
        "n_subsets": found.measured,
        "sizes": sorted(set(sizes)),
        "n_seeds": found.noise.seeds,
        "single_seed": asdict(found.noise.single_seed) if found.noise.single_seed else None,
        "ceiling": round(ceiling.value, 3) if ceiling else None,
        "ceiling_ci": [round(ceiling.low, 3), round(ceiling.high, 3)] if ceiling else None,
        "gain_over_none": {
            "lowest": min(values),
            "median": statistics.median(values),
            "highest": max(values),
        },
        "full_seconds": full_seconds,
        **{f"rung{t.rung}": _trust(t.overall, t.within) for t in found.rungs if t.rung in scored},
        "rung1_probe": _trust(old.overall, old.within),
        "regret": {f"rung{t.rung}": [asdict(r) for r in t.regrets] for t in found.rungs if t.rung in scored},
        "rung_seconds": {f"rung{rung}": seconds for rung, (_, seconds) in scored.items()}
        | {"rung1_probe": probe_seconds},
        "size": _trust(ranking([len(s) for s in measured], values), None),
        "cost": _trust(
            ranking([ladder.cost(s) for s in measured], values),
            ranking([ladder.cost(s) for s in measured], values, sizes),
        ),
        "mean_uriel_distance": _trust(
            ranking([mean_distance(distances, s) or 0.0 for s in several], [truth[s] for s in several]),
            ranking(
                [mean_distance(distances, s) or 0.0 for s in several],
                [truth[s] for s in several],
                [len(s) for s in several],
            ),
        ),
        "sentences": list(found.sentences),
    }


def _ladder(name: str, measure: str) -> Ladder:
    study = load_study(ROOT / "studies" / f"{name}.toml", {"proxy.linear.measure": measure})
    return open_ladder(study, StudyFolder(ROOT / "runs" / "correlation" / name), progress=ConsoleProgress())


def _candidates(scores: Mapping[Subset, float]) -> dict[Candidate, float]:
    return {Candidate(subset): score for subset, score in scores.items()}


def _trust(overall: Ranking, within: Ranking | None) -> dict[str, Any]:
    def rounded(ranked: Ranking | None) -> dict[str, Any]:
        rho = ranked.spearman if ranked else None
        if rho is None or ranked is None:
            return {"spearman": None, "ci": None, "n": ranked.n if ranked else 0}
        return {"spearman": round(rho.value, 3), "ci": [round(rho.low, 3), round(rho.high, 3)], "n": ranked.n}

    return rounded(overall) | {"within_size": rounded(within)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="+")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--rungs", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    share_cores()
    torch.set_num_threads(options.threads)
    found = [study_correlation(name, options.rungs) for name in options.studies]
    results = json.loads(options.json.read_text(encoding="utf-8")) if options.json.is_file() else {}
    results["rank_correlation"] = {**found[0], "others": found[1:]}
    atomic_write(options.json, json.dumps(results, indent=1) + "\n")
    write_table(found, table_of("variants"), ROOT / "benchmarks" / "CORRELATION.md")
    for each in found:
        print(json.dumps(each, indent=1))


if __name__ == "__main__":
    main()
