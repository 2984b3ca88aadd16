"""Choose languages by a strategy, where everything is looked up."""

from __future__ import annotations

import difflib
import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from subsetsearch.diversity.solvers import Constraints, Solution, solve
from subsetsearch.errors import ConfigError, SelectionError, check_whole
from subsetsearch.languages import Language
from subsetsearch.strategies._objectives import Distances, make_objective
from subsetsearch.strategies._pools import USUAL_POOL, pool_languages
from subsetsearch.strategies._published import published_subsets
from subsetsearch.strategies._request import Request, Selection
from subsetsearch.strategies._rules import Basis, Rule, rules
from subsetsearch.typology import Typology

log = logging.getLogger(__name__)


def strategy_names() -> tuple[str, ...]:
    """Names of all strategies: rules and published subsets."""
    return tuple(dict.fromkeys([*rules(), *published_subsets()]))


def choose(request: Request, typology: Typology) -> Selection:
    """Choose languages; :func:`select` with everything looked up.

    Args:
        request: What is asked for.
        typology: Source of distances.

    Raises:
        ConfigError: If the strategy is unknown.
        SelectionError: If the constraints contradict each other.
    """
    published = published_subsets().get(request.strategy)
    rule = rules().get(request.strategy)
    if published is None and rule is None:
        close = difflib.get_close_matches(request.strategy, strategy_names(), n=2)
        hint = f"did you mean {' or '.join(close)}?" if close else "see: subsetsearch select --list"
        raise ConfigError(f"unknown strategy '{request.strategy}'", fix=hint)
    constrained = _asks_for_more(request)
    if request.targets and request.objective != "facility-location":
        raise ConfigError(
            "have no effect without the objective 'facility-location'",
            where="targets",
            fix="choose that objective, or leave them out",
        )
    if rule is None and constrained:
        raise ConfigError(
            f"'{request.strategy}' is a published list, not a rule",
            fix="leave pool, k, objective and budget out",
        )
    if published is not None and (rule is None or not (constrained or request.solver == "exact")):
        notes = (published.note,) if published.note else ()
        size = len(pool_languages(USUAL_POOL))
        return _priced(Selection(request.strategy, published.keys, pool_size=size, notes=notes), request)
    assert rule is not None
    return _by_rule(rule, request, typology)


def _asks_for_more(request: Request) -> bool:
    return any((
        request.pool is not None, request.k is not None, request.objective is not None, request.include,
        request.exclude, request.budget is not None, request.targets,
    ))  # fmt: skip


def _by_rule(rule: Rule, request: Request, typology: Typology) -> Selection:
    languages, left_out = _eligible(rule, request)
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
    unknown = _unknown(rule, request, languages, distances)
    if unknown:
        left_out |= dict.fromkeys(unknown, "no known feature")
        languages = [language for language in languages if language.key not in set(unknown)]
        constraints, _ = _constraints(rule, request, languages)
    names = [language.key for language in languages]
    solution = solve(
        make_objective(rule, request, languages, distances),
        constraints,
        solver=request.solver,
        time_limit=request.time_limit,
        seed=request.seed,
        names=names,
    )
    return _priced(_selection(rule.name, solution, names, left_out), request)


def _eligible(rule: Rule, request: Request) -> tuple[list[Language], dict[str, str]]:
    """Languages of the pool that a rule may choose, and why it may not choose the others."""
    pool = request.pool if request.pool is not None else pool_languages(rule.pool or USUAL_POOL)
    script = request.source.script if request.source else "Latn"
    left_out: dict[str, str] = {}
    for language in pool:
        if request.source is not None and language.key == request.source.key:
            left_out[language.key] = "is the source language"
        elif rule.same_script and language.script != script:
            left_out[language.key] = "another script than the source's"
    return [language for language in pool if language.key not in left_out], left_out


def _unknown(
    rule: Rule, request: Request, languages: Sequence[Language], distances: Distances
) -> Sequence[str]:
    """Languages that no distance is known of, and that may not take part for that.

    Raises:
        SelectionError: If one of them must be included.
    """
    unknown = [] if request.keep_unknown else distances.unknown(languages, rule, request.objective)
    included = {language.key for language in request.include}
    must = [key for key in unknown if key in included]
    if must:
        raise SelectionError(
            f"no known feature of {', '.join(must)}", fix="do not include it, or keep unknown languages"
        )
    if unknown:
        log.warning("left out, because no feature is known: %s", ", ".join(unknown))
    return unknown


def _constraints(
    rule: Rule, request: Request, languages: Sequence[Language]
) -> tuple[Constraints, list[str]]:
    position = {language.key: index for index, language in enumerate(languages)}
    size = request.k if request.k is not None else rule.k
    if size is None and rule.basis is not Basis.ALL:
        raise ConfigError(f"'{rule.name}' needs a size", fix="give k, for instance 10")
    for number in size if isinstance(size, tuple) else () if size is None else (size,):
        check_whole("k", number, 0 if isinstance(size, tuple) else 1)
    low, high = size if isinstance(size, tuple) else ((0, len(languages)) if size is None else (size, size))
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
    sign = -1.0 if solution.objective == "min-sum" else 1.0  # solvers only make values large
    return Selection(
        strategy=name,
        keys=tuple(sorted(names[index] for index in solution.chosen)),
        objective=solution.objective,
        value=sign * solution.value + 0.0,
        optimal=solution.optimal,
        gap=solution.gap,
        bound=None if solution.bound is None else sign * solution.bound,
        method=solution.method,
        seconds=solution.seconds,
        pool_size=len(names),
        left_out=left_out,
    )


def _priced(selection: Selection, request: Request) -> Selection:
    if request.cost is None:
        return selection
    cost = request.cost.cost(selection.keys, dict.fromkeys(selection.keys, request.pairs))
    return replace(selection, cost=cost, unit=request.cost.unit)
