"""Commands that choose languages without training anything: languages, score, select, distances."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from subsetsearch.cli.typology_options import (
    CautionOption,
    ClassesOption,
    CostOption,
    EncoderName,
    FeaturesOption,
    JsonOption,
    KindOption,
    MetricOption,
    ObjectiveOption,
    PoolOption,
    SchemeName,
    ScriptOption,
    SeenOption,
    SolverOption,
    TypologyOption,
    UnseenOption,
)
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.languages import Language
    from subsetsearch.strategies import PoolFilter, Request
    from subsetsearch.typology import Typology


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("languages", rich_help_panel="Choose languages")(languages)
    app.command("score", rich_help_panel="Choose languages")(score)
    app.command("select", rich_help_panel="Choose languages")(select)
    app.command("distances", rich_help_panel="Choose languages")(distances)


def languages(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LANGUAGE]...", help="Codes, tags, glottocodes or names.", show_default=False
        ),
    ] = None,
    pool: PoolOption = None,
    classes: ClassesOption = None,
    seen: SeenOption = None,
    unseen: UnseenOption = None,
    script: ScriptOption = None,
    scheme: Annotated[
        SchemeName | None, typer.Option("--to", help="Print only the codes in this scheme, one a line.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what languages are, or list the pools.

    Any code, tag or name is understood; each language has one key.

    **Examples**

    - subsetsearch languages sw zh_TW srp-Cyrl west2721 Kazakh

    - subsetsearch languages --pool paper65 --unseen xlmr

    - subsetsearch languages wol zul --to opus
    """
    from subsetsearch.cli import typology_views as views
    from subsetsearch.languages import resolve_all
    from subsetsearch.strategies import named_pools, read_pool

    if not names and pool is None:
        views.show_pools(named_pools(), as_json)
        return
    chosen = tuple(resolve_all(names)) if names else read_pool(cast(str, pool))
    chosen = _filter(classes, seen, unseen, script).keep(chosen)
    if scheme is not None:
        for language in chosen:
            print(language.code(scheme))
        return
    views.show_languages(chosen, as_json)


