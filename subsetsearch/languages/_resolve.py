"""From whatever users write to languages."""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import cache

from subsetsearch.errors import LanguageError
from subsetsearch.languages import _tables
from subsetsearch.languages._keys import find_key, suggest, usual_key
from subsetsearch.languages._language import Language, build


def resolve(text: str) -> Language:
    """Find the language that a code, tag, glottocode or English name means.

    Understands ISO 639-1, 639-2/B and 639-3, BCP-47 and gettext tags (``zh_TW``, ``sr@latin``,
    ``pt-BR``), FLORES/NLLB (``swh_Latn``), NTREX (``srp-Cyrl``), OPUS, glottocodes (``swah1253``) and
    English names (``Swahili``, ``Chinese (Traditional)``). Regions only matter where they decide the
    script; ``pt_BR`` and ``pt`` are one language.

    Args:
        text: What the user wrote.

    Returns:
        The language, with its canonical key.

    Raises:
        LanguageError: If nothing or more than one language is meant; with suggestions.

    Example:
        >>> [resolve(text).key for text in ("sw", "swa", "swh_Latn", "Swahili")]
        ['swh_Latn', 'swh_Latn', 'swh_Latn', 'swh_Latn']
    """
    if not isinstance(text, str):
        raise LanguageError(f"{text!r} names no language", fix="give a code such as 'swh_Latn' or a name")
    return _resolve(text.strip())


def find_language(text: str) -> Language | None:
    """Find what a text means as :func:`resolve` does, but say nothing about what names no language.

    Much faster there: similar names are not looked for.
    """
    try:
        return build(*find_key(text.strip(), hints=False))
    except LanguageError:
        return None


@cache
def _resolve(text: str) -> Language:
    return build(*find_key(text))


def also_in(keys: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Find languages that are among others too: the same, in another script, of the same macro-language.

    Args:
        keys: Any codes or names.
        others: Likewise.

    Returns:
        Those of ``keys``, sorted.

    Raises:
        LanguageError: If one is unknown.
    """
    other_codes = {code for other in others for code in resolve(other).group}
    return tuple(sorted(key for key in keys if not other_codes.isdisjoint(resolve(key).group)))


def resolve_all(
    texts: Iterable[str], *, where: str | None = None, among: Container[str] = ()
) -> tuple[Language, ...]:
    """Resolve several languages, in order, each only once.

    Args:
        texts: Any codes or names.
        where: Key or option that names them, for the message.
        among: Keys that can be chosen; of similar names theirs are suggested first.

    Raises:
        LanguageError: If one is unknown, or two codes mean one language; both codes are named.
    """
    if isinstance(texts, str):
        raise LanguageError(f"{texts!r} is a text, not a list", where=where, fix='write ["sw", "te"]')
    text_of: dict[str, str] = {}
    languages = []
    for text in texts:
        try:
            language = resolve(text)
        except LanguageError as error:
            fix = suggest(text, among) if among and error.what.startswith("unknown language") else error.fix
            raise LanguageError(error.what, where=where, fix=fix) from error
        if language.key in text_of:
            raise LanguageError(
                f"'{text_of[language.key]}' and '{text}' are one language, {language.key} ({language.name})",
                where=where,
                fix="give it once",
            )
        text_of[language.key] = text
        languages.append(language)
    return tuple(languages)


def all_languages() -> tuple[Language, ...]:
    """Every language of the tables in its usual script, sorted by key (about 7,900)."""
    return tuple(sorted(build(*key) for key in {usual_key(code) for code in _tables.codes()}))
