"""What a study says about a subset in the model card of its encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from realign_core.runs.saved.card import CardNotes
from subsetsearch.analysis.statistics.seed_noise import PairedDifference, paired_difference, pooled_noise
from subsetsearch.analysis.statistics.target_gains import HARMED, TargetGain, target_gains
from subsetsearch.analysis.text.wording import language_name, metric_name, number, points_between
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import count
from subsetsearch.languages import resolve
from subsetsearch.problem.pool import Pool, Targets, source_key
from subsetsearch.results.measurements.measurement import Measurement, means_by_seed, without_fresh
from subsetsearch.subset import NONE, Subset

Runs = Sequence[Measurement]

_MANY = 10
"""Fewest targets from which on the card says that some intervals are wrong."""


def card_notes(
    study: StudyConfig, pool: Pool, targets: Targets, subset: Subset, reason: str, runs: Runs
) -> CardNotes:
    """Say what a study knows of a subset.

    Args:
        study: The study.
        pool: Its pool.
        targets: Its targets on test data.
        subset: What is realigned with.
        reason: Why a rule chose it; empty, if it was named by hand.
        runs: All full runs of the study on test data.
    """
    source = source_key(study)
    places = {**targets.codes, **{key: pool.codes[key] for key in subset.languages}}
    names = {code: language_name(key) for key, code in places.items()}
    if source is not None:
        names[study.recipe.task.source_language] = language_name(source)
    runs_of_choice = without_fresh(runs)
    gains = target_gains(runs_of_choice, subset)
    return CardNotes(
        names=names,
        hub_languages=tuple(
            _hub_code(key) for key in (*([source] if source else []), *sorted(subset.languages))
        ),
        chosen=_chosen(study, pool, subset, reason, runs_of_choice),
        scores="\n\n".join(_scores(subset, gains, runs)),
        by_seed=means_by_seed(runs).get(subset, {}),
        limits=tuple(_limits(subset, gains)),
    )


def _hub_code(key: str) -> str:
    """The hub names languages by ISO 639-1, and by ISO 639-3 where there is no such code."""
    language = resolve(key)
    return language.find_code("iso639_1") or language.iso639_3


def _chosen(study: StudyConfig, pool: Pool, subset: Subset, reason: str, runs_of_choice: Runs) -> str:
    out_of = f"out of {count(len(pool.keys), 'language')} of the study `{study.name}`"
    text = f"Chosen {out_of}: {reason}." if reason else f"Named by hand, {out_of}."
    seeds = sorted({run.seed for run in runs_of_choice if run.subset == subset})
    if reason and seeds:
        text += (
            f" The choice has seen full runs with {_seeds(seeds)} on test data: what is chosen for its score "
            "owes some of it to the luck of these seeds."
        )
    return text


def _scores(subset: Subset, gains: Sequence[TargetGain], runs: Runs) -> Iterator[str]:
    runs_of_choice = without_fresh(runs)
    by_seed = means_by_seed(runs_of_choice).get(subset, {})
    if not by_seed:
        yield "The study has no full run of these languages: nothing was measured on test data."
    else:
        metric = metric_name(next(run.metric for run in runs_of_choice if run.subset == subset))
        yield (
            f"Zero-shot {metric} in per cent, means of full runs with {_seeds(sorted(by_seed))}: fine-tuned "
            "on the source language alone, then tested. In brackets: 95 % intervals (of a score from three "
            "seeds on). A gain is against the same encoder without realignment, seed by seed."
        )
        counted = [row for row in gains if not (row.held_out or row.source)]
        yield _mean(subset, runs=runs_of_choice, title=f"Mean over {count(len(counted), 'target')}")
        yield _table(counted)
        if len(counted) >= _MANY:
            yield f"Of so many intervals about {len(counted) / 20:.0f} miss the truth by chance alone."
        if held_out := [row for row in gains if row.held_out]:
            yield "Held-out targets, which nothing in the search has seen, are in no mean:"
            yield _table(held_out)
        if source := [row for row in gains if row.source]:
            yield "The language that the task is learnt in, which is in no mean:"
            yield _table(source)
    fresh = [run for run in runs if run.fresh]
    if any(run.subset == subset for run in fresh):
        seeds = _seeds(sorted({run.seed for run in fresh if run.subset == subset}))
        yield _mean(subset, runs=fresh, title=f"With {seeds}, which no choice has seen")


def _mean(subset: Subset, *, runs: Runs, title: str) -> str:
    means = means_by_seed(runs)
    by_seed = means[subset]
    text = f"**{title}: {number(sum(by_seed.values()) / len(by_seed))}**"
    gap = paired_difference(by_seed, means.get(NONE, {}), pooled_noise(means)) if subset != NONE else None
    return f"{text}, gain {_gain(gap)} points ({gap.verdict})." if gap is not None else f"{text}."


def _table(rows: Sequence[TargetGain]) -> str:
    lines = ["| language | score | gain |", "|-|-:|-:|"]
    for row in rows:
        interval = "" if row.interval is None else f" [{number(row.interval[0])}, {number(row.interval[1])}]"
        code = f"{language_name(row.key)} (`{row.key}`)"
        lines.append(f"| {code} | {number(row.score)}{interval} | {_gain(row.gain)} |")
    return "\n".join(lines)


def _gain(gap: PairedDifference | None) -> str:
    return "not measured" if gap is None else points_between(gap.mean, gap.low, gap.high)


def _limits(subset: Subset, gains: Sequence[TargetGain]) -> Iterator[str]:
    """Say first who is harmed."""
    if subset == NONE:
        return
    measured = [row for row in gains if row.gain is not None]
    if not measured:
        yield "Languages that it harms: not measured, and there may be some."
        return
    lost = sorted((row for row in measured if row.loses), key=lambda row: row.gain.mean if row.gain else 0.0)
    shown = [row for row in lost if row.verdict == HARMED]
    unsure = [row for row in lost if row not in shown]
    if shown:
        yield f"Languages that it harms, in points: {_gains_in_words(shown)}."
    if unsure:
        yield f"Languages that may lose by it, within the noise between seeds: {_gains_in_words(unsure)}."
    if not lost:
        yield f"Languages that it harms: none of the {len(measured)} that were measured lost on average."
    yield "Languages that are not in these tables: nothing is known of them."


def _gains_in_words(rows: Sequence[TargetGain]) -> str:
    return ", ".join(f"{language_name(row.key)} {_gain(row.gain)}" for row in rows)


def _seeds(seeds: Sequence[int]) -> str:
    return f"{'seed' if len(seeds) == 1 else 'seeds'} {', '.join(map(str, seeds))}"
