"""Several subsets of a study, or several studies, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from realign_core.support.settings.config import flatten
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.statistics.seed_noise import PairedDifference, paired_difference, pooled_noise
from subsetsearch.analysis.subsets.expect import ExpectedGain, expect
from subsetsearch.analysis.text.wording import percent, points
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError
from subsetsearch.subset import NONE, Subset

if TYPE_CHECKING:
    from subsetsearch.analysis.study.study_results import Known


@dataclass(frozen=True, slots=True, repr=False)
class SubsetColumn:
    """One subset of a comparison; all others are compared with the first one.

    Args:
        name: As the user named it.
        row: What is known about it; neither proxy nor accuracy if the study never saw it.
        shared: Languages that it shares with the first.
        difference: Its accuracy minus the first's over common seeds.
        better: Targets on which it is better than the first.
        worse: Targets on which it is worse.
        same: Whether it is the first's subset under another name; the difference is 0 then.
        expected: What it is worth over no realignment, by the model of all runs, for what is asked; nothing
            for no realignment and without a model.
    """

    name: str
    row: FrontRow
    shared: int
    difference: PairedDifference | None
    better: int
    worse: int
    same: bool = False
    expected: ExpectedGain | None = None

    def __repr__(self) -> str:
        full, gap = self.row.full, self.difference
        score = "not measured" if full is None else percent(full.accuracy, full.std)
        verdict = "" if gap is None else "the same subset" if self.same else gap.verdict
        against = "" if gap is None else f", {points(gap.mean)} points against the first ({verdict})"
        return f"{self.name}: {self.row.price}, {score}{against}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "name": self.name,
            **self.row.to_dict(),
            "shared": self.shared,
            "difference": self.difference and asdict(self.difference),
            "same": self.same,
            "better": self.better,
            "worse": self.worse,
            "expected": self.expected and self.expected.to_dict(),
            "scores": dict(self.row.scores),
        }


def compare_subsets(subsets: Mapping[str, Subset], known: Known) -> list[SubsetColumn]:
    """Compare subsets of one study with the first of them.

    Args:
        subsets: Name to subset, in order.
        known: Of the study.

    Raises:
        ConfigError: If there are none.
    """
    if not subsets:
        raise ConfigError("nothing to compare", where="compare", fix="give subsets, as 'none', 'best'")
    runs, noise = known.means, pooled_noise(known.means)
    rows, expected = {name: known.row(subset) for name, subset in subsets.items()}, _expected(subsets, known)
    leader, first = next(iter(rows.items()))
    columns = []
    for name, row in rows.items():
        changes = [row.scores[t] - first.scores[t] for t in row.scores if t in first.scores]
        same = name != leader and row.subset == first.subset
        seeds = runs.get(row.subset, {})
        gap = paired_difference(seeds, runs.get(first.subset, {}), noise)
        none = PairedDifference(0.0, 0.0, 0.0, tuple(sorted(seeds))) if same else None
        columns.append(
            SubsetColumn(
                name=name,
                row=row,
                shared=len(row.subset.languages & first.subset.languages),
                difference=none if row.subset == first.subset else gap,
                better=sum(change > 0 for change in changes),
                worse=sum(change < 0 for change in changes),
                same=same,
                expected=expected.get(row.subset),
            )
        )
    return columns


def _expected(subsets: Mapping[str, Subset], known: Known) -> dict[Subset, ExpectedGain]:
    """Expect what is asked of subsets, run or not, as far as there is a model of all runs.

    Raises:
        SelectionError: If there is none, and more is asked than measured means can answer.
    """
    candidates = [subset for subset in subsets.values() if subset != NONE]
    if known.front.decision is None or not candidates:  # which says what is missing, where something is asked
        return {}
    return {gain.subset: gain for gain in expect(known, candidates, known.question)}


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
    best: FrontRow | None
    gain: PairedDifference | None
    frugal: FrontRow | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        rows = {name: row and row.to_dict() for name, row in (("best", self.best), ("frugal", self.frugal))}
        return plain | rows | {"gain": self.gain and asdict(self.gain)}


def study_column(known: Known) -> StudyColumn:
    """Sum a study up.

    Args:
        known: Of the study.
    """
    front, runs = known.front, known.means
    none, everything = front.labelled("none"), front.labelled("all")
    searched = [row for row in front.measured if not row.label]
    best = max(searched, key=lambda row: (row.accuracy or 0.0, -row.cost), default=None)
    steps = front.steps
    edge = 0.99 * (steps[-1].accuracy or 0.0) if steps else 0.0
    gain = paired_difference(runs[best.subset], runs.get(NONE, {}), pooled_noise(runs)) if best else None
    return StudyColumn(
        name=front.name,
        unit=known.cost.unit,
        trials=sum(row.trial is not None for row in front),
        on_front=sum(row.on_front for row in front),
        none=none.accuracy if none else None,
        everything=everything.accuracy if everything else None,
        best=best,
        gain=gain,
        frugal=next((row for row in steps if (row.accuracy or 0.0) >= edge), None),
    )


@dataclass(frozen=True, slots=True)
class StudyComparison:
    """Studies side by side.

    Args:
        columns: One a study.
        settings: Dotted key of each setting in which they differ, to its value in each study.
    """

    columns: tuple[StudyColumn, ...]
    settings: Mapping[str, Sequence[object]]

    def to_dict(self) -> list[dict[str, Any]]:
        """Return plain data for JSON, one dictionary a study."""
        return [
            column.to_dict() | {"settings": {key: values[place] for key, values in self.settings.items()}}
            for place, column in enumerate(self.columns)
        ]


def differing_settings(configs: Iterable[StudyConfig]) -> dict[str, list[object]]:
    """List the settings in which studies differ: dotted key to its value in each study.

    Name and description are left out.
    """
    flat = [flatten(config.model_dump(mode="json", exclude={"name", "description"})) for config in configs]
    keys = sorted({key for settings in flat for key in settings})
    settings_by_key = {key: [settings.get(key) for settings in flat] for key in keys}
    return {key: values for key, values in settings_by_key.items() if any(v != values[0] for v in values)}
