"""What was read of a corpus and what was left out, so that no loss goes unnoticed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from realign_core.data.examples import ParallelText
from realign_core.support.errors import count

BEYOND, TOKENLESS = "beyond max_length", "without a token"
"""Why a labelled word is not read."""

FAULTS = frozenset({"damaged", "empty", "letterless", "malformed", "unmatched", BEYOND, TOKENLESS})
"""Reasons that nobody asked for: faults of the file, and words that are not read. The others are rules of the
format, or filters of the user."""

PAIRS = "sentence pairs"

LABELLED: Mapping[str, str] = {"train": "training data", "dev": "development data", "test": "test data"}
"""Split to what its examples are called."""

MUCH = 0.01
"""Share of what a language has that may be lost without a warning."""

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Account:
    """Rows of parallel text, labelled examples or their words, of one language.

    Args:
        language: The corpus's code.
        rows: How many were read.
        dropped: Reason to how many were left out.
        unit: What is counted.
        mapped: Labels that the reader's map has, and how often each was met.
    """

    language: str
    rows: int
    dropped: Mapping[str, int]
    unit: str = "row"
    mapped: Mapping[str, int] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """Rows left out."""
        return sum(self.dropped.values())

    @property
    def kept(self) -> int:
        """Rows that are used."""
        return self.rows - self.lost

    @property
    def faulty(self) -> float:
        """Share of the rows that was lost to :data:`FAULTS`."""
        return sum(n for reason, n in self.dropped.items() if reason in FAULTS) / max(1, self.rows)

    def __str__(self) -> str:
        return f"{self.language}: {self.lost:,} of {count(self.rows, self.unit)} ({reasons(self.dropped)})"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "language": self.language,
            f"{self.unit}s": self.rows,
            "kept": self.kept,
            "left_out": dict(sorted(self.dropped.items())),
        }


Accounts = Mapping[str, Sequence[Account]]
"""What was read, by corpus: :data:`PAIRS`, :data:`LABELLED`, and the words of these."""


def words_of(corpus: str) -> str:
    """Name the account of a corpus's labelled words."""
    return f"words of {corpus}"


def to_dict(accounts: Accounts) -> dict[str, Any]:
    """Return plain data for JSON."""
    return {
        corpus: [account.to_dict() for account in corpus_accounts]
        for corpus, corpus_accounts in accounts.items()
    }


def from_dict(record: Mapping[str, Any]) -> dict[str, tuple[Account, ...]]:
    """Read what :func:`to_dict` wrote."""
    return {corpus: tuple(_account(row) for row in rows) for corpus, rows in record.items()}


def _account(row: Mapping[str, Any]) -> Account:
    unit = next(unit for unit in ("row", "example", "word") if f"{unit}s" in row)
    return Account(row["language"], row[f"{unit}s"], row["left_out"], unit)


def accounts_of(texts: Iterable[ParallelText]) -> tuple[Account, ...]:
    """Account for the rows of parallel texts; of a sample, for those of the whole text."""
    return tuple(
        Account(text.language, text.rows, {reason: n for reason, n in text.dropped.items() if n})
        for text in texts
    )


def summary(accounts: Sequence[Account]) -> str:
    """Sum accounts up in a line: ``2,000 of 2,100 rows in 3 languages kept; left out: identical 100``."""
    total = Counter[str]()
    for account in accounts:
        total.update(account.dropped)
    kept, rows = (sum(getattr(account, name) for account in accounts) for name in ("kept", "rows"))
    unit = accounts[0].unit if accounts else "row"
    line = f"{kept:,} of {count(rows, unit)} in {count(len(accounts), 'language')} kept"
    return f"{line}; left out: {reasons(total)}" if total else line


def lines(accounts: Accounts) -> Iterator[tuple[str, str]]:
    """Say what was read and what was left out, languages with most faults first.

    Labelled data of which nothing was left out need no line beside their number.
    """
    for corpus, corpus_accounts in accounts.items():
        losing = sorted(
            (account for account in corpus_accounts if account.lost),
            key=lambda account: (-account.faulty, -account.lost / max(1, account.rows), account.language),
        )
        more = count(len(losing) - _SHOWN, "language") if len(losing) > _SHOWN else ""
        if corpus == PAIRS and corpus_accounts:
            yield "read", summary(corpus_accounts)
            yield from (("left out", str(account)) for account in losing[:_SHOWN])
            if more:
                yield "left out", f"and rows of {more} more (--json has all)"
        elif losing:
            losses = ", ".join(f"{a.language} {a.lost:,} of {a.rows:,}" for a in losing[:_SHOWN])
            more_words = f" and {more} more (--json has all)" if more else ""
            yield "read", f"{corpus}: {summary(corpus_accounts)}; {losses}{more_words}"


def faults(accounts: Accounts) -> Iterator[str]:
    """Say of each corpus which languages lose more than 1 % to :data:`FAULTS`, a sentence each, most first.

    Args:
        accounts: By corpus.
    """
    for corpus, corpus_accounts in accounts.items():
        if faulty := _losing_much(corpus_accounts):
            most = "; ".join(
                f"{account.language} {100 * account.faulty:.0f} % ({reasons(account.dropped)})"
                for account in faulty[:_SHOWN]
            )
            more = f" and {count(len(faulty) - _SHOWN, 'language')} more" if len(faulty) > _SHOWN else ""
            yield f"More than 1 % is lost of {corpus}: {most}{more}."


def log_account(logger: logging.Logger, what: str, accounts: Sequence[Account]) -> None:
    """Log one line for a corpus; a warning where a language loses more than 1 % to :data:`FAULTS`.

    Args:
        logger: Whose line it is.
        what: The corpus.
        accounts: Of its languages.
    """
    if not accounts:
        return
    faulty = _losing_much(accounts)
    if not faulty:
        logger.info("%s: %s", what, summary(accounts))
        return
    worst = "; ".join(map(str, faulty[:_SHOWN]))
    logger.warning("%s: %s. More than 1 %% is lost of %s", what, summary(accounts), worst)


def _losing_much(accounts: Sequence[Account]) -> list[Account]:
    """Languages that lose more than :data:`MUCH` to faults, most first."""
    faulty = [account for account in accounts if account.faulty > MUCH]
    return sorted(faulty, key=lambda account: -account.faulty)


def reasons(dropped: Mapping[str, int]) -> str:
    """Write why rows were left out, the most frequent reason first."""
    return ", ".join(f"{reason} {n:,}" for reason, n in sorted(dropped.items(), key=lambda x: (-x[1], x[0])))
