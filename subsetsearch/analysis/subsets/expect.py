"""What a subset can be expected to gain, by a model of all runs together, whether it was run or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from subsetsearch.analysis.model.aims import AIMS, Aim
from subsetsearch.analysis.model.posterior import interval
from subsetsearch.analysis.text.row_list import Rows
from subsetsearch.analysis.text.wording import chance, points, runs_in_words
from subsetsearch.errors import SelectionError, count
from subsetsearch.subset import NONE, Subset

if TYPE_CHECKING:
    import pandas as pd

    from subsetsearch.analysis.model.question import Question
    from subsetsearch.analysis.study.study_results import Known


@dataclass(frozen=True, slots=True, repr=False)
class ExpectedGain:
    """What a subset gains over no realignment, as far as the runs tell.

    Args:
        subset: Run or not.
        cost: Data cost.
        gain: Expected gain as a fraction: the mean over the targets, or what else was asked for.
        sd: Its standard deviation.
        better: Probability that it is better than no realignment.
        best: Probability that it is the best of all that are compared, no realignment among them.
        regret: Expected loss against the best of them, as a fraction.
        runs: Its own runs that the model has seen.
        by_target: Target to its expected gain and standard deviation.
    """

    subset: Subset
    cost: float
    gain: float
    sd: float
    better: float
    best: float
    regret: float
    runs: int
    by_target: Mapping[str, tuple[float, float]]

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of the gain."""
        return interval(self.gain, self.sd)

    def __repr__(self) -> str:
        low, high = self.interval
        return (
            f"<{self.subset.name}: {points(self.gain)} points [{points(low)}, {points(high)}], "
            f"better than none with {chance(self.better)}; {count(self.runs, 'own run')}>"
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data; gains are fractions."""
        low, high = self.interval
        return {
            "languages": sorted(self.subset.languages),
            "pairs_per_language": self.subset.pairs,
            "cost": self.cost,
            "gain": self.gain,
            "low": low,
            "high": high,
            "sd": self.sd,
            "better_than_none": self.better,
            "best": self.best,
            "regret": self.regret,
            "n_runs": self.runs,
        }


@dataclass(frozen=True, repr=False)
class Expected(Rows[ExpectedGain]):
    """Expected gains, the highest first.

    Args:
        rows: One a subset.
        targets: Over which the gains are means.
        n_runs: Runs that the model has learned from.
        n_subsets: Different subsets among them.
        aim: What the gains are of.
        n_small: Small-scale runs among the runs.
    """

    rows: tuple[ExpectedGain, ...]
    targets: tuple[str, ...]
    n_runs: int
    n_subsets: int
    aim: Aim = AIMS["mean"]
    n_small: int = 0

    @property
    def _held(self) -> tuple[ExpectedGain, ...]:
        return self.rows

    def __repr__(self) -> str:
        return "\n".join([self.basis, *map(repr, self.rows[:20])])

    @property
    def basis(self) -> str:
        """What the expectations rest on, a sentence."""
        runs, subsets = runs_in_words(self.n_runs, self.n_small), count(self.n_subsets, "subset")
        return (
            f"expected over no realignment: {self.aim.words} ({count(len(self.targets), 'target')}), from "
            f"{runs} of {subsets} (90 % intervals)"
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a subset; gains are fractions, languages are joined by blanks."""
        import pandas as pd

        rows = [row.to_dict() | {"languages": " ".join(sorted(row.subset.languages))} for row in self]
        return pd.DataFrame(rows).astype({"pairs_per_language": "Int64"})

    def by_target(self) -> pd.DataFrame:
        """One row a subset and target; gains are fractions, languages are joined by blanks."""
        import pandas as pd

        records = []
        for row in self:
            for target, (gain, sd) in row.by_target.items():
                low, high = interval(gain, sd)
                records.append(
                    {
                        "languages": " ".join(sorted(row.subset.languages)),
                        "pairs_per_language": row.subset.pairs,
                        "target": target,
                        "gain": gain,
                        "low": low,
                        "high": high,
                        "sd": sd,
                        "n_runs": row.runs,
                    }
                )
        return pd.DataFrame(records).astype({"pairs_per_language": "Int64"})


def expect(known: Known, subsets: Sequence[Subset], question: Question) -> Expected:
    """Expect what subsets are worth.

    Args:
        known: Of the study.
        subsets: Any of the pool; no realignment is worth nothing and is left out.
        question: What is asked.

    Raises:
        SelectionError: If there is nothing to ask about, there is no model, or it does not know a target.
    """
    candidates = [subset for subset in dict.fromkeys(subsets) if subset != NONE]
    if not candidates:
        raise SelectionError(
            "no subset besides no realignment is asked about", fix="name some, as 'sw,te' or 'all'"
        )
    model = known.models.of(question.targets)
    group = tuple(model.runs.targets if question.targets is None else question.targets)
    joint = known.models.joint(model, tuple(candidates))
    single, judgement = joint.single, known.models.judge(candidates, question)
    run_counts, places = Counter(model.runs.subsets), joint.places(group)
    rows = [
        ExpectedGain(
            subset,
            known.cost(subset),
            float(judgement.mean[i]),
            float(judgement.sd[i]),
            float(judgement.better[i]),
            float(judgement.best[i]),
            float(judgement.regret[i]),
            run_counts[subset],
            {model.runs.targets[j]: (float(single.mean[i, j]), float(single.sd[i, j])) for j in places},
        )
        for i, subset in enumerate(candidates)
    ]
    rows.sort(key=lambda row: (-row.gain, row.cost))
    ran, small = len(set(model.runs.subsets) - {NONE}), int(model.runs.small.sum())
    return Expected(tuple(rows), group, len(model.runs), ran, question.aim, small)
