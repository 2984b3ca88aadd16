"""Parallel text from the hub through ``datasets`` (OPUS-100, FLORES+, copies of NLLB)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from realign_core.data._hub import HubPlace
from realign_core.data._templates import PairTemplate
from realign_core.data.examples import ParallelText
from realign_core.data.parallel.base import ParallelSource
from realign_core.support.errors import DataError
from realign_core.support.text import unknown_language


class HubParallel(HubPlace, ParallelSource):
    """A data set with one configuration a language pair or a language.

    Layouts: ``translation`` has a column of dictionaries from code to text (OPUS-100: all
    defaults, ``dataset = "Helsinki-NLP/opus-100"``). ``columns`` has a column a side.
    ``joined`` has one configuration a language, source included, whose rows are joined by an
    id (FLORES+: ``config = "{language}"``, ``source = "eng_Latn"``, ``split = "dev"``).

    Args:
        source: The source language's code.
        split: The data set's own name of the split.
        layout: See above.
        source_column: For ``columns``.
        target_column: For ``columns``.
        text_column: The text, for ``joined``; the dictionaries, for ``translation``.
        id_column: For ``joined``.
    """

    format: Literal["hub"] = "hub"
    config: PairTemplate = "{pair}"
    source: str = "en"
    split: str = "train"
    layout: Literal["translation", "columns", "joined"] = "translation"
    source_column: str = "source"
    target_column: str = "target"
    text_column: str | None = None
    id_column: str = "id"

    def languages(self) -> tuple[str, ...]:
        """List ``codes``, or what is known of the data set, without the source language."""
        return tuple(code for code in self._codes(self.source) if code != self.source)

    def read(self, language: str) -> ParallelText:
        """Load one language's rows; of ``joined`` ones those that both languages have."""
        if language not in (known := self.languages()):
            raise unknown_language(language, known, self._place())
        rows = self._rows(language, self.split, self.source)
        match self.layout:
            case "translation":
                pairs = self._translations(rows, language)
            case "columns":
                columns = self._columns(rows, self.source_column, self.target_column)
                pairs = zip(*columns, strict=True)
            case "joined":
                pairs = self._joined(rows)
        return self.filters.apply(language, pairs)

    def _translations(self, rows: Any, language: str) -> Iterator[tuple[str, str]]:
        (cells,) = self._columns(rows, self.text_column or "translation", texts=False)
        for number, cell in enumerate(cells):
            if not isinstance(cell, Mapping) or not {self.source, language} <= set(cell):
                raise DataError(
                    f"row {number} has no texts for '{self.source}' and '{language}'",
                    where=self._place(),
                    fix="check 'source' and 'layout'",
                )
            yield cell[self.source] or "", cell[language] or ""

    def _joined(self, rows: Any) -> Iterator[tuple[str, str]]:
        names = (self.id_column, self.text_column or "text")
        ids, texts = self._columns(rows, *names, texts=False)
        source_ids, source_texts = self._columns(
            self._rows(self.source, self.split, self.source), *names, texts=False
        )
        by_id = dict(zip(source_ids, source_texts, strict=True))
        for identity, text in zip(ids, texts, strict=True):
            if identity in by_id:
                yield by_id[identity] or "", text or ""

    def _columns(self, rows: Any, *names: str, texts: bool = True) -> list[list[Any]]:
        for name in names:
            if name not in rows.column_names:
                raise DataError(
                    f"no column '{name}'",
                    where=self._place(),
                    fix=f"columns: {', '.join(rows.column_names)}",
                )
        return [[cell or "" if texts else cell for cell in rows[name]] for name in names]
