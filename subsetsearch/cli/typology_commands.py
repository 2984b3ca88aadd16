"""Commands about languages, without training anything: languages, score, distances; ``select`` joins them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from subsetsearch.cli.given import takes
from subsetsearch.cli.select_commands import select
from subsetsearch.cli.typology_options import (
    CautionOption,
    ClassesOption,
    FarOption,
    FeaturesOption,
    JsonOption,
    KindOption,
    MetricOption,
    PoolOption,
    SchemeName,
    ScriptOption,
    SeenOption,
    TypologyOption,
    UnseenOption,
    open_typology,
    pool_filter,
)

if TYPE_CHECKING:
    from subsetsearch.languages import Language


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("languages", rich_help_panel="Choose languages")(languages)
    app.command("score", rich_help_panel="Choose languages")(score)
    app.command("select", rich_help_panel="Choose languages")(select)
    app.command("distances", rich_help_panel="Choose languages")(distances)


@dataclass(frozen=True, slots=True)
class LanguagesOptions:
    """Which languages, and what is said of them."""

    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="LANGUAGE", help="Codes, tags, glottocodes or names.", show_default=False),
    ] = None
    pool: PoolOption = None
    classes: ClassesOption = None
    seen: SeenOption = None
    unseen: UnseenOption = None
    script: ScriptOption = None
    scheme: Annotated[
        SchemeName | None, typer.Option("--to", help="Print only the codes in this scheme, one a line.")
    ] = None
    as_json: JsonOption = False


@takes(LanguagesOptions)
def languages(given: LanguagesOptions) -> None:
    """Say what languages are, or list the pools.

    Any code, tag or name is understood; each language has one key.

    **Examples**

    - subsetsearch languages sw zh_TW srp-Cyrl west2721 Kazakh

    - subsetsearch languages --pool paper65 --unseen xlmr

    - subsetsearch languages wol zul --to opus
    """
    from subsetsearch.cli import typology_views as views
    from subsetsearch.strategies import PoolFilter, named_pools

    restriction = pool_filter(given.classes, given.seen, given.unseen, given.script)
    if not given.names and given.pool is None:
        if restriction != PoolFilter() or given.scheme is not None:
            raise typer.BadParameter("no languages; name some, or a pool", param_hint="LANGUAGE or --pool")
        views.show_pools(named_pools(), given.as_json)
        return
    chosen = restriction.keep(_named(given.names, given.pool))
    if given.scheme is not None:
        views.show_codes([language.code(given.scheme) for language in chosen], given.as_json)
        return
    views.show_languages(chosen, given.as_json)


def score(
    names: Annotated[
        list[str], typer.Argument(metavar="LANGUAGE", help="The set, in any code.", show_default=False)
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
    from subsetsearch.diversity import score as score_set
    from subsetsearch.strategies import pool_languages, read_pool

    aims = read_pool(targets) if targets is not None else pool_languages("paper65")
    result = score_set(
        names,
        targets=[language.key for language in aims],
        typology=open_typology(typology, features),
        kind=kind,
        metric=metric,
    )
    views.show_score(result, targets or "paper65", as_json)


@dataclass(frozen=True, slots=True)
class DistancesOptions:
    """Between which languages, of what kind, and how they are printed."""

    names: Annotated[
        list[str] | None, typer.Argument(metavar="LANGUAGE", help="Languages.", show_default=False)
    ] = None
    pool: PoolOption = None
    typology: TypologyOption = "lang2vec"
    features: FeaturesOption = None
    kind: KindOption = "featural"
    metric: MetricOption = None
    caution: CautionOption = 2.0
    far: FarOption = False
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, the matrix that the solvers use.")] = False
    coverage: Annotated[bool, typer.Option("--coverage", help="Shares of known features instead.")] = False
    as_json: JsonOption = False


@takes(DistancesOptions)
def distances(given: DistancesOptions) -> None:
    """Print the distances that the solvers use, so that anyone can check a solution.

    With --caution 0 they are as measured, and unknown ones are empty.

    **Examples**

    - subsetsearch distances wol zul uig smo tir

    - subsetsearch distances --pool paper65 --csv > distances.csv

    - subsetsearch distances --pool paper65 --kind syntactic --coverage --csv
    """
    from subsetsearch.cli import typology_views as views

    keys = [language.key for language in _named(given.names, given.pool)]
    if len(keys) < 2:
        raise typer.BadParameter("a distance needs two languages", param_hint="LANGUAGE")
    table = open_typology(given.typology, given.features).distance_matrix(keys, given.kind, given.metric)
    if given.caution > 0 or given.far:
        table = table.cautious(given.caution, far=given.far)
    values = table.coverage if given.coverage else table.values
    if given.as_csv:
        views.write_matrix(sys.stdout, keys, values)
    elif given.as_json:
        views.show_matrix_json(table, values)
    else:
        views.show_matrix(table, values, given.coverage)


def _named(names: list[str] | None, pool: str | None) -> tuple[Language, ...]:
    """Languages written out, or those of a pool; of the usual one, if there are neither.

    Raises:
        typer.BadParameter: If there are both.
    """
    from subsetsearch.languages import resolve_all
    from subsetsearch.strategies import read_pool

    if not names:
        return read_pool(pool or "paper65")
    if pool is not None:
        raise typer.BadParameter("languages are named already; give one or the other", param_hint="--pool")
    return tuple(resolve_all(names))
