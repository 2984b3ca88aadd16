"""The command that chooses languages by a strategy: ``select``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from subsetsearch.cli import typology_options as options
from subsetsearch.cli.given import takes
from subsetsearch.cli.typology_options import number_range, open_typology, pool_filter
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.typology import Typology


@dataclass(frozen=True, slots=True)
class SelectOptions:
    """By which rule, out of which languages, at what cost, by which distances."""

    strategy: options.StrategyOption = "most_uriel"
    k: options.SizeOption = None
    pool: options.PoolOption = None
    source: options.SourceOption = "eng"
    objective: options.ObjectiveOption = None
    targets: options.CoverOption = None
    solver: options.SolverOption = "local"
    exact: options.ExactOption = False
    time_limit: options.TimeLimitOption = 60.0
    seed: options.SeedOption = 0
    include: options.IncludeOption = None
    exclude: options.ExcludeOption = None
    classes: options.ClassesOption = None
    seen: options.SeenOption = None
    unseen: options.UnseenOption = None
    script: options.ScriptOption = None
    cost: options.CostOption = None
    pairs: options.PairsOption = 1000
    budget: options.BudgetOption = None
    prices: options.PricesOption = None
    typology: options.TypologyOption = "lang2vec"
    features: options.FeaturesOption = None
    kind: options.KindOption = "featural"
    metric: options.MetricOption = None
    caution: options.CautionOption = 2.0
    keep_unknown: options.KeepUnknownOption = False
    list_all: options.ListOption = False
    as_json: options.JsonOption = False


@takes(SelectOptions)
def select(given: SelectOptions) -> None:
    """Choose languages by a strategy, if wanted with a proof that none is better.

    Published names (most_uriel_en_10) give the published list; with --k, --pool, --exact or another
    constraint the rule behind the name chooses.

    **Examples**

    - subsetsearch select --strategy most_uriel --k 10 --exact

    - subsetsearch select --strategy most_uriel_en_10 --json

    - subsetsearch select --k 5 --pool ntrex128 --unseen xlmr --objective max-min --exact

    - subsetsearch select --k 3-8 --cost availability --pairs 100000 --budget 500000
    """
    if given.list_all:
        _show_strategies(given.as_json)
        return
    if given.budget is not None and given.cost is None:
        raise ConfigError("a budget needs a unit", where="--budget", fix="give --cost as well")
    _choose(given, open_typology(given.typology, given.features))


def _choose(given: SelectOptions, typology: Typology) -> None:
    """Choose, measure what was chosen, and show both."""
    from subsetsearch.cli import typology_views as views
    from subsetsearch.cost import cost_model
    from subsetsearch.diversity import score
    from subsetsearch.strategies import select as choose

    chosen = choose(
        given.strategy,
        k=_size(given.k),
        pool=given.pool,
        only=pool_filter(given.classes, given.seen, given.unseen, given.script),
        source=given.source,
        objective=given.objective,
        targets=given.targets or (),
        include=_words(given.include),
        exclude=_words(given.exclude),
        cost=cost_model(given.cost, prices=given.prices) if given.cost is not None else None,
        pairs=given.pairs,
        budget=given.budget,
        solver="exact" if given.exact else given.solver,
        time_limit=given.time_limit,
        seed=given.seed,
        typology=typology,
        kind=given.kind,
        metric=given.metric,
        caution=given.caution,
        keep_unknown=given.keep_unknown,
    )
    scored = None
    if chosen.keys:
        scored = score(chosen.keys, typology=typology, kind=given.kind, metric=given.metric)
    views.show_selection(chosen, scored, given.as_json)


def _show_strategies(as_json: bool) -> None:
    from subsetsearch.cli import typology_views as views

    views.show_strategies(as_json)


def _words(text: str | None) -> list[str]:
    return text.replace(",", " ").split() if text else []


def _size(text: str | None) -> int | tuple[int, int] | None:
    if text is None:
        return None
    low, high = number_range(text, "--k")
    return low if low == high else (low, high)
