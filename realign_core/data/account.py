"""What was read of a corpus and what was left out, so that nothing is lost in silence."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from realign_core.data.examples import ParallelText
from realign_core.support.errors import count

FAULTS = frozenset({"damaged", "empty", "letterless", "malformed", "unmatched"})
"""Reasons that tell of a fault of the file; the others are rules of the format, or filters of the user."""

MUCH = 0.01
"""Share of what a language has that may be lost without a warning."""

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Account:
    """Rows of one language.

    Args:
        language: The corpus's code.
        rows: How many were read.
        dropped: Reason to how many were left out.
    """

    language: str
    rows: int
    dropped: Mapping[str, int]

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
        """Share of the rows that was lost to faults of the file."""
        return sum(n for reason, n in self.dropped.items() if reason in FAULTS) / max(1, self.rows)

    def __str__(self) -> str:
        return f"{self.language}: {self.lost:,} of {count(self.rows, 'row')} ({_reasons(self.dropped)})"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "language": self.language,
            "rows": self.rows,
            "kept": self.kept,
            "left_out": dict(sorted(self.dropped.items())),
        }


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
    line = f"{kept:,} of {count(rows, 'row')} in {count(len(accounts), 'language')} kept"
    return f"{line}; left out: {_reasons(total)}" if total else line


def lines(accounts: Sequence[Account]) -> Iterator[tuple[str, str]]:
    """Say what was read and, language by language, what was left out; those with most faults first."""
    if not accounts:
        return
    yield "read", summary(accounts)
    losing = sorted(
        (account for account in accounts if account.lost),
        key=lambda account: (-account.faulty, -account.lost / max(1, account.rows), account.language),
    )
    for account in losing[:_SHOWN]:
        yield "left out", str(account)
    if len(losing) > _SHOWN:
        yield "left out", f"and rows of {count(len(losing) - _SHOWN, 'language')} more (--json has all)"


def log_account(logger: logging.Logger, what: str, accounts: Sequence[Account]) -> None:
    """Log one line for a corpus; a warning where a language loses more than 1 % of its rows to faults.

    Args:
        logger: Whose line it is.
        what: The corpus.
        accounts: Of its languages.
    """
    if not accounts:
        return
    faulty = [account for account in accounts if account.faulty > MUCH]
    if not faulty:
        logger.info("%s: %s", what, summary(accounts))
        return
    worst = "; ".join(map(str, sorted(faulty, key=lambda account: -account.faulty)[:_SHOWN]))
    logger.warning("%s: %s. More than 1 %% is lost of %s", what, summary(accounts), worst)


def _reasons(dropped: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {n:,}" for reason, n in sorted(dropped.items(), key=lambda x: (-x[1], x[0])))
