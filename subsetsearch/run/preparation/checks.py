"""What is checked before a study's work begins, and in its dry run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from realign_core.data.account import LABELLED
from realign_core.data.examples import ParallelText, text_of
from realign_core.data.labelled import Split
from realign_core.runs.dry_run.checks import (
    DATA_CHECKS,
    Check,
    check_overlap,
    require_checked,
)
from realign_core.runs.dry_run.doubts import check_garbled, check_labels
from realign_core.runs.dry_run.subject import EncoderFacts, LaterError, RemarkError, Space, Subject
from subsetsearch.config.rungs import SHORT
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import RealignError, some
from subsetsearch.problem.pool import Targets, build_targets
from subsetsearch.problem.problem import Problem
from subsetsearch.problem.scripts import foreign_script
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import DEV, TEST
from subsetsearch.results.provenance.code_version import note_code
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.run.preparation.material import require_same_material
from subsetsearch.rungs.short_check import check_short

StudyCheck = Callable[[StudyConfig, Subject], Iterator[RealignError]]
"""Of a study's own settings; as :data:`realign_core.runs.dry_run.checks.Check`."""

_SAMPLE = 50
"""Examples of a language that its script is found by."""

_CHARACTERS = 3
"""Characters of a token, about; few enough that the space is not underestimated."""

_ROW = 20_000
"""Bytes of a trial or full run in the database, about."""


def search_subject(problem: Problem, folder: StudyFolder) -> Subject:
    """What a search needs: the pool's parallel text, and development data of the searched targets."""
    config, texts = problem.config, _by_code(problem, problem.pool.texts)
    codes = [problem.targets.codes[key] for key in problem.targets.searched]

    def writes(facts: EncoderFacts) -> Sequence[Space]:
        return [
            Space(folder.cache, _cached_bytes(config, texts, facts), "what the rungs encode once"),
            Space(folder.path, _ROW * config.search.trials, "the study's database"),
        ]

    targets: Mapping[Split, Sequence[str]] = {DEV: codes} if codes else {}
    return Subject(config.recipe, list(texts), targets, texts, writes)


def run_subject(problem: Problem, targets: Targets, keys: Iterable[str]) -> Subject:
    """What full runs need: parallel text of their languages, and test data.

    Args:
        problem: The study.
        targets: Those with labels on test data.
        keys: Languages of the subsets.
    """
    texts = _by_code(problem, {key: problem.pool.texts[key] for key in sorted(set(keys))})
    codes = list(targets.codes.values())

    scored: Mapping[Split, Sequence[str]] = {TEST: codes} if codes else {}
    return Subject(problem.config.recipe, list(texts), scored, texts)


def check_rungs(study: StudyConfig, subject: Subject) -> Iterator[RealignError]:
    """Check that short runs have layers to train, where the search does any."""
    if study.search.top_rung == SHORT.number:
        check_short(study.proxy.short, study.recipe.task.kind, subject.facts.layers)
    yield from ()


def check_later(study: StudyConfig, subject: Subject) -> Iterator[RealignError]:
    """Look at the test data, which full runs will need after the search."""
    if not (subject.targets and subject.training):  # what is wrong with these is said already
        return
    try:
        codes = list(build_targets(study, TEST).codes.values())
        later = replace(subject, languages=(), parallel={}, targets={TEST: codes})
        problems = list(DATA_CHECKS["evaluation data"](later))
        subject.counts.update(later.counts)
        subject.examples.update(later.examples)
        subject.accounts[LABELLED[TEST]] = later.accounts.get(LABELLED[TEST], [])
    except RealignError as error:
        problems = [error]
    for problem in problems:
        yield (
            problem
            if isinstance(problem, RemarkError)
            else LaterError(f"full runs (evaluate) would stop here: {problem}")
        )


def check_scripts(study: StudyConfig, subject: Subject) -> Iterator[RealignError]:
    """Look whether labelled text is in the script that its language is taken to have."""
    keys = {code: key for key, code in build_targets(study).codes.items()} if subject.examples else {}
    foreign = []
    for code, examples in subject.examples.get(DEV, {}).items():
        letters = foreign_script(keys[code], map(text_of, examples[:_SAMPLE])) if code in keys else ""
        if letters:
            foreign.append(f"'{code}' is taken for {keys[code]}, but has {letters}")
    if foreign:
        yield RemarkError(
            some(foreign, 4),
            where="scripts of labelled data",
            fix="traits of the script are those of its code; check the files, or choose others",
        )


def check_test_overlap(_: StudyConfig, subject: Subject) -> Iterator[RealignError]:
    """Look for examples of the test data that are training or development data too."""
    yield from check_overlap(subject)


def check_all_labels(_: StudyConfig, subject: Subject) -> Iterator[RealignError]:
    """Look for labels that are mapped and occur nowhere, test data included."""
    yield from check_labels(subject)


def check_all_text(_: StudyConfig, subject: Subject) -> Iterator[RealignError]:
    """Look for garbled text, test data included."""
    yield from check_garbled(subject)


LATER: Mapping[str, StudyCheck] = {
    "test data": check_later,
    "test overlap": check_test_overlap,
    "mapped labels": check_all_labels,
    "garbled text": check_all_text,
    "scripts": check_scripts,
}
"""Without torch, in a search's dry run only: a search itself reads no test data."""

RUNGS: Mapping[str, StudyCheck] = {"short runs": check_rungs}
"""With the encoder in memory."""


def of_study(checks: Mapping[str, StudyCheck], study: StudyConfig) -> dict[str, Check]:
    """Make checks of a study those of a subject."""
    return {name: partial(check, study) for name, check in checks.items()}


def require_search_data(problem: Problem, folder: StudyFolder) -> None:
    """Check the data of a search before the encoder is loaded, and that they are those of the first run.

    Raises:
        RealignError: The first thing that would stop it.
    """
    _require(search_subject(problem, folder), problem, folder)


def require_run_data(problem: Problem, folder: StudyFolder, keys: Iterable[str]) -> None:
    """Check the data of full runs, as :func:`require_search_data` does.

    Raises:
        RealignError: The first thing that would stop them.
    """
    _require(run_subject(problem, problem.targets, keys), problem, folder)


def _require(subject: Subject, problem: Problem, folder: StudyFolder) -> None:
    require_checked(subject)
    require_same_material(problem, folder, subject)
    note_code(problem.config, open_store(problem.config, folder))


def _by_code(problem: Problem, texts: Mapping[str, ParallelText]) -> dict[str, ParallelText]:
    return {problem.pool.codes[key]: text for key, text in texts.items()}


def _cached_bytes(config: StudyConfig, texts: Mapping[str, ParallelText], facts: EncoderFacts) -> float:
    """Moments of each language, and hidden states of what short runs read, where such rungs are climbed."""
    if not config.search.uses_rung1:
        return 0.0
    moments = 2 * 8.0 * facts.width**2 * (len(texts) + 1)
    moments *= 1 + len([n for n in config.search.pairs_per_language if n != "all"])
    if config.search.top_rung != SHORT.number:
        return moments
    sides = [
        side[: config.proxy.short.pairs] for text in texts.values() for side in (text.source, text.target)
    ]
    longest = config.recipe.encoder.max_length
    tokens = sum(min(longest, 2 + len(s) / _CHARACTERS) for side in sides for s in side)
    return moments + 2.0 * facts.width * tokens
