"""The command line's options: a command is a dataclass of them, and :meth:`Command.run` is what it does.

Typer reads the fields of a dataclass as it reads the parameters of a function, so a base class gives all
its commands the same options. This module does without ``from __future__ import annotations``: Typer needs
the annotations of inherited fields themselves, not their text.
"""

import shlex
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from realign_core.support.program.console import ConsoleProgress, messages
from realign_core.support.settings.config import parse_overrides
from subsetsearch.analysis.model.reading_options import Asked, Over
from subsetsearch.cli.idle import Idle
from subsetsearch.errors import ConfigError, check_seeds
from subsetsearch.results.database.address import VARIABLE, require_unseen, without_password
from subsetsearch.study import Study, load
from subsetsearch.study.stored import RUNS

PANEL = "Study"

StudyArgument = typer.Argument(metavar="STUDY", help="Study file (TOML).", show_default=False)
Json = Annotated[bool, typer.Option("--json", help="Print JSON; scores are fractions.")]
Pick = Annotated[
    str | None,
    typer.Option(
        "--pick",
        metavar="RULE",
        help="recommended, knee, best, 'cost<=X', 'accuracy>=55%' (in quotes), within=0.99 or trial=N.",
    ),
]
Targets = Annotated[
    str | None,
    typer.Option(
        "--targets",
        metavar="LANGUAGES",
        help="Score by these targets alone, by code or name, comma-separated; else by all that count.",
    ),
]
OverOption = Annotated[
    Over,
    typer.Option(
        "--over",
        help="What a subset is worth: the mean gain over the targets, the gain of the worst of them, the "
        "share helped less the share harmed, or the mean gain where each target gets the better encoder.",
    ),
]
OwnLanguages = Annotated[
    str | None, typer.Option("--languages", help="A subset of your own, comma-separated.")
]
Pairs = Annotated[
    int | None,
    typer.Option(
        "--pairs",
        min=1,
        help="With languages or strategies of your own: at most so many sentence pairs of each.",
    ),
]
Seeds = Annotated[str | None, typer.Option("--seeds", help="Comma-separated; else the study's.")]
Workers = Annotated[
    int, typer.Option("--workers", min=1, help="Processes that share the work, each with its share of cores.")
]
RunWorkers = Annotated[
    int,
    typer.Option(
        "--workers",
        min=0,
        help="Processes that share the full runs, each with its share of cores; 0 leaves them to workers "
        "that join.",
    ),
]

DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Check everything, say what will happen and how long it takes; keep nothing."
    ),
]
NewData = Annotated[
    bool,
    typer.Option(
        "--new-data",
        help="The data or the encoder have changed: move what was measured with the former ones aside.",
    ),
]
Timing = Annotated[
    bool, typer.Option("--timing/--no-timing", help="With --dry-run: take a few steps to estimate the time.")
]


_MOST_POINTS = 99.0


def _tolerated(value: float | None) -> float | None:
    """Check a tolerance; a range of Typer's would say of ``nan`` that it is too large.

    Raises:
        BadParameter: If it is no number of points.
    """
    if value is not None and not 0.0 <= value <= _MOST_POINTS:
        raise typer.BadParameter(f"a number of points between 0 and 99 is needed, but got {value:g}")
    return value


def _unseen(context: typer.Context, value: str | None) -> str | None:
    """Refuse a password that was typed; one in the environment variable is nobody else's to see.

    Raises:
        ConfigError: If there is one.
    """
    source = context.get_parameter_source("storage")
    if source is not None and source.name == "COMMANDLINE":
        require_unseen(value)
    return value


def one_format(*, as_json: bool, as_csv: bool) -> None:
    """Refuse two formats at once.

    Raises:
        BadParameter: If both are asked for.
    """
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv are two formats: give one", param_hint="--csv")


