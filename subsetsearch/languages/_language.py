"""A language as the project knows it: one key, and what is known about it."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, get_args

from subsetsearch.errors import LanguageError
from subsetsearch.languages import _tables
from subsetsearch.languages._corpora import ntrex_codes, opus_codes, pretraining_keys
from subsetsearch.languages._names import display_name, usual_script

Scheme = Literal["iso639_1", "iso639_3", "bcp47", "flores", "opus", "ntrex", "glottocode"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
Encoder = Literal["xlmr", "mbert", "e5"]
ENCODERS: tuple[Encoder, ...] = get_args(Encoder)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Language:
    """One language in one script.

    Two languages are equal when their keys are; the rest follows from the key.

    Attributes:
        key: Canonical key ``iso639-3_Script``, such as ``swh_Latn``; the code that FLORES-200
            uses where it has the language, else ISO 639-3.
        iso639_3: The code in the key.
        script: ISO 15924 code; ``Zzzz`` where the main script is not known.
        name: English name; the script is added where it is not the usual one.
        macro: Code of the macro-language that it belongs to, if any.
        glottocode: Glottolog's code, if it has one.
        lineage: Names from the family down to the closest group; empty for an isolate.
        lineage_codes: The same as glottocodes.
        coordinates: Latitude and longitude in degrees, if known.
        resource_class: 0 (left behind) to 5 (winner) after Joshi et al. 2020; ``None`` if unlisted.
        seen_in: Encoders whose pre-training data hold it in this script: ``xlmr``, ``mbert``, ``e5``.
    """

    key: str
    iso639_3: str = field(compare=False)
    script: str = field(compare=False)
    name: str = field(compare=False)
    macro: str | None = field(compare=False, default=None)
    glottocode: str | None = field(compare=False, default=None)
    lineage: tuple[str, ...] = field(compare=False, default=())
    lineage_codes: tuple[str, ...] = field(compare=False, default=())
    coordinates: tuple[float, float] | None = field(compare=False, default=None)
    resource_class: int | None = field(compare=False, default=None)
    seen_in: frozenset[Encoder] = field(compare=False, default=frozenset())

    @property
    def family(self) -> str:
        """Top of the family tree; an isolate is a family of its own."""
        return self.lineage[0] if self.lineage else f"{self.name.split(' (')[0]} (isolate)"

    @property
    def genus(self) -> str:
        """Group at the depth of a WALS genus (Germanic, Bantu); else the second level, else the family."""
        genera = _tables.genera()
        for code in reversed(self.lineage_codes):
            if code in genera:
                return genera[code]
        return self.lineage[1] if len(self.lineage) > 1 else self.family

    @property
    def group(self) -> tuple[str, ...]:
        """ISO 639-3 codes under which data on this language may be filed, its own first.

        The key's own code, the codes it stands for, and its macro-language.
        """
        same = (self.iso639_3, *_tables.standing_for().get(self.iso639_3, ()))
        macros = {_tables.codes()[code].macro for code in same if code in _tables.codes()}
        return tuple(dict.fromkeys([*same, *sorted(macros - {""})]))

    def to_dict(self) -> dict[str, str | int | None]:
        """What is known, in cells of a table."""
        return {
            "key": self.key,
            "name": self.name,
            "family": self.family,
            "genus": self.genus,
            "script": self.script,
            "resource_class": self.resource_class,
            "seen_in": " ".join(sorted(self.seen_in)),
            "glottocode": self.glottocode,
        }

    def __repr__(self) -> str:
        facts = "; ".join(
            f"{name} {value}" for name, value in self.to_dict().items() if value not in (None, "")
        )
        return f"Language({facts.removeprefix('key ')})"

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th>{name}</th><td>{html.escape(str(value))}</td></tr>"
            for name, value in self.to_dict().items()
            if value not in (None, "")
        )
        return f"<table>{cells}</table>"

    def code(self, scheme: Scheme) -> str:
        """Write the language in another scheme.

        Args:
            scheme: ``iso639_1`` (also through the macro-language: ``sw``), ``iso639_3``, ``bcp47``
                (shortest tag; the script only where it is not the usual one), ``flores`` (FLORES-200 and
                NLLB), ``opus`` (the code with most sentence pairs), ``ntrex``, ``glottocode``.

        Returns:
            The code.

        Raises:
            LanguageError: If the scheme has no code for it.
        """
        code = self.find_code(scheme)
        if code is None:
            raise LanguageError(
                f"{self.key} ({self.name}) has no {scheme} code", fix="leave it out or choose another scheme"
            )
        return code

    def find_code(self, scheme: Scheme) -> str | None:
        """Like :meth:`code`, but ``None`` where there is no code.

        Raises:
            LanguageError: If the scheme itself is unknown.
        """
        if scheme not in SCHEMES:
            raise LanguageError(f"unknown code scheme {scheme!r}", fix=f"known schemes: {', '.join(SCHEMES)}")
        if scheme == "iso639_3":
            return self.iso639_3
        if scheme == "flores":
            return self.key if self.script != "Zzzz" else None
        if scheme == "glottocode":
            return self.glottocode
        if scheme == "iso639_1":
            return _short_code(self)
        if scheme == "bcp47":
            return _bcp47(self)
        return (opus_codes() if scheme == "opus" else ntrex_codes()).get(self.key)


def _short_code(language: Language) -> str | None:
    table = _tables.codes()
    for code in language.group:
        row = table.get(code)
        if row is None or not row.iso639_1:
            continue
        if code == language.iso639_3 or _tables.canonical().get(code) == language.iso639_3:
            return row.iso639_1
    return None


def _bcp47(language: Language) -> str | None:
    """Shortest language tag; Chinese always says its script, as users of ``zh`` mean both."""
    base = _short_code(language) or language.iso639_3
    usual = usual_script(language.iso639_3)
    if language.script == "Zzzz" or (language.script == usual and language.iso639_3 != "zho"):
        return base
    return f"{base}-{language.script}"


@cache
def build(code: str, script: str) -> Language:
    """Make the language for a canonical code and a script (both already checked)."""
    row = _tables.codes()[code]
    lineage = _lineage(row.parent)
    key = f"{code}_{script}"
    macro = row.macro or None
    for standing in _tables.standing_for().get(code, ()):
        if standing in _tables.codes() and _tables.codes()[standing].is_macro:
            macro = standing
    return Language(
        key=key,
        iso639_3=code,
        script=script,
        name=display_name(code, script),
        macro=macro,
        glottocode=row.glottocode or None,
        lineage=tuple(_tables.families()[node][0] for node in lineage),
        lineage_codes=lineage,
        coordinates=row.coordinates,
        resource_class=_resource_class(code, macro),
        seen_in=frozenset(encoder for encoder in ENCODERS if key in pretraining_keys(encoder)),
    )


def _lineage(node: str) -> tuple[str, ...]:
    upwards: list[str] = []
    while node:
        upwards.append(node)
        node = _tables.families()[node][1]
    return tuple(reversed(upwards))


def _resource_class(code: str, macro: str | None) -> int | None:
    classes = _tables.resource_classes()
    aliases = [code, *_tables.standing_for().get(code, ())]
    if macro is not None and _tables.canonical().get(macro) == code:
        aliases.append(macro)
    return next((classes[alias] for alias in aliases if alias in classes), None)
