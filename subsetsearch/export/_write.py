"""The table of formats, and writing a choice in one of them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from realign_core.data.parallel import ParallelSource
from realign_core.support.files.writing import atomic_path, atomic_write
from realign_core.support.settings.paths import inside
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.errors import ConfigError
from subsetsearch.export._aligners import AWESOME_ALIGN, EFLOMAL, FAST_ALIGN
from subsetsearch.export._base import Exporter
from subsetsearch.export._hub import to_hf_datasets, to_sentence_transformers
from subsetsearch.export._json import to_json, to_yaml
from subsetsearch.export._mtdata import to_mtdata
from subsetsearch.export._opus import to_opusfilter, to_opustools
from subsetsearch.export._pairs import to_moses, to_pairs
from subsetsearch.export._realign import to_realign
from subsetsearch.export._reference import to_reference
from subsetsearch.export._tables import to_csv, to_latex, to_txt

_EXPORTERS: tuple[Exporter, ...] = (
    Exporter("json", "everything about the choice, schema docs/schema/choice-1.json", ".json", to_json),
    Exporter("yaml", "the same as json, in YAML", ".yaml", to_yaml),
    Exporter("csv", "chosen and target languages, one a row, with scores", ".csv", to_csv),
    Exporter("txt", "language keys, one a line", ".txt", to_txt),
    Exporter("latex", "table with m ± s (needs the package booktabs)", ".tex", to_latex),
    Exporter("mtdata", "recipe of mtdata (OPUS-100, else NLLB; FLORES-200 dev)", ".yml", to_mtdata),
    Exporter(
        "opusfilter", "configuration of OpusFilter: fetch and clean each language", ".yaml", to_opusfilter
    ),
    Exporter(
        "opustools", "shell script of opus_read commands (NLLB, else the largest corpus)", ".sh", to_opustools
    ),
    Exporter(
        "hf-datasets",
        "folder: list of hub data sets (OPUS-100, NLLB, FLORES+) and a loader",
        "",
        to_hf_datasets,
    ),
    Exporter(
        "sentence-transformers",
        "folder: en-xx training list and a distillation script",
        "",
        to_sentence_transformers,
    ),
    EFLOMAL,
    FAST_ALIGN,
    AWESOME_ALIGN,
    Exporter("reference-cli", "call of the published controlled_realignment.py", ".sh", to_reference),
    Exporter("realign", "realign_core recipe (TOML) that repeats the run", ".toml", to_realign),
    Exporter("pairs", "folder: the study's own sentence pairs of the choice, tab-separated", "", to_pairs),
    Exporter("pairs-moses", "folder: the same pairs, two files a language", "", to_moses),
)

FORMATS: Mapping[str, Exporter] = MappingProxyType({exporter.name: exporter for exporter in _EXPORTERS})
"""Format name to exporter."""


def find_format(name: str) -> Exporter:
    """Look a format up.

    Raises:
        ConfigError: If there is none of that name; the nearest is named.
    """
    if name in FORMATS:
        return FORMATS[name]
    close = difflib.get_close_matches(name.lower(), FORMATS, n=1, cutoff=0.5)
    fix = f"did you mean '{close[0]}'?" if close else f"formats: {', '.join(FORMATS)}"
    raise ConfigError(f"unknown export format '{name}'", where="--to", fix=fix)


def render(choice: Choice, fmt: str, *, parallel: ParallelSource | None = None) -> str:
    """Write a choice as text, for the terminal.

    Raises:
        ConfigError: If the format is unknown or consists of several files.
        LanguageError: If the format's tool lacks a language.
    """
    rendered = find_format(fmt).render(choice, parallel)
    if isinstance(rendered, str):
        return rendered
    raise ConfigError(
        f"'{fmt}' writes several files ({', '.join(list(rendered)[:4])} ...)", where="--to", fix="give -o"
    )


def export(
    choice: Choice, fmt: str, path: Path, *, parallel: ParallelSource | None = None
) -> tuple[Path, ...]:
    """Write a choice in a format, at once or not at all.

    Args:
        choice: What is handed over.
        fmt: One of :data:`FORMATS`.
        path: A file (replaced if it is there), or a folder for formats of several files
            (must be new or empty).
        parallel: Parallel text, for formats that hold text; the recipe's, if left out.

    Returns:
        The files that were written.

    Raises:
        ConfigError: If the format is unknown, or the path cannot be written.
        LanguageError: If the format's tool lacks a language; nothing is written.
        SelectionError: If the choice is empty and the format fetches data.
        DataError: If parallel text cannot be read.
    """
    rendered = find_format(fmt).render(choice, parallel)
    try:
        if isinstance(rendered, str):
            if path.is_dir():
                raise ConfigError(f"'{fmt}' writes a file, not a folder", where=path, fix="name a file")
            atomic_write(path, rendered)
            return (path,)
        return _write_folder(rendered, path, fmt)
    except OSError as error:
        raise ConfigError(f"cannot write here: {error.strerror or error}", where=path) from error


def _write_folder(rendered: Mapping[str, str], folder: Path, fmt: str) -> tuple[Path, ...]:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    if folder.exists():
        raise ConfigError(
            f"'{fmt}' writes a folder, but there is something of this name already",
            where=folder,
            fix="give a new folder",
        )
    for name in rendered:
        inside(folder, name)
    with atomic_path(folder) as draft:
        for name, text in rendered.items():
            target = inside(draft, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in rendered)
