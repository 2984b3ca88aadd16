"""English names of languages: from a name to codes, and the name that people read."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from subsetsearch.languages import _tables

_SCRIPT_NAMES = {
    "Arab": "Arabic script", "Cyrl": "Cyrillic", "Deva": "Devanagari", "Ethi": "Ethiopic",
    "Hans": "Simplified",
    "Hant": "Traditional", "Hebr": "Hebrew script", "Latn": "Latin", "Mong": "Mongolian script",
    "Tfng": "Tifinagh", "Beng": "Bengali script", "Grek": "Greek script", "Mymr": "Burmese script",
}  # fmt: skip

_ALTERNATIVE_NAMES: Mapping[str, str] = {
    "Afaan Oromo": "gaz", "Asante Twi": "twi", "Azeri": "azj", "Bahasa Indonesia": "ind",
    "Bahasa Melayu": "zsm", "Cambodian": "khm", "Farsi": "pes", "Fulani": "fuv", "Hokkien": "nan",
    "Irish Gaelic": "gle", "Kurdish Sorani": "ckb", "Kurmanji": "kmr", "Laotian": "lao", "Mandarin": "cmn",
    "Myanmar": "mya", "Plattdeutsch": "nds", "Scots Gaelic": "gla", "Sorani": "ckb", "Taiwanese": "nan",
    "West Frisian": "fry",
}  # fmt: skip
"""What people call languages, and no table here lists, to codes of ISO 639-3."""


def fold(name: str) -> str:
    """Strip case, accents and punctuation, so that spellings of one name are equal."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def loses_letters(name: str) -> bool:
    """Whether folding a name drops letters, and not only their accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return any(letter.isalpha() and not letter.isascii() for letter in plain)


@cache
def codes_by_name() -> Mapping[str, tuple[str, ...]]:
    """Folded name to the codes that bear it; reference names win over further ones."""
    first: dict[str, list[str]] = defaultdict(list)
    further: dict[str, list[str]] = defaultdict(list)
    for row in _tables.codes().values():
        first[fold(row.name)].append(row.code)
        first[fold(row.name.replace("(individual language)", ""))].append(row.code)
        for name in row.names:
            further[fold(name)].append(row.code)
    for name, code in _ALTERNATIVE_NAMES.items():
        further[fold(name)].append(code)
    return {name: tuple(dict.fromkeys(first.get(name) or further[name])) for name in {*first, *further}}


@cache
def codes_by_own_name() -> Mapping[str, tuple[str, ...]]:
    """What languages call themselves, as it is written and folded, to their codes."""
    by_spelling: dict[str, list[str]] = defaultdict(list)
    for code, name in _tables.own_names().items():
        for spelling in {as_written(name), fold(name)} - {""}:
            by_spelling[spelling].append(code)
    return {name: tuple(codes) for name, codes in by_spelling.items()}


def as_written(name: str) -> str:
    """Strip case only, for names in any script."""
    return unicodedata.normalize("NFC", name.strip()).casefold()


def usual_script(code: str) -> str:
    """Main script of an ISO 639-3 code, ``Zzzz`` if unknown."""
    row = _tables.codes().get(code)
    return row.script if row is not None and row.script else "Zzzz"


def display_name(code: str, script: str) -> str:
    """The everyday name of a canonical code; the script is added where it is not the usual one."""
    name = _plain_name(code)
    if script in (usual_script(code), "Zzzz") and code != "zho":
        return name
    return f"{name} ({_SCRIPT_NAMES.get(script, script)})"


def _plain_name(code: str) -> str:
    """Name of the macro-language that a code stands for, else its own, without ISO's qualifiers."""
    table = _tables.codes()
    for standing in _tables.standing_for().get(code, ()):
        if standing in table and (table[standing].is_macro or len(table[standing].iso639_1) == 2):
            if code in ("nob", "twi", "tgl", "quy"):
                break
            return table[standing].name
    return table[code].name.replace(" (individual language)", "")
