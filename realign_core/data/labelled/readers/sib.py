"""Topic classification in the layout of SIB-200: a folder a language, TSV with a header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import model_validator

from realign_core.data.examples import TextExample
from realign_core.data.labelled.base import SkipBudget
from realign_core.data.labelled.layouts.rows import RowReader
from realign_core.data.labelled.layouts.tables import (
    first_present,
    label_field,
    own_id,
    passage,
    table_rows,
    text_field,
)
from realign_core.support.settings.distinct import refuse_same


class SibTask(RowReader):
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

    @model_validator(mode="after")
    def _columns_differ(self) -> Self:
        refuse_same({"text_column": self.text_column, "label_column": self.label_column})
        return self

    def _rows(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        for line, row in table_rows(path, skips, quoted=self.quoted):
            for column in (self.text_column, self.label_column):
                first_present(row, (column,), path)
            yield line, row

    def _identity(self, row: Mapping[str, Any], path: Path, line: int) -> str | None:  # noqa: ARG002
        return own_id(row)

    def _example(self, row: Mapping[str, Any], path: Path, line: int) -> TextExample | None:
        text = passage(row, self.text_column, path, line)
        text_field(row, self.label_column, path, line)  # an empty one is malformed here
        label = label_field(row, self.label_column, self.label_map, path, line)
        return None if label is None else TextExample(text, label)
