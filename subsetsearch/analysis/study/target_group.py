"""A study as it is for a group of its targets: chosen when reading, whatever targets the search counted."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from realign_core.support.settings.config import comma_list
from subsetsearch.analysis.front.build_front import decided, full_runs
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns, mark_front
from subsetsearch.analysis.front.mark_ties import mark_ties
from subsetsearch.analysis.model.question import Question
from subsetsearch.analysis.model.reading_options import Asked
from subsetsearch.analysis.statistics.seed_noise import PooledNoise
from subsetsearch.analysis.text.wording import language_name, listed
from subsetsearch.errors import LanguageError, count, some
from subsetsearch.languages import resolve
from subsetsearch.results.measurements.measurement import (
    Measurement,
    by_subset,
    means_by_seed,
    on_targets,
    without_fresh,
)
from subsetsearch.results.trials.rung_scores import rung_scores
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from subsetsearch.analysis.study.study_results import Known

WHERE = "targets"


def known_asked(known: Known, targets: str | Iterable[str] | None, asked: Asked) -> Known:
    """Read a study by what is asked.

    Args:
        known: Of the study.
        targets: Of a group, as in :func:`known_on`; all that count, if left out.
        asked: What a subset is worth, and what may be given up for a cheaper one.

    Raises:
        ConfigError: If there is no such aim, or the tolerance is no fraction.
        LanguageError: If one is no target of the study.
    """
    question = Question.of(asked)
    if question != known.question:
        known = replace(known, question=question)
    return known if targets is None else known_on(known, targets)


def known_on(known: Known, targets: str | Iterable[str]) -> Known:
    """Read everything for a group of targets alone.

    Accuracies, ties, what is recommended, and what the search saw are means over these targets, held-out
    ones among them.

    Args:
        known: Of the study.
        targets: Codes or names, as a list or joined by commas.

    Raises:
        LanguageError: If one is no target of the study; the nearest is named.
    """
    keys = target_keys(targets, known)
    evaluations, dev = on_targets(known.evaluations, keys), on_targets(known.dev, keys)
    top = known.rung.number
    full = known.config.proxy.full
    scores = rung_scores(None, dev, top_rung=top, seeds=full.seeds, scale=full.scale)
    note = "; ".join(part for part in (group_note(keys, known), known.raw.note) if part)
    whole = known.evaluations if known.whole is None else known.whole
    noise = known.gains.noise(keys)
    raw = _front_on(replace(known.raw, note=note), keys, evaluations, noise, scores[top])
    question = replace(known.question, targets=keys)
    return replace(
        known, evaluations=evaluations, raw=raw, scores=scores, dev=dev, whole=whole, question=question
    )


def _front_on(
    front: Front,
    keys: tuple[str, ...],
    evaluations: Sequence[Measurement],
    noise: PooledNoise | None,
    proxies: Mapping[Subset, float] | None = None,
) -> Front:
    """Score the rows of a front by full runs on a group alone, and by what the search saw of it."""
    groups, proxies = by_subset(evaluations), proxies or {}
    rows = [_row(row, groups.get(row.subset, ()), proxies.get(row.subset)) for row in front]
    marked = mark_ties(mark_front(rows), means_by_seed(without_fresh(evaluations)), noise)
    return replace(front, rows=tuple(marked), targets=keys)


def group_note(keys: Sequence[str], known: Known) -> str:
    """Say which targets are meant, and which of them no proxy has seen."""
    n_all = len(all_targets(known))
    text = f"for {listed(keys)}: {len(keys)} of {count(n_all, 'target')}"
    unseen = sorted({key for run in known.evaluations for key in run.held_out} & set(keys))
    return f"{text}; held out, so that no proxy has seen them: {listed(unseen)}" if unseen else text


def all_targets(known: Known) -> list[str]:
    """Keys of all targets that anything is known of: by full runs, or before these by what the search saw."""
    searched = {key for run in known.dev for key in run.scores.keys() - run.source}
    return sorted(searched | set(known.targets))


def target_keys(targets: str | Iterable[str], known: Known) -> tuple[str, ...]:
    """Find the targets that are meant, in the order of their names.

    Args:
        targets: Codes or names, as a list or joined by commas.
        known: Of the study.

    Raises:
        LanguageError: If there are none, or one is no target of the study or given twice.
    """
    names = comma_list(targets) if isinstance(targets, str) else tuple(targets)
    available = all_targets(known)
    if not names:
        raise LanguageError(
            "no targets are named", where=WHERE, fix="name some, as 'fur,wol', or leave it out"
        )
    name_of: dict[str, str] = {}
    for name in names:
        key = _key(name, available)
        if key in name_of:
            raise LanguageError(
                f"'{name_of[key]}' and '{name}' are one target", where=WHERE, fix="give it once"
            )
        name_of[key] = name
    return tuple(sorted(name_of, key=lambda key: (language_name(key), key)))


def _key(name: str, available: Sequence[str]) -> str:
    """Find one target: a key as it is stored, else any code or name of its language."""
    if name in available:
        return name
    try:
        language = resolve(name)
    except LanguageError:
        what, asked_name = f"'{name}' is no target of the study", name
    else:
        if language.key in available:
            return language.key
        what, asked_name = f"{language.name} ({language.key}) is no target of the study", language.name
    near = _nearest(asked_name, available)
    fix = f"did you mean {language_name(near)} ({near})?" if near else "its targets are"
    raise LanguageError(what, where=WHERE, fix=f"{fix} {some(available)}" if not near else fix)


_ALIKE = 0.7
"""So alike must a name be to be suggested: "swedish" is 0.57 alike to "kurdish"."""


def _nearest(name: str, available: Sequence[str]) -> str | None:
    """The target that is written most like a name."""
    written = {
        text.lower(): key for key in available for text in (key, key.partition("_")[0], language_name(key))
    }
    close = difflib.get_close_matches(name.lower(), written, n=1, cutoff=_ALIKE)
    return written[close[0]] if close else None


def _row(row: FrontRow, runs: Sequence[Measurement], proxy: float | None) -> FrontRow:
    """One subset, scored by the group alone."""
    return replace(
        row,
        proxy=proxy,
        proxy_rung=row.proxy_rung if proxy is not None else None,
        proxy_estimated=False,
        full=_full([run for run in runs if not run.fresh]),
        fresh=_full([run for run in runs if run.fresh]),
        on_front=False,
        tied_with=None,
        worse_than=None,
        ties_best=False,
        recommended=False,
        expected=None,
        measured_gain=None,
    )


def _full(runs: Sequence[Measurement]) -> FullRuns | None:
    """Average the runs; held-out targets are in the mean itself."""
    return replace(full_runs(runs), held_out=None) if runs else None


@dataclass(frozen=True, slots=True)
class GroupFront:
    """The measured subsets as they are for a group of targets that is worth a look.

    Args:
        kind: ``family``, ``script`` or ``target``.
        name: Of the group.
        front: The measured subsets; its ``targets`` are the group.
    """

    kind: str
    name: str
    front: Front


_MOST_PAIRS = 500_000
"""Targets times pairs of measured subsets that are looked at one by one."""

MOST_CELLS = 20_000
"""Groups times measured subsets that :func:`group_fronts` gives; single targets are left out before."""


def group_fronts(known: Known) -> list[GroupFront]:
    """Read the measured front for every family, every script and every single target.

    Groups of all targets or of one, but for the targets by themselves, are left out.

    Args:
        known: Of the study, or of a group of its targets.
    """
    if len(known.targets) < 2 or not known.front.measured:
        return []
    kinds: dict[tuple[str, str], list[str]] = {}
    for key in known.targets:
        for kind, name in _kinds(key):
            kinds.setdefault((kind, name), []).append(key)
    shared = {group: keys for group, keys in kinds.items() if 1 < len(keys) < len(known.targets)}
    single = {("target", key): [key] for key in sorted(known.targets, key=language_name)}
    groups = dict(sorted(shared.items())) | single
    if len(groups) * len(known.front.measured) > MOST_CELLS:
        groups = shared
    measured = replace(known.raw, rows=known.raw.measured, note="")
    return [
        GroupFront(kind, name, _measured_on(known, measured, tuple(keys)))
        for (kind, name), keys in groups.items()
    ]


def _measured_on(known: Known, measured: Front, keys: tuple[str, ...]) -> Front:
    raw = _front_on(measured, keys, on_targets(known.evaluations, keys), known.gains.noise(keys))
    return decided(raw, known.models, replace(known.question, targets=keys))


def choices_by_target(known: Known) -> list[tuple[FrontRow, list[str]]]:
    """Say what is recommended for each target by itself.

    Args:
        known: Of the study, or of a group of its targets.

    Returns:
        Each subset that is recommended for any, with the keys of these targets; that of most targets first.
        Empty for a single target, and where so much was measured that it would take long.
    """
    measured = replace(known.raw, rows=known.raw.measured, note="")
    if len(known.targets) < 2 or len(known.targets) * len(measured) ** 2 > _MOST_PAIRS:
        return []
    chosen: dict[Subset, tuple[FrontRow, list[str]]] = {}
    for key in sorted(known.targets, key=language_name):
        row = next((row for row in _measured_on(known, measured, (key,)) if row.recommended), None)
        if row is not None:
            chosen.setdefault(row.subset, (row, []))[1].append(key)
    return sorted(chosen.values(), key=lambda choice: (-len(choice[1]), choice[0].cost))


def _kinds(key: str) -> Iterator[tuple[str, str]]:
    """Families and scripts that a target is in."""
    try:
        language = resolve(key)
    except LanguageError:  # results from elsewhere may use names that mean no language
        return
    yield "family", language.family
    yield "script", language.script
