"""Topic classification in the layout of SIB-200: a folder a language, TSV with a header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from realign_core.data.examples import TextExample
from realign_core.data.labelled._files import FileTaskReader
from realign_core.data.labelled._tables import first_present, text_field, tsv_rows
from realign_core.data.labelled.base import SkipBudget
from realign_core.support.errors import DataError


class SibTask(FileTaskReader):
    """One text and its label a line; SIB-200 is ``<code>/<split>.tsv``.

    Args:
        text_column: Column of the text.
        label_column: Column of the label.
        label_map: Labels of the file -> labels that are used instead.
        quoted: Whether fields may be quoted (they are in SIB-200).
    """

    format: Literal["sib"] = "sib"
    pattern: str = "{language}/{split}.tsv"
    text_column: str = "text"
    label_column: str = "category"
    label_map: Mapping[str, str] = {}
    quoted: bool = True

    def _parse(self, path: Path, skips: SkipBudget) -> Iterator[TextExample]:
        for number, row in tsv_rows(path, skips, quoted=self.quoted):
            for column in (self.text_column, self.label_column):
                first_present(row, (column,), path)
            try:
                text = text_field(row, self.text_column, path, number).strip()
                label = text_field(row, self.label_column, path, number).strip()
            except DataError as error:
                skips.skip(error)
                continue
            yield TextExample(text, self.label_map.get(label, label))
