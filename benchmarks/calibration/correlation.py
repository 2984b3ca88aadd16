"""The rungs of a study, and what costs nothing to know, held against its full runs."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from benchmarks.calibration.choice import gains
from benchmarks.calibration.learned import learning_curve
from benchmarks.calibration.scores import full_runs, rung_scores
from benchmarks.common import ROOT, study_file
from realign_core.support.program.console import ConsoleProgress
from subsetsearch.analysis.front.build_front import mean_distance
from subsetsearch.analysis.statistics.seed_noise import centred
from subsetsearch.analysis.trust import Ranking, Trust, ranking, verdict
from subsetsearch.analysis.trust.predictor import leave_one_out_predictor
from subsetsearch.config import load_study
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.rungs.shared import SharedData
from subsetsearch.subset import Subset
from subsetsearch.typology import load_typology


@dataclass(frozen=True)
class Truth:
    """Full runs of a study's subsets, as differences to no realignment averaged over seeds.

    Args:
        runs: frozenset[str] to seed to score; the empty subset is no realignment.
    """

    runs: Mapping[frozenset[str], Mapping[int, float]]

    @cached_property
    def subsets(self) -> list[frozenset[str]]:
        """All but the empty one, small ones first."""
        return sorted((s for s in self.runs if s), key=lambda s: (len(s), sorted(s)))

    @cached_property
    def values(self) -> list[float]:
        """Their gains."""
        gain = centred({s: self.runs[s] for s in self.subsets}, self.runs.get(frozenset(), {}))
        return [gain[s] for s in self.subsets]

    @cached_property
    def sizes(self) -> list[int]:
        """Their numbers of languages."""
        return [len(s) for s in self.subsets]

    def trust(self, scores: Sequence[float | None]) -> dict[str, Any]:
        """Rank correlations of a number with the gains, over the subsets that have it."""
        rows = zip(scores, self.values, self.sizes, strict=True)
        x, y, sizes = zip(*((score, y, size) for score, y, size in rows if score is not None), strict=True)
        return trust(ranking(x, y), ranking(x, y, sizes))


def study_correlation(name: str, rungs: Sequence[int]) -> dict[str, Any]:
    """Hold the rungs of a study, and what costs nothing to know, against its full runs."""
    runs, full_seconds = full_runs(name)
    truth, gap, probe = Truth(runs), *(_shared(name, measure) for measure in ("gap", "probe"))
    scored = {rung: rung_scores(gap, rung, [*runs]) for rung in rungs}
    probed, probe_seconds = rung_scores(probe, 1, [*runs])
    calibration = verdict(
        {rung: {Subset(s): score for s, score in scores.items()} for rung, (scores, _) in scored.items()},
        {Subset(subset): seeds for subset, seeds in runs.items()},
    )
    seconds = {f"rung{rung}": spent for rung, (_, spent) in scored.items()} | {"rung1_probe": probe_seconds}
    by_rung = {f"rung{rung}": [scores[s] for s in truth.subsets] for rung, (scores, _) in scored.items()}
    return {
        "study": name,
        "split": "test",
        **_of_truth(truth, calibration),
        "full_seconds": full_seconds,
        **{name: truth.trust(scores) for name, scores in by_rung.items()},
        "rung1_probe": truth.trust([probed[s] for s in truth.subsets]),
        **_learned(gap.problem.cost, truth, by_rung),
        **_for_nothing(gap.problem.cost, truth),
        "regret": {
            f"rung{trust.rung}": [asdict(regret) for regret in trust.regrets]
            for trust in calibration.rungs
            if trust.rung in scored
        },
        "rung_seconds": seconds,
        "sentences": list(calibration.sentences),
    }


def _of_truth(truth: Truth, calibration: Trust) -> dict[str, Any]:
    """How many subsets and seeds there are, how much they gain, and what their noise allows."""
    ceiling, single = calibration.noise.ceiling, calibration.noise.single_seed
    return {
        "n_subsets": calibration.measured,
        "sizes": sorted(set(truth.sizes)),
        "n_seeds": calibration.noise.seeds,
        "single_seed": asdict(single) if single else None,
        "ceiling": round(ceiling.value, 3) if ceiling else None,
        "ceiling_ci": [round(ceiling.low, 3), round(ceiling.high, 3)] if ceiling else None,
        "gain_over_none": {
            "lowest": min(truth.values),
            "median": statistics.median(truth.values),
            "highest": max(truth.values),
        },
    }


def _learned(cost: PoolCost, truth: Truth, by_rung: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """What other full runs predict, and what choosing by it or by a rung is worth."""
    subsets, predict = [Subset(subset) for subset in truth.subsets], leave_one_out_predictor(cost)
    predicted = list(predict(subsets, truth.values))
    choices = {**by_rung, "learned": predicted, "truth": truth.values}
    by_dev = {"learned_dev": truth.trust(predict(subsets, by_rung["rung3"]))} if "rung3" in by_rung else {}
    return {
        "learned": truth.trust(predicted) | {"curve": learning_curve(cost, subsets, truth.values)},
        **by_dev,
        "gain_of_favourite": {name: gains(scores, truth.values) for name, scores in choices.items()},
    }


def _for_nothing(cost: PoolCost, truth: Truth) -> dict[str, Any]:
    """What needs no encoder: size, cost, and typological distance (of two languages or more)."""
    distances = load_typology().distance_matrix(tuple(sorted(cost.prices)))
    return {
        "size": trust(ranking(truth.sizes, truth.values), None),
        "cost": truth.trust([cost(Subset(s)) for s in truth.subsets]),
        "mean_uriel_distance": truth.trust(
            [(mean_distance(distances, s) or 0.0) if len(s) > 1 else None for s in truth.subsets]
        ),
    }


def _shared(name: str, measure: str) -> SharedData:
    study = load_study(study_file(name), {"proxy.linear.measure": measure})
    folder = StudyFolder(ROOT / "runs" / "calibration" / name)
    return SharedData(Problem.build(study), folder.cache, ConsoleProgress())


def trust(overall: Ranking, within: Ranking | None) -> dict[str, Any]:
    """Round rank correlations and their intervals for the JSON."""

    def rounded(ranked: Ranking | None) -> dict[str, Any]:
        rho = ranked.spearman if ranked else None
        if rho is None or ranked is None:
            return {"spearman": None, "ci": None, "n": ranked.n if ranked else 0}
        return {"spearman": round(rho.value, 3), "ci": [round(rho.low, 3), round(rho.high, 3)], "n": ranked.n}

    return rounded(overall) | {"within_size": rounded(within)}
