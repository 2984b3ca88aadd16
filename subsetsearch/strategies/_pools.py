"""Pools to choose from: named lists, files, or languages written out; and filters."""

from __future__ import annotations

import csv
import difflib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from realign_core.support.files.text import text_lines
from subsetsearch.errors import ConfigError, LanguageError, SelectionError
from subsetsearch.languages import Encoder, Language, resolve, resolve_all

log = logging.getLogger(__name__)

DATA = Path(__file__).resolve().parent / "data"
USUAL_POOL = "paper65"
"""Where a strategy chooses from unless it or the user says otherwise."""


@dataclass(frozen=True, slots=True)
class NamedPool:
    """A pool that ships with the package.

    Attributes:
        name: Its name.
        codes: Languages as its source writes them.
        what: What it is, with the source.
    """

    name: str
    codes: tuple[str, ...]
    what: str


@cache
def named_pools() -> Mapping[str, NamedPool]:
    """All named pools by name."""
    with (DATA / "pools.csv").open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        return {
            row["name"]: NamedPool(row["name"], tuple(row["languages"].split()), row["what"]) for row in rows
        }


@cache
def pool_languages(name: str) -> tuple[Language, ...]:
    """Languages of a named pool, sorted by key.

    Corpora have some languages under two codes (``nb`` and ``no``); they come once, and it is logged.

    Raises:
        ConfigError: If there is no such pool.
    """
    if name not in named_pools():
        close = difflib.get_close_matches(name, named_pools(), n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"known pools: {', '.join(named_pools())}"
        raise ConfigError(f"unknown pool '{name}'", fix=hint)
    languages: set[Language] = set()
    for code in named_pools()[name].codes:
        language = resolve(code)
        if language in languages:
            log.info("%s: '%s' is %s, which is there already", name, code, language.key)
        languages.add(language)
    return tuple(sorted(languages))


def read_pool(text: str) -> tuple[Language, ...]:
    """Read a pool: a name, a text file with a language a line, or languages separated by commas or blanks.

    Raises:
        ConfigError: If it is neither.
        LanguageError: If a language is unknown or given twice.
    """
    if text in named_pools():
        return pool_languages(text)
    path = Path(text)
    if path.suffix and path.is_file():
        codes = [line.split("#")[0].strip() for _, line in text_lines(path)]
        return tuple(sorted(resolve_all(code for code in codes if code)))
    parts = [part.strip() for part in text.replace(",", " ").split()]
    if len(parts) == 1:
        if path.suffix or len(path.parts) > 1:
            raise ConfigError("no such file of languages", where=path, fix="check the path, or name a pool")
        try:
            return (resolve(parts[0]),)
        except LanguageError:
            return pool_languages(text)
    return tuple(sorted(resolve_all(parts)))


@dataclass(frozen=True, slots=True)
class PoolFilter:
    """What languages of a pool are kept.

    Attributes:
        classes: Resource classes (Joshi et al. 2020); an unlisted language has none and is dropped.
        seen: Kept if in the pre-training data of this encoder.
        unseen: Kept if not in the pre-training data of this encoder.
        script: Kept if written in this script.
    """

    classes: frozenset[int] | None = None
    seen: Encoder | None = None
    unseen: Encoder | None = None
    script: str | None = None

    def keep(self, languages: Sequence[Language]) -> tuple[Language, ...]:
        """Filter a pool.

        Raises:
            SelectionError: If nothing is left.
        """
        kept = tuple(
            language
            for language in languages
            if (self.classes is None or language.resource_class in self.classes)
            and (self.seen is None or self.seen in language.seen_in)
            and (self.unseen is None or self.unseen not in language.seen_in)
            and (self.script is None or language.script == self.script)
        )
        if not kept:
            raise SelectionError("no language of the pool passes the filters", fix="loosen one of them")
        return kept
