"""How results about languages show themselves: a heading, and a table of languages."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from subsetsearch.languages._language import Language
from subsetsearch.languages._resolve import resolve

if TYPE_CHECKING:
    import pandas as pd


def language_frame(languages: Iterable[str | Language], **columns: Mapping[str, Any]) -> pd.DataFrame:
    """Lay out what is known of languages, one a row.

    Args:
        languages: Languages or their keys.
        columns: Further columns, by language key.

    Returns:
        The columns of :meth:`Language.to_dict`, then the further ones.
    """
    import pandas as pd

    rows = [language if isinstance(language, Language) else resolve(language) for language in languages]
    frame = pd.DataFrame([row.to_dict() for row in rows], columns=list(resolve("eng").to_dict()))
    frame["resource_class"] = frame["resource_class"].astype("Int64")
    for name, values in columns.items():
        frame[name] = frame["key"].map(values)
    return frame


_FORMAT: dict[str, Any] = {"index": False, "na_rep": "-", "float_format": "{:.2f}".format}


class ShownAsTable(ABC):
    """A result that is read as a sentence and a table, in a terminal and in a notebook."""

    __slots__ = ()

    @property
    @abstractmethod
    def heading(self) -> str:
        """The result in a line."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """The result as a table, one language a row."""

    def __repr__(self) -> str:
        frame = self.to_frame()
        return self.heading if frame.empty else f"{self.heading}\n{frame.to_string(**_FORMAT)}"

    def _repr_html_(self) -> str:
        frame = self.to_frame()
        table = "" if frame.empty else frame.to_html(border=0, **_FORMAT)
        return f"<p>{html.escape(self.heading)}</p>{table}"
