"""The sentence pairs themselves: those of the chosen languages, as many of each as the choice says."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

import tomli_w

from realign_core.data.examples import ParallelText
from realign_core.data.parallel import PairFilters, ParallelSource
from realign_core.support.seeds import DATA_SEED
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.errors import ConfigError, some
from subsetsearch.export._corpora import corpus_codes, recipe_of, require_languages
from subsetsearch.export._text import comment
from subsetsearch.languages import resolve

logger = logging.getLogger(__name__)

_BREAKS = re.compile("[\0\t\r\n\ufeff]")
"""What would end a field or a line, or what readers take for the beginning of a file or for damage."""


def chosen_text(
    choice: Choice, parallel: ParallelSource | None, tool: str
) -> tuple[ParallelSource, dict[str, ParallelText]]:
    """Read the pairs of the chosen languages, drawn as a run of the choice's recipe draws them.

    Pairs that a study sets aside for targets without labels are among them.

    Args:
        choice: Its ``pairs_per_language`` are drawn as runs draw them.
        parallel: The text; that of the choice's recipe, if left out.
        tool: What the text is for, for the messages.

    Returns:
        The corpus, and language key to its text.

    Raises:
        ConfigError: If there is neither a source of text nor a valid recipe.
        LanguageError: If the corpus lacks a language.
        SelectionError: If the choice has no languages.
    """
    require_languages(choice, tool)
    if parallel is None and choice.recipe is None:
        raise ConfigError(
            f"{tool} needs the sentences themselves, but the choice names no corpus",
            where="export",
            fix="export from a study, or give its study file",
        )
    source = parallel or recipe_of(choice).parallel
    texts = {key: source.read(code) for key, code in corpus_codes(choice, source).items()}
    if choice.pairs_per_language is not None:
        texts = {key: text.take(choice.pairs_per_language, DATA_SEED) for key, text in texts.items()}
    return source, texts


def to_pairs(choice: Choice, parallel: ParallelSource | None) -> dict[str, str]:
    """Write one file ``SOURCE-KEY.tsv`` a language, the source language first.

    Raises:
        ConfigError: If there is neither a source of text nor a recipe.
        LanguageError: If the corpus lacks a language.
        SelectionError: If the choice has no languages.
    """
    corpus, texts = chosen_text(choice, parallel, "pairs")
    code = _source_code(corpus)
    changed = _changed(texts)
    files = {
        f"{code}-{key}.tsv": "".join(f"{source}\t{target}\n" for source, target in _pairs_of_lines(text))
        for key, text in texts.items()
    }
    return {**files, "parallel.toml": _reader(choice, "tsv", code, changed)}


def to_moses(choice: Choice, parallel: ParallelSource | None) -> dict[str, str]:
    """Write two files a language, line by line the same: ``SOURCE-KEY.SOURCE`` and ``SOURCE-KEY.KEY``.

    Raises:
        ConfigError: If there is neither a source of text nor a recipe.
        LanguageError: If the corpus lacks a language.
        SelectionError: If the choice has no languages.
    """
    corpus, texts = chosen_text(choice, parallel, "pairs-moses")
    code, files = _source_code(corpus), {}
    for key, text in texts.items():
        for side, name in enumerate((code, key)):
            files[f"{code}-{key}.{name}"] = "".join(f"{pair[side]}\n" for pair in _pairs_of_lines(text))
    return {**files, "parallel.toml": _reader(choice, "moses", code, _changed(texts))}


def _pairs_of_lines(text: ParallelText) -> list[tuple[str, str]]:
    pairs = zip(text.source, text.target, strict=True)
    return [(_BREAKS.sub(" ", source), _BREAKS.sub(" ", target)) for source, target in pairs]


def _changed(texts: Mapping[str, ParallelText]) -> str:
    """Say in how many pairs a sign is written as a blank, and log it; empty where none is."""
    by_key = {
        key: sum(
            bool(_BREAKS.search(a) or _BREAKS.search(b)) for a, b in zip(t.source, t.target, strict=True)
        )
        for key, t in texts.items()
    }
    counts = [f"{key} {number:,} of {len(texts[key]):,}" for key, number in by_key.items() if number]
    if not counts:
        return ""
    sentence = (
        f"tabs, line breaks and the like inside sentences are written as blanks, in pairs of: {some(counts)}"
    )
    logger.warning("%s", sentence)
    return sentence


def _source_code(corpus: ParallelSource) -> str:
    """Short code of the corpus's source language; a corpus that names none is English."""
    return resolve(getattr(corpus, "source", "en")).code("bcp47")


def _reader(choice: Choice, fmt: str, source: str, changed: str) -> str:
    """Write the table of a recipe that reads the files, every pair of them, and what was changed in them."""
    filters = dict.fromkeys((name for name in PairFilters.model_fields if name.startswith("drop_")), False)
    table: Mapping[str, object] = {"format": fmt, "path": ".", "source": source, "filters": filters}
    lines = (
        "Reads these files in a recipe; in a study file it is [recipe.parallel].",
        *filter(None, [changed]),
    )
    head = comment(choice.title, *lines)
    return head + tomli_w.dumps({"parallel": table})
