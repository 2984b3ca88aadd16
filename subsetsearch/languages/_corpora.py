"""What corpora and encoders call languages, by key."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache

from subsetsearch.errors import LanguageError
from subsetsearch.languages import _tables
from subsetsearch.languages._keys import Key, find_key, iso_code, usual_key

_MUCH_LARGER = 2
"""Another code of a language is taken if it has more than this many times the data of the plainest code."""


def by_key(
    codes: Iterable[str], asked: Iterable[str] = (), size: Callable[[str], int] | None = None
) -> dict[str, str]:
    """Map keys to the codes of a corpus, one code a language.

    Where a corpus has several codes for one language (``es`` and ``es_AR``; ``nb`` and ``no``), one that is
    asked for is taken; else the shortest, of equally long ones the key itself, then the alphabetically first.
    One with more than twice as much data goes before these. Codes that name no language are left out.

    Args:
        codes: File or folder names of a corpus.
        asked: What the user wrote; a code that is written there as it is in the corpus is meant.
        size: How much data a code has; asked only of languages with several codes.

    Returns:
        Key to code, sorted by key.
    """
    asked_codes, groups = set(asked), _by_language(codes)
    return {key: _choose_code(groups[key], asked_codes, size) for key in sorted(groups)}


def left_aside(
    codes: Iterable[str], asked: Iterable[str] = (), size: Callable[[str], int] | None = None
) -> dict[str, str]:
    """Find the codes of a corpus that :func:`by_key` does not take, as another one is the same language.

    Args:
        codes: File or folder names of a corpus.
        asked: As for :func:`by_key`.
        size: Likewise.

    Returns:
        Code to the one that is taken, as ``aka_Latn`` to ``twi_Latn``.
    """
    all_codes = set(codes)
    taken = by_key(all_codes, asked, size)
    groups = _by_language(all_codes)
    replaced_by = {code: taken[key] for key, group in groups.items() for code in group if code != taken[key]}
    return dict(sorted(replaced_by.items()))


def no_languages(codes: Iterable[str]) -> tuple[str, ...]:
    """Find the codes of a corpus that name no language, sorted."""
    return tuple(sorted(code for code in set(codes) if _key(code) is None))


def _by_language(codes: Iterable[str]) -> dict[str, list[str]]:
    """Key to its codes, the plainest first."""
    groups: dict[str, list[str]] = {}
    for code in sorted(set(codes), key=_place):
        if (key := _key(code)) is not None:
            groups.setdefault(key, []).append(code)
    return groups


def _choose_code(codes: Sequence[str], asked_codes: Container[str], size: Callable[[str], int] | None) -> str:
    """Which of several codes of one language, the plainest first, is read."""
    literal = next((code for code in codes if code in asked_codes), None)
    if literal is not None or size is None or len(codes) == 1:
        return literal or codes[0]
    sizes = {code: size(code) for code in codes}
    largest = max(codes, key=sizes.__getitem__)
    return largest if sizes[largest] > _MUCH_LARGER * sizes[codes[0]] else codes[0]


def _place(code: str) -> tuple[int, bool, str]:
    """Which of several codes of one language comes first."""
    return len(code), code != _key(code), code


def _key(code: str) -> str | None:
    """Key of a code; ``None`` if it names no language."""
    with contextlib.suppress(LanguageError):
        return str(find_key(code))
    return None


def _first_by_key(codes: Iterable[str]) -> dict[str, str]:
    first: dict[str, str] = {}
    for code in codes:
        with contextlib.suppress(LanguageError):
            first.setdefault(str(find_key(code)), code)
    return first


@cache
def opus_codes() -> Mapping[str, str]:
    """Key to the OPUS code with most sentence pairs."""
    pairs = _tables.opus_pairs()
    return _first_by_key(sorted(pairs, key=lambda code: (-pairs[code], code)))


@cache
def ntrex_codes() -> Mapping[str, str]:
    """Key to the code in NTREX."""
    return by_key(_tables.ntrex_codes())


@cache
def pretraining_keys(encoder: str) -> frozenset[str]:
    """Keys of the languages that an encoder was pre-trained on."""
    return frozenset(_tag_key(tag) for tag in _tables.pretraining_tags().get(encoder, ()))


def _tag_key(tag: str) -> str:
    short, _, script = tag.partition("_")
    code, usual = usual_key(iso_code(short) or short)
    return str(Key(code, script or usual))
