"""Choose languages by a strategy."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from subsetsearch.cost import CostModel
from subsetsearch.diversity.solvers import Constraints, Solution, SolverName, solve
from subsetsearch.errors import ConfigError, SelectionError
from subsetsearch.languages import Language
from subsetsearch.strategies._objectives import Distances, make_objective
from subsetsearch.strategies._pools import pool_languages
from subsetsearch.strategies._published import published_subsets
from subsetsearch.strategies._rules import Basis, ObjectiveName, Rule, rules
from subsetsearch.typology import Kind, Metric, Typology

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that a choice depends on.

    Attributes:
        strategy: Name of a rule or of a published subset.
        pool: Languages to choose from; ``None`` for the strategy's own pool, else ``paper65``.
        k: Size, or smallest and largest size; ``None`` for the strategy's own.
        source: Source language; it is never chosen.
        objective: Instead of the strategy's own.
        targets: For coverage (``facility-location``).
        kind: Kind of typological distance.
        metric: Metric, ``None`` for the kind's own.
        caution: Standard errors taken off distances (see :meth:`DistanceTable.cautious`).
        keep_unknown: Let languages without any known feature take part in distance objectives.
        include: Must be chosen.
        exclude: Must not be chosen.
        cost: Cost model of the budget.
        pairs: Sentence pairs a language, for the cost.
        budget: Largest cost, in the model's unit.
        solver: ``exact``, ``local`` or ``greedy``.
        seed: Of random choices and starts.
        time_limit: Seconds for the solver.
    """

    strategy: str
    pool: tuple[Language, ...] | None = None
    k: int | tuple[int, int] | None = None
    source: Language | None = None
    objective: ObjectiveName | None = None
    targets: tuple[Language, ...] = ()
    kind: Kind = "featural"
    metric: Metric | None = None
    caution: float = 2.0
    keep_unknown: bool = False
    include: tuple[Language, ...] = ()
    exclude: tuple[Language, ...] = ()
    cost: CostModel | None = None
    pairs: int = 1000
    budget: float | None = None
    solver: SolverName = "local"
    seed: int = 0
    time_limit: float = 60.0


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice, with what is known about its quality.

    Attributes:
        strategy: Name of the strategy.
        keys: Chosen languages, sorted by key.
        objective: Name of the objective, ``None`` where nothing was optimised.
        value: Its value.
        optimal: Whether no better set exists (proven).
        gap: How far a better set could be at most, as a share of the value; ``None`` if not known.
        bound: Proven bound on the value of any set.
        method: ``exact``, ``local``, ``greedy``, ``random`` or ``given``.
        seconds: Time of the solver.
        pool_size: Languages that could be chosen.
        left_out: Languages of the pool that could not be, with the reason.
        cost: Cost of the set, if a cost model was given.
        unit: Unit of the cost.
        notes: What the user should know.
    """

    strategy: str
    keys: tuple[str, ...]
    objective: str | None = None
    value: float | None = None
    optimal: bool = False
    gap: float | None = None
    bound: float | None = None
    method: str = "given"
    seconds: float = 0.0
    pool_size: int = 0
    left_out: Mapping[str, str] = field(default_factory=dict)
    cost: float | None = None
    unit: str | None = None
    notes: tuple[str, ...] = ()


def strategy_names() -> tuple[str, ...]:
    """Names of all strategies: rules and published subsets."""
    return tuple(dict.fromkeys([*rules(), *published_subsets()]))


def select(request: Request, typology: Typology) -> Selection:
    """Choose languages.

    A published name gives the published list, unless a pool, a size, an objective or another constraint
    asks for something else; then the rule behind the name chooses.

    Args:
        request: What is asked for.
        typology: Source of distances.

    Raises:
        ConfigError: If the strategy is unknown.
        SelectionError: If the constraints contradict each other.
    """
    listed = published_subsets().get(request.strategy)
    rule = rules().get(request.strategy)
    if listed is None and rule is None:
        import difflib

        close = difflib.get_close_matches(request.strategy, strategy_names(), n=2)
        hint = f"did you mean {' or '.join(close)}?" if close else "see: subsetsearch select --list"
        raise ConfigError(f"unknown strategy '{request.strategy}'", fix=hint)
    wants = _asks_for_more(request)
    if rule is None and wants:
        raise ConfigError(
            f"'{request.strategy}' is a published list, not a rule",
            fix="leave pool, k, objective and budget out",
        )
    if listed is not None and (rule is None or not (wants or request.solver == "exact")):
        notes = (listed.note,) if listed.note else ()
        size = len(pool_languages("paper65"))
        return _priced(Selection(request.strategy, listed.keys, pool_size=size, notes=notes), request)
    assert rule is not None
    return _by_rule(rule, request, typology)


def _asks_for_more(request: Request) -> bool:
    return any((
        request.pool is not None, request.k is not None, request.objective is not None, request.include,
        request.exclude, request.budget is not None, request.targets,
    ))  # fmt: skip


def _by_rule(rule: Rule, request: Request, typology: Typology) -> Selection:
    pool = request.pool if request.pool is not None else pool_languages(rule.pool or "paper65")
    left_out: dict[str, str] = {}
    languages = []
    for language in pool:
        if request.source is not None and language.key == request.source.key:
            left_out[language.key] = "is the source language"
        elif rule.same_script and language.script != (request.source.script if request.source else "Latn"):
            left_out[language.key] = "another script than the source's"
        else:
            languages.append(language)
    if rule.basis is Basis.NONE:
        return _priced(Selection(rule.name, (), pool_size=len(languages)), request)
    constraints, infeasible = _constraints(rule, request, languages)
    left_out |= dict.fromkeys(infeasible, "more pairs asked for than exist, or no price")
    if rule.basis is Basis.RANDOM:
        return _priced(_random(rule, request, languages, constraints, left_out), request)
    if rule.basis is Basis.ALL:
        keys = tuple(language.key for language in languages if language.key not in infeasible)
        return _priced(Selection(rule.name, keys, pool_size=len(languages), left_out=left_out), request)
    distances = Distances(
        typology, rule.kind or request.kind, None if rule.kind else request.metric, request.caution
    )
    unknown = [] if request.keep_unknown else distances.unknown(languages, rule, request.objective)
    if unknown:
        must = [key for key in unknown if key in {language.key for language in request.include}]
        if must:
            raise SelectionError(
                f"no known feature of {', '.join(must)}", fix="use --keep-unknown or do not include it"
            )
        left_out |= dict.fromkeys(unknown, "no known feature")
        log.warning("left out, because no feature is known: %s", ", ".join(unknown))
        languages = [language for language in languages if language.key not in set(unknown)]
        constraints, _ = _constraints(rule, request, languages)
    objective = make_objective(rule, request, languages, distances)
    names = [language.key for language in languages]
    solution = solve(
        objective,
        constraints,
        solver=request.solver,
        time_limit=request.time_limit,
        seed=request.seed,
        names=names,
    )
    return _priced(_selection(rule.name, solution, names, left_out), request)


def _constraints(
    rule: Rule, request: Request, languages: Sequence[Language]
) -> tuple[Constraints, list[str]]:
    position = {language.key: index for index, language in enumerate(languages)}
    size = request.k if request.k is not None else rule.k
    if size is None and rule.basis is not Basis.ALL:
        raise ConfigError(f"'{rule.name}' needs a size", fix="give --k, for instance --k 10")
    low, high = size if isinstance(size, tuple) else (size or 0, size or len(languages))
    missing = [language.key for language in request.include if language.key not in position]
    if missing:
        raise SelectionError(f"must be included but not in the pool: {', '.join(missing)}")
    costs: NDArray[np.float64] | None = None
    infeasible: list[str] = []
    if request.cost is not None:
        costs = np.asarray([request.cost.cost([key], {key: request.pairs}) for key in position])
        infeasible = [key for key, cost in zip(position, costs, strict=True) if not math.isfinite(cost)]
    both = {language.key for language in request.include} & {language.key for language in request.exclude}
    if both:
        raise SelectionError(f"both included and excluded: {', '.join(sorted(both))}")
    constraints = Constraints(
        low,
        high,
        frozenset(position[language.key] for language in request.include),
        frozenset(position[language.key] for language in request.exclude if language.key in position),
        costs,
        request.budget,
    )
    if rule.basis is not Basis.ALL:
        constraints.check(list(position))
    return constraints, infeasible


def _random(
    rule: Rule,
    request: Request,
    languages: Sequence[Language],
    constraints: Constraints,
    left_out: Mapping[str, str],
) -> Selection:
    """Uniform over the sets of the size; with a budget, languages are drawn until it is spent."""
    rng = np.random.default_rng(request.seed)
    usable = constraints.allowed(len(languages))
    start = time.perf_counter()
    for _ in range(1000):
        chosen = sorted(constraints.include)
        size = int(rng.integers(constraints.k_min, constraints.k_max + 1))
        order = [
            int(i) for i in rng.permutation(len(languages)) if usable[i] and int(i) not in constraints.include
        ]
        chosen += order[: max(0, size - len(chosen))]
        if constraints.holds(chosen):
            keys = tuple(sorted(languages[index].key for index in chosen))
            seconds = time.perf_counter() - start
            return Selection(rule.name, keys, method="random", seconds=seconds, pool_size=len(languages),
                             left_out=left_out)  # fmt: skip
    raise SelectionError("1000 random sets were all over the budget", fix="raise the budget or lower k")


def _selection(name: str, solution: Solution, names: Sequence[str], left_out: Mapping[str, str]) -> Selection:
    return Selection(
        strategy=name,
        keys=tuple(sorted(names[index] for index in solution.chosen)),
        objective=solution.objective,
        value=abs(solution.value) if solution.objective == "min-sum" else solution.value,
        optimal=solution.optimal,
        gap=solution.gap,
        bound=None
        if solution.bound is None
        else abs(solution.bound)
        if solution.objective == "min-sum"
        else solution.bound,
        method=solution.method,
        seconds=solution.seconds,
        pool_size=len(names),
        left_out=left_out,
    )


def _priced(selection: Selection, request: Request) -> Selection:
    if request.cost is None:
        return selection
    from dataclasses import replace

    cost = request.cost.cost(selection.keys, dict.fromkeys(selection.keys, request.pairs))
    return replace(selection, cost=cost, unit=request.cost.unit)
