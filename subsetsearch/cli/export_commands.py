"""Commands that write for others: ``report`` and ``export``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from realign_core.console import messages, results
from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    OpenStudy,
    PickOption,
    SetOption,
    StorageOption,
    StudyArgument,
    StudyResults,
    read_results,
)
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.export import Choice
    from subsetsearch.pareto.pick import Picked
    from subsetsearch.report import ReportData


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(report)
    app.command()(export)


def export(
    study: Annotated[
        Path | None, typer.Argument(metavar="[STUDY]", help="Study file (TOML).", show_default=False)
    ] = None,
    fmt: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="Which tool or format; a wrong one lists them all.")
    ] = "json",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File or folder to write.")] = None,
    pick: PickOption = None,
    languages: Annotated[
        str | None, typer.Option("--languages", help="Languages of your own, comma-separated.")
    ] = None,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
) -> None:
    """Hand a chosen subset over to another tool.

    Examples:
        subsetsearch export studies/quickstart.toml --pick knee --to json -o chosen.json

        subsetsearch export --languages swh,yor,wol --to mtdata -o recipe.yml
    """
    from subsetsearch.export import choice_from_languages, find_format
    from subsetsearch.export import export as write

    exporter = find_format(fmt)
    if languages is not None:
        choice = choice_from_languages([part for part in languages.split(",") if part.strip()])
    elif study is not None and pick is not None:
        choice = _choice(OpenStudy.read(study, runs, storage, overrides), pick)
    else:
        raise ConfigError(
            "nothing to export", fix="give a STUDY with --pick RULE, or --languages swh,yor without a study"
        )
    written = write(choice, fmt, output or Path(f"subset{exporter.suffix}"))
    for path in written:
        results.print(str(path), soft_wrap=True)


def _choice(opened: OpenStudy, rule: str) -> Choice:
    from subsetsearch.pareto.pick import parse_rule

    found = read_results(opened)
    picked = parse_rule(rule).pick(found.rows)
    messages.print(f"{rule}: {picked.reason}")
    return to_choice(opened, found, picked)


def to_choice(opened: OpenStudy, found: StudyResults, picked: Picked) -> Choice:
    """Describe a picked row with everything that an export may need."""
    from subsetsearch.export import Choice
    from subsetsearch.search.rows import scores_by_subset

    row = picked.row
    subset = frozenset(row.languages)
    config = opened.config
    scores = scores_by_subset(found.evaluations).get(subset, {})
    return Choice(
        languages=row.languages,
        pairs_per_language=config.recipe.realignment.pairs_per_language,
        study=config.name,
        trial=row.trial,
        reason=picked.reason,
        cost=row.cost,
        cost_unit=row.cost_unit,
        proxy=row.proxy,
        accuracy=row.accuracy,
        accuracy_std=row.accuracy_std,
        n_seeds=row.n_seeds,
        scores=scores,
        recipe=config.recipe.model_dump(mode="json"),
        eval_languages=tuple(sorted(scores)),
        seeds=tuple(sorted(run.seed for run in found.evaluations if run.subset == subset)),
    )


def report(
    study: StudyArgument,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; by default in the study's folder.")
    ] = None,
    fmt: Annotated[
        str | None, typer.Option("--format", help="html, md or png; by default what the file name says.")
    ] = None,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
) -> None:
    """Write a report: the answer, the front, what each choice gains, how far to trust it.

    Examples:
        subsetsearch report studies/quickstart.toml

        subsetsearch report studies/quickstart.toml -o front.png
    """
    from realign_core.files import atomic_write
    from subsetsearch.report import render_html, render_markdown, render_png
    from subsetsearch.report.from_study import report_data

    writers: dict[str, Callable[[ReportData], str | bytes]] = {
        "html": render_html,
        "md": render_markdown,
        "png": render_png,
    }
    opened = OpenStudy.read(study, runs, storage, overrides)
    path = output or opened.folder.report
    chosen = fmt or path.suffix.lstrip(".")
    if chosen not in writers:
        raise ConfigError(
            f"'{chosen}' is no format of a report", where="--format", fix="choose html, md or png"
        )
    found = read_results(opened)
    data = report_data(opened.config, study, found.stored, found.rows, found.evaluations)
    atomic_write(path, writers[chosen](data))
    results.print(str(path), soft_wrap=True)
