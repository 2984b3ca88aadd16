"""Natural language inference in the layouts of XNLI: TSV and JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import field_validator

from realign_core.data._templates import check_template
from realign_core.data.examples import PairExample
from realign_core.data.labelled._files import FileTaskReader
from realign_core.data.labelled._tables import first_present, jsonl_rows, text_field, tsv_rows
from realign_core.data.labelled.base import SkipBudget, Split
from realign_core.support.errors import DataError

_LABELS: Mapping[str, str] = {
    "contradictory": "contradiction"
}  # XNLI's machine-translated training files say so
_NO_GOLD = "-"


class XnliTask(FileTaskReader):
    """Premise, hypothesis and label, from XNLI 1.0, its translated training data or MultiNLI.

    A pattern with ``{language}`` (``multinli.train.{language}.tsv``) takes whole files.
    Without it (``xnli.{split}.tsv``) one file holds all languages; ``language_column``
    says which one a row is in. Files that end in ``.jsonl`` are read as JSON lines, others
    as TSV with a header and no quoting. Examples without a gold label (``-``) are left out,
    as everywhere in the literature.

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

    def _paths(self, split: Split) -> dict[str, tuple[Path, ...]]:
        found = super()._paths(split)
        shared = found.pop("", ())
        for path in shared:
            for _, row in self._rows(path, SkipBudget(self.skip_bad)):
                code = row[first_present(row, (self.language_column,), path)]
                if code not in self.files:
                    found[str(code)] = shared
        return found

    def _examples(self, language: str, split: Split, skips: SkipBudget) -> Iterator[PairExample]:
        of_all = "{language}" not in self.pattern and language not in self.files
        for path in self._files_of(language, split):
            for number, row in self._rows(path, skips):
                if of_all and row.get(self.language_column) != language:
                    continue
                try:
                    example = self._example(row, path, number)
                except DataError as error:
                    skips.skip(error)
                    continue
                if example.label != _NO_GOLD:
                    yield example

    def _parse(self, path: Path, skips: SkipBudget) -> Iterator[PairExample]:
        for number, row in self._rows(path, skips):
            yield self._example(row, path, number)

    def _rows(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        if ".jsonl" in path.suffixes:
            return jsonl_rows(path, skips)
        return tsv_rows(path, skips, quoted=False)

    def _example(self, row: Mapping[str, Any], path: Path, number: int) -> PairExample:
        columns = (self.first_columns, self.second_columns, self.label_columns)
        names = [first_present(row, choice, path) for choice in columns]
        first, second, label = (text_field(row, name, path, number).strip() for name in names)
        return PairExample(first, second, self.label_map.get(label, label))
