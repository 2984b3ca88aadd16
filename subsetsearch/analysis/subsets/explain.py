"""Why a subset was chosen, and what its languages and its full runs say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from subsetsearch.analysis.front.choice import Choice
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.front.recommendation import Picked
from subsetsearch.analysis.statistics.seed_noise import PairedDifference, paired_difference, pooled_noise
from subsetsearch.analysis.subsets.reasons import reasons, reasons_in_words
from subsetsearch.analysis.subsets.who_is_helped import ByTarget, alone, gains_by_target, gains_of_best
from subsetsearch.analysis.text.labelled_lines import Sheet
from subsetsearch.analysis.text.wording import amount, listed, metric_name, percent, points, scores_in_words
from subsetsearch.config.rungs import SHORT, RungWords
from subsetsearch.errors import count
from subsetsearch.results.measurements.measurement import means_by_seed
from subsetsearch.subset import NONE, Subset, with_pairs

if TYPE_CHECKING:
    from subsetsearch.analysis.study.study_results import Known


@dataclass(frozen=True, slots=True)
class Contrast:
    """The chosen subset against another one.

    Args:
        name: ``none``, ``all``, ``next cheaper`` or ``next costlier`` (of the measured front).
        subset: The other subset.
        only_here: Languages that only the chosen subset has.
        only_there: Languages that only the other one has.
        cost: Chosen minus other, in the study's unit.
        accuracy: Chosen minus other over common seeds; ``None`` without any. Its interval is that of
            the noise of all subsets.
        fresh: The same over seeds that no choice has seen.
    """

    name: str
    subset: Subset
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    cost: float
    accuracy: PairedDifference | None
    fresh: PairedDifference | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        plain = {"name": self.name, "languages": sorted(self.subset.languages), "pairs": self.subset.pairs}
        plain |= {name: getattr(self, name) for name in ("only_here", "only_there", "cost")}
        gaps = {"accuracy": self.accuracy, "fresh": self.fresh}
        return plain | {name: gap and asdict(gap) for name, gap in gaps.items()}


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


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Sheet):
    """Everything that is known about a chosen subset.

    Args:
        picked: The row and the rule's reason.
        life: What its trial recorded: origin, scores, why the highest rung was skipped.
        contrasts: Against ``none``, ``all`` and its neighbours on the measured front.
        members: Its languages.
        by_target: Who is helped and who is harmed, by the most accurate subset where this is no realignment;
            ``None`` until one was fully run.
        metric: Of the full runs, as in data.
        rung: What measured the trial.
        note: What must be known to read it, if anything.
        reasons: What each part of the model of all runs adds to the expected gain; empty without a model.
    """

    picked: Picked
    life: dict[str, Any]
    contrasts: tuple[Contrast, ...]
    members: tuple[Member, ...]
    by_target: ByTarget | None
    metric: str = "accuracy"
    rung: RungWords = SHORT
    note: str = ""
    reasons: Mapping[str, float] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The subset in a line."""
        row = self.picked.row
        trial = "" if row.trial is None else f"trial {row.trial}, "
        return f"{trial}{with_pairs(count(len(row.languages), 'language'), row.pairs)}, {row.price}"

    def lines(self) -> Iterator[tuple[str, str]]:
        """Reason, languages, what the search saw, other subsets seed by seed, gains."""
        row = self.picked.row
        yield "why", self.picked.reason
        if row.languages:
            yield "languages", listed(row.languages, most=12)
        if self.reasons:
            yield "what adds", f"to the expected gain, in points: {reasons_in_words(self.reasons)}"
        yield from _life(self)
        for contrast in self.contrasts:
            yield f"against {contrast.name}", _contrast(contrast, row.cost_unit, row.pairs, self.metric)
        if self.by_target is not None:
            yield "targets", self.by_target.summary
            yield from self.by_target.lines()
            if row.served and self.gains:
                yield "themselves", _themselves(self)
        if self.note:
            yield "note", self.note

    @property
    def gains(self) -> dict[str, float]:
        """Target to its mean gain over no realignment over common seeds, best first."""
        by_target = self.by_target
        if by_target is None or by_target.row.subset != self.picked.row.subset:
            return {}
        return {row.key: row.gain.mean for row in by_target if row.gain is not None}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "row": self.picked.row.to_dict(),
            "reason": self.picked.reason,
            "life": self.life,
            "contrasts": [contrast.to_dict() for contrast in self.contrasts],
            "members": [asdict(member) for member in self.members],
            "gains": self.gains,
            "held_out": [row.key for row in self.by_target or () if row.held_out],
            "by_target": self.by_target.to_dicts() if self.by_target is not None else [],
            "themselves": list(self.picked.row.served),
            "note": self.note,
            "reasons": dict(self.reasons),
        }


def _life(explanation: Explanation) -> Iterator[tuple[str, str]]:
    """What the search knew of the subset."""
    life, top = explanation.life, explanation.rung
    if life.get("origin"):
        yield "proposed as", life["origin"]
    low, score = life.get("rung1"), life.get(f"rung{top.number}")
    if top.number == 1 and low is not None:
        yield top.column, percent(low)
    elif search_scores := scores_in_words([("linear proxy", low), (top.once, score)]):
        yield "in the search", f"{search_scores} (dev)"
    if life.get("skipped"):
        yield f"rung {top.number}", f"was skipped: {life['skipped']}"


