"""Commands that write for others: ``report`` and ``export``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from realign_core.support.config import comma_list
from realign_core.support.console import messages, results
from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    JsonOption,
    OpenStudy,
    PairsOption,
    PickOption,
    SetOption,
    StorageOption,
    StudyArgument,
    StudyResults,
    read_results,
)
from subsetsearch.cli.given import takes
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.analysis.pick import Picked
    from subsetsearch.export import Choice
    from subsetsearch.report import ReportData

PageName = Literal["html", "md", "png"]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(report)
    app.command()(export)


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Which languages, in which format, where to."""

    study: Annotated[
        Path | None, typer.Argument(metavar="STUDY", help="Study file (TOML).", show_default=False)
    ] = None
    fmt: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="Which tool or format; --list shows all.")
    ] = "json"
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="File or folder to write (subset.json, ... by default); - prints.",
        ),
    ] = None
    pick: PickOption = None
    languages: Annotated[
        str | None, typer.Option("--languages", help="Languages of your own, comma-separated.")
    ] = None
    pairs: PairsOption = None
    storage: StorageOption = None
    runs: DirOption = RUNS
    overrides: SetOption = None
    list_all: Annotated[bool, typer.Option("--list", help="List the formats.")] = False
    as_json: JsonOption = False


@takes(ExportOptions)
def export(given: ExportOptions) -> None:
    """Hand a chosen subset over to another tool.

    **Examples**

    - subsetsearch export studies/quickstart.toml --pick knee --to json -o chosen.json

    - subsetsearch export --languages swh,yor,wol --to mtdata -o mtdata.recipes.mine.yml

    - subsetsearch export --list
    """
    from subsetsearch.export import export as write
    from subsetsearch.export import find_format, render

    if given.list_all:
        _show_formats(given.as_json)
        return
    exporter, choice = find_format(given.fmt), _chosen(given)
    if given.output == Path("-"):
        print(render(choice, given.fmt), end="")
        return
    written = write(choice, given.fmt, given.output or Path(f"subset{exporter.suffix}"))
    if given.as_json:
        told = {"format": given.fmt, "languages": choice.languages, "files": [str(p) for p in written]}
        print(json.dumps(told))
        return
    for path in written:
        results.print(str(path), markup=False, soft_wrap=True)


def _chosen(given: ExportOptions) -> Choice:
    """Find what is handed over: languages by name, or a point of a study's front.

    Raises:
        ConfigError: If it is neither, or both.
    """
    from subsetsearch.export import choice_from_languages

    if given.languages is not None and given.pick is not None:
        raise ConfigError("there is nothing to pick from --languages", where="--pick", fix="leave one out")
    if given.pairs is not None and given.languages is None:
        raise ConfigError("is for languages of your own", where="--pairs", fix="give --languages as well")
    if given.languages is not None:
        return choice_from_languages(comma_list(given.languages), pairs_per_language=given.pairs)
    if given.study is None or given.pick is None:
        raise ConfigError(
            "nothing to export",
            where="--pick",
            fix="give a STUDY with --pick RULE, or --languages swh,yor without a study",
        )
    return _choice(OpenStudy.read(given.study, given.runs, given.storage, given.overrides), given.pick)


def _show_formats(as_json: bool) -> None:
    from subsetsearch.export import FORMATS

    if as_json:
        print(json.dumps({name: exporter.description for name, exporter in FORMATS.items()}))
        return
    from subsetsearch.cli.inspect_views import table

    made = table("format", "what it is")
    for name, exporter in FORMATS.items():
        made.add_row(name, exporter.description)
    results.print(made)


def _choice(opened: OpenStudy, rule: str) -> Choice:
    found = read_results(opened)
    picked = found.rows.pick(rule)
    messages.print(f"{rule}: {picked.reason}", markup=False, soft_wrap=True)
    return to_choice(opened, found, picked)


def to_choice(opened: OpenStudy, found: StudyResults, picked: Picked) -> Choice:
    """Describe a picked row with everything that an export may need."""
    from subsetsearch.analysis.choice import Choice
    from subsetsearch.problem.pool import build_targets

    config = opened.config
    targets = () if picked.row.scores else tuple(sorted(build_targets(config, "test").codes))
    recipe, seeds = config.recipe.portable(), tuple(config.evaluate.seeds)
    return Choice(picked.row, config.name, picked.reason, found.rung, recipe, targets, seeds)


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Of which study, as what kind of page, where to."""

    study: StudyArgument
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; by default in the study's folder.")
    ] = None
    fmt: Annotated[
        PageName | None,
        typer.Option("--format", help="Kind of page; by default what the file name says."),
    ] = None
    storage: StorageOption = None
    runs: DirOption = RUNS
    overrides: SetOption = None


@takes(ReportOptions)
def report(given: ReportOptions) -> None:
    """Write a report: the answer, the front, what each choice gains, how far to trust it.

    **Examples**

    - subsetsearch report studies/quickstart.toml

    - subsetsearch report studies/quickstart.toml -o front.png
    """
    opened = OpenStudy.read(given.study, given.runs, given.storage, given.overrides)
    path = given.output or opened.folder.report.with_suffix(f".{given.fmt or 'html'}")
    render = _writer(path, given.fmt)
    found = read_results(opened)
    from realign_core.support.files import atomic_write
    from subsetsearch.analysis.strategy_table import compare_strategies
    from subsetsearch.report.report import report_data

    data = report_data(
        opened.config,
        given.study,
        found.stored,
        found.rows,
        found.evaluations,
        calibration=found.calibration,
        options=opened.options,
        strategies=compare_strategies(
            found.rows, found.evaluations, found.scores[1], found.cost, found.distances
        ),
    )
    atomic_write(path, render(data))
    results.print(str(path), markup=False, soft_wrap=True)


def _writer(path: Path, fmt: PageName | None) -> Callable[[ReportData], str | bytes]:
    """Find what writes a page of the kind asked for, or of the kind that the file's name says.

    Raises:
        ConfigError: If the name says none.
    """
    from subsetsearch.report import render_html, render_markdown, render_png

    writers: dict[str, Callable[[ReportData], str | bytes]] = {
        "html": render_html,
        "md": render_markdown,
        "png": render_png,
    }
    kind = fmt or path.suffix.lstrip(".")
    if kind not in writers:
        raise ConfigError(
            f"'{path.name}' is no report's name", where="--output", fix="give --format html, md or png"
        )
    return writers[kind]
