"""Display names of the Unicode CLDR: what kind of thing does this name name?"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from realign_core.data.examples import TextExample
from realign_core.data.labelled.base import SkipBudget, Split, TaskReader
from realign_core.support.errors import DataError
from realign_core.support.files.text import unknown_language
from realign_core.support.program.extras import require

SOURCE = "en"

KINDS: Mapping[str, str] = {
    "languages": "language",
    "territories": "territory",
    "scripts": "script",
    "currency_names": "currency",
    "unit_display_names": "unit",
}
"""CLDR table -> label."""

LOW_RESOURCE: tuple[str, ...] = (
    # Niger-Congo
    "ak", "bm", "ee", "ff", "ig", "lg", "ln", "rn", "sg", "wo", "xh", "yo", "zu",
    # Afro-Asiatic
    "ha", "kab", "om", "shi", "so", "ti",
    # Turkic and Caucasian
    "ab", "ce", "cv", "tk", "tt", "ug",
    # Indo-European
    "as", "br", "ckb", "fo", "fur", "gd", "ks", "ku", "ps", "sc", "sd", "tg",
    # Tibeto-Burman, Tai, Munda
    "brx", "dz", "lo", "sat",
    # Americas and the Pacific
    "chr", "mi", "qu", "to", "yrl",
)  # fmt: skip
"""Languages with little labelled data and at least about 100 own names in each half."""


def _not_english(value: tuple[str, ...]) -> tuple[str, ...]:
    if any(code.partition("_")[0] == SOURCE for code in value):
        raise ValueError("English is the source language and cannot be evaluated")
    return tuple(sorted(set(value)))


Locales = Annotated[tuple[str, ...], AfterValidator(_not_english)]
"""Locales that a task of the CLDR evaluates, sorted."""


class CldrNames(TaskReader):
    """Classify a CLDR display name as language, territory, script, currency or unit.

    The names come with Babel (extra ``offline``). English trains, on all its 1,658 names.
    For the other languages the entries, not the languages, are split once by a hash of type
    and code: one half is ``dev``, the other ``test``, the same in every language, so nothing
    that a search has seen is in the test. Only names that a locale states itself count:
    no name inherited from another locale, none equal to an English name (but for case),
    none equal to its code, none that names two kinds of thing in its language.

    Args:
        evaluated: Locales of ``dev`` and ``test``, as Babel writes them (``uz_Cyrl``).

    Source: Unicode Common Locale Data Repository, https://cldr.unicode.org.
    """

    format: Literal["cldr"] = "cldr"
    evaluated: Locales = LOW_RESOURCE

    def languages(self, split: Split) -> tuple[str, ...]:
        """List ``en`` for training, else the evaluated locales."""
        return (SOURCE,) if split == "train" else self.evaluated

    def _examples(self, language: str, split: Split, skips: SkipBudget) -> Iterator[TextExample]:  # noqa: ARG002
        if language not in self.languages(split):
            raise unknown_language(language, self.languages(split), f"CLDR names, split '{split}'")
        english = _own_names(SOURCE)
        if split == "train":
            yield from (TextExample(name, label) for (label, _), name in english.items())
            return
        names = _translated(language, english)
        for (label, code), name in names.items():
            if half(label, code) == split:
                yield TextExample(name, label)


def half(label: str, code: str) -> Literal["dev", "test"]:
    """Tell which half an entry belongs to, in all languages.

    Args:
        label: One of the labels in :data:`KINDS`.
        code: CLDR code of the entry, such as ``ETB``.
    """
    digest = hashlib.sha256(f"{label}/{code}".encode()).digest()
    return "test" if digest[0] % 2 else "dev"


def _translated(language: str, english: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Keep a locale's names of entries that English has, which tell one kind and are no English."""
    english_names = {name.casefold() for name in english.values()}
    names = {
        entry: name
        for entry, name in _own_names(language).items()
        if entry in english and name.casefold() not in english_names and name != entry[1]
    }
    labels: dict[str, set[str]] = {}
    for (label, _), name in names.items():
        labels.setdefault(name.casefold(), set()).add(label)
    return {entry: name for entry, name in names.items() if len(labels[name.casefold()]) == 1}


def _own_names(language: str) -> dict[tuple[str, str], str]:
    """Read the names that a locale's own file states: ``(label, code)`` -> name, sorted by code."""
    data = _localedata()
    if not data.exists(language):
        locales = [locale for locale in data.locale_identifiers() if "_" not in locale]
        raise unknown_language(language, locales, "CLDR names of Babel")
    try:
        table: Mapping[str, Any] = _own_loader().load(language, merge_inherited=False)
    except Exception as error:  # whatever its own loader may meet in a damaged file
        raise DataError(
            f"Babel cannot load its data: {error}", where=language, fix="reinstall Babel"
        ) from error
    names: dict[tuple[str, str], str] = {}
    for key, label in KINDS.items():
        entries = table.get(key, {})
        for code in sorted(entries):
            name = _name(entries[code])
            if name:
                names[label, str(code)] = name
    return names


def _name(value: Any) -> str:
    """Take a name, or a unit's long form; aliases to other entries are not names."""
    if isinstance(value, Mapping):
        value = value.get("long")
    return " ".join(value.split()) if isinstance(value, str) else ""


@functools.cache
def _own_loader() -> ModuleType:
    """A copy of Babel's loader that remembers for itself.

    Babel's ``load(..., merge_inherited=False)`` keeps one cache for data with and without what is inherited:
    it gives what was loaded first, here and to every other user of Babel in this process.
    """
    spec = importlib.util.find_spec(_localedata().__name__)
    assert spec is not None
    assert spec.loader is not None
    loader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loader)
    return loader


def _localedata() -> ModuleType:
    return require("babel.localedata", extra="offline", purpose="read CLDR display names")
