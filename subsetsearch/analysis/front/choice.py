"""What is handed over: one subset, why it was chosen, and what was measured with it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.text.wording import listed, percent
from subsetsearch.config.rungs import RungWords
from subsetsearch.errors import LanguageError, check_paths, count
from subsetsearch.languages import Language, resolve, resolve_all
from subsetsearch.subset import Subset


@dataclass(frozen=True, slots=True, repr=False)
class Choice:
    """A chosen subset, with what is known about it.

    Args:
        row: The subset, its cost, and what was measured.
        study: Name of the study, any text; ``None`` without a study.
        reason: Why this subset was chosen, a sentence.
        rung: What measured its proxy.
        recipe: The ``realign_core`` recipe as plain data.
        targets: Keys of the target languages; those that were scored, if left out.
        planned_seeds: Seeds of the full runs that are planned.
        held_out: Keys of the targets that are in a mean of their own.
        note: What must be known to read the scores, if anything.
        codes: Language key to the code that the study reads in its parallel corpus.

    Raises:
        LanguageError: If a language or a target is not written as a key.
    """

    row: FrontRow
    study: str | None = None
    reason: str = ""
    rung: RungWords | None = None
    recipe: Mapping[str, Any] | None = None
    targets: tuple[str, ...] = ()
    planned_seeds: tuple[int, ...] = ()
    held_out: tuple[str, ...] = ()
    note: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fresh = self.fresh.scores if self.fresh else {}
        for key in (*self.languages, *self.targets, *self.held_out, *self.scores, *fresh):
            canonical = resolve(key).key
            if canonical != key:
                raise LanguageError(f"'{key}' is not a language key", fix=f"write {canonical}")

    @property
    def languages(self) -> tuple[str, ...]:
        """Language keys, sorted; empty for no realignment."""
        return self.row.languages

    @property
    def described(self) -> tuple[Language, ...]:
        """The chosen languages with what is known about them, in order."""
        return tuple(resolve(key) for key in self.languages)

    @property
    def pairs_per_language(self) -> int | None:
        """Most sentence pairs of each language, of the subset or else of the recipe; ``None`` for all."""
        realignment = (self.recipe or {}).get("realignment") or {}
        pairs: int | None = self.row.pairs or realignment.get("pairs_per_language")
        return pairs

    @property
    def trial(self) -> int | None:
        """Number of the trial in the study."""
        return self.row.trial

    @property
    def cost(self) -> float:
        """Data cost in :attr:`cost_unit`."""
        return self.row.cost

    @property
    def cost_unit(self) -> str:
        """What the cost counts."""
        return self.row.cost_unit

    @property
    def proxy(self) -> float | None:
        """What the search scored it by, at most 1; never on test data."""
        return self.row.proxy

    @property
    def proxy_measure(self) -> str | None:
        """What that is, and what measured it."""
        if self.proxy is None or self.rung is None:
            return None
        measured_by = "estimated from rung 1" if self.row.proxy_estimated else self.rung.title
        return f"{self.rung.column}, {measured_by}"

    @property
    def accuracy(self) -> float | None:
        """Mean zero-shot test score of the full runs that choices see, in [0, 1]."""
        return self.row.accuracy

    @property
    def accuracy_std(self) -> float | None:
        """Standard deviation of it over seeds."""
        return self.row.accuracy_std

    @property
    def n_seeds(self) -> int:
        """Number of these runs."""
        return self.row.n_seeds

    @property
    def scores(self) -> Mapping[str, float]:
        """Target language key to mean test score of these runs, in [0, 1]."""
        return self.row.scores

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of these runs; those that are planned, if there were none."""
        return self.row.full.seeds if self.row.full else self.planned_seeds

    @property
    def fresh(self) -> FullRuns | None:
        """Scores of runs with seeds that were drawn after the choice.

        A subset that was chosen for its accuracy was partly lucky with its seeds; these did not choose it.
        """
        return self.row.fresh

    @property
    def eval_languages(self) -> tuple[str, ...]:
        """Keys of the target languages."""
        return self.targets or tuple(sorted(self.scores))

    @property
    def title(self) -> str:
        """Name of the choice: study and trial, else the number of languages."""
        size = count(len(self.languages), "language")
        if self.study is None:
            return size
        trial = "" if self.trial is None else f", trial {self.trial}"
        return f"{self.study}{trial} ({size})"

    def export(self, fmt: str, path: str | Path) -> tuple[Path, ...]:
        """Write the choice for the tools that fetch data, align or train.

        Args:
            fmt: One of :data:`subsetsearch.export.FORMATS`, such as ``mtdata``.
            path: A file, or a new folder for formats of several files.

        Returns:
            The files that were written.

        Raises:
            RealignError: If the format is unknown or does not fit the choice, or the path cannot be written.
        """
        # Exports stand on choices, so a choice may know them only by name.
        write = importlib.import_module("subsetsearch.export").export
        check_paths(path=path)
        written: tuple[Path, ...] = write(self, fmt, Path(path))
        return written

    @property
    def held_out_accuracy(self) -> float | None:
        """Mean score over held-out targets, which are in no other mean."""
        return self.row.held_out

    def __repr__(self) -> str:
        score = "" if self.accuracy is None else f", {percent(self.accuracy, self.accuracy_std)} on test data"
        lines = [f"Choice {self.title}: {listed(self.languages) or 'no realignment'}"]
        lines += [f"costs {self.row.price}{score}", self.reason, self.note]
        return "\n  ".join(line for line in lines if line)


def choice_from_languages(names: Iterable[str], *, pairs_per_language: int | None = None) -> Choice:
    """Make a choice out of languages alone, without a study.

    Args:
        names: Any codes or names.
        pairs_per_language: Sentence pairs of each language; all, if left out.

    Raises:
        LanguageError: If a name is unknown, ambiguous, or given twice.
    """
    keys = frozenset(language.key for language in resolve_all(names))
    return Choice(
        FrontRow(Subset(keys, pairs_per_language), float(len(keys)), "languages"), reason="given by hand"
    )
