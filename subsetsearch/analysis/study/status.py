"""How far a study is: trials by state and rung, rate, time left, the best so far."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from subsetsearch.analysis.study.trial_rate import trials_per_minute
from subsetsearch.analysis.text.labelled_lines import Sheet, duration
from subsetsearch.analysis.text.wording import listed, metric_name, percent
from subsetsearch.config.rungs import FULL, RUNGS, SHORT, RungWords, measuring_rung
from subsetsearch.config.study import StudyConfig
from subsetsearch.dominance import non_dominated
from subsetsearch.errors import count
from subsetsearch.problem.pool import held_out_note
from subsetsearch.results.measurements.measurement import Measurement, by_subset, without_fresh
from subsetsearch.results.trials.trial_record import Stored, TrialRecord, first_scored, read_trials
from subsetsearch.subset import Subset, with_pairs

if TYPE_CHECKING:
    from subsetsearch.analysis.study.next_runs import NextRuns


@dataclass(frozen=True, slots=True)
class BestTrial:
    """The trial with the highest score by the highest rung that was reached."""

    trial: int
    proxy: float
    rung: int
    cost: float
    subset: Subset


@dataclass(frozen=True, slots=True)
class BestRun:
    """The subset with the highest mean score over its seeds; the score is ``metric``."""

    accuracy: float
    n_seeds: int
    subset: Subset
    metric: str = "accuracy"


@dataclass(frozen=True, slots=True, repr=False)
class StudyStatus(Sheet):
    """State of a study.

    Args:
        study: Its name.
        states: Number of trials by state: waiting, running, complete, failed.
        rungs: Number of finished trials by the highest rung they reached, duplicates left out.
        duplicates: Finished trials whose subset was scored before.
        planned: Trials that the study file asks for.
        minutes: How long a command searches at most; ``None`` without a limit.
        searched: Seconds that finished trials took, all together.
        on_front: Subsets that no other one beats by cost and proxy.
        rate: Trials a minute of late; ``None`` with fewer than two finished ones.
        seconds_left: Until the planned number is reached at this rate; ``None`` without a rate.
        last: When the last trial ended.
        best: The best trial, if any is finished.
        full_runs: Full runs that are stored.
        full_runs_planned: Full runs that ``evaluate`` makes: the chosen subsets, ``none`` and
            ``all``, each with every seed.
        best_run: The best measured subset, if any is.
        trust: How far the proxies can be trusted, in sentences; empty before full runs.
        kernel: Number format and attention of all its runs, once that is settled.
        rung: What measures its trials.
        note: What must be known to read it, if anything.
        read: What was read and left out, a line a corpus; empty before full runs.
        left_aside: What was measured with other data and is not counted here, a sentence a folder.
        recommended: What to get, and why; empty before full runs.
        next: What the next ten minutes of runs are expected to buy; ``None`` where that is not known.
        small_scale: What the small-scale runs tell, if there are any.
    """

    study: str
    states: dict[str, int]
    rungs: dict[int, int]
    duplicates: int
    planned: int
    minutes: float | None
    searched: float
    on_front: int
    rate: float | None
    seconds_left: float | None
    last: datetime | None
    best: BestTrial | None
    full_runs: int
    full_runs_planned: int
    best_run: BestRun | None
    trust: tuple[str, ...] = ()
    kernel: str | None = None
    rung: RungWords = SHORT
    note: str = ""
    read: dict[str, str] = field(default_factory=dict)
    left_aside: tuple[str, ...] = ()
    recommended: str = ""
    next: NextRuns | None = None
    small_scale: str = ""

    @property
    def title(self) -> str:
        """The study's name."""
        return self.study

    def lines(self) -> Iterator[tuple[str, str]]:
        """Trials, rungs, front, the best, trust, rate and time left."""
        yield "trials", _trials(self)
        if self.minutes is not None:
            most = f"a command begins none after {self.minutes:g} minutes"
            yield "searched", f"{duration(self.searched)} in finished trials; {most}"
        for rung, subsets in self.rungs.items():
            once = self.rung.once if rung == self.rung.number else RUNGS[rung].once
            extent = {1: " alone", 2: " as well"}.get(rung, "")
            yield f"rung {rung}", f"{count(subsets, 'subset')} ({once}{extent})"
        yield "front", f"{count(self.on_front, 'subset')} by cost and {self.rung.score}"
        if self.best is not None:
            best = self.best
            yield (
                f"best {self.rung.score}",
                f"{percent(best.proxy)} ({self.rung.data}, rung {best.rung}) at a cost of {best.cost:,.0f}: "
                f"trial {best.trial}, {_realigned(best)}",
            )
        yield "full runs", f"{self.full_runs} stored, {self.full_runs_planned} planned"
        if self.best_run is not None:
            run = self.best_run
            yield (
                f"best {metric_name(run.metric)}",
                f"{percent(run.accuracy)} (test, {count(run.n_seeds, 'seed')}): {_realigned(run)}",
            )
        yield from _answer(self)
        for place, sentence in enumerate(self.trust):
            yield "" if place else "trust", sentence
        if self.note:
            yield "note", self.note
        yield from self.read.items()
        for sentence in self.left_aside:
            yield "left aside", sentence
        if self.kernel is not None:
            yield "computes in", self.kernel
        if self.last is not None:
            yield "last trial", self.last.strftime("%Y-%m-%d %H:%M:%S")
        if self.rate is not None:
            yield "rate", f"{self.rate:.1f} trials a minute"
        if self.seconds_left:
            yield "time left", duration(self.seconds_left)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        plain = asdict(self)
        del plain["rung"]
        return plain | {
            "rungs": {str(rung): trials for rung, trials in self.rungs.items()},
            "last": self.last.isoformat() if self.last else None,
            "best": self.best and _record(self.best),
            "best_run": self.best_run and _record(self.best_run),
            "next": self.next and _record(self.next),
        }


