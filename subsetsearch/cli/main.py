"""The ``subsetsearch`` command: one file a command, errors as one line."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer

from realign_core.support.program.console import (
    INTERRUPTED,
    about_files,
    fail,
    fail_with,
    fail_with_file,
    results,
    set_up_logging,
)
from realign_core.support.program.interrupts import interruptible
from realign_core.support.program.offline import go_offline
from realign_core.support.program.threads import share_cores
from subsetsearch.cli.answers.compare import Compare
from subsetsearch.cli.answers.dashboard import Dashboard
from subsetsearch.cli.answers.expect import Expect
from subsetsearch.cli.answers.explain import Explain
from subsetsearch.cli.answers.export import Export
from subsetsearch.cli.answers.pareto import Pareto
from subsetsearch.cli.answers.realign import Realign
from subsetsearch.cli.answers.report import Report
from subsetsearch.cli.answers.status import Status
from subsetsearch.cli.answers.studies import Studies
from subsetsearch.cli.idle import refuse_idle
from subsetsearch.cli.languages.distances import Distances
from subsetsearch.cli.languages.languages import Languages
from subsetsearch.cli.languages.score import Score
from subsetsearch.cli.languages.select import Select
from subsetsearch.cli.measure.calibrate import Calibrate
from subsetsearch.cli.measure.evaluate import Evaluate
from subsetsearch.cli.measure.import_results import ImportResults
from subsetsearch.cli.measure.init import Init
from subsetsearch.cli.measure.run import Run
from subsetsearch.cli.measure.worker import Worker
from subsetsearch.cli.options import Command
from subsetsearch.errors import RealignError

_STUDIES: dict[str, type[Command]] = {
    "init": Init,
    "run": Run,
    "evaluate": Evaluate,
    "worker": Worker,
    "calibrate": Calibrate,
    "pareto": Pareto,
    "status": Status,
    "studies": Studies,
    "expect": Expect,
    "explain": Explain,
    "compare": Compare,
    "import": ImportResults,
    "dashboard": Dashboard,
    "report": Report,
    "export": Export,
    "realign": Realign,
}
_LANGUAGES: dict[str, type[Command]] = {
    "languages": Languages,
    "score": Score,
    "select": Select,
    "distances": Distances,
}


def _run(command: Command, **_: Any) -> None:
    """Run a command whose options are read; the others are those of the program."""

    def kept() -> str:
        try:
            return command.kept()
        except RealignError:  # there is no study yet
            return Command.kept(command)

    refuse_idle(command, command.idle())
    with interruptible(kept):
        command.run()


app = typer.Typer(
    name="subsetsearch",
    help="Find the few languages whose parallel data helps a multilingual encoder most.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    result_callback=_run,
)
for _name, _command in _STUDIES.items():
    app.command(_name)(_command)
for _name, _command in _LANGUAGES.items():
    app.command(_name, rich_help_panel="Choose languages")(_command)


def _show_version(asked: bool) -> None:
    if asked:
        results.print(f"subsetsearch {version('subsetsearch')}")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only.")] = False,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Never ask the network; so does the variable REALIGN_OFFLINE=1."),
    ] = False,
    show_version: Annotated[  # noqa: ARG001 - read by its callback, before a command is asked for
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Find the few languages whose parallel data helps a multilingual encoder most."""
    set_up_logging(verbose, quiet, loggers=("subsetsearch", "realign_core"))
    if offline:
        go_offline()


def main() -> None:
    """Run the command line: exit status 0, 1 for a failure, 2 for wrong usage, 130 for Ctrl-C."""
    share_cores()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    try:
        status = app(standalone_mode=False)
        if status == INTERRUPTED:
            fail("interrupted before anything was done")
        sys.exit(status)
    except typer.TyperException as error:
        message = error.format_message()
        if message:  # help was printed already, if there is none
            fail(f"{message.rstrip('.')}; --help shows what is understood")
        sys.exit(error.exit_code)
    except RealignError as error:
        sys.exit(fail_with(error))
    except OSError as error:
        if not about_files(error):  # a mistake of ours, whose traceback we want to see
            raise
        sys.exit(fail_with_file(error))
