"""The command that lists studies: ``studies``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from subsetsearch.analysis.study.overview import StudyLine, studies
from subsetsearch.analysis.text.wording import percent
from subsetsearch.cli.options import Command, Json
from subsetsearch.cli.views.plain import print_json, print_path, print_sentence, print_table
from subsetsearch.errors import count


@dataclass(frozen=True, kw_only=True)
class Studies(Command):
    """List the studies of a folder and how far they are.

    Neither corpora nor encoders are read, and nothing is written.

    **Examples**

    - subsetsearch studies

    - subsetsearch studies /data/projects --json
    """

    folder: Annotated[
        Path,
        typer.Argument(metavar="[FOLDER]", help="Folder of study files and their results, or of results."),
    ] = Path()
    as_json: Json = False

    def run(self) -> None:
        """Print a line a study."""
        lines = studies(self.folder)
        if self.as_json:
            print_json([line.to_dict() for line in lines])
        elif not lines:
            print_sentence(f"no studies in {self.folder}; subsetsearch init writes a study file")
        else:
            columns = ("study", "state", "trials", "full runs", "best", "last change")
            print_table(columns, map(_row, lines))
            for line in lines:
                if line.note or line.next:
                    print_path(f"{line.name}: {line.note or line.next}")


def _row(line: StudyLine) -> tuple[str, ...]:
    """Cells of a line; what is not ours has no numbers."""
    changed = line.changed.strftime("%Y-%m-%d %H:%M") if line.changed else ""
    if line.note:
        return line.name, line.state, "", "", "", changed
    by = count(len(line.best_languages), "language") if line.best_languages else "none"
    best = "" if line.best is None else f"{percent(line.best)} by {by}"
    return line.name, line.state, f"{line.trials}/{line.planned}", str(line.full_runs), best, changed
