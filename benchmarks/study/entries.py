"""What the study compares: a plan, made once, when the search has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from subsetsearch.subset import NONE, Subset

OURS, CARRIED, PUBLISHED, RANDOM, TRAITS, DIVERSE, PEER, COST = (
    *("ours", "carried", "published", "random", "traits", "diverse", "peer", "cost"),
)
ENDS = "end"
"""No realignment and all languages."""

RECOMMENDED, ROUTED = "recommended", "routed"
"""Names of our picks for all targets."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the model expected of a subset before any run on test data, as fractions.

    Args:
        gain: Of the mean over the targets that the search saw, over no realignment.
        sd: Its standard deviation.
        noise: Standard deviation of the noise of a run's mean over these targets.
        noise_none: The same of a run without realignment.
    """

    gain: float
    sd: float
    noise: float
    noise_none: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is compared.

    Args:
        kind: One of those above.
        name: Within its kind.
        languages: Keys, sorted.
        pairs: Most pairs of each; all, if ``None``.
        cost: Sentence pairs that it needs.
        targets: Those that it was chosen for, where these are not all.
        route: Target to whether it gets the realigned encoder, where targets are routed.
        expected: By the model of the search.
        note: What one should know.
    """

    kind: str
    name: str
    languages: tuple[str, ...]
    pairs: int | None = None
    cost: float = 0.0
    targets: tuple[str, ...] | None = None
    route: Mapping[str, bool] | None = None
    expected: Expected | None = None
    note: str = ""

    @property
    def subset(self) -> Subset:
        """What is run."""
        return Subset(frozenset(self.languages), self.pairs)

    @property
    def label(self) -> str:
        """Kind and name, as in ``ours: recommended``."""
        return self.name if self.kind == ENDS else f"{self.kind}: {self.name}"

    @classmethod
    def of(cls, kind: str, name: str, subset: Subset, **more: Any) -> Self:
        """Make an entry of a subset."""
        return cls(kind, name, tuple(sorted(subset.languages)), subset.pairs, **more)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a search took.

    Args:
        runs: On development data.
        minutes: Of one processor core.
    """

    runs: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Tried:
    """A run on development data that the search has seen."""

    languages: tuple[str, ...]
    pairs: int | None
    seed: int

    @property
    def subset(self) -> Subset:
        """What was run."""
        return Subset(frozenset(self.languages), self.pairs)


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What is known of a target without any run."""

    name: str
    family: str
    script: str
    seen: bool
    held_out: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a task's full runs are of.

    Args:
        task: Its name.
        fingerprint: Of the study file: rows of another one do not belong to it.
        metric: Of the scores.
        seeds: Of the full runs.
        budget: Of the search, in minutes.
        search: What it took.
        targets: Key to facts.
        entries: What is compared.
        peers: Player to what its search took; added when these have ended.
        tried: What our search has run, so that a machine that has only the tables knows it.
        reads: Pairs that the steps of a run read, whatever a set has to offer; ``None`` if it is not known.
    """

    task: str
    fingerprint: str
    metric: str
    seeds: tuple[int, ...]
    budget: float
    search: Spent
    targets: Mapping[str, TargetFacts]
    entries: tuple[Entry, ...]
    peers: Mapping[str, Spent]
    tried: tuple[Tried, ...] = ()
    reads: int | None = None

    @property
    def searched(self) -> tuple[str, ...]:
        """Targets that the search saw."""
        return tuple(key for key, facts in self.targets.items() if not facts.held_out)

    @property
    def held_out(self) -> tuple[str, ...]:
        """Targets that it did not see."""
        return tuple(key for key, facts in self.targets.items() if facts.held_out)

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """Entries of a kind."""
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def entry(self, label: str) -> Entry:
        """Find an entry by its label."""
        return next(entry for entry in self.entries if entry.label == label)

    def with_peers(self, entries: Sequence[Entry], spent: Mapping[str, Spent]) -> Plan:
        """Add what the peers chose."""
        others = [entry for entry in self.entries if entry.kind != PEER]
        return replace(self, entries=(*others, *entries), peers=spent)


def first_name(label: str) -> str:
    """A label with its first name alone, where a published set has several; other labels stay as they are."""
    return label.partition(", ")[0] if label.startswith(f"{PUBLISHED}: ") else label


UNTOUCHED = Entry.of(ENDS, "none", NONE)
