"""The command that hands a subset over to another tool: ``export``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from realign_core.support.settings.config import comma_list
from subsetsearch.cli.idle import Idle
from subsetsearch.cli.options import Asking, OpenOptions, Pairs, Pick, StudyArgument, note
from subsetsearch.cli.views.plain import print_json, print_path, print_table
from subsetsearch.errors import ConfigError
from subsetsearch.export import FORMATS, Choice, choice_from_languages, export, find_format, render


@dataclass(frozen=True, kw_only=True)
class Export(OpenOptions, Asking):
    """Hand a chosen subset over to another tool.

    **Examples**

    - subsetsearch export studies/quickstart.toml --pick knee --to json -o chosen.json

    - subsetsearch export --languages swh,yor,wol --to mtdata -o mtdata.recipes.mine.yml

    - subsetsearch export studies/quickstart.toml --languages sw,te --to realign -o recipe.toml

    - subsetsearch export --list
    """

    study: Annotated[Path | None, StudyArgument] = None
    fmt: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="Which tool or format; --list shows all.")
    ] = "json"
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="File or folder to write (subset.json, ... by default); - prints."
        ),
    ] = None
    pick: Pick = None
    languages: Annotated[
        str | None,
        typer.Option(
            "--languages",
            help="Languages of your own, comma-separated; with a STUDY, its recipe and seeds too.",
        ),
    ] = None
    pairs: Pairs = None
    list_all: Annotated[bool, typer.Option("--list", help="List the formats.")] = False

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if self.list_all:
            yield "output pick languages pairs", "with --list"
        elif self.study is None:
            yield "overrides", "without a STUDY"

    def run(self) -> None:
        """List the formats, or write one."""
        if self.list_all:
            formats = {name: exporter.description for name, exporter in FORMATS.items()}
            print_json(formats) if self.as_json else print_table(["format", "what it is"], formats.items())
            return
        exporter, choice = find_format(self.fmt), self._choice()
        if self.output == Path("-"):
            print(render(choice, self.fmt), end="")
            return
        files = export(choice, self.fmt, self.output or Path(f"subset{exporter.suffix}"))
        if self.as_json:
            print_json({"format": self.fmt, "languages": choice.languages, "files": [str(p) for p in files]})
            return
        for file in files:
            print_path(file)

    def _choice(self) -> Choice:
        """Find what is handed over: languages by name, or a point of a study's front.

        Raises:
            ConfigError: If it is neither, or both.
        """
        if self.languages is not None and self.pick is not None:
            raise ConfigError(
                "there is nothing to pick from --languages", where="--pick", fix="leave one out"
            )
        if self.pairs is not None and self.languages is None:
            raise ConfigError("is for languages of your own", where="--pairs", fix="give --languages as well")
        if self.asks and self.pick is None:
            where = "--targets" if self.targets is not None else "--over and --tolerance"
            raise ConfigError("only for a rule of choice", where=where, fix="give --pick RULE as well")
        if self.languages is not None:
            from subsetsearch.analysis.study.study_results import choice_by_hand

            names = comma_list(self.languages)
            if self.study is None:
                return choice_from_languages(names, pairs_per_language=self.pairs)
            return choice_by_hand(self.open(self.study).config, names, self.pairs)
        if self.study is None or self.pick is None:
            raise ConfigError(
                "nothing to export",
                where="--pick",
                fix="give a STUDY with --pick RULE, or --languages swh,yor without a study",
            )
        choice = self.open(self.study).pick(self.pick, self.targets, **self.asked)
        note(f"{self.pick}: {choice.reason}")
        return choice
