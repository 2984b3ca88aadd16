"""Which subsets are fully run, and with which seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from realign_core.support.settings.config import comma_list
from subsetsearch.config import StudyConfig
from subsetsearch.errors import ConfigError, check_seeds, check_whole
from subsetsearch.languages import resolve_all
from subsetsearch.problem.pool import resolve_subset
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import Measurement, draw_fresh
from subsetsearch.strategies import check_strategies, named_strategies
from subsetsearch.subset import NONE, Subset

if TYPE_CHECKING:
    from subsetsearch.analysis.study.study_results import Known

_WAYS = ("pick", "languages", "strategies", "top")


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """Which subsets are to be fully run, named in one of four ways, and with which seeds.

    Args:
        top: Subsets that the search has found, besides none and all; the study's number, if left out.
        pick: A rule of choice.
        languages: A subset of the user's own, by any codes or names.
        strategies: Names of published strategies joined by commas, or ``all``.
        pairs: Most pairs of each language, for ``languages`` and ``strategies``.
        seeds: The study's, if left out.
        fresh_seeds: How many seeds that no choice has seen, instead.

    Raises:
        ConfigError: If several ways were used, pairs for subsets that have their own, a number is none, or
            a strategy is unknown.
        LanguageError: If a language is unknown.
    """

    top: int | None = None
    pick: str | None = None
    languages: tuple[str, ...] | None = None
    strategies: str | None = None
    pairs: int | None = None
    seeds: tuple[int, ...] | None = None
    fresh_seeds: int | None = None

    def __post_init__(self) -> None:
        options = [name for name in _WAYS if getattr(self, name) is not None]
        if len(options) > 1:
            others = " and ".join(f"--{name}" for name in options[1:])
            raise ConfigError(
                f"cannot be combined with {others}",
                where=f"--{options[0]}",
                fix="evaluate one after the other",
            )
        if self.pairs is not None and not self.by_name:
            raise ConfigError(
                f"--{options[0] if options else 'top'} has its own number of pairs",
                where="--pairs",
                fix="give --languages or --strategies",
            )
        numbers = {"--top": self.top, "--pairs": self.pairs, "--fresh-seeds": self.fresh_seeds}
        for option, number in numbers.items():
            if number is not None:
                check_whole(option, number, 0 if option == "--top" else 1)
        check_seeds(self.seeds)
        _refuse_both(self.seeds, self.fresh_seeds)
        resolve_all(self.languages or ())
        if self.strategies is not None:
            check_strategies(self.strategies)

    @classmethod
    def of(
        cls,
        top: int | None = None,
        pick: str | None = None,
        languages: str | Sequence[str] | None = None,
        strategies: str | Sequence[str] | None = None,
        pairs: int | None = None,
        seeds: Sequence[int] | None = None,
        fresh_seeds: int | None = None,
    ) -> Self:
        """Make a request of what people write: lists, or names joined by commas."""
        return cls(
            top,
            pick,
            comma_list(languages) if isinstance(languages, str) else _tuple(languages),
            strategies if strategies is None or isinstance(strategies, str) else ",".join(strategies),
            pairs,
            None if seeds is None else tuple(seeds),
            fresh_seeds,
        )

    @property
    def by_name(self) -> bool:
        """Whether subsets are named by the user, not found by the search."""
        return self.languages is not None or self.strategies is not None


def _tuple(names: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)


def choose_subsets(
    request: EvaluationRequest, problem: Problem, known: Callable[[], Known], *, tell: Callable[[str], None]
) -> list[Subset]:
    """Find the subsets that are to be fully run, each once; with fresh seeds ``none`` and ``all`` as well.

    Args:
        request: What was asked for.
        problem: The study.
        known: Reads what the search has found, if that is asked for.
        tell: Told what a rule has picked.

    Raises:
        RealignError: If a name is unknown, a rule is none, or there is nothing to pick from.
    """
    if request.by_name:
        subsets = subsets_by_name(
            problem, languages=request.languages, strategies=request.strategies, pairs=request.pairs
        )
    elif request.pick is None:
        from subsetsearch.analysis.subsets.shortlist import shortlist  # loads heavy packages

        subsets = shortlist(known(), request.top or problem.config.evaluate.top)
    else:
        picked = known().front.pick(request.pick)
        tell(f"picked {picked.row.name}: {picked.reason}")
        subsets = [picked.row.subset]
    if request.fresh_seeds is not None:
        subsets = [NONE, *subsets, problem.cost.everything]
    return list(dict.fromkeys(subsets))


def subsets_by_name(
    problem: Problem,
    *,
    languages: Sequence[str] | None = None,
    strategies: str | None = None,
    pairs: int | None = None,
) -> list[Subset]:
    """Find a subset of the user's own, or published strategies cut down to the pool.

    Args:
        problem: The study.
        languages: Any codes or names.
        strategies: Names joined by commas, or ``all``.
        pairs: Most pairs of each language; the most that the study allows, if left out.

    Raises:
        LanguageError: If a language is unknown or not in the pool.
        ConfigError: If a strategy is unknown, or none of its languages is in the pool.
    """
    pool, choices = problem.pool, problem.space.pairs
    limit = choices.limits[-1] if pairs is None else pairs
    if languages is not None:
        subsets: Iterable[frozenset[str]] = [resolve_subset(languages, pool)]
    else:
        subsets = named_strategies(strategies or "", pool.keys).values()
    return [choices.canonical(subset, limit) for subset in subsets]


def choose_seeds(
    config: StudyConfig,
    known: Sequence[Measurement],
    seeds: Sequence[int] | None,
    fresh_seeds: int | None,
) -> tuple[int, ...]:
    """Decide on the seeds; those of choices and fresh ones are never mixed.

    Args:
        config: The study.
        known: Its full runs so far.
        seeds: Named ones; the study's, if left out.
        fresh_seeds: How many fresh ones instead.

    Raises:
        ConfigError: If both kinds were asked for, or a named seed is a fresh one.
    """
    _refuse_both(seeds, fresh_seeds)
    if fresh_seeds is not None:
        return draw_fresh(known, (*config.evaluate.seeds, *config.searched_seeds), fresh_seeds)
    chosen = tuple(dict.fromkeys(seeds or config.evaluate.seeds))
    drawn = {run.seed for run in known if run.fresh}
    spoilt = next((seed for seed in chosen if seed in drawn), None)
    if spoilt is not None:
        raise ConfigError(
            f"seed {spoilt} is a fresh one: a choice that saw it could no longer be tested with it",
            where="--seeds",
            fix="use another seed, or --fresh-seeds",
        )
    return chosen


def _refuse_both(seeds: Sequence[int] | None, fresh_seeds: int | None) -> None:
    if seeds and fresh_seeds is not None:
        raise ConfigError("fresh seeds are drawn, not named", where="--seeds", fix="leave --seeds out")
