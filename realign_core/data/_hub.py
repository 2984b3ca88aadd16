"""Data sets of the Hugging Face hub, or local folders in the same layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from realign_core.data._columns import ENDINGS, check_columns
from realign_core.data._hub_splits import card_of, split_files
from realign_core.data._local_rows import LocalRows, are_text, read_rows
from realign_core.data._templates import PairTemplate, find_folders
from realign_core.support.errors import DataError, count
from realign_core.support.files.text import require_file, unknown_language
from realign_core.support.program.extras import require
from realign_core.support.settings.config import Config
from realign_core.support.settings.paths import ExpandedPath, below, refuse_link_out

OPUS_100: tuple[str, ...] = (
    "af", "am", "an", "ar", "as", "az", "be", "bg", "bn", "br", "bs", "ca", "cs", "cy", "da", "de",
    "dz", "el", "eo", "es", "et", "eu", "fa", "fi", "fr", "fy", "ga", "gd", "gl", "gu", "ha", "he",
    "hi", "hr", "hu", "hy", "id", "ig", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ku", "ky",
    "li", "lt", "lv", "mg", "mk", "ml", "mn", "mr", "ms", "mt", "my", "nb", "ne", "nl", "nn", "no",
    "oc", "or", "pa", "pl", "ps", "pt", "ro", "ru", "rw", "se", "sh", "si", "sk", "sl", "sq", "sr",
    "sv", "ta", "te", "tg", "th", "tk", "tr", "tt", "ug", "uk", "ur", "uz", "vi", "wa", "xh", "yi",
    "yo", "zh", "zu",
)  # fmt: skip
"""Languages of OPUS-100 with English, https://aclanthology.org/2020.acl-main.148."""

_ONE = "train"
"""Split that ``datasets`` is given the files of any split as."""

KNOWN_CODES: Mapping[str, tuple[str, ...]] = {"Helsinki-NLP/opus-100": OPUS_100}


class HubPlace(Config):
    """Where a data set is: on the hub, or in ``folder`` with one subfolder a configuration.

    Data sets that need a script of their own are refused, as ``datasets`` refuses them.

    Args:
        dataset: Hub id, such as ``Helsinki-NLP/opus-100``.
        folder: Local folder instead, with subfolders named as the configurations, each with
            Parquet, JSON lines or CSV files named by split (``dev.jsonl``, ``dev/0000.parquet``,
            ``data/dev-00000-of-00002.parquet``), unless a card names them.
        config: Template of the configuration's name.
        codes: Languages of a hub data set. A list is kept because the hub cannot be asked
            without a network, and then answers wrongly; needed unless the set is known here.
        revision: Commit or tag of the data set, so that results can be repeated.
        limit: Read this many rows from the beginning at most.
    """

    dataset: str | None = None
    folder: ExpandedPath | None = None
    config: PairTemplate = "{language}"
    codes: tuple[str, ...] = ()
    revision: str | None = None
    limit: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.dataset is None) == (self.folder is None):
            raise ValueError("give either 'dataset', a hub id, or 'folder', a local copy")
        if self.dataset is not None and not self.codes and self.dataset not in KNOWN_CODES:
            raise ValueError(f"list the languages of '{self.dataset}' in 'codes'")
        if self.folder is not None and self.revision is not None:
            raise ValueError("'revision' has no effect on a local 'folder'; leave it out")
        return self

    def _place(self) -> str:
        return str(self.folder or self.dataset)

    def _codes(self, source: str) -> tuple[str, ...]:
        if self.codes:
            return tuple(sorted(set(self.codes)))
        if self.folder is not None:
            return tuple(find_folders(self.folder, self.config, {"source": source}))
        return KNOWN_CODES[str(self.dataset)]

    def _rows(self, language: str, split: str, source: str, most_bad: int = 0) -> Any:
        """Load a split of one language's configuration as a ``datasets.Dataset``.

        Local files are found by the card of their folder, else by their names (:func:`split_files`);
        tables and JSON are read as :class:`LocalRows`: all cells of tables as text, bad lines by their
        place. Parquet and Arrow files are checked before ``datasets`` reads them.

        Args:
            language: One of the languages.
            split: The data set's own name of it.
            source: The source language, for names of pairs.
            most_bad: How many bad lines may be left out; reading ends where there are more.

        Raises:
            DataError: If the language, configuration or split does not exist, the hub cannot
                be reached, or the data set is a script.
            MissingExtraError: If ``datasets`` is not installed.
        """
        datasets = require("datasets", extra="hub", purpose="read data sets of the hub")
        name = self._config_name(language, source)
        where = f"{self._place()}, configuration '{name}', split '{split}'"
        if self.folder is None:
            with _of_others(where):
                return datasets.load_dataset(
                    self.dataset, name, split=self._sliced(split), revision=self.revision
                )
        if not below(self.folder, name).is_dir():
            folders = find_folders(self.folder, self.config, {"source": source})
            raise unknown_language(language, folders, self.folder)
        info, files = _find_files(_checked_folder(self.folder / name), split, where)
        for file in files:
            refuse_link_out(file, self.folder)
        rows: Any
        if are_text(files):
            rows = read_rows(files, info.features or {}, self.limit, most_bad)
        else:
            _check_kind(files)
            check_columns(files)
            with _of_others(where):
                rows = datasets.load_dataset(
                    str(self.folder / name),
                    data_files={_ONE: [*map(str, files)]},
                    split=self._sliced(_ONE),
                    features=info.features,
                    verification_mode="no_checks",  # of all splits of the card, of which one is read
                )
        if self.limit is None:
            _check_number(rows, (info.splits or {}).get(split), where)
        return rows

    def _sliced(self, split: str) -> str:
        return split if self.limit is None else f"{split}[:{self.limit}]"

    def _config_name(self, language: str, source: str) -> str:
        pair = "-".join(sorted((language, source)))
        return self.config.format(language=language, source=source, pair=pair)


