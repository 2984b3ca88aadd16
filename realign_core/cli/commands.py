"""The command line: its commands, and how errors are shown."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from realign_core.cli.align import align
from realign_core.cli.compare import compare
from realign_core.cli.languages import languages
from realign_core.cli.run import run
from realign_core.cli.train import train
from realign_core.support.errors import RealignError
from realign_core.support.program.console import (
    INTERRUPTED,
    about_files,
    fail,
    fail_with,
    fail_with_file,
    set_up_logging,
)
from realign_core.support.program.offline import go_offline
from realign_core.support.program.threads import share_cores

app = typer.Typer(
    name="realign-core",
    help="Realign a multilingual encoder, fine-tune it on one language, test it in others.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for command in (run, train, compare, languages, align):
    app.command()(command)


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only.")] = False,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Never ask the network; so does the variable REALIGN_OFFLINE=1."),
    ] = False,
) -> None:
    """Realign a multilingual encoder, fine-tune it on one language, test it in others."""
    set_up_logging(verbose, quiet)
    if offline:
        go_offline()


def main() -> None:
    """Run the command line: exit status 0, 1 for a failure, 2 for wrong usage, 130 for Ctrl-C."""
    share_cores()
    try:
        app()  # usage errors end with status 2 in there, Ctrl-C with 130
    except SystemExit as end:
        if end.code == INTERRUPTED:
            fail("interrupted before anything was done")
        raise
    except RealignError as error:
        sys.exit(fail_with(error))
    except OSError as error:
        if not about_files(error):  # a mistake of ours, whose traceback we want to see
            raise
        sys.exit(fail_with_file(error))