class Command(ABC):
    """One command: its fields are its arguments and options, its docstring is its help."""

    @abstractmethod
    def run(self) -> None:
        """Do it, and print what came of it."""

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        return ()

    def kept(self) -> str:
        """Say, after an interruption, what is kept and which command goes on."""
        return f"finished work is stored, and this goes on: {typed()}"


@dataclass(frozen=True, kw_only=True)
class OpenOptions(Command):
    """How studies are opened: what all commands on them take besides the study file."""

    storage: Annotated[
        str | None,
        typer.Option(
            "--storage",
            envvar=VARIABLE,
            show_envvar=False,
            callback=_unseen,
            help="Database URL without a password, e.g. postgresql://user@host/db, or @FILE that holds one; "
            f"else what the variable {VARIABLE} says, else the study's own SQLite file.",
            rich_help_panel=PANEL,
        ),
    ] = None
    runs: Annotated[
        Path, typer.Option("--dir", help="Folder of all studies' results.", rich_help_panel=PANEL)
    ] = RUNS
    overrides: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Override a key of the study file; may be repeated.",
            rich_help_panel=PANEL,
        ),
    ] = None
    as_json: Json = False

    def open(self, file: Path, more: Sequence[str] = ()) -> Study:
        """Open a study.

        Args:
            file: The study file.
            more: Keys to override, besides those that were asked for.

        Raises:
            ConfigError: If the file or an override does not fit.
        """
        return load(
            file,
            parse_overrides([*(self.overrides or ()), *more]),
            runs=self.runs,
            storage=self.storage,
            progress=ConsoleProgress(),
            tell=note,
        )


@dataclass(frozen=True, kw_only=True)
class StudyOptions(OpenOptions):
    """What a command on one study takes."""

    study: Annotated[Path, StudyArgument]

    def open(self, file: Path | None = None, more: Sequence[str] = ()) -> Study:
        """Open the study, or another file with the same options."""
        return super().open(file or self.study, more)


@dataclass(frozen=True, kw_only=True)
class Asking(Command):
    """What is asked of a study that is read: for which targets, by what, and what may be given up."""

    targets: Targets = None
    over: OverOption = "mean"
    tolerance: Annotated[
        float | None,
        typer.Option(
            "--tolerance",
            metavar="POINTS",
            callback=_tolerated,
            help="What the recommended subset may lose against the best for being cheaper (0 to 99).",
            show_default="0.5; 5 with --over helped",
        ),
    ] = None

    @property
    def asked(self) -> Asked:
        """The keywords of the Python interface, where points are fractions."""
        return {"over": self.over, "tolerance": None if self.tolerance is None else self.tolerance / 100}

    @property
    def asks(self) -> bool:
        """Whether anything is asked besides the default."""
        return self.targets is not None or self.over != "mean" or self.tolerance is not None


def typed() -> str:
    """The command that was typed, without a password."""
    return shlex.join(["subsetsearch", *map(without_password, sys.argv[1:])])


def note(sentence: str) -> None:
    """Print a sentence about the work on standard error."""
    messages.print(sentence, markup=False, soft_wrap=True)


def read_seeds(text: str | None) -> Sequence[int] | None:
    """Read a list of seeds.

    Raises:
        ConfigError: If it is no list of numbers, or one is no seed.
    """
    if text is None:
        return None
    try:
        seeds = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise ConfigError(f"'{text}' is no list of seeds", where="--seeds", fix="write 17,23,31") from error
    check_seeds(seeds)
    return seeds


def number_range(text: str, option: str) -> tuple[int, int]:
    """Read a number or a range such as ``5-10``.

    Args:
        text: What the user wrote.
        option: Name of the option, for the message.

    Raises:
        ConfigError: If it is neither, or the range is empty.
    """
    low, _, high = text.partition("-")
    try:
        first, last = int(low), int(high or low)
    except ValueError as error:
        raise ConfigError(
            f"a number or a range such as 5-10 expected, but got '{text}'", where=option
        ) from error
    if first > last:
        raise ConfigError(f"{text} is empty", where=option, fix="write the smaller number first")
    return first, last
