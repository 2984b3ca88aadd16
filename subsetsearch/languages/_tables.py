"""The tables of facts beside this module, read once, as plain dictionaries."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).resolve().parent / "data"


class CodeRow(NamedTuple):
    """One row of ``languages.csv``: an ISO 639-3 code, individual or macro-language."""

    code: str
    iso639_1: str
    name: str
    names: tuple[str, ...]
    is_macro: bool
    macro: str
    script: str
    glottocode: str
    parent: str
    coordinates: tuple[float, float] | None


def _rows(name: str) -> list[list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        next(reader)
        return list(reader)


@cache
def codes() -> Mapping[str, CodeRow]:
    """All ISO 639-3 codes, by code."""
    table: dict[str, CodeRow] = {}
    for code, short, name, names, scope, macro, script, glottocode, parent, lat, lon in _rows(
        "languages.csv"
    ):
        other_names = tuple(names.split(";")) if names else ()
        place = (float(lat), float(lon)) if lat and lon else None
        table[code] = CodeRow(
            code, short, name, other_names, scope == "M", macro, script, glottocode, parent, place
        )
    return table


@cache
def own_names() -> Mapping[str, str]:
    """ISO 639-3 code to what the language calls itself, where Unicode CLDR says so."""
    return dict(_rows("own_names.csv"))


@cache
def two_letter() -> Mapping[str, str]:
    """ISO 639-1 to ISO 639-3."""
    return {row.iso639_1: row.code for row in codes().values() if row.iso639_1}


@cache
def by_glottocode() -> Mapping[str, str]:
    """Glottocode to ISO 639-3; of several codes the canonical one's, else the first."""
    table: dict[str, str] = {}
    for row in codes().values():
        if row.glottocode and (row.glottocode not in table or row.code in canonical()):
            table[row.glottocode] = row.code
    return table


@cache
def canonical() -> Mapping[str, str]:
    """Codes that another code stands for (``swa`` to ``swh``, ``cmn`` to ``zho``)."""
    return {code: target for code, target, _why in _rows("canonical.csv")}


@cache
def standing_for() -> Mapping[str, tuple[str, ...]]:
    """The inverse of :func:`canonical`: which codes a canonical code stands for."""
    table: dict[str, list[str]] = defaultdict(list)
    for code, target in canonical().items():
        table[target].append(code)
    return {target: tuple(codes) for target, codes in table.items()}


@cache
def families() -> Mapping[str, tuple[str, str]]:
    """Inner nodes of the family tree: glottocode to (name, parent's glottocode or '')."""
    return {code: (name, parent) for code, name, parent in _rows("families.csv")}


@cache
def genera() -> Mapping[str, str]:
    """Nodes of the tree that are genera: glottocode to the genus' usual name."""
    return dict(_rows("genera.csv"))


@cache
def resource_classes() -> Mapping[str, int]:
    """Resource class 0-5 by ISO 639-3 (Joshi et al. 2020); unlisted codes are unknown."""
    return {code: int(value) for code, value in _rows("resources.csv")}


@cache
def opus_pairs() -> Mapping[str, int]:
    """Sentence pairs with English by OPUS code."""
    return {code: int(value) for code, value in _rows("opus.csv")}


@cache
def pretraining_tags() -> Mapping[str, tuple[str, ...]]:
    """Tags of the languages in each encoder's pre-training data."""
    table: dict[str, list[str]] = defaultdict(list)
    for model, tag in _rows("pretraining.csv"):
        table[model].append(tag)
    return {model: tuple(tags) for model, tags in table.items()}


@cache
def ntrex_codes() -> tuple[str, ...]:
    """Names of the NTREX-128 files, without the suffix."""
    return tuple(row[0] for row in _rows("ntrex.csv"))
