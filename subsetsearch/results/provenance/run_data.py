"""Which data a full run is of: a cell of the table of runs, compared where such a table is imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from realign_core.support.files.keys import content_key
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.provenance.material import Contents, Material
from subsetsearch.subset import Subset

DATA = "data"
"""The column."""

_PARTS: Mapping[str, str] = {
    "sentences": "parallel text",
    "training": "training data",
    "test": "test data",
    "encoder": "encoder",
}
"""Part of a cell to the kind of data that it names."""

_WHAT = {"training": "training data", "test": "test data"}


def data_of(material: Material, languages: Iterable[str]) -> str:
    """Name the data of a run in a cell: ``sentences:1a2b... test:...``; empty where nothing is recorded.

    Args:
        material: Of its study.
        languages: Of its subset, by key: only their sentences count.
    """
    cell = [
        f"{part}:{content_key(plain)}"
        for part, kind in _PARTS.items()
        if (plain := _content(part, material.get(kind, {}), sorted(languages)))
    ]
    return " ".join(cell)


def _content(part: str, contents: Contents, languages: list[str]) -> list[list[str]]:
    if part != "sentences":
        return [[name, key] for name, (_, key) in sorted(contents.items())]
    return [[name, contents[name][1]] for name in languages] if set(languages) <= contents.keys() else []


def own_cells(material: Material, runs: Iterable[Measurement], fingerprint: str) -> list[str]:
    """Name the data of each run; nothing of one of another study, or that was imported.

    Args:
        material: Recorded by the study.
        runs: Any.
        fingerprint: Of the study.
    """
    return [
        data_of(material, run.subset.languages)
        if run.fingerprint == fingerprint and run.origin != "imported"
        else ""
        for run in runs
    ]


@dataclass(frozen=True)
class OwnData:
    """What a study's own runs are of, to be compared with those of a table.

    Args:
        hashes: Recipe hash of each subset that the study has run itself: of its recipe, data and encoder.
        read: Reads the study's data, when a row first says which data it is of.
    """

    hashes: Mapping[Subset, str] = field(default_factory=dict)
    read: Callable[[], Material] = dict

    @cached_property
    def material(self) -> Material:
        """The study's data."""
        return self.read()

    def difference(self, row: Mapping[str, str], subset: Subset) -> str:
        """Say in what a row's run differs from the study; empty where nothing is known to.

        Args:
            row: Of the table.
            subset: Its languages.
        """
        theirs, ours = row.get("recipe_hash", ""), self.hashes.get(subset)
        if other := self._other_parts(row.get(DATA, ""), subset):
            return f"it is of other {' and '.join(other)} than the study's"
        if theirs and ours and theirs != ours:
            return (
                f"the recipe_hash is '{theirs}', but the study's own runs of {subset.name} have '{ours}': "
                "recipe, data, encoder or arithmetic differ"
            )
        return ""

    def _other_parts(self, cell: str, subset: Subset) -> list[str]:
        theirs = _parts(cell)
        ours = _parts(data_of(self.material, subset.languages)) if theirs else {}
        return [_WHAT.get(p, p) for p in _PARTS if p in ours and theirs.get(p, ours[p]) != ours[p]]


def _parts(cell: str) -> dict[str, str]:
    return {part: key for part, colon, key in (word.partition(":") for word in cell.split()) if colon}
