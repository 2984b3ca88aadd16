"""How many sentence pairs with English OPUS has: a packaged summary, or the index in ``opustools``."""

from __future__ import annotations

import contextlib
import difflib
import gzip
import shutil
import sqlite3
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from realign_core.support.files.cache import kept_folder
from realign_core.support.files.disk import cache_dir
from realign_core.support.files.keys import content_key
from realign_core.support.program.extras import require
from subsetsearch.errors import DataError, LanguageError
from subsetsearch.languages import opus_pairs, resolve

_INDEX = "index.db"


def available_pairs(key: str, corpus: str | None = None) -> int:
    """Sentence pairs of a language with English.

    The index in opustools 1.9.0 is some years old: real numbers, but the newest corpora (NLLB, HPLT) are
    not in it. Of several OPUS codes of one language (``pt``, ``pt_br``) the one with most pairs counts: a
    corpus is read under one code.

    Args:
        key: Language key.
        corpus: One corpus; ``None`` for all (largest release of each, from the packaged summary).

    Returns:
        The number of pairs, 0 if there are none.

    Raises:
        MissingExtraError: If a corpus is named and ``opustools`` is not installed.
        DataError: If the index has no such corpus.
    """
    return _summary().get(key, 0) if corpus is None else _of_corpus(corpus).get(key, 0)


@cache
def _summary() -> Mapping[str, int]:
    return _by_key(opus_pairs())


@cache
def _of_corpus(corpus: str) -> Mapping[str, int]:
    query = (
        "select case when source='en' then target else source end as code, "
        "max(cast(alignment_pairs as integer)) from opusfile "
        "where corpus = ? and (source='en' or target='en') group by code"
    )
    with sqlite3.connect(_index()) as connection:
        rows = connection.execute(query, (corpus,)).fetchall()
        corpora = [] if rows else [r[0] for r in connection.execute("select distinct corpus from opusfile")]
    if not rows:
        close = difflib.get_close_matches(corpus, corpora, n=3, cutoff=0.4)
        raise DataError(f"the index of OPUS has no corpus '{corpus}' with English",
                        fix=f"did you mean {', '.join(close)}?" if close else None)  # fmt: skip
    return _by_key({code: int(pairs or 0) for code, pairs in rows if code})


def _index() -> Path:
    """The unpacked SQLite file; unpacked once into the cache folder."""
    require("opustools", extra="opus", purpose="look up one corpus of OPUS")
    packed = Path(str(files("opustools"))) / "opusdata.db.gz"
    folder = cache_dir() / "opus" / f"index-{content_key([packed.stat().st_size, str(packed)])}"

    def unpack(draft: Path) -> None:
        with gzip.open(packed) as source, (draft / _INDEX).open("wb") as target:
            shutil.copyfileobj(source, target)

    return kept_folder(folder, unpack, what="the index of OPUS") / _INDEX


def _by_key(pairs: Mapping[str, int]) -> Mapping[str, int]:
    most: dict[str, int] = {}
    for code, number in pairs.items():
        with contextlib.suppress(LanguageError):
            key = resolve(code).key
            most[key] = max(number, most.get(key, 0))
    return most
