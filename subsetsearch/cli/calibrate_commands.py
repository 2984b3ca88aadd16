"""The command ``calibrate``: how far the rungs can be trusted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

import typer

from realign_core.support.console import ConsoleProgress, messages, results, say
from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    JsonOption,
    OpenStudy,
    SeedsOption,
    SetOption,
    StorageOption,
    StudyArgument,
    WorkersOption,
    read_results,
    read_seeds,
)
from subsetsearch.cli.given import takes


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(calibrate)


@dataclass(frozen=True, slots=True)
class CalibrateOptions:
    """How many subsets are measured, with which seeds, or what else is."""

    study: StudyArgument
    subsets: Annotated[
        int, typer.Option("--subsets", min=3, help="Subsets that are scored by every rung and fully run.")
    ] = 12
    seeds: SeedsOption = None
    workers: WorkersOption = 1
    run: Annotated[
        bool, typer.Option("--run/--no-run", help="Measure what is missing, or only report what is there.")
    ] = True
    without_labels: Annotated[
        int | None,
        typer.Option(
            "--without-labels",
            min=5,
            help="Instead: take each labelled target in turn for one without labels, and rank so many "
            "subsets by the alignment of its held-out sentence pairs (rung 1; nothing is trained).",
        ),
    ] = None
    storage: StorageOption = None
    runs: DirOption = RUNS
    overrides: SetOption = None
    as_json: JsonOption = False


@takes(CalibrateOptions)
def calibrate(given: CalibrateOptions) -> None:
    """Measure how far the cheap rungs can be trusted, against full runs.

    Subsets of all sizes, random ones and rung 1's lowest and highest, are scored by rung 1 and by the
    rung that the search ends at, and fully run. Shown are rank correlations with 95 % intervals, over
    all and within equal sizes, the regret of choosing by a rung, and the ceiling that the noise between
    seeds sets. Finished work is kept; a stopped calibration goes on where it was.

    **Examples**

    - subsetsearch calibrate studies/quickstart.toml

    - subsetsearch calibrate studies/quickstart.toml --subsets 18 --seeds 17,23,31 --workers 2

    - subsetsearch calibrate studies/quickstart.toml --no-run --json

    - subsetsearch calibrate studies/african-pos.toml --without-labels 200
    """
    opened = OpenStudy.read(given.study, given.runs, given.storage, given.overrides)
    if given.without_labels is not None:
        _without_labels(opened, given.without_labels, as_json=given.as_json)
        return
    if given.run:
        seeds = read_seeds(given.seeds) or opened.config.evaluate.seeds
        _measure(opened, given.subsets, seeds, given.workers)
    calibration = read_results(opened).calibration
    if given.as_json:
        print(json.dumps(calibration.to_dict()))
        return
    from subsetsearch.cli.calibrate_views import trust_table

    results.print(trust_table(calibration))
    for sentence in calibration.sentences:
        say(f"- {sentence}")


def _measure(opened: OpenStudy, subsets: int, seeds: tuple[int, ...], workers: int) -> None:
    import optuna

    from subsetsearch.problem.pool import build_targets
    from subsetsearch.results.storage import load_stored
    from subsetsearch.results.study_store import export_runs
    from subsetsearch.run.calibrate import CalibrationPlan, measure_calibration
    from subsetsearch.rungs.full import FullRuns
    from subsetsearch.rungs.ladder import open_ladder

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    opened.folder.require_writable()
    opened = opened.with_fixed_arithmetic()
    ladder = open_ladder(opened.config, opened.folder, progress=ConsoleProgress())
    full = FullRuns(opened.config, ladder.pool, build_targets(opened.config, "test"), opened.store())
    plan = CalibrationPlan(subsets, seeds, workers, opened.folder.logs)
    stored = load_stored(opened.config, opened.folder, opened.url)
    measure_calibration(ladder, full, plan, stored, announce=messages.print)
    export_runs(opened.config, opened.folder)


def _without_labels(opened: OpenStudy, subsets: int, *, as_json: bool) -> None:
    from subsetsearch.cli.calibrate_views import in_turn_table
    from subsetsearch.run.unlabelled_trust import measure_in_turn
    from subsetsearch.rungs.ladder import open_ladder

    opened = opened.with_fixed_arithmetic()
    ladder = open_ladder(opened.config, opened.folder, in_turn=True, progress=ConsoleProgress())
    told = measure_in_turn(ladder, subsets, opened.full_runs())
    if as_json:
        print(json.dumps([found.to_dict() for found in told]))
        return
    for found in told:
        results.print(in_turn_table(found))
        say(f"- {found.sentence}")
