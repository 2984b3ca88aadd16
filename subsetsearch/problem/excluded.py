"""Languages that a study takes out of its pool: each must be one that would else be in it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from realign_core.data.codes import same_language
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import LanguageError, some
from subsetsearch.languages import resolve, resolve_all

_ALIKE = 0.6


def excluded_keys(study: StudyConfig, available: Collection[str], asked: Collection[str]) -> set[str]:
    """Read ``pool.exclude``.

    Args:
        study: The study.
        available: Languages of the parallel corpus.
        asked: Those that are the pool, but for this.

    Raises:
        LanguageError: If a language is unknown, or would not be in the pool anyway: it is probably misspelt,
            and the one that was meant stays in.
    """
    names = study.pool.exclude
    keys = [language.key for language in resolve_all(names, where="pool.exclude", among=available)]
    source = str(getattr(study.recipe.parallel, "source", "en"))
    name_of = dict(zip(keys, names, strict=True))
    idle = [key for key in keys if key not in {*available} and not same_language(key, source)]
    if idle:
        raise LanguageError(
            f"no parallel data for {_with_given_names(idle, name_of)}, so there is nothing to leave out",
            where="pool.exclude",
            fix=f"{_nearest(idle, available)}take it out, or choose among the corpus's {len(available)} "
            f"languages: {some(sorted(available))}",
        )
    idle = [key for key in keys if key not in {*asked} and key in {*available}]
    if idle and study.pool.languages is not None:
        raise LanguageError(
            f"{_with_given_names(idle, name_of)} is not in pool.languages, so there is nothing to leave out",
            where="pool.exclude",
            fix=f"{_nearest(idle, asked)}take it out",
        )
    return set(keys)


def _with_given_names(keys: Iterable[str], name_of: dict[str, str]) -> str:
    """Name languages by key, and as they were written."""
    return ", ".join(key if key == name_of[key] else f"{key} ('{name_of[key]}')" for key in keys)


def _nearest(keys: Iterable[str], among: Collection[str]) -> str:
    """Ask for languages that are there: the same one in another script, or one of almost the same name."""
    by_name = {resolve(key).name: key for key in sorted(among)}
    candidates: list[str] = []
    for key in keys:
        code = key.partition("_")[0]
        candidates += [other for other in sorted(among) if other.partition("_")[0] == code]
        close = difflib.get_close_matches(resolve(key).name, by_name, n=1, cutoff=_ALIKE)
        candidates += [by_name[name] for name in close]
    suggestions = [f"{key} ({resolve(key).name})" for key in dict.fromkeys(candidates)]
    return f"did you mean {', '.join(suggestions)}? else " if suggestions else ""
