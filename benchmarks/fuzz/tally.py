"""What became of a reader's cases, added up over the processes that read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

Verdict = Literal["valid", "refused", "foreign", "silent", "slow", "garbled", "died"]
FAULTS: tuple[Verdict, ...] = ("foreign", "silent", "slow", "garbled", "died")

COUNTS: Mapping[Verdict, str] = {
    "foreign": "foreign_tracebacks",
    "silent": "silent_drops",
    "slow": "slow",
    "garbled": "garbled_messages",
    "died": "died",
}
"""Kind of fault to the field of a record that counts it."""


@dataclass(slots=True)
class Tally:
    """Counts of cases.

    Args:
        cases: How many there were.
        verdicts: How many of each kind.
        counted: Valid ones whose rows were counted independently.
        bombs: Cases that unpack to far more than they are.
        slowest: Processor time of the slowest.
        faults: What was wrong to the number of a case that shows it.
        seconds: Processor time of all.
        memory: Megabytes that the process took beyond those of the loaded program.
    """

    cases: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    counted: int = 0
    bombs: int = 0
    slowest: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    memory: int = 0

    def note(self, number: int, verdict: Verdict, told: str) -> None:
        """Count a case."""
        self.cases += 1
        self.verdicts[verdict] += 1
        if verdict in FAULTS:
            self.faults.setdefault(f"{verdict}: {told}", number)

    def add(self, later: Tally) -> None:
        """Add the counts of cases that came later."""
        self.cases += later.cases
        self.verdicts.update(later.verdicts)
        self.counted += later.counted
        self.bombs += later.bombs
        self.slowest = max(self.slowest, later.slowest)
        self.faults = later.faults | self.faults
        self.seconds += later.seconds
        self.memory = max(self.memory, later.memory)

    def plain(self) -> dict[str, Any]:
        """Counts as plain data, of which :meth:`of` makes them again."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Tally:
        """Make counts of plain data."""
        return cls(**{**plain, "verdicts": Counter(plain["verdicts"])})

    def record(self, name: str, version: int) -> dict[str, Any]:
        """What is written of a reader.

        Args:
            name: Of the reader.
            version: Of cases and verdicts.
        """
        return {
            "reader": name,
            "version": version,
            "cases": self.cases,
            "valid": self.verdicts["valid"],
            "refused": self.verdicts["refused"],
            "rows_counted": self.counted,
            "bombs": self.bombs,
            **{COUNTS[fault]: self.verdicts[fault] for fault in FAULTS},
            "faults": self.faults,
            "seconds": round(self.seconds, 1),
            "slowest_seconds": round(self.slowest, 2),
            "more_memory_mb": self.memory,
        }