def _answer(status: StudyStatus) -> Iterator[tuple[str, str]]:
    """What to get, and what more runs would buy."""
    if status.recommended:
        yield "recommended", status.recommended
    if status.next is not None:
        yield "next", status.next.sentence
    if status.small_scale:
        yield "small-scale runs", status.small_scale


def _trials(status: StudyStatus) -> str:
    """Count trials by state, beside those that were planned: run --trials may have added some."""
    done = status.states["complete"]
    others = ", ".join(f"{n} {state}" for state, n in status.states.items() if n and state != "complete")
    again = f", {status.duplicates} of them of a subset seen before" if status.duplicates else ""
    planned = status.planned
    counted = f"{done} complete, {planned} planned" if done > planned else f"{done} of {planned} complete"
    return f"{counted}{again}{'; ' + others if others else ''}"


def _realigned(best: BestTrial | BestRun) -> str:
    return with_pairs(listed(sorted(best.subset.languages)) or "no realignment", best.subset.pairs)


def _record(best: BestTrial | BestRun | NextRuns) -> dict[str, Any]:
    subset = best.subset
    return asdict(best) | {
        "languages": sorted(subset.languages),
        "pairs": subset.pairs,
        "subset": subset.name,
    }


def study_status(
    config: StudyConfig,
    stored: Stored,
    evaluations: Sequence[Measurement],
    trust: tuple[str, ...] = (),
    kernel: str | None = None,
) -> StudyStatus:
    """Describe how far a study is; neither corpora nor the encoder are read here.

    Args:
        config: The study.
        stored: Its trials, if any were run.
        evaluations: Its full runs.
        trust: How far its rungs can be trusted, in sentences.
        kernel: Number format and attention of its runs.
    """
    trials = read_trials(stored)
    scored = list(first_scored(trials).values())
    finished = [trial for trial in trials if trial.complete]
    rate = trials_per_minute(finished)
    remaining = max(0, config.search.trials - len(finished))
    states = Counter(t.state for t in trials)
    return StudyStatus(
        study=config.name,
        states={state: states[state] for state in ("waiting", "running", "complete", "failed")},
        rungs=dict(sorted(Counter(t.rung for t in scored if t.rung is not None).items())),
        duplicates=sum(t.duplicate_of is not None and not t.again for t in finished),
        planned=config.search.trials,
        minutes=config.search.minutes,
        searched=sum((t.ended - t.started).total_seconds() for t in finished if t.ended and t.started),
        on_front=_on_front(scored),
        rate=rate,
        seconds_left=60 * remaining / rate if rate else None,
        last=max((t.ended for t in finished if t.ended), default=None),
        best=_best_trial(scored),
        full_runs=len(evaluations),
        full_runs_planned=_planned(config, scored),
        best_run=_best_run(evaluations),
        trust=trust,
        kernel=kernel,
        rung=measuring_rung(config),
        note=held_out_note(config),
    )


def _on_front(scored: Iterable[TrialRecord]) -> int:
    """How many subsets no other one beats by cost and score."""
    points = [(t.cost, t.value) for t in scored if t.cost is not None and t.value is not None]
    return sum(non_dominated([cost for cost, _ in points], [value for _, value in points]))


def _planned(config: StudyConfig, scored: Iterable[TrialRecord]) -> int:
    """How many full runs there will be: of ``none``, ``all``, and what there is to choose from."""
    searched = [t for t in scored if t.origin not in ("none", "all")]
    offered = len(searched) if config.search.top_rung == FULL.number else _on_front(searched)
    return (min(config.evaluate.top, offered) + 2) * len(config.evaluate.seeds)


def _best_trial(scored: Sequence[TrialRecord]) -> BestTrial | None:
    highest = max((t.rung for t in scored if t.rung is not None), default=None)
    same = [
        (t.value, -t.cost, t.number, t.subset)
        for t in scored
        if t.rung == highest and t.value is not None and t.cost is not None and t.subset is not None
    ]
    if highest is None or not same:
        return None
    value, cost, number, subset = max(same, key=lambda entry: entry[:2])
    return BestTrial(number, value, highest, -cost, subset)


def _best_run(evaluations: Sequence[Measurement]) -> BestRun | None:
    means = {
        subset: [run.mean for run in runs] for subset, runs in by_subset(without_fresh(evaluations)).items()
    }
    if not means:
        return None
    best = max(means, key=lambda subset: (statistics.fmean(means[subset]), -len(subset.languages)))
    return BestRun(statistics.fmean(means[best]), len(means[best]), best, evaluations[0].metric)
