"""Commands that look into a study: ``status``, ``explain`` and ``compare``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from realign_core.config import comma_list
from realign_core.console import results
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
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    import optuna

    from subsetsearch.candidate import Candidate
    from subsetsearch.search.evaluations import Evaluation
    from subsetsearch.search.explain import Known


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(status)
    app.command()(explain)
    app.command()(compare)


def status(
    study: StudyArgument,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how far a study is: trials by state and rung, the best, rate and time left.

    Neither corpora nor the encoder are read, so it is quick, also while workers are busy.

    **Examples**

    - subsetsearch status studies/quickstart.toml

    - subsetsearch status studies/quickstart.toml --json
    """
    import optuna

    from subsetsearch.cli.inspect_views import show_status
    from subsetsearch.search.evaluations import EvaluationTable
    from subsetsearch.search.status import study_status
    from subsetsearch.search.storage import load_stored, require_stored

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    opened = OpenStudy.read(study, runs, storage, overrides)
    evaluations = EvaluationTable(opened.folder.evaluations).read(opened.config.fingerprint())
    find = load_stored if evaluations else require_stored
    stored = find(opened.config, opened.folder, storage)
    found = replace(
        study_status(opened.config, stored, evaluations), trust=_trust(opened, stored, evaluations)
    )
    if as_json:
        print(json.dumps(found.to_dict()))
    else:
        show_status(found, opened)


def _trust(opened: OpenStudy, stored: optuna.Study | None, evaluations: list[Evaluation]) -> tuple[str, ...]:
    """Hold proxies against full runs; the pool is not read, so ``all`` is the largest measured subset."""
    from subsetsearch.candidate import NONE
    from subsetsearch.search.calibrate_scores import read_rung_scores, study_calibration

    scores = read_rung_scores(opened.config, opened.folder, stored)
    largest = max((run.candidate for run in evaluations), key=lambda found: found.order, default=NONE)
    proposable = len(largest.languages) <= opened.config.search.max_size
    everything = NONE if proposable else largest
    found = study_calibration(scores, evaluations, everything, top_rung=opened.config.search.top_rung)
    return found.sentences if found.measured else ()


def explain(
    study: Annotated[
        Path | None, typer.Argument(metavar="STUDY", help="Study file (TOML).", show_default=False)
    ] = None,
    pick: PickOption = None,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a choice: what a rule does, what it chooses here, and what speaks for the subset.

    Without a study the rules are described; without ``--pick`` the choices of all rules are
    shown side by side.

    **Examples**

    - subsetsearch explain --pick knee

    - subsetsearch explain studies/quickstart.toml

    - subsetsearch explain studies/quickstart.toml --pick within=0.99
    """
    from subsetsearch.cli import inspect_views as views
    from subsetsearch.pareto.pick import parse_rule
    from subsetsearch.pareto.rules import RULES, describe_rule, rule_choices

    if study is None:
        described = dict([describe_rule(pick)]) if pick else RULES
        print(json.dumps(described)) if as_json else views.show_rules(described)
        return
    if pick is not None:
        parse_rule(pick)
    opened = OpenStudy.read(study, runs, storage, overrides)
    found = read_results(opened)
    if pick is None:
        choices = rule_choices(found.rows)
        if as_json:
            print(json.dumps([
                {"rule": c.rule, "reason": c.reason, "row": c.row.to_dict() if c.row else None}
                for c in choices
            ]))  # fmt: skip
        else:
            views.show_choices(choices, opened)
        return
    from subsetsearch.search.explain import explain as build

    explanation = build(parse_rule(pick).pick(found.rows), _known(opened, found))
    if as_json:
        print(json.dumps(explanation.to_dict()))
    else:
        views.show_explanation(pick, explanation, opened)


def _known(opened: OpenStudy, found: StudyResults) -> Known:
    """Gather what an explanation draws on, with distances to the targets as well."""
    from subsetsearch.search.explain import Known
    from subsetsearch.search.storage import complete_trials
    from subsetsearch.typology import load_typology

    targets = sorted({key for run in found.evaluations for key in run.scores | run.held_out})
    keys = tuple(dict.fromkeys([*found.pool.keys, *targets]))
    return Known(
        rows=found.rows,
        trials={t.number: t for t in complete_trials(found.stored)} if found.stored else {},
        evaluations=found.evaluations,
        cost=found.cost,
        distances=load_typology().distance_matrix(keys, kind=opened.config.typology.kind),
        targets=targets,
    )


def compare(
    things: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBSET",
            help="Languages joined by commas, none, all, a strategy's name or a rule of choice; "
            "or study files. In a study, @300 after languages or a strategy: at most 300 pairs of each.",
            show_default=False,
        ),
    ],
    study: Annotated[
        Path | None, typer.Option("--study", help="Study that the subsets belong to.", show_default=False)
    ] = None,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    as_json: JsonOption = False,
) -> None:
    """Compare subsets with the first of them, or studies with each other.

    Subsets of a study (``--study``) are compared by cost, proxy and accuracy, seed by seed;
    without a study by typology alone.

    **Examples**

    - subsetsearch compare none all best knee --study studies/quickstart.toml

    - subsetsearch compare sw,te,mn wol,zul,uig xt_afri

    - subsetsearch compare studies/quickstart.toml studies/african-pos.toml
    """
    from subsetsearch.cli import compare_views as views

    if len(things) < 2:
        raise typer.BadParameter(
            "one thing cannot be compared; give at least two subsets or studies", param_hint="SUBSET"
        )
    twice = next((thing for thing in things if things.count(thing) > 1), None)
    if twice is not None:
        raise ConfigError(f"'{twice}' is given twice", fix="name each study or subset once")
    files = [thing for thing in things if thing.endswith(".toml")]
    if files and len(files) < len(things):
        odd = next(thing for thing in things if thing not in files)
        raise ConfigError(
            f"studies and subsets cannot be compared ('{odd}' is no study file)",
            fix="compare studies with each other, or subsets with --study STUDY",
        )
    if files:
        if study is not None:
            raise ConfigError(
                "is for comparing subsets", where="--study", fix="leave it out to compare studies"
            )
        opened = [OpenStudy.read(Path(name), runs, storage) for name in files]
        _emit(views.studies(opened), as_json)
    elif study is None:
        _emit(views.bare_subsets(things), as_json)
    else:
        found = read_results(OpenStudy.read(study, runs, storage))
        _emit(views.subsets({thing: _candidate(thing, found) for thing in things}, found), as_json)


def _candidate(text: str, found: StudyResults) -> Candidate:
    """Read a subset of a study: a label, a strategy, languages, or a rule of choice.

    Languages and strategies are taken at the highest level of pairs per language, or at the one that
    follows an ``@``: ``sw,te,mn@300``.
    """
    from subsetsearch.candidate import NONE
    from subsetsearch.cli.compare_views import is_rule, split_level, strategy_subset
    from subsetsearch.search.compare import candidate_by_rule
    from subsetsearch.study.pool import resolve_subset

    if text in ("none", "all"):
        return found.everything if text == "all" else NONE
    if is_rule(text):
        return candidate_by_rule(text, found.rows)
    text, pairs = split_level(text)
    named = strategy_subset(text)
    names = list(named) if named is not None else comma_list(text)
    subset, levels = resolve_subset(names, found.pool), found.cost.levels
    return levels.top(subset) if pairs is None else levels.settle(subset, pairs)


def _emit(view: tuple[Any, list[dict[str, Any]]], as_json: bool) -> None:
    shown, plain = view
    if as_json:
        print(json.dumps(plain))
    else:
        for part in shown:
            results.print(part)
