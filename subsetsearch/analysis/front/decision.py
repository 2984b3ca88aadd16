"""Which subset to get: the cheapest that is expected to lose little, by the model of all runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from subsetsearch.analysis.front.front_row import FrontRow, choosable
from subsetsearch.analysis.model.effects import MOST_RUNS, StudyModels
from subsetsearch.analysis.model.posterior import Judged
from subsetsearch.analysis.model.question import Question
from subsetsearch.analysis.text.wording import runs_in_words
from subsetsearch.dominance import non_dominated
from subsetsearch.subset import NONE, Subset
from subsetsearch.traits.table import Matrix

SHOWN = 0.975
"""A subset is shown to be better than another from this probability on: two-sided 5 %."""


MOST_JUDGED = 1_000
"""So many subsets are judged together, whether the model has learned from their runs or not; of more, only
those that it has learned from."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The subsets that were run, judged together.

    Args:
        question: What was asked.
        judged: Subset to what is known of it, no realignment among them.
        order: Their order in ``above``.
        above: Probability that one is worth more than another, shape (n, n).
        runs: How many runs the model has learned from.
        stored: How many there are: of very many, not all are learned from.
        small: How many of these are small-scale runs.
    """

    question: Question
    judged: Mapping[Subset, Judged]
    order: Mapping[Subset, int]
    above: Matrix
    runs: int
    stored: int
    small: int = 0

    @property
    def leader(self) -> Subset:
        """The subset that is expected to be worth most."""
        return min(self.judged, key=lambda subset: self.judged[subset].loss)

    @property
    def basis(self) -> str:
        """The runs that the model has learned from: all of them, or how many of how many."""
        all_runs = runs_in_words(self.stored, self.small)
        return f"all {all_runs}" if self.runs == self.stored else f"{self.runs} of {all_runs}"

    def beats(self, one: Subset, other: Subset) -> bool:
        """Whether one is shown to be better than another."""
        return bool(self.above[self.order[one], self.order[other]] >= SHOWN)


def decide(models: StudyModels, question: Question, subsets: Sequence[Subset]) -> Decision:
    """Judge the subsets that were run.

    Args:
        models: Of the study.
        question: What is asked.
        subsets: Those that may be chosen; the ones without an own run are left aside.

    Raises:
        RealignError: If there are too few runs for a model, or it does not know a target.
    """
    model = models.of(question.targets)
    run_counts = Counter(model.runs.subsets)
    ran = run_counts.keys() if len(models.ran) > MOST_JUDGED else models.ran
    candidates = [subset for subset in dict.fromkeys(subsets) if subset in ran and subset != NONE]
    judgement = models.judge(candidates, question)
    means = np.append(judgement.mean, 0.0)
    sds = np.append(judgement.sd, 0.0)
    judged = {
        subset: Judged(
            float(means[i]),
            float(sds[i]),
            float(judgement.better[i]) if i < len(candidates) else 0.0,
            float(judgement.best[i]),
            float(judgement.regret[i]),
            float(means.max() - means[i]),
            run_counts[subset],
        )
        for i, subset in enumerate([*candidates, NONE])
    }
    order = {subset: i for i, subset in enumerate(judged)}
    full, targets = models.full, set(model.runs.targets)
    stored = full if len(full) > MOST_RUNS else [run for run in full if targets <= run.scores.keys()]
    small = models.small if stored is full else sum(run.scale < 1 for run in stored)
    return Decision(question, judged, order, judgement.chances(), len(model.runs), len(stored), small)


def mark_decision(rows: Sequence[FrontRow], decision: Decision) -> list[FrontRow]:
    """Set what the model says of the rows: the front, ties, and the recommended one.

    A row with runs is on the front if no cheaper row with runs is expected to be worth more. A row that only
    cheap rungs have scored is on the front if no cheaper row of this kind has a better proxy. Ties are rows
    that the model does not tell apart. Once a subset was run on test data, only such subsets are recommended.

    Args:
        rows: By rising cost.
        decision: On them.
    """
    expected_rows = [row.marked(expected=decision.judged.get(row.subset)) for row in rows]
    judged_rows = [(row, row.expected) for row in expected_rows if row.expected is not None]
    guesses = [(row, row.proxy) for row in expected_rows if row.expected is None and row.proxy is not None]
    steps = _undominated([(row, judged.worth) for row, judged in judged_rows]) | _undominated(guesses)
    choosable_rows = [(row, row.expected) for row in choosable(expected_rows) if row.expected is not None]
    limit = (
        min((judged.loss for _, judged in choosable_rows), default=0.0)
        + decision.question.tolerance
        + _ROUNDING
    )
    fitting = [(row.cost, judged.loss, row) for row, judged in choosable_rows if judged.loss <= limit]
    chosen = min(fitting, key=lambda choice: choice[:2], default=(0.0, 0.0, None))[2]
    marked, rivals, leader = [], [other for other, _ in judged_rows], decision.leader
    for row in expected_rows:
        tied, worse = _cheaper(row, rivals, decision)
        marked.append(
            row.marked(
                on_front=row.subset in steps,
                recommended=row is chosen,
                tied_with=tied,
                worse_than=worse,
                ties_best=row.expected is not None and not decision.beats(leader, row.subset),
            )
        )
    return marked


_ROUNDING = 1e-12


def _undominated(values: Sequence[tuple[FrontRow, float]]) -> set[Subset]:
    keeps = non_dominated([row.cost for row, _ in values], [value for _, value in values])
    return {row.subset for (row, _), keep in zip(values, keeps, strict=True) if keep}


def _cheaper(
    row: FrontRow, ran: Sequence[FrontRow], decision: Decision
) -> tuple[Subset | None, Subset | None]:
    """The cheapest cheaper subset that a row is not shown to beat, or that it is shown to be worse than."""
    if row.expected is None:
        return None, None
    cheaper = [other.subset for other in ran if other.cost < row.cost]
    worse = next((other for other in cheaper if decision.beats(other, row.subset)), None)
    tied = next((other for other in cheaper if not decision.beats(row.subset, other)), None)
    return (None, worse) if worse is not None else (tied, None)
