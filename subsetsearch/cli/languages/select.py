"""The command that chooses languages by a strategy: ``select``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from realign_core.support.seed_numbers import MOST_SEED
from subsetsearch.cli.idle import Idle
from subsetsearch.cli.languages.language_options import Caution, PoolOptions, TypologyOptions
from subsetsearch.cli.options import number_range
from subsetsearch.cli.views.languages import (
    selection_record,
    show_selection,
    show_strategies,
    strategies_record,
)
from subsetsearch.cli.views.plain import print_json
from subsetsearch.cost import CostName, cost_model
from subsetsearch.diversity import SolverName, score
from subsetsearch.errors import ConfigError
from subsetsearch.strategies import ObjectiveName, select


@dataclass(frozen=True, kw_only=True)
class Select(TypologyOptions, PoolOptions):
    """Choose languages by a strategy, if wanted with a proof that none is better.

    Published names (most_uriel_en_10) give the published list; with --k, --pool, --exact or another
    constraint the rule behind the name chooses.

    **Examples**

    - subsetsearch select --strategy most_uriel --k 10 --exact

    - subsetsearch select --strategy most_uriel_en_10 --json

    - subsetsearch select --k 5 --pool ntrex128 --unseen xlmr --objective max-min --exact

    - subsetsearch select --k 3-8 --cost availability --pairs 100000 --budget 500000
    """

    strategy: Annotated[
        str, typer.Option("--strategy", "-s", metavar="NAME", help="Rule or published name; see --list.")
    ] = "most_uriel"
    k: Annotated[str | None, typer.Option("--k", metavar="K", help="How many, or a range such as 5-10.")] = (
        None
    )
    source_language: Annotated[
        str, typer.Option("--source", metavar="LANGUAGE", help="Source language; never chosen.")
    ] = "eng"
    objective: Annotated[
        ObjectiveName | None, typer.Option("--objective", help="Instead of the strategy's own.")
    ] = None
    targets: Annotated[
        str | None, typer.Option("--targets", metavar="POOL", help="To be covered (facility-location).")
    ] = None
    solver: Annotated[SolverName, typer.Option("--solver", help="How to search.")] = "local"
    exact: Annotated[bool, typer.Option("--exact", help="Prove it: short for --solver exact.")] = False
    time_limit: Annotated[float, typer.Option("--time-limit", min=0.0, help="Seconds for the solver.")] = 60.0
    seed: Annotated[int, typer.Option("--seed", min=0, max=MOST_SEED, help="Of random choices.")] = 0
    include: Annotated[
        str | None, typer.Option("--include", metavar="LANGUAGES", help="Must be chosen; comma-separated.")
    ] = None
    exclude: Annotated[
        str | None,
        typer.Option("--exclude", metavar="LANGUAGES", help="Must not be chosen; comma-separated."),
    ] = None
    cost: Annotated[CostName | None, typer.Option("--cost", help="Cost of the data.")] = None
    pairs: Annotated[int, typer.Option("--pairs", min=0, help="Sentence pairs a language.")] = 1000
    budget: Annotated[float | None, typer.Option("--budget", min=0.0, help="Largest cost.")] = None
    prices: Annotated[
        Path | None, typer.Option("--prices", help="For --cost money: CSV language,price (of a pair).")
    ] = None
    caution: Caution = 2.0
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="Let languages without any feature take part.")
    ] = False
    list_all: Annotated[bool, typer.Option("--list", help="List the strategies.")] = False

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if self.list_all:
            yield "k objective targets include exclude cost budget prices pool exact", "with --list"
        if self.cost is None:
            yield "pairs", "without --cost"
        if self.exact:
            yield "solver", "with --exact"

    def run(self) -> None:
        """List strategies, or choose, measure what was chosen, and print both."""
        if self.list_all:
            print_json(strategies_record()) if self.as_json else show_strategies()
            return
        if self.budget is not None and self.cost is None:
            raise ConfigError("a budget needs a unit", where="--budget", fix="give --cost as well")
        if self.prices is not None and self.cost is None:
            raise ConfigError(
                "prices have no effect without a cost", where="--prices", fix="give --cost money"
            )
        chosen = select(
            self.strategy,
            k=_size(self.k),
            pool=self.pool,
            only=self.only,
            source=self.source_language,
            objective=self.objective,
            targets=self.targets or (),
            include=_words(self.include),
            exclude=_words(self.exclude),
            cost=None if self.cost is None else cost_model(self.cost, prices=self.prices),
            pairs=self.pairs,
            budget=self.budget,
            solver="exact" if self.exact else self.solver,
            time_limit=self.time_limit,
            seed=self.seed,
            typology=self.source,
            kind=self.kind,
            metric=self.metric,
            caution=self.caution,
            keep_unknown=self.keep_unknown,
        )
        measured = None
        if chosen.keys:
            measured = score(chosen.keys, typology=self.source, kind=self.kind, metric=self.metric)
        print_json(selection_record(chosen, measured)) if self.as_json else show_selection(chosen, measured)


def _words(text: str | None) -> list[str]:
    return text.replace(",", " ").split() if text else []


def _size(text: str | None) -> int | tuple[int, int] | None:
    if text is None:
        return None
    low, high = number_range(text, "--k")
    return low if low == high else (low, high)
