"""The command that writes a study file: ``init``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from subsetsearch.cli.options import Command, Json
from subsetsearch.cli.views.plain import print_json, print_next, print_sheet
from subsetsearch.setup import init


@dataclass(frozen=True, kw_only=True)
class Init(Command):
    """Write a study file for the corpora that lie in some folders.

    Nothing is asked: what is there is recognised, what was assumed is said, and each key has a comment.

    **Examples**

    - subsetsearch init corpora

    - subsetsearch init --parallel ntrex --labelled sib200 --encoder xlm-roberta-base -o topics.toml

    - subsetsearch init --parallel ntrex --labelled masakhapos --labelled ud -o pos.toml
    """

    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FOLDER]...", help="Where to look; the working folder, if nothing is named."),
    ] = None
    parallel: Annotated[Path | None, typer.Option("--parallel", help="Folder of the parallel text.")] = None
    labelled: Annotated[
        list[Path] | None,
        typer.Option(
            "--labelled",
            help="Folder (or table) of labelled examples; may be given twice, one with the source language.",
        ),
    ] = None
    encoder: Annotated[
        str | None,
        typer.Option("--encoder", help="Folder or hub id; else one that is found, or the bundled one."),
    ] = None
    source: Annotated[
        str, typer.Option("--source", help="Language that the task is learnt in, by any code or name.")
    ] = "English"
    output: Annotated[Path, typer.Option("-o", "--output", help="The study file.")] = Path("my-study.toml")
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False
    as_json: Json = False

    def run(self) -> None:
        """Write it, and say what it rests on."""
        draft = init(
            *(self.folders or ()),
            parallel=self.parallel,
            labelled=self.labelled or (),
            encoder=self.encoder,
            source=self.source,
            output=self.output,
            force=self.force,
        )
        if self.as_json:
            print_json(asdict(draft) | {"file": str(draft.file)})
            return
        print_sheet(draft)
        print_next(f"subsetsearch run {draft.file} --dry-run")
