"""Natural language inference in the layouts of XNLI: TSV and JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import field_validator, model_validator

from realign_core.data._templates import check_template
from realign_core.data.examples import PairExample
from realign_core.data.labelled.base import SkipBudget
from realign_core.data.labelled.layouts.rows import RowReader
from realign_core.data.labelled.layouts.tables import (
    first_present,
    jsonl_rows,
    label_field,
    own_id,
    passage,
    table_rows,
)

_LABELS: Mapping[str, str] = {
    "contradictory": "contradiction"
}  # XNLI's machine-translated training files say so


class XnliTask(RowReader):
    """Premise, hypothesis and label, from XNLI 1.0, its translated training data or MultiNLI.

    A pattern with ``{language}`` (``multinli.train.{language}.tsv``) takes whole files.
    Without it (``xnli.{split}.tsv``) one file holds all languages; ``language_column``
    says which one a row is in. Files that end in ``.jsonl`` are read as JSON lines, others
    as TSV with a header and no quoting. Examples without a gold label (``-``, ``-1``) are left
    out, as everywhere in the literature.

    Args:
        language_column: Column of the language, for files with several.
        first_columns: Names for the premise's column; the first that the file has is used.
        second_columns: Likewise for the hypothesis.
        label_columns: Likewise for the label.
        label_map: Labels of the file -> labels that are used instead.
    """

    format: Literal["xnli"] = "xnli"
    pattern: str = "xnli.{split}.tsv"
    language_column: str = "language"
    first_columns: tuple[str, ...] = ("sentence1", "premise")
    second_columns: tuple[str, ...] = ("sentence2", "hypo", "hypothesis")
    label_columns: tuple[str, ...] = ("gold_label", "label")
    label_map: Mapping[str, str] = _LABELS

    @field_validator("pattern")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        return check_template(value, (), ("language", "split"))

    @model_validator(mode="after")
    def _one_way_to_the_language(self) -> Self:
        columns = (self.first_columns, self.second_columns, self.label_columns)
        twice = [name for name in {*chain(*columns)} if sum(name in names for names in columns) > 1]
        if twice:
            raise ValueError(f"the column '{sorted(twice)[0]}' is named for two things; each needs its own")
        if "{language}" in self.pattern and self.language_column != "language":
            raise ValueError("'language_column' has no effect where {language} in 'pattern' says it")
        return self

    @property
    def _language_column(self) -> str:
        return self.language_column

    def _rows(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        if ".jsonl" in path.suffixes:
            return jsonl_rows(path, skips)
        return table_rows(path, skips, quoted=False)

    def _identity(self, row: Mapping[str, Any], path: Path, line: int) -> str | None:  # noqa: ARG002
        return own_id(row)

    def _example(self, row: Mapping[str, Any], path: Path, line: int) -> PairExample | None:
        columns = (self.first_columns, self.second_columns, self.label_columns)
        first, second, label_column = (first_present(row, choice, path) for choice in columns)
        label = label_field(row, label_column, self.label_map, path, line)
        premise, hypothesis = (passage(row, name, path, line) for name in (first, second))
        return None if label is None else PairExample(premise, hypothesis, label)
