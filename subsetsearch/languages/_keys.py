"""From whatever users write to one canonical key: an ISO 639-3 code and a script."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Sequence
from functools import cache
from typing import NamedTuple

from subsetsearch.errors import LanguageError
from subsetsearch.languages import _tables
from subsetsearch.languages._names import (
    as_written,
    codes_by_name,
    codes_by_own_name,
    display_name,
    fold,
    loses_letters,
    usual_script,
)
from subsetsearch.languages._spellings import (
    KNOWN_SCRIPTS,
    OLD_CODES,
    REGION_SCRIPTS,
    SCRIPT_ALIASES,
    SCRIPT_WORDS,
    WHOLE_TAGS,
)

_FEW = 4
"""Number of languages that are suggested."""


class Key(NamedTuple):
    """A canonical ISO 639-3 code and an ISO 15924 script."""

    code: str
    script: str

    def __str__(self) -> str:
        return f"{self.code}_{self.script}"


def usual_key(code: str) -> Key:
    """Key of what a code stands for, in its usual script."""
    canonical = _tables.canonical().get(code, code)
    return Key(canonical, usual_script(canonical))


_LONGEST = 100
"""Characters of a name or a tag; what is longer is none."""


@cache
def find_key(text: str, *, hints: bool = True) -> Key:
    """Find the key that a text means; see :func:`subsetsearch.languages.resolve`.

    Args:
        text: Without blanks around it.
        hints: Look for similar names, which takes long, for the message.

    Raises:
        LanguageError: If nothing or more than one language is meant; with suggestions.
    """
    if not text:
        raise LanguageError(
            "an empty string names no language", fix="give a code such as 'swh_Latn' or a name"
        )
    if len(text) > _LONGEST:
        raise LanguageError(f"{len(text):,} characters name no language: '{text[:40]} …'")
    if re.fullmatch(r"[a-zA-Z]{4}[0-9]{4}", text):
        return _from_glottocode(text.lower())
    return _from_tag(text) or _from_name(text, hints=hints)


def _from_glottocode(glottocode: str) -> Key:
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


def _from_tag(text: str) -> Key | None:
    """Read ``language[-extended][-Script][-REGION][@modifier]``; ``None`` if it is not a tag."""
    body, _, modifier = text.partition("@")
    body = body.split(".")[0]
    whole = body.lower().replace("_", "-")
    if whole in WHOLE_TAGS:
        whole_code = WHOLE_TAGS[whole]
        return None if whole_code is None else _canonical(whole_code, None, text)
    parts = re.split(r"[-_]", body)
    code = iso_code(parts[0])
    if code is None:
        return None
    read = _subtags(code, parts[1:])
    if read is None:
        return None
    code, script, region = read
    if modifier.lower() in SCRIPT_WORDS:
        script = SCRIPT_WORDS[modifier.lower()]
    if len(parts) == 1 and len(text) == 3 and text.istitle():
        _refuse_name_like(text, code)
    if region is not None and script is None:
        script = REGION_SCRIPTS.get((_tables.canonical().get(code, code), region))
    return _canonical(code, script, text)


def _subtags(code: str, parts: Sequence[str]) -> tuple[str, str | None, str | None] | None:
    """Read what follows a language in a tag: code, script and region; ``None`` if it is no tag."""
    script: str | None = None
    region: str | None = None
    if "_" in code:
        code, script = code.split("_")
    for place, part in enumerate(parts):
        if len(part) == 1:  # an extension, or private use: what follows names no language
            break
        if re.fullmatch(r"[A-Za-z]{4}", part):
            script = part.title()
        elif re.fullmatch(r"[A-Za-z]{2}|\d{3}", part):
            region = part.upper()
        elif re.fullmatch(r"[A-Za-z]{3}", part):
            if place or not _extends(code, part.lower()):
                return None
            code = part.lower()
        elif not re.fullmatch(r"[A-Za-z0-9]{4,8}", part):
            return None
    return code, script, region


def _extends(code: str, part: str) -> bool:
    """Whether a second part of three letters is a language of the first one's group, as in ``zh-yue``."""
    row = _tables.codes().get(part)
    return row is not None and usual_key(row.macro or part).code in (usual_key(code).code, code)


