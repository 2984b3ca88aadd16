"""Codes in a table that are another variant than the study's own: ``pt`` where the pool has ``pt_BR``."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from subsetsearch.languages import find_language
from subsetsearch.problem.pool import Pool
from subsetsearch.results.tables.run_table import LANGUAGES

logger = logging.getLogger(__name__)


def languages_in(row: Mapping[str, str]) -> list[str]:
    """Take the realignment languages of a row, from however many columns and however they are listed."""
    cells = [cell for name, cell in row.items() if name.startswith(LANGUAGES)]
    return [part for cell in cells for part in re.split(r"[\s,;|+'\"\[\]()]+", cell) if part]


def read_as(names: Iterable[str], pool: Pool) -> dict[str, str]:
    """Find the codes that name a language of the pool, but not as the study's corpus writes it.

    Args:
        names: As a table has them.
        pool: Of the study.

    Returns:
        What was written to the corpus's code, where both begin alike and their scripts or regions differ.
    """
    codes = {}
    for name in dict.fromkeys(names):
        language = find_language(name)
        code = pool.codes.get(language.key) if language else None
        if code is not None:
            written, corpus_parts = _parts(name), _parts(code)
            if written[0] == corpus_parts[0] and written != corpus_parts and name != language.key:  # type: ignore[union-attr]
                codes[name] = code
    return codes


def tell_read_as(names: Iterable[str], pool: Pool, where: Path) -> None:
    """Say which codes of a table were taken for which ones of the study's corpus."""
    if codes := read_as(names, pool):
        readings = ", ".join(f"{name} for {code}" for name, code in codes.items())
        logger.warning("%s: languages are taken for those of the study's corpus: %s", where, readings)


def _parts(code: str) -> list[str]:
    return code.lower().replace("-", "_").split("_")
