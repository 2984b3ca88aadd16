"""Parallel text from the hub through ``datasets`` (OPUS-100, FLORES+, copies of NLLB)."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import model_validator

from realign_core.data._hub import HubPlace
from realign_core.data._local_rows import LocalRows
from realign_core.data._templates import PairTemplate
from realign_core.data.examples import ParallelText
from realign_core.data.parallel.base import ParallelSource
from realign_core.support.errors import DataError
from realign_core.support.files.content import identity_of
from realign_core.support.files.text import unknown_language
from realign_core.support.settings.distinct import refuse_same

_OF_LAYOUT: Mapping[str, tuple[str, ...]] = {
    "source_column": ("columns",),
    "target_column": ("columns",),
    "text_column": ("joined", "translation"),
    "id_column": ("joined",),
}
"""Options that only some layouts have."""


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

    @model_validator(mode="after")
    def _options_fit_the_layout(self) -> Self:
        defaults = type(self).model_fields
        for key, layouts in _OF_LAYOUT.items():
            if self.layout not in layouts and getattr(self, key) != defaults[key].default:
                raise ValueError(f"'{key}' has no effect with layout = '{self.layout}'; leave it out")
        if self.layout == "columns":
            refuse_same({"source_column": self.source_column, "target_column": self.target_column})
        if self.layout == "joined":
            refuse_same({"text_column": self.text_column or "text", "id_column": self.id_column})
        return self

    def languages(self) -> tuple[str, ...]:
        """List ``codes``, or what is known of the data set, without the source language."""
        return tuple(code for code in self._codes(self.source) if code != self.source)

    def read(self, language: str) -> ParallelText:
        """Load one language's rows; of ``joined`` ones those that both languages have."""
        if language not in (codes := self.languages()):
            raise unknown_language(language, codes, self._place())
        rows = self._good(language)
        dropped: Counter[str] = Counter()
        pairs: Iterable[tuple[str, str]]
        match self.layout:
            case "translation":
                pairs = self._translations(rows, language)
            case "columns":
                columns = self._columns(rows, self.source_column, self.target_column)
                source, target = (self._texts(column) for column in columns)
                pairs = zip(source, target, strict=True)
            case "joined":
                pairs = self._joined(rows, language, dropped)
        return self.filters.apply(language, pairs, dropped)

    def _good(self, language: str) -> Any:
        """Load rows, none of which is malformed.

        Raises:
            DataError: If one is, or as :meth:`_rows`.
        """
        rows = self._rows(language, self.split, self.source)
        if isinstance(rows, LocalRows) and rows.bad:
            raise rows.bad[0]
        return rows

    def _translations(self, rows: Any, language: str) -> Iterator[tuple[str, str]]:
        (cells,) = self._columns(rows, self.text_column or "translation")
        for number, cell in enumerate(cells):
            if not isinstance(cell, Mapping) or not {self.source, language} <= set(cell):
                raise DataError(
                    f"row {number} has no texts for '{self.source}' and '{language}'",
                    where=self._place(),
                    fix="check 'source' and 'layout'",
                )
            yield self._text(cell[self.source], number), self._text(cell[language], number)

    def _joined(self, rows: Any, language: str, dropped: Counter[str]) -> list[tuple[str, str]]:
        """Join the rows of both languages whose ids are the same text, and count the others."""
        texts = self._by_id(rows, language)
        sources = self._by_id(self._good(self.source), self.source)
        if unmatched := sum(identity not in sources for identity in texts):
            dropped["unmatched"] = unmatched
        if texts and unmatched == len(texts):
            raise DataError(
                f"none of the ids of '{language}' is one of '{self.source}': {', '.join(list(texts)[:3])} "
                f"and {', '.join(list(sources)[:3])}",
                where=self._place(),
                fix="check id_column",
            )
        return [(sources[identity], text) for identity, text in texts.items() if identity in sources]

    def _by_id(self, rows: Any, language: str) -> dict[str, str]:
        """Read texts by their ids, each of which must be there once."""
        ids, texts = self._columns(rows, self.id_column, self.text_column or "text")
        places: dict[str, int] = {}
        for number, identity in enumerate(ids):
            key = identity_of(identity)
            if key is None:
                raise DataError(f"row {number} of '{language}' has no id", where=self._place())
            if (first := places.setdefault(key, number)) != number:
                raise DataError(
                    f"rows {first} and {number} of '{language}' have the same id, '{key}'",
                    where=self._place(),
                    fix="give every row its own id, or name another id_column",
                )
        return dict(zip(places, self._texts(texts), strict=True))

    def _texts(self, cells: Iterable[Any]) -> list[str]:
        return [self._text(cell, number) for number, cell in enumerate(cells)]

    def _text(self, cell: Any, number: int) -> str:
        """Read a cell as text; what is missing is empty."""
        if cell is None or (isinstance(cell, float) and math.isnan(cell)):
            return ""
        if isinstance(cell, bool | int | float):
            return json.dumps(cell)
        if isinstance(cell, str):
            return cell
        raise DataError(f"row {number}: text is needed, but got {cell!r:.60}", where=self._place())

    def _columns(self, rows: Any, *names: str) -> list[list[Any]]:
        for name in names:
            if name not in rows.column_names:
                raise DataError(
                    f"no column '{name}'",
                    where=self._place(),
                    fix=f"columns: {', '.join(rows.column_names)}",
                )
        return [list(rows[name]) for name in names]