def iso_code(text: str) -> str | None:
    """ISO 639-3 for a two- or three-letter code of any age, else ``None``."""
    lower = text.lower()
    if lower in OLD_CODES:
        return OLD_CODES[lower]
    if len(lower) == 2:
        return _tables.two_letter().get(lower)
    return lower if lower in _tables.codes() or lower in _tables.canonical() else None


def _refuse_name_like(text: str, code: str) -> None:
    """``Aja`` is the name of ajg and the code of another language: ask rather than guess."""
    name_keys = {usual_key(other) for other in codes_by_name().get(fold(text), ())}
    if name_keys and usual_key(code) not in name_keys:
        choices = ", ".join(map(str, sorted({*name_keys, usual_key(code)})))
        raise LanguageError(f"'{text}' is a code and another language's name", fix=f"say which: {choices}")


def _canonical(code: str, script: str | None, text: str) -> Key:
    target, usual = usual_key(code)
    if script is not None:
        script = SCRIPT_ALIASES.get((target, script), script)
        if script not in _scripts():
            raise LanguageError(
                f"'{text}': '{script}' is no script code", fix=f"did you mean {target}_{usual}?"
            )
    return Key(target, script or usual)


@cache
def _scripts() -> frozenset[str]:
    return KNOWN_SCRIPTS | {row.script for row in _tables.codes().values()}


def _from_name(text: str, *, hints: bool) -> Key:
    name, script = text, None
    words = re.match(r"^(.*?)\s*\(([^)]*)\)$", text)
    if words and words.group(2).lower().removesuffix(" script") in SCRIPT_WORDS:
        name, script = words.group(1), SCRIPT_WORDS[words.group(2).lower().removesuffix(" script")]
    elif text.split(maxsplit=1)[0].lower() in ("simplified", "traditional"):
        name, script = " ".join(text.split()[1:]), SCRIPT_WORDS[text.split(maxsplit=1)[0].lower()]
    folded, by_own_name = fold(name), codes_by_own_name()
    written, english = (
        by_own_name.get(as_written(name), ()),
        codes_by_name().get(folded, ()) if folded else (),
    )
    # Folding drops letters that English does not have: of "MUNDAŊ" it leaves Munda, another language.
    codes = (written or english if loses_letters(name) else english or written) or by_own_name.get(folded, ())
    keys = sorted({usual_key(code) for code in codes})
    common = [code for code in codes if _tables.codes()[code].iso639_1 or _tables.codes()[code].is_macro]
    if len(keys) > 1 and len({usual_key(code) for code in common}) == 1:
        keys, codes = [usual_key(common[0])], tuple(common)
    if len(keys) == 1:
        return _canonical(codes[0], script, text)
    if keys:
        choices = ", ".join(map(str, keys))
        raise LanguageError(f"'{text}' names {len(keys)} languages", fix=f"say which: {choices}")
    raise LanguageError(f"unknown language '{text}'", fix=suggest(name) if hints else None)


def suggest(text: str, among: Container[str] = ()) -> str:
    """Name the nearest languages, by name and by code.

    Args:
        text: What names no language.
        among: Keys that are named first: those that can be chosen.
    """
    folded, names = fold(text), codes_by_name()
    close = difflib.get_close_matches(folded, names, n=12 if among else _FEW, cutoff=0.72)
    within = [name for name in names if len(folded) > 3 and name.startswith(folded)]
    within = within if among else within[: _FEW - len(close)]
    similar = dict.fromkeys(names[name][0] for name in [*close, *within])
    if not similar and len(folded) in (2, 3):
        short = [*_tables.two_letter(), *_tables.resource_classes()]
        near = difflib.get_close_matches(folded, short, n=3, cutoff=0.5)
        similar = dict.fromkeys(iso_code(code) or code for code in near)
    if not similar:
        return "give an ISO 639 code, a tag such as swh_Latn, a glottocode, an English or the own name"
    keys = sorted(dict.fromkeys(usual_key(code) for code in similar), key=lambda key: str(key) not in among)
    return "did you mean " + ", ".join(f"{key} ({display_name(*key)})" for key in keys[:_FEW]) + "?"