def _gap(gap: PairedDifference | None) -> str:
    """A paired difference in points, with its interval."""
    if gap is None:
        return "no common seed"
    if gap.low is None or gap.high is None:
        return f"{points(gap.mean)} points ({gap.verdict})"
    return f"{points(gap.mean)} points [{points(gap.low)}, {points(gap.high)}], {gap.verdict}"


def _contrast(contrast: Contrast, unit: str, pairs: int | None, metric: str) -> str:
    """One line: how much better, for what; what is different, if it is a neighbour on the front."""
    changes = []
    if contrast.name.startswith("next"):
        changes += [f"adds {listed(contrast.only_here)}"] if contrast.only_here else []
        changes += [f"does without {listed(contrast.only_there)}"] if contrast.only_there else []
        if contrast.subset.pairs != pairs:
            changes.append(f"{_pairs(pairs)} instead of {_pairs(contrast.subset.pairs)}")
    fresh = f" (fresh seeds: {_gap(contrast.fresh)})" if contrast.fresh is not None else ""
    price = f"costs {amount(abs(contrast.cost))} {unit} {'more' if contrast.cost > 0 else 'less'}"
    parts = [
        f"{metric_name(metric)} {_gap(contrast.accuracy)}{fresh}",
        price if contrast.cost else "costs the same",
        *changes,
    ]
    return "; ".join(parts)


def _pairs(pairs: int | None) -> str:
    return "all pairs" if pairs is None else f"{pairs:,} pairs each"


def _themselves(explanation: Explanation) -> str:
    """What targets gain whose own sentence pairs the subset has, and what the others gain."""
    served = [key for key in explanation.gains if key in explanation.picked.row.served]
    served_gains = [explanation.gains[key] for key in served]
    other_gains = [gain for key, gain in explanation.gains.items() if key not in served]
    text = (
        f"{count(len(served), 'target')} {'are' if len(served) > 1 else 'is'} in the subset "
        f"({listed(served, most=12)}): {points(float(np.mean(served_gains)))} points on average"
    )
    return f"{text}; the others {points(float(np.mean(other_gains)))}" if other_gains else text


def explain(choice: str | Choice, known: Known) -> Explanation:
    """Explain a choice; nothing is trained and no corpus is read.

    Args:
        choice: A rule of choice, or what one chose before.
        known: Of the study, or of a group of its targets.

    Raises:
        ConfigError: If it is no rule.
        SelectionError: If no subset fits it.
    """
    if isinstance(choice, Choice):
        picked = Picked(known.front.find(choice.row.subset) or choice.row, choice.reason)
    else:
        picked = known.front.pick(choice)
    row = picked.row
    trial = known.trials.get(row.trial) if row.trial is not None else None
    return Explanation(
        picked=picked,
        life=trial.life() if trial else {},
        contrasts=tuple(_contrasts(row, known)),
        members=tuple(_member(key, row, known) for key in row.languages),
        by_target=_by_target(row, known),
        metric=known.front.metric,
        rung=known.front.rung,
        note=known.front.note,
        reasons=reasons(row.subset, known) if known.question.aim.of_mean else {},
    )


def _by_target(row: FrontRow, known: Known) -> ByTarget | None:
    """Who gains by it; where it is no realignment, by the most accurate subset besides it."""
    if row.subset == NONE:
        by_target = gains_of_best(known, "this is no realignment")
    else:
        by_target = gains_by_target(row, known) if row.full is not None else None
    return by_target and replace(by_target, alone=alone(known))


def _contrasts(row: FrontRow, known: Known) -> list[Contrast]:
    others = [(other.label, other) for other in known.front if other.label and other != row]
    steps = [other for other in known.front.steps if not other.label]
    others += [("next cheaper", other) for other in steps if other.cost < row.cost][-1:]
    others += [("next costlier", other) for other in steps if other.cost > row.cost][:1]
    runs = known.means
    fresh = means_by_seed(run for run in known.evaluations if run.fresh)
    noise, fresh_noise = pooled_noise(runs), pooled_noise(fresh)
    return [
        Contrast(
            name,
            other.subset,
            tuple(sorted(row.subset.languages - other.subset.languages)),
            tuple(sorted(other.subset.languages - row.subset.languages)),
            row.cost - other.cost,
            paired_difference(runs.get(row.subset, {}), runs.get(other.subset, {}), noise),
            paired_difference(fresh.get(row.subset, {}), fresh.get(other.subset, {}), fresh_noise),
        )
        for name, other in others
    ]


def _member(key: str, row: FrontRow, known: Known) -> Member:
    table = known.target_distances
    index = {other: place for place, other in enumerate(table.keys)}

    def distance(first: str, second: str) -> float:
        both = first in index and second in index
        value = table.values[index[first], index[second]] if both else np.nan
        return float(value) if np.isfinite(value) else float("inf")

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
        known.cost(Subset(frozenset({key}), row.pairs)),
        nearest if reached else None,
        apart if reached else None,
        tuple(served),
    )
