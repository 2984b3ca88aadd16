"""Text that was garbled before it came here: counted and told, never changed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from realign_core.data.account import MUCH
from realign_core.data.examples import ParallelText
from realign_core.support.errors import count

REPLACED = "\ufffd"
"""What programs write for bytes that they cannot read: the character itself is lost."""

_RUN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e"
    "\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{2,}"
)
"""What bytes from 128 on are in Latin-1 and Windows-1252, several in a row."""

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Garbled:
    """Garbled texts of one language.

    Args:
        language: The corpus's code.
        texts: All texts.
        replaced: Those with U+FFFD.
        misread: Those without, in which UTF-8 was read as Latin-1 or Windows-1252 (``Ã©`` for ``é``).
    """

    language: str
    texts: int
    replaced: int
    misread: int

    @property
    def share(self) -> float:
        """Share of the texts that is garbled."""
        return (self.replaced + self.misread) / max(1, self.texts)

    def __str__(self) -> str:
        kinds = [f"{self.replaced:,} with U+FFFD"] * (self.replaced > 0)
        kinds += [f"{self.misread:,} with UTF-8 read as Latin-1"] * (self.misread > 0)
        total = f"{self.replaced + self.misread:,} of {count(self.texts, 'text')}"
        return f"{self.language}: {total} ({100 * self.share:.2g} %: {', '.join(kinds)})"


def is_misread(text: str) -> bool:
    """Whether a row of signs in a text is UTF-8 that was read as Latin-1 or Windows-1252."""
    return any(map(_is_utf8, _RUN.findall(text)))


def _is_utf8(run: str) -> bool:
    try:
        b"".join(map(_byte, run)).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _byte(sign: str) -> bytes:
    """The byte of a sign of Windows-1252, else of Latin-1."""
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")


def find_garbled(texts: Mapping[str, Iterable[str]]) -> tuple[Garbled, ...]:
    """Count garbled texts by language, the worst first; languages without any are left out.

    Args:
        texts: Language to its texts.
    """
    garbled = []
    for language, language_texts in texts.items():
        number = replaced = misread = 0
        for text in language_texts:
            number += 1
            if text.isascii():
                continue
            if REPLACED in text:
                replaced += 1
            else:
                misread += is_misread(text)
        garbled.append(Garbled(language, number, replaced, misread))
    return tuple(
        sorted((entry for entry in garbled if entry.share), key=lambda entry: (-entry.share, entry.language))
    )


def both_sides(texts: Mapping[str, ParallelText]) -> dict[str, Iterator[str]]:
    """Sentences of parallel texts, as :func:`find_garbled` reads them once."""
    return {code: chain(text.source, text.target) for code, text in texts.items()}


def describe_garbled(garbled: Iterable[Garbled]) -> str:
    """Name the languages of which more than 1 % is garbled, else all that have any; empty without any."""
    languages = list(garbled)
    shown = [entry for entry in languages if entry.share > MUCH] or languages
    more = f"; and {count(len(shown) - _SHOWN, 'language')} more" if len(shown) > _SHOWN else ""
    return "; ".join(map(str, shown[:_SHOWN])) + more


def log_garbled(logger: logging.Logger, what: str, texts: Mapping[str, Iterable[str]]) -> None:
    """Log garbled text of a corpus, in a line; a warning where it is more than 1 % of a language.

    Args:
        logger: Whose line it is.
        what: The corpus.
        texts: Language to its texts.
    """
    garbled = find_garbled(texts)
    if garbled:
        level = logging.WARNING if garbled[0].share > MUCH else logging.INFO
        logger.log(level, "%s: garbled text, read as it stands: %s", what, describe_garbled(garbled))
