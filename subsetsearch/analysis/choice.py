"""What is handed over: one set of languages, why it was chosen, and what was measured with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from subsetsearch.errors import LanguageError
from subsetsearch.languages import Language, resolve, resolve_all


@dataclass(frozen=True, slots=True)
class FreshRuns:
    """Full runs with seeds that were drawn after the choice.

    What was chosen for its accuracy owes some of it to the luck of its seeds; these owe nothing to it.

    Args:
        accuracy: Mean zero-shot test score, in [0, 1].
        std: Standard deviation of it over seeds; ``None`` for a single one.
        seeds: One or more.
        scores: Target language key to mean test score, in [0, 1].
    """

    accuracy: float
    std: float | None
    seeds: tuple[int, ...]
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of realignment languages, with what is known about it.

    Args:
        languages: Language keys, sorted and distinct; empty for no realignment.
        pairs_per_language: Sentence pairs of each language; ``None`` for all.
        study: Name of the study, any text; ``None`` without a study.
        trial: Number of the trial in the study.
        reason: Why this point was chosen, a sentence.
        cost: Data cost in ``cost_unit``.
        cost_unit: For instance ``pairs`` or ``languages``.
        proxy: What the search scored it by, at most 1; never on test data.
        proxy_measure: What that is, and what measured it.
        accuracy: Mean zero-shot test score of the full runs that choices see, in [0, 1].
        accuracy_std: Standard deviation of it over seeds.
        n_seeds: Number of these runs; 0 if there were none.
        scores: Target language key to mean test score, in [0, 1].
        recipe: The ``realign_core`` recipe as plain data.
        eval_languages: Keys of the target languages.
        seeds: Seeds of these runs; those that are planned, if there were none (``n_seeds`` is 0).
        fresh: What runs with fresh seeds said, apart from all of the above.

    Raises:
        LanguageError: If a language is not a key, or the keys are not sorted and distinct.
    """

    languages: tuple[str, ...]
    pairs_per_language: int | None = None
    study: str | None = None
    trial: int | None = None
    reason: str = ""
    cost: float | None = None
    cost_unit: str = "languages"
    proxy: float | None = None
    proxy_measure: str | None = None
    accuracy: float | None = None
    accuracy_std: float | None = None
    n_seeds: int = 0
    scores: Mapping[str, float] = field(default_factory=dict)
    recipe: Mapping[str, Any] | None = None
    eval_languages: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    fresh: FreshRuns | None = None

    def __post_init__(self) -> None:
        if list(self.languages) != sorted(set(self.languages)):
            raise LanguageError(
                f"the languages of a choice are sorted and distinct keys, but got {list(self.languages)}"
            )
        fresh = self.fresh.scores if self.fresh else {}
        for key in (*self.languages, *self.eval_languages, *self.scores, *fresh):
            known = resolve(key).key
            if known != key:
                raise LanguageError(f"'{key}' is not a language key", fix=f"write {known}")
        object.__setattr__(self, "scores", MappingProxyType(dict(self.scores)))

    @property
    def described(self) -> tuple[Language, ...]:
        """The chosen languages with what is known about them, in order."""
        return tuple(resolve(key) for key in self.languages)

    @property
    def title(self) -> str:
        """Name of the choice: study and trial, else the number of languages."""
        count = len(self.languages)
        size = f"{count} language{'' if count == 1 else 's'}"
        if self.study is None:
            return size
        trial = "" if self.trial is None else f", trial {self.trial}"
        return f"{self.study}{trial} ({size})"


def choice_from_languages(names: Iterable[str], *, pairs_per_language: int | None = None) -> Choice:
    """Make a choice out of languages alone, without a study.

    Args:
        names: Any codes or names.
        pairs_per_language: Sentence pairs of each language; all, if left out.

    Raises:
        LanguageError: If a name is unknown, ambiguous, or given twice.
    """
    keys = tuple(sorted(language.key for language in resolve_all(names)))
    return Choice(
        keys, pairs_per_language, reason="given by hand", cost=float(len(keys)), cost_unit="languages"
    )
