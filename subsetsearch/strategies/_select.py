"""The front door: choose languages by a strategy, from names alone."""

from __future__ import annotations

from collections.abc import Iterable

from realign_core.support.seed_numbers import check_seed
from subsetsearch.cost import CostModel, CostName, cost_model
from subsetsearch.diversity.solvers import SolverName
from subsetsearch.errors import ConfigError
from subsetsearch.languages import Language, resolve, resolve_all
from subsetsearch.strategies._choose import choose
from subsetsearch.strategies._pools import USUAL_POOL, PoolFilter, pool_languages, read_pool
from subsetsearch.strategies._request import Request, Selection
from subsetsearch.strategies._rules import ObjectiveName, rules
from subsetsearch.typology import Kind, Metric, Typology, load_typology


def select(  # noqa: PLR0913 (the options of a front door are its parameters)
    strategy: str = "most_uriel",
    *,
    k: int | tuple[int, int] | None = None,
    pool: str | Iterable[str] | None = None,
    only: PoolFilter | None = None,
    source: str | None = "eng",
    objective: ObjectiveName | None = None,
    targets: str | Iterable[str] = (),
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    cost: CostModel | CostName | None = None,
    pairs: int = 1000,
    budget: float | None = None,
    solver: SolverName = "local",
    time_limit: float = 60.0,
    seed: int = 0,
    typology: Typology | str = "lang2vec",
    kind: Kind = "featural",
    metric: Metric | None = None,
    caution: float = 2.0,
    keep_unknown: bool = False,
) -> Selection:
    """Choose languages by a strategy, without training anything.

    A published name gives the published list, unless a pool, a size, an objective or another constraint
    asks for something else; then the rule behind the name chooses. Languages are given in any code or name.

    Args:
        strategy: A rule or a published subset, see :func:`strategy_names`.
        k: Size, or smallest and largest size; the strategy's own, if left out.
        pool: Languages to choose from, or what :func:`read_pool` reads; the strategy's own, if left out.
        only: Which languages of the pool are kept.
        source: Source language; it is never chosen.
        objective: Instead of the strategy's own.
        targets: To be covered (``facility-location``): languages, or what :func:`read_pool` reads.
        include: Must be chosen.
        exclude: Must not be chosen.
        cost: Cost of the data, as a model or its name.
        pairs: Sentence pairs a language, for the cost.
        budget: Largest cost.
        solver: ``exact`` (with a proof), ``local`` or ``greedy``.
        time_limit: Seconds for the solver.
        seed: Of random choices and starts.
        typology: Source of distances, or its name (see :func:`subsetsearch.typology.load_typology`).
        kind: What the distances compare.
        metric: How; the kind's own metric, if left out.
        caution: Standard errors taken off distances (see :meth:`DistanceTable.cautious`).
        keep_unknown: Let languages without any known feature take part in distance objectives.

    Raises:
        ConfigError: If a name is unknown, or something that the choice needs is missing.
        LanguageError: If a language is unknown or given twice.
        SelectionError: If the constraints contradict each other.

    Example:
        >>> select("most_uriel_en_5").keys
        ('fon_Latn', 'gaz_Latn', 'kat_Geor', 'kaz_Cyrl', 'lin_Latn')
    """
    check_seed(seed, "seed")
    if budget is not None and cost is None:
        raise ConfigError("a budget needs a unit", where="budget", fix="say what the data cost (cost)")
    request = Request(
        strategy=strategy,
        pool=_pool(strategy, pool, only),
        k=k,
        source=None if source is None else resolve(source),
        objective=objective,
        targets=_languages(targets),
        kind=kind,
        metric=metric,
        caution=caution,
        keep_unknown=keep_unknown,
        include=resolve_all(include, where="include"),
        exclude=resolve_all(exclude, where="exclude"),
        cost=cost_model(cost) if isinstance(cost, str) else cost,
        pairs=pairs,
        budget=budget,
        solver=solver,
        seed=seed,
        time_limit=time_limit,
    )
    return choose(request, load_typology(typology) if isinstance(typology, str) else typology)


def _languages(pool: str | Iterable[str]) -> tuple[Language, ...]:
    return read_pool(pool) if isinstance(pool, str) else tuple(sorted(resolve_all(pool)))


def _pool(
    strategy: str, pool: str | Iterable[str] | None, only: PoolFilter | None
) -> tuple[Language, ...] | None:
    """The languages to choose from; ``None`` for the strategy's own, unfiltered."""
    if pool is None and only in (None, PoolFilter()):
        return None
    rule = rules().get(strategy)
    languages = pool_languages((rule and rule.pool) or USUAL_POOL) if pool is None else _languages(pool)
    return languages if only is None else only.keep(languages)
