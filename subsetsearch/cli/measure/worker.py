"""The command of a machine that joins: ``worker``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from subsetsearch.cli.options import StudyOptions, typed
from subsetsearch.cli.views.plain import print_json, print_sentence
from subsetsearch.errors import ConfigError, count
from subsetsearch.study import Study


@dataclass(frozen=True, kw_only=True)
class Worker(StudyOptions):
    """Join a study as a worker, from any machine: take whatever is open until nothing is.

    Open are the trials that the study lacks, and the full runs, those with fresh seeds and those of a
    calibration among them, that `evaluate` and `calibrate` have asked for (`--workers 0` only asks).
    Each is taken by one worker; what a killed one was at is taken by another. Corpora, labelled data and
    encoder are compared with those of the study by their content, and so is the code: a worker that has
    others is refused. Across machines, give a database server; its password may stand in the variable
    SUBSETSEARCH_STORAGE or in a file, which is given as `@FILE`.

    **Examples**

    - subsetsearch worker studies/quickstart.toml --storage postgresql://user@host/studies

    - subsetsearch worker studies/quickstart.toml --storage @db.url --rungs 3 --device cuda

    - subsetsearch worker studies/quickstart.toml --storage @db.url --rungs 1,2 --wait 30
    """

    rungs: Annotated[
        str,
        typer.Option(
            "--rungs",
            help="Take only work that ends at these, comma-separated: full runs are of rung 3, trials of the "
            "study's search.top_rung.",
        ),
    ] = "1,2,3"
    device: Annotated[
        str | None,
        typer.Option("--device", help="Compute on it: cpu, cuda, cuda:1; else as the study file says."),
    ] = None
    trials: Annotated[
        int | None,
        typer.Option("--trials", min=1, help="Total of trials; else the study's own, search.trials."),
    ] = None
    proxy: Annotated[
        str,
        typer.Option(
            "--proxy",
            metavar="HOST:PORT",
            help="Optuna's gRPC proxy of the database, which trials go through; the rest goes to --storage.",
            show_default=False,
        ),
    ] = ""
    wait: Annotated[
        float,
        typer.Option("--wait", min=0, metavar="MINUTES", help="Wait so long for new work before ending."),
    ] = 0.0

    def run(self) -> None:
        """Work, and say what was done."""
        summary = self._study().work(
            self._rungs, trials=self.trials, wait=60 * self.wait, proxy=self.proxy or None
        )
        if self.as_json:
            print_json({"trials": summary.trials, "full_runs": summary.runs})
        else:
            done = f"{count(summary.trials, 'trial')} and {count(summary.runs, 'full run')}"
            print_sentence(f"nothing is open any longer; this worker did {done}")

    def kept(self) -> str:
        """Say how much is stored, and which command goes on."""
        status = self.open().status()
        stored = (
            f"{count(status.states.get('complete', 0), 'trial')} and {count(status.full_runs, 'full run')}"
        )
        return f"the study has {stored} stored, and this goes on: {typed()}"

    def _study(self) -> Study:
        keys = [] if self.device is None else [f"recipe.compute.device={self.device}"]
        return self.open(more=keys)

    @property
    def _rungs(self) -> list[int]:
        try:
            return [int(part) for part in self.rungs.split(",")]
        except ValueError as error:
            raise ConfigError(
                f"'{self.rungs}' is no list of rungs", where="--rungs", fix="write 3, or 1,2"
            ) from error
