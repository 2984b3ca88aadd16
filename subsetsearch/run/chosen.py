"""Which subsets are fully run, and with which seeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from subsetsearch.config import StudyConfig
from subsetsearch.errors import ConfigError
from subsetsearch.problem.pool import resolve_subset
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurement import Measurement, draw_fresh
from subsetsearch.strategies import named_strategies
from subsetsearch.subset import Subset


def one_kind(asked: Mapping[str, object]) -> str | None:
    """Name the one way to say which subsets are meant; ``None`` if none was used.

    Args:
        asked: Option, as in ``--pick``, to its value; ``None`` where it was left out.

    Raises:
        ConfigError: If several were used, or pairs for subsets that have their own.
    """
    kinds = [name for name, value in asked.items() if value is not None and name != "--pairs"]
    if len(kinds) > 1:
        raise ConfigError(
            f"cannot be combined with {' and '.join(kinds[1:])}",
            where=kinds[0],
            fix="evaluate one after the other",
        )
    kind = kinds[0] if kinds else None
    if asked.get("--pairs") is not None and kind not in ("--languages", "--strategies"):
        raise ConfigError(
            f"{kind or '--top'} has its own number of pairs",
            where="--pairs",
            fix="give --languages or --strategies",
        )
    return kind


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
    pool, levels = problem.pool, problem.space.levels
    limit = levels.limits[-1] if pairs is None else pairs
    if languages is not None:
        subsets: Iterable[frozenset[str]] = [resolve_subset(languages, pool)]
    else:
        subsets = named_strategies(strategies or "", pool.keys).values()
    return [levels.canonical(subset, limit) for subset in subsets]


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
    if fresh_seeds is not None:
        if seeds:
            raise ConfigError("fresh seeds are drawn, not named", where="--seeds", fix="leave --seeds out")
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
