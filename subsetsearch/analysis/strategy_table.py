"""The published strategies beside what the search found at the same cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from subsetsearch.analysis.front import Row
from subsetsearch.analysis.paired import PairedDifference
from subsetsearch.analysis.rows import mean_distance
from subsetsearch.analysis.ties import difference, pooled_noise
from subsetsearch.problem.cost import PoolCost
from subsetsearch.results.evaluations import Evaluation, runs_by_candidate, selection
from subsetsearch.strategies import published_subsets
from subsetsearch.strategies._in_pool import strategy_subsets
from subsetsearch.subset import Subset
from subsetsearch.typology import DistanceTable


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """A published subset, as far as the study's pool has its languages.

    Args:
        names: Strategies that come to the same subset.
        languages: Language keys, sorted.
        published: Languages that the first of them published.
        cost: Data cost.
        cost_unit: What it counts.
        diversity: Mean pairwise typological distance.
        rung1: Linear proxy on dev data, if it was scored; no accuracy.
        accuracy: Mean test score of full runs, if there are any.
        accuracy_std: Standard deviation over seeds.
        n_seeds: Full runs.
        rival: Languages of the most accurate subset that a trial proposed, at this cost or less.
        rival_cost: Its cost.
        rival_accuracy: Its mean test score.
        gain: Rival minus strategy over common seeds; ``None`` until both were measured.
        pairs: Most pairs of each language, where the study's highest level cuts them.
        rival_pairs: Those of the rival.
    """

    names: tuple[str, ...]
    languages: tuple[str, ...]
    published: int
    cost: float
    cost_unit: str
    diversity: float | None
    rung1: float | None
    accuracy: float | None
    accuracy_std: float | None
    n_seeds: int
    rival: tuple[str, ...] | None
    rival_cost: float | None
    rival_accuracy: float | None
    gain: PairedDifference | None
    pairs: int | None = None
    rival_pairs: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


def compare_strategies(
    rows: Sequence[Row],
    evaluations: Sequence[Evaluation],
    rung1: Mapping[Subset, float],
    cost: PoolCost,
    distances: DistanceTable,
) -> list[StrategyRow]:
    """Put every published strategy beside the best that the search found for the same money.

    Strategies stand at the study's highest level of pairs per language; what the search found may be
    at any.

    Args:
        rows: Of the study.
        evaluations: Its full runs; fresh seeds are left out.
        rung1: Subset to linear proxy, as far as it was scored.
        cost: Prices of the pool.
        distances: Of the pool.

    Returns:
        One row a subset, by rising cost; strategies that come to the same subset share it.
    """
    groups: dict[frozenset[str], list[str]] = {}
    for name, subset in strategy_subsets(tuple(cost.prices)).items():
        groups.setdefault(subset, []).append(name)
    runs = runs_by_candidate(selection(evaluations))
    noise = pooled_noise(runs)
    known = {row.candidate: row for row in rows}
    proposed = [row for row in rows if row.trial is not None and not row.label and row.accuracy is not None]
    found = []
    for subset, names in groups.items():
        own = cost.levels.top(subset)
        price, row = cost(subset, own.pairs), known.get(own)
        rival = _rival(proposed, own, price)
        found.append(
            StrategyRow(
                names=tuple(names),
                languages=tuple(sorted(subset)),
                published=len(published_subsets()[names[0]].keys),
                cost=price,
                cost_unit=cost.unit,
                diversity=mean_distance(distances, subset),
                rung1=rung1.get(own),
                accuracy=row.accuracy if row else None,
                accuracy_std=row.accuracy_std if row else None,
                n_seeds=row.n_seeds if row else 0,
                rival=rival.languages if rival else None,
                rival_cost=rival.cost if rival else None,
                rival_accuracy=rival.accuracy if rival else None,
                pairs=own.pairs,
                rival_pairs=rival.pairs if rival else None,
                gain=difference(runs[rival.candidate], runs[own], noise) if rival and own in runs else None,
            )
        )
    return sorted(found, key=lambda row: (row.cost, row.names))


def _rival(proposed: Sequence[Row], own: Subset, price: float) -> Row | None:
    """Find the most accurate of what the search proposed at a price or below, the cheapest of equals."""
    affordable = [row for row in proposed if row.cost <= price and row.candidate != own]
    return max(affordable, key=lambda row: (row.accuracy or 0.0, -row.cost), default=None)
