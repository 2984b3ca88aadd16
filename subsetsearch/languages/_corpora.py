"""What corpora and encoders call languages, by key."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from functools import cache

from subsetsearch.errors import LanguageError
from subsetsearch.languages import _tables
from subsetsearch.languages._keys import Key, find_key, iso_code, usual_key


def by_key(codes: Iterable[str]) -> dict[str, str]:
    """Map keys to the codes of a corpus, one code a language.

    Where a corpus has several codes for one language (``es`` and ``es_AR``; ``nb`` and ``no``), the
    shortest is taken, of equally long ones the key itself, then the alphabetically first. Codes that name no
    language are left out.

    Args:
        codes: File or folder names of a corpus.

    Returns:
        Key to code, sorted by key.
    """
    return dict(sorted(_first_by_key(sorted(set(codes), key=_place)).items()))


def left_aside(codes: Iterable[str]) -> dict[str, str]:
    """Find the codes of a corpus that :func:`by_key` does not take, as another one is the same language.

    Args:
        codes: File or folder names of a corpus.

    Returns:
        Code to the one that is taken, as ``aka_Latn`` to ``twi_Latn``.
    """
    known = set(codes)
    taken = by_key(known)
    keys = {code: key for code in sorted(known) if (key := _key(code)) is not None}
    return {code: taken[key] for code, key in keys.items() if taken[key] != code}


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
