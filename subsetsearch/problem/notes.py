"""What the user must know of a study's pool and targets before it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from realign_core.data.labelled import describe_joined
from subsetsearch.config.study import StudyConfig
from subsetsearch.config.unread import unread_settings
from subsetsearch.errors import some
from subsetsearch.languages import left_aside, no_languages, resolve
from subsetsearch.problem.pool import Pool, asked_codes, source_codes
from subsetsearch.problem.problem import Problem
from subsetsearch.problem.scripts import foreign_script

_WORDS = frozenset(
    {
        "all",
        "bpe",
        "dev",
        "doc",
        "hyp",
        "log",
        "new",
        "old",
        "org",
        "out",
        "raw",
        "ref",
        "src",
        "sys",
        "tok",
        "val",
    }
)
"""What files of a corpus may be called that are codes of languages as well."""

_SAMPLE = 50
"""Number of texts of a language by which its script is found."""


def script_notes(pool: Pool) -> Iterator[str]:
    """Name languages whose text is in another script than theirs: a swapped column, or another file.

    Args:
        pool: With its texts.
    """
    foreign = []
    for key, text in pool.texts.items():
        if letters := foreign_script(key, text.target[:_SAMPLE]):
            foreign.append(f"{key} ({letters})")
    if foreign:
        yield f"the parallel text is not in the language's script: {some(foreign)}; check files and columns"


def twin_notes(pool: Pool) -> Iterator[str]:
    """Name languages of one and the same text: a file that was copied under another name.

    Args:
        pool: With its texts.
    """
    keys_by_text: dict[tuple[str, ...], list[str]] = {}
    for key, text in pool.texts.items():
        keys_by_text.setdefault(text.target, []).append(key)
    if twins := [" = ".join(keys) for keys in keys_by_text.values() if len(keys) > 1]:
        yield f"the same sentences under several codes: {some(twins)}; check the files"


def unread_notes(study: StudyConfig) -> Iterator[str]:
    """Name the settings that were asked for and that this search does not read.

    Args:
        study: The study.
    """
    if unread := unread_settings(study):
        yield f"not read by this search (search.top_rung = {study.search.top_rung}): {', '.join(unread)}"


def few_notes(pool: Pool) -> Iterator[str]:
    """Name the languages that have too few sentence pairs for the pool, with their numbers.

    Args:
        pool: Of the study.
    """
    if pool.few:
        entries = [f"{key} {size}" for key, size in pool.few.items()]
        yield f"not in the pool, as they have too few sentence pairs: {some(entries)}"


def pool_notes(problem: Problem) -> Iterator[str]:
    """Say which languages of the corpora are neither chosen nor tested, and why.

    Args:
        problem: Of the study.
    """
    yield from few_notes(problem.pool)
    if problem.pool.withheld:
        yield f"not in the pool, as they are held out: {', '.join(problem.pool.withheld)}"
    yield from one_language_notes(problem.config)
    yield from unread_notes(problem.config)


def one_language_notes(study: StudyConfig) -> Iterator[str]:
    """Name codes of the corpora that are left aside, as another one is the same language or as they are none.

    Args:
        study: The study.
    """
    source = study.recipe.parallel
    sizes: dict[str, Callable[[str], int] | None] = {
        "parallel data": lambda code: len(source.read(code)),
        "task": None,
    }
    corpora = {"parallel data": source.languages()}
    if study.targets.languages != () or not study.targets.unlabelled:
        corpora["task"] = study.recipe.task.evaluated.languages("dev")
        evaluated = study.recipe.task.evaluated
        joined = {**evaluated.joined("dev"), **evaluated.joined("test")}
        if joined:
            yield f"several files are joined (parts chooses): {describe_joined(joined)}"
    if one_sided := source.alone():
        yield f"only one side in the parallel data: {some(one_sided)}"
    if study.pool.languages is None and (of_source := source_codes(study)):
        yield f"not in the pool, as they are the source language: {some(of_source)}"
    for name, codes in corpora.items():
        replaced_by = left_aside(codes, asked_codes(study), sizes[name])
        duplicates = [f"{code} (left aside) and {taken}" for code, taken in replaced_by.items()]
        if duplicates:
            yield f"one language under two codes in the {name}: {some(duplicates)}"
        if none := no_languages(codes):
            yield f"no language's code in the {name}: {some(none)}"
        if words := [f"{code} ({resolve(code).name})" for code in codes if code in _WORDS - {*none}]:
            yield f"taken for languages in the {name}, but names of files too: {some(words)}"
