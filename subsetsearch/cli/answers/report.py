"""The command that writes a page: ``report``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from subsetsearch.cli.options import Asking, StudyOptions
from subsetsearch.cli.views.plain import print_json, print_path
from subsetsearch.report import PageName


@dataclass(frozen=True, kw_only=True)
class Report(StudyOptions, Asking):
    """Write a report: the answer, who is helped and harmed, the front, how far to trust it.

    **Examples**

    - subsetsearch report studies/quickstart.toml

    - subsetsearch report studies/quickstart.toml -o front.png

    - subsetsearch report studies/quickstart.toml --targets fur,wol -o two.html
    """

    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; by default in the study's folder.")
    ] = None
    kind: Annotated[
        PageName | None,
        typer.Option("--format", help="Kind of page; by default what the file name says."),
    ] = None

    def run(self) -> None:
        """Write it, and say where."""
        file = self.open().report(self.output, self.kind, self.targets, **self.asked)
        print_json({"file": str(file)}) if self.as_json else print_path(file)
