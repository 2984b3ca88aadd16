"""How well two runs would agree that are made in another way, from a split of variance."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.tables.components import Effect, Estimates, tails

SUBSET, REALIGNMENT, FINETUNING = 0, 1, 2
"""Axes of a split table."""


def run_noise(variances: Mapping[Effect, float], finetunings: float = 1) -> float:
    """By how much a run differs from its subset's mean, as a variance.

    What a seed adds to all subsets alike does not count. Estimates below 0 are taken as 0.

    Args:
        variances: Of a split table.
        finetunings: Of one realignment, whose mean is a run.
    """
    realigned = _at_least_0(variances, SUBSET, REALIGNMENT)
    finetuned = _at_least_0(variances, SUBSET, FINETUNING)
    finetuned += _at_least_0(variances, SUBSET, REALIGNMENT, FINETUNING)
    return realigned + finetuned / finetunings


def finetuning_share(variances: Mapping[Effect, float]) -> float:
    """Share of the noise that any number of fine-tunings of one realignment takes away, at most."""
    whole = run_noise(variances)
    return 1 - run_noise(variances, float("inf")) / whole if whole else float("nan")


def with_noise(agreement: float, ratio: float) -> float:
    """Agreement of two runs that have so much of the noise that runs with this agreement have.

    Args:
        agreement: Correlation over subsets of two single runs, in (0, 1]: signal / (signal + noise).
        ratio: Noise of the other way over that of single runs, as variances.
    """
    return 1 / (1 + (1 / agreement - 1) * ratio)


def ratio(single: Estimates, other: Estimates, finetunings: float) -> tuple[float, float, float]:
    """Noise of a run that is made in another way over that of a single run, as variances.

    Args:
        single: From the split table of single runs: subsets, realignment seeds, fine-tuning seeds.
        other: Of the same runs, made in the other way; the same, if only their number differs.
        finetunings: Of one realignment, whose mean is a run of the other way.

    Returns:
        Estimate, and the ends within which 95 % of the simulated ones lie.
    """
    estimate, *drawn = [
        run_noise(b, finetunings) / noise if (noise := run_noise(a)) else float("nan")
        for a, b in zip(
            [single.variances, *single.simulated], [other.variances, *other.simulated], strict=True
        )
    ]
    return estimate, *tails(drawn)


def _at_least_0(variances: Mapping[Effect, float], *effect: int) -> float:
    return max(0.0, variances[effect])
