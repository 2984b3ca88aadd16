"""The published subsets by name (Nguyen et al. 2025, arXiv 2511.06497)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from subsetsearch.languages import resolve
from subsetsearch.strategies._pools import DATA


@dataclass(frozen=True, slots=True)
class PublishedSubset:
    """A subset as published.

    Attributes:
        name: Published name.
        codes: Codes as published, mixed.
        keys: The same as keys, sorted.
        note: Where the name misleads, else empty.
    """

    name: str
    codes: tuple[str, ...]
    keys: tuple[str, ...]
    note: str


@cache
def published_subsets() -> Mapping[str, PublishedSubset]:
    """All published subsets by name."""
    subsets = {}
    with (DATA / "published.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            codes = tuple(row["languages"].split())
            keys = tuple(sorted(resolve(code).key for code in codes))
            subsets[row["name"]] = PublishedSubset(row["name"], codes, keys, row["note"])
    return subsets
