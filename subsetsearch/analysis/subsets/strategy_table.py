"""The published strategies beside what the search found at the same cost."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.statistics.seed_noise import PairedDifference, paired_difference, pooled_noise
from subsetsearch.config.rungs import LINEAR
from subsetsearch.strategies import published_subsets, strategy_subsets
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from subsetsearch.analysis.study.study_results import Known


@dataclass(frozen=True, slots=True)
class StrategyRow:
    """A published subset, as far as the study's pool has its languages.

    Args:
        names: Strategies that come to the same subset.
        published: Languages that the first of them published.
        row: The subset, as the front has it.
        rung1: Linear proxy on dev data, if it was scored; no accuracy.
        rival: The most accurate subset that a trial proposed, at this cost or less.
        gain: Rival minus strategy over common seeds; ``None`` until both were measured.
    """

    names: tuple[str, ...]
    published: int
    row: FrontRow
    rung1: float | None = None
    rival: FrontRow | None = None
    gain: PairedDifference | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        fields = self.row.to_dict()
        same = ("languages", "cost", "cost_unit", "diversity", "accuracy", "accuracy_std", "n_seeds")
        rival = self.rival
        return {
            "names": list(self.names),
            "published": self.published,
            **{name: fields[name] for name in same},
            "pairs": self.row.pairs,
            "rung1": self.rung1,
            "rival": list(rival.languages) if rival else None,
            "rival_cost": rival.cost if rival else None,
            "rival_accuracy": rival.accuracy if rival else None,
            "rival_pairs": rival.pairs if rival else None,
            "gain": self.gain and asdict(self.gain),
        }


def compare_strategies(known: Known) -> list[StrategyRow]:
    """Put every published strategy beside the best that the search found at the same cost.

    Strategies have the study's most pairs per language; what the search found may have any number. Fresh
    seeds are left out.

    Args:
        known: Of the study.

    Returns:
        One row a subset, by rising cost; strategies that come to the same subset share it.
    """
    groups: dict[Subset, list[str]] = {}
    for name, languages in strategy_subsets(tuple(known.cost.prices)).items():
        groups.setdefault(known.cost.pairs.top(languages), []).append(name)
    runs, noise = known.means, pooled_noise(known.means)
    proposed = [row for row in known.front.measured if row.trial is not None and not row.label]
    rows = []
    for subset, names in groups.items():
        row = known.row(subset)
        affordable = [other for other in proposed if other.cost <= row.cost and other.subset != subset]
        rival = max(affordable, key=lambda other: (other.accuracy or 0.0, -other.cost), default=None)
        rows.append(
            StrategyRow(
                names=tuple(names),
                published=len(published_subsets()[names[0]].keys),
                row=row,
                rung1=known.scores[LINEAR.number].get(subset),
                rival=rival,
                gain=paired_difference(runs[rival.subset], runs.get(subset, {}), noise) if rival else None,
            )
        )
    return sorted(rows, key=lambda row: (row.row.cost, row.names))
