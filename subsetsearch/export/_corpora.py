"""What public corpora call each language, and refusals for languages that they lack."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import ValidationError

from realign_core.data.parallel import ParallelSource
from realign_core.recipe import Recipe
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.errors import ConfigError, LanguageError, SelectionError, some
from subsetsearch.languages import by_key, resolve


@dataclass(frozen=True, slots=True)
class Corpora:
    """Names of one language in public corpora of translations from English; empty where it is absent.

    Sources: ``data/README.md``.
    """

    key: str
    opus100: str
    opus100_dev: str
    nllb: str
    opus_corpus: str
    opus_release: str
    opus_code: str
    flores_plus: str
    talks: str
    mtdata_train: str
    mtdata_dev: str
    published: str

    @property
    def opus100_code(self) -> str:
        """Two-letter code in OPUS-100."""
        return next((code for code in self.opus100.split("-") if code and code != "en"), "")


@cache
def corpora() -> Mapping[str, Corpora]:
    """All languages of the table, by key."""
    text = (files("subsetsearch.export") / "data" / "corpora.csv").read_text(encoding="utf-8")
    return {row["key"]: Corpora(**row) for row in csv.DictReader(text.splitlines())}


def rows_with(choice: Choice, tool: str, *columns: str) -> tuple[Corpora, ...]:
    """Look up the chosen languages in a tool's corpora.

    Args:
        choice: The languages.
        tool: Name of the tool or corpus, for the message.
        columns: A language must have at least one of these.

    Returns:
        One row a language, in order.

    Raises:
        SelectionError: If the choice has no languages.
        LanguageError: If the tool lacks some; all are named.
    """
    require_languages(choice, tool)
    table = corpora()
    lacking = [
        key for key in choice.languages if not any(getattr(table.get(key), column, "") for column in columns)
    ]
    if lacking:
        names = ", ".join(f"{key} ({resolve(key).name})" for key in lacking)
        raise LanguageError(
            f"{tool} has no English data for {names}",
            where="export",
            fix="leave them out with --languages, or choose another format",
        )
    return tuple(table[key] for key in choice.languages)


def recipe_of(choice: Choice) -> Recipe:
    """Read the recipe of a choice; the default one, if it has none.

    Raises:
        ConfigError: If it is not valid.
    """
    try:
        return Recipe.model_validate(dict(choice.recipe or {}))
    except ValidationError as error:
        raise ConfigError(f"the recipe of the choice is not valid: {error}", where="export") from error


def corpus_codes(choice: Choice, source: ParallelSource) -> dict[str, str]:
    """Look up the parallel text of the chosen languages.

    Args:
        choice: The languages.
        source: A corpus.

    Returns:
        Language key to the corpus's own code, in order.

    Raises:
        LanguageError: If the corpus lacks some; all are named.
        RealignError: If it is not on this machine.
    """
    codes = by_key(source.languages(), choice.codes.values())
    lacking = [key for key in choice.languages if key not in codes]
    if lacking:
        raise LanguageError(
            f"the corpus has no parallel text of {', '.join(lacking)}",
            where="export",
            fix=f"it has {some(codes)}",
        )
    return {key: codes[key] for key in choice.languages}


def require_languages(choice: Choice, tool: str) -> None:
    """Refuse an empty choice, which names nothing to fetch.

    Raises:
        SelectionError: If the choice has no languages.
    """
    if not choice.languages:
        raise SelectionError(
            f"the choice has no languages (no realignment), so there is nothing for {tool}",
            where="export",
            fix="pick another point of the front",
        )
