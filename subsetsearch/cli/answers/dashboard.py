"""The command that opens Optuna's own dashboard on a study: ``dashboard``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from subsetsearch.cli.options import StudyOptions
from subsetsearch.cli.views.plain import print_sentence


@dataclass(frozen=True, kw_only=True)
class Dashboard(StudyOptions):
    """Open Optuna's dashboard on the stored study, until Ctrl-C (extra ``dashboard``).

    Each trial shows its languages, the rung it reached, and its scores in every target language.

    **Examples**

    - subsetsearch dashboard studies/quickstart.toml

    - subsetsearch dashboard studies/quickstart.toml --port 9000
    """

    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any port that is free.")] = (
        8080
    )
    host: Annotated[
        str,
        typer.Option(
            "--host", help="Where to listen; by default this machine only, as there is no password."
        ),
    ] = "127.0.0.1"

    def run(self) -> None:
        """Serve it."""
        self.open().dashboard(
            self.host, self.port, ready=lambda address: print_sentence(f"{address} (Ctrl-C ends it)")
        )
