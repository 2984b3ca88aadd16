"""Commands that look into a study: ``status`` and ``explain``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    JsonOption,
    OpenStudy,
    PickOption,
    SetOption,
    StorageOption,
    StudyArgument,
    StudyResults,
    read_results,
)
from subsetsearch.cli.given import takes

if TYPE_CHECKING:
    from subsetsearch.analysis.explain import Known


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(status)
    app.command()(explain)


def status(
    study: StudyArgument,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how far a study is: trials by state and rung, the best, rate and time left.

    The encoder is not loaded, so it is quick, also while workers are busy.

    **Examples**

    - subsetsearch status studies/quickstart.toml

    - subsetsearch status studies/quickstart.toml --json
    """
    from subsetsearch.analysis.known import read_status
    from subsetsearch.cli.inspect_views import show_status

    opened = OpenStudy.read(study, runs, storage, overrides)
    found = read_status(opened.config, opened.folder, storage)
    if as_json:
        print(json.dumps(found.to_dict()))
    else:
        show_status(found, opened)


@dataclass(frozen=True, slots=True)
class ExplainOptions:
    """Which rule is explained, by which study."""

    study: Annotated[
        Path | None, typer.Argument(metavar="STUDY", help="Study file (TOML).", show_default=False)
    ] = None
    pick: PickOption = None
    storage: StorageOption = None
    runs: DirOption = RUNS
    overrides: SetOption = None
    as_json: JsonOption = False


@takes(ExplainOptions)
def explain(given: ExplainOptions) -> None:
    """Explain a choice: what a rule does, what it chooses here, and what speaks for the subset.

    Without a study the rules are described; without ``--pick`` the choices of all rules are
    shown side by side.

    **Examples**

    - subsetsearch explain --pick knee

    - subsetsearch explain studies/quickstart.toml

    - subsetsearch explain studies/quickstart.toml --pick within=0.99
    """
    from subsetsearch.analysis.pick import parse_rule
    from subsetsearch.cli import inspect_views as views

    if given.study is None:
        _rules(given)
        return
    if given.pick is not None:
        parse_rule(given.pick)
    opened = OpenStudy.read(given.study, given.runs, given.storage, given.overrides)
    found = read_results(opened)
    if given.pick is None:
        _choices(opened, found, as_json=given.as_json)
        return
    from subsetsearch.analysis.explain import explain as build

    explanation = build(found.rows.pick(given.pick), _known(opened, found))
    if given.as_json:
        print(json.dumps(explanation.to_dict()))
    else:
        views.show_explanation(given.pick, explanation, opened)


def _rules(given: ExplainOptions) -> None:
    """Describe the rules of choice, or the one that was named."""
    from subsetsearch.analysis.pick import RULES, parse_rule
    from subsetsearch.cli.inspect_views import show_rules

    rule = parse_rule(given.pick) if given.pick else None
    described = {rule.form: rule.words} if rule else RULES
    print(json.dumps(described)) if given.as_json else show_rules(described)


def _choices(opened: OpenStudy, found: StudyResults, *, as_json: bool) -> None:
    """Show what each rule chooses in a study."""
    from subsetsearch.analysis.pick import rule_choices
    from subsetsearch.cli.inspect_views import show_choices

    choices = rule_choices(found.rows)
    if as_json:
        print(json.dumps([
            {"rule": c.rule, "reason": c.reason, "row": c.row.to_dict() if c.row else None}
            for c in choices
        ]))  # fmt: skip
    else:
        show_choices(choices, opened)


def _known(opened: OpenStudy, found: StudyResults) -> Known:
    """Gather what an explanation draws on, with distances to the targets as well."""
    from subsetsearch.analysis.explain import Known
    from subsetsearch.results.trials import first_scored, read_trials
    from subsetsearch.typology import load_typology

    targets = sorted({key for run in found.evaluations for key in run.scores})
    keys = tuple(dict.fromkeys([*found.pool.keys, *targets]))
    return Known(
        front=found.rows,
        trials={t.number: t for t in first_scored(read_trials(found.stored)).values()},
        evaluations=found.evaluations,
        cost=found.cost,
        distances=load_typology().distance_matrix(keys, kind=opened.config.typology.kind),
        targets=targets,
    )
