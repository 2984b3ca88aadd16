"""From keys to the codes of corpora."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from subsetsearch.errors import LanguageError
from subsetsearch.languages import _tables
from subsetsearch.languages._resolve import resolve


def by_key(codes: Iterable[str]) -> dict[str, str]:
    """Map keys to the codes of a corpus, one code a language.

    Where a corpus has several codes for one language (``es`` and ``es_AR``; ``nb`` and ``no``), the
    shortest, then the alphabetically first, is taken. Codes that name no language are left out.

    Args:
        codes: File or folder names of a corpus.

    Returns:
        Key to code, sorted by key.
    """
    found: dict[str, str] = {}
    for code in sorted(set(codes), key=lambda c: (len(c), c)):
        try:
            key = resolve(code).key
        except LanguageError:
            continue
        found.setdefault(key, code)
    return dict(sorted(found.items()))


@cache
def _opus_codes() -> Mapping[str, str]:
    table: dict[str, str] = {}
    pairs = _tables.opus_pairs()
    for code in sorted(pairs, key=lambda c: (-pairs[c], c)):
        try:
            table.setdefault(resolve(code).key, code)
        except LanguageError:
            continue
    return table


def corpus_code(key: str, scheme: str) -> str | None:
    """Code of a language in OPUS (the one with most pairs) or NTREX, if it has one."""
    if scheme == "opus":
        return _opus_codes().get(key)
    return by_key(_tables.ntrex_codes()).get(key)