def _find_files(place: Path, split: str, where: str) -> tuple[Any, list[Path]]:
    """Find the files of a split in a folder, and what its card says of their columns, if it has one.

    Raises:
        DataError: If there is no such split, or several files may be meant.
    """
    datasets = require("datasets", extra="hub", purpose="read data sets of the hub")
    card = card_of(place)
    if not card.is_there:
        return datasets.DatasetInfo(), [*split_files(place, split)]
    with _of_others(where):
        builder = datasets.load_dataset_builder(str(place))
        files_by_split = {str(name): files for name, files in (builder.config.data_files or {}).items()}
    if not card.names_files:
        return builder.info, [*split_files(place, split)]
    if split not in files_by_split:
        raise DataError(
            f"the card names no split '{split}'", where=place, fix=f"its splits: {', '.join(files_by_split)}"
        )
    return builder.info, [Path(file) for file in files_by_split[split]]


def _check_number(rows: Any, split_info: Any, where: str) -> None:
    """Compare the rows of a local split with what the folder's card says of it, if anything."""
    n_rows = len(rows.rows) + len(rows.bad) if isinstance(rows, LocalRows) else len(rows)
    expected = getattr(split_info, "num_examples", None)
    if expected and expected != n_rows:
        raise DataError(
            f"{count(n_rows, 'row')}, but its card says {expected:,}",
            where=where,
            fix="fetch the data set again",
        )


@contextmanager
def _of_others(where: str) -> Iterator[None]:
    """Turn whatever another library meets in a data set, or in the card beside it, into our own error.

    Raises:
        DataError: Instead of any other.
    """
    try:
        yield
    except Exception as error:
        raise DataError(_one_line(error), where=where, fix=_advice(error)) from error


def _checked_folder(folder: Path) -> Path:
    """Check that a folder's name can be given to ``datasets``.

    Raises:
        DataError: If it cannot.
    """
    glob_signs = sorted(set("[]*?") & set(str(folder.resolve())))
    if glob_signs:
        raise DataError(f"a name with {' '.join(glob_signs)} in it", where=folder, fix="rename the folder")
    return folder


def _check_kind(files: Sequence[Path]) -> None:
    """Refuse what ``datasets`` would read by some other means: archives, databases, addresses.

    Raises:
        DataError: If a file is no Parquet or Arrow file that is there.
    """
    for file in files:
        if file.suffix.lower() not in ENDINGS:
            raise DataError(
                f"a name that ends in '{file.suffix}' is of no kind that is read here",
                where=file,
                fix="convert it to Parquet (packed inside, not outside), Arrow, JSON, JSON lines, CSV or TSV",
            )
        require_file(file)


def label_names(dataset: Any, column: str) -> tuple[str, ...]:
    """Find the names of a column's integer labels; empty if the data set does not tell them.

    Raises:
        DataError: If one is no text, as a ``no`` without quotes in a card is not.
    """
    feature = dataset.features.get(column)
    inner = getattr(feature, "feature", feature)
    names = tuple(getattr(inner, "names", None) or ())
    no_text = next((name for name in names if isinstance(name, bool) or not isinstance(name, str | int)), "")
    if no_text != "":
        raise DataError(
            f"a label is called {no_text!r}, which is no text",
            where=f"card, column '{column}'",
            fix="put the names of labels in quotes: yes and no, for instance",
        )
    return tuple(map(str, names))


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"cannot be loaded: {text[:300]}"


def _advice(error: Exception) -> str:
    text = str(error)
    if re.search(r"script", text, re.IGNORECASE):
        return "it needs a script, which is never run; use a copy in Parquet, or download its files"
    if isinstance(error, ConnectionError):
        return "the hub cannot be reached; check the network, or use a local copy with 'folder'"
    return "check the names of data set, configuration and split"
