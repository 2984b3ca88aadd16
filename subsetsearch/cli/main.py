"""The ``subsetsearch`` command: one module a group of commands, errors as one line."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated, Any, cast

import typer

from realign_core.support.console import fail, fail_with, fail_with_file, results, set_up_logging
from realign_core.support.threads import share_cores
from subsetsearch.cli import (
    calibrate_commands,
    compare_commands,
    dashboard_commands,
    evaluate_commands,
    export_commands,
    import_commands,
    inspect_commands,
    read_commands,
    run_commands,
    typology_commands,
)
from subsetsearch.errors import RealignError

UsageError = cast("type[Exception]", typer.BadParameter.__mro__[1])
"""The base of wrong usage; typer keeps its own copy of click and does not export it."""

app = typer.Typer(
    name="subsetsearch",
    help="Find the few languages whose parallel data helps a multilingual encoder most.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _show_version(asked: bool) -> None:
    if asked:
        results.print(f"subsetsearch {version('subsetsearch')}")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only.")] = False,
    show_version: Annotated[  # noqa: ARG001 - read by its callback, before a command is asked for
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Find the few languages whose parallel data helps a multilingual encoder most."""
    set_up_logging(verbose, quiet, loggers=("subsetsearch", "realign_core"))


run_commands.register(app)
evaluate_commands.register(app)
calibrate_commands.register(app)
read_commands.register(app)
inspect_commands.register(app)
compare_commands.register(app)
import_commands.register(app)
dashboard_commands.register(app)
export_commands.register(app)
typology_commands.register(app)


def main() -> None:
    """Run the command line: exit status 0, 1 for a failure, 2 for wrong usage, 130 for Ctrl-C."""
    share_cores()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    try:
        sys.exit(app(standalone_mode=False))
    except UsageError as error:
        cast("Any", error).show()
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        fail("interrupted; finished work is stored, and the same command goes on from there")
        sys.exit(130)
    except RealignError as error:
        sys.exit(fail_with(error))
    except OSError as error:
        if error.filename is None:  # not about a file: a mistake of ours, whose traceback we want to see
            raise
        sys.exit(fail_with_file(error))