def score(
    names: Annotated[
        list[str], typer.Argument(metavar="LANGUAGE...", help="The set, in any code.", show_default=False)
    ],
    targets: Annotated[
        str | None,
        typer.Option("--targets", metavar="POOL", help="Languages to be covered: a pool, a file, or a list."),
    ] = None,
    typology: TypologyOption = "lang2vec",
    features: FeaturesOption = None,
    kind: KindOption = "featural",
    metric: MetricOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a set: distances, families, scripts, nearest pair, coverage of targets.

    Distances here are as measured; nothing is taken off, and what they rest on stands beside them.

    **Examples**

    - subsetsearch score wol zul uig smo tir

    - subsetsearch score wol zul uig smo tir --targets masakhapos --kind syntactic
    """
    from subsetsearch.cli import typology_views as views
    from subsetsearch.diversity import score_set
    from subsetsearch.strategies import pool_languages, read_pool

    aims = read_pool(targets) if targets is not None else pool_languages("paper65")
    result = score_set(
        names,
        targets=[language.key for language in aims],
        typology=_typology(typology, features),
        kind=kind,
        metric=metric,
    )
    views.show_score(result, targets or "paper65", as_json)


def select(
    strategy: Annotated[
        str, typer.Option("--strategy", "-s", metavar="NAME", help="Rule or published name; see --list.")
    ] = "most_uriel",
    k: Annotated[
        str | None, typer.Option("--k", metavar="K", help="How many, or a range such as 5-10.")
    ] = None,
    pool: PoolOption = None,
    source: Annotated[str, typer.Option("--source", help="Source language; never chosen.")] = "eng",
    objective: Annotated[
        ObjectiveOption | None, typer.Option("--objective", help="Instead of the strategy's own.")
    ] = None,
    targets: Annotated[
        str | None, typer.Option("--targets", metavar="POOL", help="To be covered (facility-location).")
    ] = None,
    solver: Annotated[SolverOption, typer.Option("--solver", help="How to search.")] = "local",
    exact: Annotated[bool, typer.Option("--exact", help="Prove it: short for --solver exact.")] = False,
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.0, help="Seconds for the solver.")
    ] = 60.0,
    seed: Annotated[int, typer.Option("--seed", help="Of random choices.")] = 0,
    include: Annotated[
        str | None, typer.Option("--include", metavar="LANGUAGES", help="Must be chosen.")
    ] = None,
    exclude: Annotated[
        str | None, typer.Option("--exclude", metavar="LANGUAGES", help="Must not be chosen.")
    ] = None,
    classes: ClassesOption = None,
    seen: SeenOption = None,
    unseen: UnseenOption = None,
    script: ScriptOption = None,
    cost: Annotated[CostOption | None, typer.Option("--cost", help="Cost of the data.")] = None,
    pairs: Annotated[int, typer.Option("--pairs", min=0, help="Sentence pairs a language.")] = 1000,
    budget: Annotated[float | None, typer.Option("--budget", min=0.0, help="Largest cost.")] = None,
    prices: Annotated[
        Path | None, typer.Option("--prices", help="For --cost money: CSV language,price (of a pair).")
    ] = None,
    typology: TypologyOption = "lang2vec",
    features: FeaturesOption = None,
    kind: KindOption = "featural",
    metric: MetricOption = None,
    caution: CautionOption = 2.0,
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="Let languages without any feature take part.")
    ] = False,
    list_all: Annotated[bool, typer.Option("--list", help="List the strategies.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Choose languages by a strategy, if wanted with a proof that none is better.

    Published names (most_uriel_en_10) give the published list; with --k, --pool, --exact or another
    constraint the rule behind the name chooses.

    **Examples**

    - subsetsearch select --strategy most_uriel --k 10 --exact

    - subsetsearch select --strategy most_uriel_en_10 --json

    - subsetsearch select --k 5 --pool ntrex128 --unseen xlmr --objective max-min --exact

    - subsetsearch select --k 3-8 --cost availability --pairs 100000 --budget 500000
    """
    from subsetsearch.cli import typology_views as views
    from subsetsearch.cost import cost_model
    from subsetsearch.languages import resolve
    from subsetsearch.strategies import Request, read_pool
    from subsetsearch.strategies import select as choose

    if list_all:
        views.show_strategies(as_json)
        return
    if budget is not None and cost is None:
        raise ConfigError("a budget needs a unit", where="--budget", fix="give --cost as well")
    filtered = any(value is not None for value in (classes, seen, unseen, script))
    languages_of = read_pool(pool) if pool is not None else _own_pool(strategy) if filtered else None
    request = Request(
        strategy=strategy,
        pool=_filter(classes, seen, unseen, script).keep(languages_of) if languages_of is not None else None,
        k=_size(k),
        source=resolve(source),
        objective=objective,
        targets=read_pool(targets) if targets is not None else (),
        kind=kind,
        metric=metric,
        caution=caution,
        keep_unknown=keep_unknown,
        include=_listed(include),
        exclude=_listed(exclude),
        cost=cost_model(cost, prices=prices) if cost is not None else None,
        pairs=pairs,
        budget=budget,
        solver="exact" if exact else solver,
        seed=seed,
        time_limit=time_limit,
    )
    source_of_facts = _typology(typology, features)
    selection = choose(request, source_of_facts)
    views.show_selection(selection, _score_of(selection.keys, request, source_of_facts), as_json)


def distances(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[LANGUAGE]...", help="Languages.", show_default=False)
    ] = None,
    pool: PoolOption = None,
    typology: TypologyOption = "lang2vec",
    features: FeaturesOption = None,
    kind: KindOption = "featural",
    metric: MetricOption = None,
    caution: CautionOption = 2.0,
    far: Annotated[
        bool, typer.Option("--far", help="The side used for least dispersion and coverage.")
    ] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV, the matrix that the solvers use.")
    ] = False,
    coverage: Annotated[bool, typer.Option("--coverage", help="Shares of known features instead.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the distances that the solvers use, so that anyone can check a solution.

    With --caution 0 they are as measured, and unknown ones are empty.

    **Examples**

    - subsetsearch distances wol zul uig smo tir

    - subsetsearch distances --pool paper65 --csv > distances.csv

    - subsetsearch distances --pool paper65 --kind syntactic --coverage --csv
    """
    from subsetsearch.cli import typology_views as views
    from subsetsearch.languages import resolve_all
    from subsetsearch.strategies import read_pool

    chosen = tuple(resolve_all(names)) if names else read_pool(pool or "paper65")
    keys = [language.key for language in chosen]
    table = _typology(typology, features).distance_matrix(keys, kind, metric)
    if caution > 0 or far:
        table = table.cautious(caution, far=far)
    values = table.coverage if coverage else table.values
    if as_csv:
        views.write_matrix(sys.stdout, keys, values)
    elif as_json:
        views.show_matrix_json(table, values)
    else:
        views.show_matrix(table, values, coverage)


def _typology(source: str, features: Literal["average", "knn", "raw"] | None) -> Typology:
    from subsetsearch.typology import load_typology

    return load_typology(source, features=features)


def _filter(
    classes: str | None, seen: EncoderName | None, unseen: EncoderName | None, script: str | None
) -> PoolFilter:
    from subsetsearch.strategies import PoolFilter

    allowed = None
    if classes is not None:
        low, high = _range(classes, "--classes")
        allowed = frozenset(range(low, high + 1))
    return PoolFilter(allowed, seen, unseen, script)


def _own_pool(strategy: str) -> Sequence[Language]:
    """The pool that a strategy is published for, to be filtered."""
    from subsetsearch.strategies import pool_languages, rules

    rule = rules().get(strategy)
    return pool_languages(rule.pool if rule is not None and rule.pool is not None else "paper65")


def _listed(text: str | None) -> tuple[Language, ...]:
    from subsetsearch.languages import resolve_all

    return tuple(resolve_all(text.replace(",", " ").split())) if text else ()


def _size(text: str | None) -> int | tuple[int, int] | None:
    if text is None:
        return None
    low, high = _range(text, "--k")
    return low if low == high else (low, high)


def _range(text: str, option: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    try:
        found = int(low), int(high or low)
    except ValueError as error:
        raise typer.BadParameter(
            f"{option}: a number or a range such as 5-10 expected, but got '{text}'"
        ) from error
    if found[0] > found[1]:
        raise typer.BadParameter(f"{option}: {text} is empty; write the smaller number first")
    return found


def _score_of(keys: Sequence[str], request: Request, typology: Typology) -> Any:
    from subsetsearch.diversity import score_set

    return score_set(keys, typology=typology, kind=request.kind, metric=request.metric) if keys else None
