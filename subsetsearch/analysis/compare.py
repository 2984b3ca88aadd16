"""Several subsets of a study, or several studies, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from subsetsearch.analysis.explain import means_by_seed, measured_front
from subsetsearch.analysis.front import Row
from subsetsearch.analysis.paired import PairedDifference
from subsetsearch.analysis.pick import parse_rule
from subsetsearch.analysis.rows import mean_distance, scores_by_candidate
from subsetsearch.analysis.ties import difference, pooled_noise
from subsetsearch.config.study import StudyConfig
from subsetsearch.problem.cost import PoolCost
from subsetsearch.results.evaluations import Evaluation, runs_by_candidate, selection
from subsetsearch.results.storage import flatten
from subsetsearch.subset import NONE, Subset
from subsetsearch.typology import DistanceTable


@dataclass(frozen=True, slots=True)
class SubsetColumn:
    """One subset of a comparison; the first one is what the others are held against.

    Args:
        name: As the user named it.
        row: What is known about it; neither proxy nor accuracy if the study never saw it.
        shared: Languages that it shares with the first.
        difference: Its accuracy minus the first's over common seeds.
        better: Targets on which it is better than the first.
        worse: Targets on which it is worse.
        scores: Target to mean score.
    """

    name: str
    row: Row
    shared: int
    difference: PairedDifference | None
    better: int
    worse: int
    scores: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        plain = asdict(self)
        return {"name": self.name, **self.row.to_dict()} | {
            key: plain[key] for key in ("shared", "difference", "better", "worse", "scores")
        }


def compare_subsets(
    subsets: Mapping[str, Subset],
    rows: Sequence[Row],
    evaluations: Sequence[Evaluation],
    cost: PoolCost,
    distances: DistanceTable,
) -> list[SubsetColumn]:
    """Compare subsets of one study with the first of them.

    Args:
        subsets: Name to candidate, in order.
        rows: Of the study.
        evaluations: Its full runs.
        cost: Prices of its pool.
        distances: Of its pool.
    """
    known = {row.candidate: row for row in rows}
    scores = scores_by_candidate(evaluations)
    first = next(iter(subsets.values()))
    base = means_by_seed(evaluations, first)
    noise = pooled_noise(runs_by_candidate(selection(evaluations)))
    columns = []
    for name, chosen in subsets.items():
        here = scores.get(chosen, {})
        changes = [here[t] - scores[first][t] for t in here if t in scores.get(first, {})]
        columns.append(
            SubsetColumn(
                name=name,
                row=known.get(chosen) or _unscored(chosen, cost, distances),
                shared=len(chosen.languages & first.languages),
                difference=None
                if chosen == first
                else difference(means_by_seed(evaluations, chosen), base, noise),
                better=sum(change > 0 for change in changes),
                worse=sum(change < 0 for change in changes),
                scores=here,
            )
        )
    return columns


def _unscored(chosen: Subset, cost: PoolCost, distances: DistanceTable) -> Row:
    return Row(
        trial=None,
        label="",
        languages=tuple(sorted(chosen.languages)),
        cost=cost(chosen.languages, chosen.pairs),
        cost_unit=cost.unit,
        proxy=None,
        proxy_rung=None,
        accuracy=None,
        accuracy_std=None,
        n_seeds=0,
        held_out=None,
        diversity=mean_distance(distances, chosen.languages),
        pairs=chosen.pairs,
    )


def candidate_by_rule(text: str, rows: Sequence[Row]) -> Subset:
    """Find the candidate that a rule of choice names.

    Raises:
        ConfigError: If the text is no rule.
        SelectionError: If it chooses nothing.
    """
    return parse_rule(text).pick(rows).row.candidate


@dataclass(frozen=True, slots=True)
class StudyColumn:
    """One study of a comparison.

    Args:
        name: Its name.
        unit: Of its costs.
        trials: Scored subsets.
        on_front: Undominated ones.
        none: Accuracy without realignment.
        everything: Accuracy with all languages.
        best: The most accurate measured subset besides these two.
        gain: Of the best over ``none`` over common seeds.
        frugal: The cheapest point of the measured front that is within 99 % of its best.
    """

    name: str
    unit: str
    trials: int
    on_front: int
    none: float | None
    everything: float | None
    best: Row | None
    gain: PairedDifference | None
    frugal: Row | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        plain = asdict(self)
        rows = {"best": self.best, "frugal": self.frugal}
        return plain | {name: row.to_dict() if row else None for name, row in rows.items()}


def study_column(
    config: StudyConfig, rows: Sequence[Row], evaluations: Sequence[Evaluation], unit: str
) -> StudyColumn:
    """Sum a study up.

    Args:
        config: The study.
        rows: Its subsets.
        evaluations: Its full runs.
        unit: Of its costs.
    """
    labelled = {row.label: row.accuracy for row in rows if row.label}
    measured = [row for row in rows if row.accuracy is not None and not row.label]
    best = max(measured, key=lambda row: (row.accuracy or 0.0, -row.cost), default=None)
    front = measured_front(rows)
    edge = 0.99 * (front[-1].accuracy or 0.0) if front else 0.0
    baseline = means_by_seed(evaluations, NONE)
    noise = pooled_noise(runs_by_candidate(selection(evaluations)))
    return StudyColumn(
        name=config.name,
        unit=unit,
        trials=sum(row.trial is not None for row in rows),
        on_front=sum(row.on_front for row in rows),
        none=labelled.get("none"),
        everything=labelled.get("all"),
        best=best,
        gain=difference(means_by_seed(evaluations, best.candidate), baseline, noise) if best else None,
        frugal=next((row for row in front if (row.accuracy or 0.0) >= edge), None),
    )


def differing_settings(configs: Iterable[StudyConfig]) -> dict[str, list[object]]:
    """List the settings in which studies differ: dotted key to its value in each study.

    Name and description are left out.
    """
    flat = [flatten(config.model_dump(mode="json", exclude={"name", "description"})) for config in configs]
    keys = sorted({key for settings in flat for key in settings})
    found = {key: [settings.get(key) for settings in flat] for key in keys}
    return {key: values for key, values in found.items() if any(v != values[0] for v in values)}
