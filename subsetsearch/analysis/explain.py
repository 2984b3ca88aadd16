"""Why a subset was chosen, and what its languages and its full runs say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from subsetsearch.analysis.front import Row
from subsetsearch.analysis.paired import PairedDifference
from subsetsearch.analysis.pick import Picked
from subsetsearch.analysis.rows import scores_by_candidate
from subsetsearch.analysis.ties import difference, pooled_noise
from subsetsearch.problem.cost import PoolCost
from subsetsearch.results.evaluations import Evaluation, runs_by_candidate, selection
from subsetsearch.results.trials import TrialRecord
from subsetsearch.subset import NONE, Subset
from subsetsearch.typology import DistanceTable


@dataclass(frozen=True, slots=True)
class Contrast:
    """The chosen subset against another one.

    Args:
        name: ``none``, ``all``, ``next cheaper`` or ``next dearer`` (of the measured front).
        languages: The other subset.
        only_here: Languages that only the chosen subset has.
        only_there: Languages that only the other one has.
        cost: Chosen minus other, in the study's unit.
        accuracy: Chosen minus other over common seeds; ``None`` without any. Its interval is that of
            the noise of all subsets.
        fresh: The same over seeds that no choice has seen.
        pairs: Most pairs of each language in the other subset, where a level cuts them.
    """

    name: str
    languages: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    cost: float
    accuracy: PairedDifference | None
    fresh: PairedDifference | None = None
    pairs: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One language of the chosen subset.

    Args:
        key: Language key.
        cost: What it adds to the cost.
        nearest: The most similar other member; ``None`` if no distance is known.
        distance: To it, in [0, 1].
        near_targets: Targets that have no nearer member.
    """

    key: str
    cost: float
    nearest: str | None
    distance: float | None
    near_targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known about a chosen subset.

    Args:
        picked: The row and the rule's reason.
        life: What its trial recorded: origin, scores of the rungs, why the highest was skipped.
        contrasts: Against ``none``, ``all`` and its neighbours on the measured front.
        members: Its languages.
        gains: Target to its mean score minus that without realignment, best first; empty
            until both were measured.
        held_out: Targets that no proxy has seen.
    """

    picked: Picked
    life: dict[str, Any]
    contrasts: tuple[Contrast, ...]
    members: tuple[Member, ...]
    gains: dict[str, float]
    held_out: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        plain = asdict(self)
        return {"row": self.picked.row.to_dict(), "reason": self.picked.reason} | {
            name: plain[name] for name in ("life", "contrasts", "members", "gains", "held_out")
        }


@dataclass(frozen=True, slots=True)
class Known:
    """What an explanation draws on.

    Args:
        rows: Of the study, by rising cost.
        trials: Its trials by number.
        evaluations: Its full runs.
        cost: Prices of the pool.
        distances: Between pool and targets.
        targets: Keys of the targets.
    """

    rows: Sequence[Row]
    trials: Mapping[int, TrialRecord]
    evaluations: Sequence[Evaluation]
    cost: PoolCost
    distances: DistanceTable
    targets: Sequence[str]


def explain(picked: Picked, known: Known) -> Explanation:
    """Explain a choice; nothing is trained and no corpus is read."""
    row = picked.row
    trial = known.trials.get(row.trial) if row.trial is not None else None
    scores = scores_by_candidate(known.evaluations)
    here, base = scores.get(row.candidate, {}), scores.get(NONE, {})
    gains = {target: here[target] - base[target] for target in here.keys() & base.keys()}
    return Explanation(
        picked=picked,
        life=trial.life() if trial else {},
        contrasts=tuple(_contrasts(row, known)),
        members=tuple(_member(key, row, known) for key in row.languages),
        gains=dict(sorted(gains.items(), key=lambda item: (-item[1], item[0]))) if row.languages else {},
        held_out=tuple(sorted({key for run in known.evaluations for key in run.held_out})),
    )


def means_by_seed(evaluations: Sequence[Evaluation], candidate: Subset) -> dict[int, float]:
    """Mean score of a candidate by seed; fresh seeds are left out."""
    return runs_by_candidate(selection(evaluations)).get(candidate, {})


def _contrasts(row: Row, known: Known) -> list[Contrast]:
    others = [(other.label, other) for other in known.rows if other.label and other != row]
    front = measured_front(known.rows)
    cheaper = [other for other in front if other.cost < row.cost and not other.label]
    dearer = [other for other in front if other.cost > row.cost and not other.label]
    others += [("next cheaper", cheaper[-1])] if cheaper else []
    others += [("next dearer", dearer[0])] if dearer else []
    return [_contrast(name, row, other, known.evaluations) for name, other in others]


def _contrast(name: str, row: Row, other: Row, evaluations: Sequence[Evaluation]) -> Contrast:
    here, there = frozenset(row.languages), frozenset(other.languages)
    runs = runs_by_candidate(selection(evaluations))
    fresh = runs_by_candidate(run for run in evaluations if run.fresh)
    return Contrast(
        name,
        other.languages,
        tuple(sorted(here - there)),
        tuple(sorted(there - here)),
        row.cost - other.cost,
        difference(runs.get(row.candidate, {}), runs.get(other.candidate, {}), pooled_noise(runs)),
        difference(fresh.get(row.candidate, {}), fresh.get(other.candidate, {}), pooled_noise(fresh)),
        other.pairs,
    )


def measured_front(rows: Sequence[Row]) -> list[Row]:
    """Undominated rows by measured accuracy, by rising cost."""
    front: list[Row] = []
    best = float("-inf")
    for row in sorted(rows, key=lambda row: (row.cost, -(row.accuracy or 0.0))):
        if row.accuracy is not None and row.accuracy > best:
            front.append(row)
            best = row.accuracy
    return front


def _member(key: str, row: Row, known: Known) -> Member:
    index = {other: place for place, other in enumerate(known.distances.keys)}
    values = known.distances.values

    def distance(first: str, second: str) -> float:
        found = values[index[first], index[second]] if first in index and second in index else np.nan
        return float(found) if np.isfinite(found) else float("inf")

    others = [other for other in row.languages if other != key]
    nearest = min(others, key=lambda other: distance(key, other), default=None)
    apart = distance(key, nearest) if nearest is not None else float("inf")
    served = [
        target
        for target in known.targets
        if np.isfinite(distance(key, target))
        and min(row.languages, key=lambda member: (distance(member, target), member)) == key
    ]
    reached = np.isfinite(apart)
    return Member(
        key,
        known.cost([key], row.pairs),
        nearest if reached else None,
        apart if reached else None,
        tuple(served),
    )
