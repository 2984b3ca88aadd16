"""Data sets of the Hugging Face hub, by static lists: OPUS-100, NLLB, FLORES+, TED talks."""

from __future__ import annotations

import json
from typing import Any

from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.export._corpora import Corpora, rows_with
from subsetsearch.export._hub_scripts import LOAD_PARALLEL, TRAIN_MULTILINGUAL

NLLB_URL = "https://storage.googleapis.com/allennlp-data-bucket/nllb/{pair}.gz"
"""Files of allenai/nllb, whose loading script ``datasets`` 4 no longer runs."""


def to_hf_datasets(choice: Choice, _parallel: ParallelSource | None) -> dict[str, str]:
    """List data sets of the hub (``parallel.json``), with a script that loads them (``load_parallel.py``).

    Raises:
        LanguageError: If neither OPUS-100 nor NLLB has a language with English.
        SelectionError: If the choice has no languages.
    """
    rows = rows_with(choice, "the hub's OPUS-100 and NLLB", "opus100", "nllb")
    content = _header(choice) | {
        "train": {row.key: _opus100(row) or _nllb(row) for row in rows},
        "dev": {row.key: _flores_plus(row) for row in rows if row.flores_plus},
    }
    return {"parallel.json": _json(content), "load_parallel.py": LOAD_PARALLEL}


def to_sentence_transformers(choice: Choice, _parallel: ParallelSource | None) -> dict[str, str]:
    """List training data ``en-xx`` for multilingual sentence encoders, with a loader and a training script.

    TED talks where they have the language (the library's own data), else OPUS-100, else NLLB.

    Raises:
        LanguageError: If none of the three has a language with English.
        SelectionError: If the choice has no languages.
    """
    rows = rows_with(choice, "the hub's talks, OPUS-100 and NLLB", "talks", "opus100", "nllb")
    train = {
        row.talks or f"en-{row.opus100_code or row.key}": _talks(row) or _opus100(row) or _nllb(row)
        for row in rows
    }
    return {
        "parallel.json": _json(_header(choice) | {"train": train}),
        "load_parallel.py": LOAD_PARALLEL,
        "train_multilingual.py": TRAIN_MULTILINGUAL,
    }


def _header(choice: Choice) -> dict[str, Any]:
    return {
        "choice": choice.title,
        "languages": list(choice.languages),
        "pairs_per_language": choice.pairs_per_language,
    }


def _opus100(row: Corpora) -> dict[str, Any]:
    if not row.opus100:
        return {}
    return {"path": "Helsinki-NLP/opus-100", "config": row.opus100, "code": row.opus100_code}


def _talks(row: Corpora) -> dict[str, Any]:
    if not row.talks:
        return {}
    return {"path": "sentence-transformers/parallel-sentences-talks", "config": row.talks}


def _nllb(row: Corpora) -> dict[str, Any]:
    if not row.nllb:
        return {}
    column = row.nllb.split("-").index("eng_Latn")
    return {"url": NLLB_URL.format(pair=row.nllb), "english_column": column}


def _flores_plus(row: Corpora) -> dict[str, str]:
    return {
        "path": "openlanguagedata/flores_plus",
        "config": row.flores_plus,
        "split": "dev",
        "text": "text",
        "join_on": "id",
        "access": "gated: accept its terms on the hub first",
    }


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
