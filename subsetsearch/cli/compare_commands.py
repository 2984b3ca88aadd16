"""The command ``compare``: subsets beside each other, or studies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from realign_core.support.config import comma_list
from realign_core.support.console import results
from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    JsonOption,
    OpenStudy,
    StorageOption,
    StudyResults,
    read_results,
)
from subsetsearch.cli.given import takes
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.subset import Subset


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(compare)


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What is compared, and within which study."""

    things: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBSET",
            help="Languages joined by commas, none, all, a strategy's name or a rule of choice; "
            "or study files. In a study, @300 after languages or a strategy: at most 300 pairs of each.",
            show_default=False,
        ),
    ]
    study: Annotated[
        Path | None, typer.Option("--study", help="Study that the subsets belong to.", show_default=False)
    ] = None
    storage: StorageOption = None
    runs: DirOption = RUNS
    as_json: JsonOption = False


@takes(CompareOptions)
def compare(given: CompareOptions) -> None:
    """Compare subsets with the first of them, or studies with each other.

    Subsets of a study (``--study``) are compared by cost, proxy and accuracy, seed by seed;
    without a study by typology alone.

    **Examples**

    - subsetsearch compare none all best knee --study studies/quickstart.toml

    - subsetsearch compare sw,te,mn wol,zul,uig xt_afri

    - subsetsearch compare studies/quickstart.toml studies/african-pos.toml
    """
    from subsetsearch.cli import compare_views as views

    if _study_files(given):
        opened = [OpenStudy.read(Path(name), given.runs, given.storage) for name in given.things]
        _emit(views.studies(opened), given.as_json)
    elif given.study is None:
        _emit(views.bare_subsets(given.things), given.as_json)
    else:
        found = read_results(OpenStudy.read(given.study, given.runs, given.storage))
        subsets = {thing: _candidate(thing, found) for thing in given.things}
        _emit(views.subsets(subsets, found), given.as_json)


def _study_files(given: CompareOptions) -> bool:
    """Say whether study files are compared, not subsets.

    Raises:
        ConfigError: If both are, one of them twice, or study files within a study.
        typer.BadParameter: If there is nothing to compare with.
    """
    things = given.things
    if len(things) < 2:
        raise typer.BadParameter(
            "one thing cannot be compared; give at least two subsets or studies", param_hint="SUBSET"
        )
    twice = next((thing for thing in things if things.count(thing) > 1), None)
    if twice is not None:
        raise ConfigError(f"'{twice}' is given twice", fix="name each study or subset once")
    odd = [thing for thing in things if not thing.endswith(".toml")]
    if odd and len(odd) < len(things):
        raise ConfigError(
            f"studies and subsets cannot be compared ('{odd[0]}' is no study file)",
            fix="compare studies with each other, or subsets with --study STUDY",
        )
    if not odd and given.study is not None:
        raise ConfigError("is for comparing subsets", where="--study", fix="leave it out to compare studies")
    return not odd


def _candidate(text: str, found: StudyResults) -> Subset:
    """Read a subset of a study: a label, a strategy, languages, or a rule of choice.

    Languages and strategies are taken at the highest level of pairs per language, or at the one that
    follows an ``@``: ``sw,te,mn@300``.
    """
    from subsetsearch.cli.compare_views import is_rule, split_level, strategy_subset
    from subsetsearch.problem.pool import resolve_subset
    from subsetsearch.subset import NONE

    if text in ("none", "all"):
        return found.everything if text == "all" else NONE
    if is_rule(text):
        return found.rows.pick(text).row.subset
    text, pairs = split_level(text)
    named = strategy_subset(text)
    names = list(named) if named is not None else comma_list(text)
    subset, levels = resolve_subset(names, found.pool), found.cost.levels
    return levels.top(subset) if pairs is None else levels.canonical(subset, pairs)


def _emit(view: tuple[Any, list[dict[str, Any]]], as_json: bool) -> None:
    shown, plain = view
    if as_json:
        print(json.dumps(plain))
    else:
        for part in shown:
            results.print(part)
