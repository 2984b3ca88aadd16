"""What each rung said of any subset, in a trial or beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.results.measurements.measurement import DEV, Measurement, means_by_seed
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.trial_record import Stored, first_scored, read_trials
from subsetsearch.subset import Subset

RungScores = Mapping[int, Mapping[Subset, float]]
"""Rung to subset to score."""


def rung_scores(
    stored: Stored,
    measurements: Sequence[Measurement],
    *,
    top_rung: int = 2,
    seeds: Sequence[int] = (),
    scale: float = 1.0,
) -> RungScores:
    """Gather what the rungs said of any subset, in a trial or beside it.

    Args:
        stored: The study, if trials were run.
        measurements: Those on development data.
        top_rung: The rung that its search ends at.
        seeds: Of full runs on development data; a subset counts that has all of them.
        scale: Share of the recipe that the search's runs take; others are on another scale.

    Returns:
        Rung 1, the top rung, and any other that has scored something.
    """
    scores: dict[int, dict[Subset, float]] = {rung: {} for rung in sorted({1, top_rung})}
    for run in measurements:
        if run.rung != FULL.number:
            scores.setdefault(run.rung, {})[run.subset] = run.mean
    runs = [run for run in measurements if run.rung == FULL.number and run.scale == scale]
    full = means_over_seeds(runs, seeds)
    if full:
        scores[FULL.number] = full
    for subset, trial in first_scored(read_trials(stored)).items():
        for rung in {1, top_rung} & trial.scores.keys():
            scores[rung][subset] = trial.scores[rung]
    return scores


def read_rung_scores(study: StudyConfig, store: MeasurementStore, stored: Stored) -> RungScores:
    """Read what the rungs of a study said; nothing is computed.

    Raises:
        StudyError: If the database cannot be read.
    """
    measurements = store.read(study.fingerprint(), split=DEV)
    top, full = study.search.top_rung, study.proxy.full
    return rung_scores(stored, measurements, top_rung=top, seeds=full.seeds, scale=full.scale)


def means_over_seeds(runs: Sequence[Measurement], seeds: Sequence[int]) -> dict[Subset, float]:
    """Average mean scores over seeds.

    Args:
        runs: Of one rung.
        seeds: A subset counts that has all of these.
    """
    needed = set(seeds)
    means = means_by_seed(run for run in runs if run.seed in needed)
    return {
        s: sum(by_seed.values()) / len(by_seed) for s, by_seed in means.items() if by_seed.keys() == needed
    }
