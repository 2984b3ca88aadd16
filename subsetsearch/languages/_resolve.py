"""From whatever users write to one canonical key."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from subsetsearch.errors import LanguageError
from subsetsearch.languages import _tables
from subsetsearch.languages._language import Language, build, usual_script
from subsetsearch.languages._spellings import (
    KNOWN_SCRIPTS,
    OLD_CODES,
    REGION_SCRIPTS,
    SCRIPT_ALIASES,
    SCRIPT_WORDS,
)


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
    return _resolve(text.strip() if isinstance(text, str) else text)


@cache
def _resolve(text: str) -> Language:
    if not text:
        raise LanguageError(
            "an empty string names no language", fix="give a code such as 'swh_Latn' or a name"
        )
    if re.fullmatch(r"[a-zA-Z]{4}\d{4}", text):
        return _from_glottocode(text.lower())
    found = _from_tag(text)
    return found if found is not None else _from_name(text)


def _from_glottocode(glottocode: str) -> Language:
    code = _tables.by_glottocode().get(glottocode)
    if code is None:
        node = _tables.families().get(glottocode)
        if node is not None:
            raise LanguageError(
                f"{glottocode} is a group of languages ({node[0]})", fix="name one of its languages"
            )
        raise LanguageError(
            f"no language with the glottocode {glottocode}", fix="look it up at glottolog.org"
        )
    return _canonical(code, None, glottocode)


def _from_tag(text: str) -> Language | None:
    """Read ``language[-extended][-Script][-REGION][@modifier]``; ``None`` if it is not a tag."""
    body, _, modifier = text.partition("@")
    parts = re.split(r"[-_]", body.split(".")[0])
    code = _code(parts[0])
    if code is None:
        return None
    script: str | None = None
    region: str | None = None
    if "_" in code:
        code, script = code.split("_")
    for part in parts[1:]:
        if re.fullmatch(r"[A-Za-z]{4}", part):
            script = part.title()
        elif re.fullmatch(r"[A-Za-z]{2}|\d{3}", part):
            region = part.upper()
        elif re.fullmatch(r"[a-z]{3}", part) and part in _tables.codes():
            code = part
        elif not re.fullmatch(r"[A-Za-z0-9]{1,8}", part):
            return None
    if modifier.lower() in SCRIPT_WORDS:
        script = SCRIPT_WORDS[modifier.lower()]
    if len(parts) == 1 and len(text) == 3 and text.istitle():
        _refuse_name_like(text, code)
    if region is not None and script is None:
        script = REGION_SCRIPTS.get((_tables.canonical().get(code, code), region))
    return _canonical(code, script, text)


def _code(text: str) -> str | None:
    """ISO 639-3 for a two- or three-letter code of any age, else ``None``."""
    lower = text.lower()
    if lower in OLD_CODES:
        return OLD_CODES[lower]
    if len(lower) == 2:
        return _tables.two_letter().get(lower)
    return lower if lower in _tables.codes() or lower in _tables.canonical() else None


def _refuse_name_like(text: str, code: str) -> None:
    """``Aja`` is the name of ajg and the code of another language: ask rather than guess."""
    named = {_key_of(other) for other in _names().get(_fold(text), ())}
    if named and _key_of(code) not in named:
        choices = sorted({*named, _key_of(code)})
        raise LanguageError(
            f"'{text}' is a code and another language's name", fix=f"say which: {', '.join(choices)}"
        )


def _canonical(code: str, script: str | None, text: str) -> Language:
    target = _tables.canonical().get(code, code)
    if script is not None:
        script = SCRIPT_ALIASES.get((target, script), script)
        if script not in _scripts():
            raise LanguageError(
                f"'{text}': '{script}' is no script code",
                fix=f"did you mean {target}_{usual_script(target)}?",
            )
    return build(target, script or usual_script(target))


@cache
def _scripts() -> frozenset[str]:
    return KNOWN_SCRIPTS | {row.script for row in _tables.codes().values()}


def _key_of(code: str) -> str:
    target = _tables.canonical().get(code, code)
    return f"{target}_{usual_script(target)}"


def _fold(name: str) -> str:
    """Compare names without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Folded name to the codes that bear it; reference names win over further ones."""
    first: dict[str, list[str]] = defaultdict(list)
    further: dict[str, list[str]] = defaultdict(list)
    for row in _tables.codes().values():
        first[_fold(row.name)].append(row.code)
        first[_fold(row.name.replace("(individual language)", ""))].append(row.code)
        for name in row.names:
            further[_fold(name)].append(row.code)
    return {name: tuple(dict.fromkeys(first.get(name) or further[name])) for name in {*first, *further}}


def _from_name(text: str) -> Language:
    name, script = text, None
    words = re.match(r"^(.*?)\s*\(([^)]*)\)$", text)
    if words and words.group(2).lower().removesuffix(" script") in SCRIPT_WORDS:
        name, script = words.group(1), SCRIPT_WORDS[words.group(2).lower().removesuffix(" script")]
    elif text.split(maxsplit=1)[0].lower() in ("simplified", "traditional"):
        name, script = " ".join(text.split()[1:]), SCRIPT_WORDS[text.split(maxsplit=1)[0].lower()]
    codes = _names().get(_fold(name), ())
    keys = sorted({_key_of(code) for code in codes})
    common = [code for code in codes if _tables.codes()[code].iso639_1 or _tables.codes()[code].is_macro]
    if len(keys) > 1 and len({_key_of(code) for code in common}) == 1:
        keys, codes = [_key_of(common[0])], tuple(common)
    if len(keys) == 1:
        return _canonical(codes[0], script, text)
    if keys:
        raise LanguageError(f"'{text}' names {len(keys)} languages", fix=f"say which: {', '.join(keys)}")
    raise LanguageError(f"unknown language '{text}'", fix=_suggest(name))


def _suggest(text: str) -> str:
    """Name the nearest languages, by name and by code."""
    import difflib

    folded = _fold(text)
    close = difflib.get_close_matches(folded, _names(), n=4, cutoff=0.72)
    within = [name for name in _names() if len(folded) > 3 and name.startswith(folded)][: 4 - len(close)]
    found = dict.fromkeys(_names()[name][0] for name in [*close, *within])
    if not found and len(folded) in (2, 3):
        shorts = [*_tables.two_letter(), *_tables.resource_classes()]
        found = dict.fromkeys(
            _code(c) or c for c in difflib.get_close_matches(folded, shorts, n=3, cutoff=0.5)
        )
    if not found:
        return "give an ISO 639 code, a tag such as swh_Latn, a glottocode or an English name"
    keys = dict.fromkeys(_key_of(code) for code in found)
    return "did you mean " + ", ".join(f"{key} ({resolve(key).name})" for key in keys) + "?"


def resolve_all(texts: Iterable[str], *, where: str | None = None) -> tuple[Language, ...]:
    """Resolve several languages, in order, each only once.

    Args:
        texts: Any codes or names.
        where: Key or option that names them, for the message.

    Raises:
        LanguageError: If one is unknown, or two codes mean one language; both codes are named.
    """
    seen: dict[str, str] = {}
    found = []
    for text in texts:
        try:
            language = resolve(text)
        except LanguageError as error:
            raise LanguageError(error.what, where=where, fix=error.fix) from error
        if language.key in seen:
            raise LanguageError(
                f"'{seen[language.key]}' and '{text}' are one language, {language.key} ({language.name})",
                where=where,
                fix="give it once",
            )
        seen[language.key] = text
        found.append(language)
    return tuple(found)


@cache
def pretraining_keys(encoder: str) -> frozenset[str]:
    """Keys of the languages that an encoder was pre-trained on.

    Works on keys alone, because building a language asks for it.
    """
    return frozenset(_tag_key(tag) for tag in _tables.pretraining_tags().get(encoder, ()))


def _tag_key(tag: str) -> str:
    short, _, script = tag.partition("_")
    code = _code(short) or short
    target = _tables.canonical().get(code, code)
    return f"{target}_{script or usual_script(target)}"


def all_languages() -> tuple[Language, ...]:
    """Every language of the tables in its usual script, sorted by key (about 7,900)."""
    codes = {_tables.canonical().get(code, code) for code in _tables.codes()}
    return tuple(sorted(build(code, usual_script(code)) for code in codes))
