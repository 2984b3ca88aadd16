"""The command that measures trust: ``calibrate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from subsetsearch.cli.idle import Idle
from subsetsearch.cli.measure.left_to_workers import print_asked_for
from subsetsearch.cli.options import RunWorkers, Seeds, StudyOptions, read_seeds
from subsetsearch.cli.views.plain import print_json
from subsetsearch.cli.views.trust import show_trust, show_unlabelled_trust


@dataclass(frozen=True, kw_only=True)
class Calibrate(StudyOptions):
    """Measure how far the cheap rungs can be trusted, against full runs.

    Subsets of all sizes, random ones and rung 1's lowest and highest, are scored by rung 1 and by the
    rung that the search ends at, and fully run. Shown are rank correlations with 95 % intervals, over
    all and within equal sizes, the regret of choosing by a rung, and the ceiling that the noise between
    seeds sets. Finished work is kept; a stopped calibration goes on where it was.

    **Examples**

    - subsetsearch calibrate studies/quickstart.toml

    - subsetsearch calibrate studies/quickstart.toml --subsets 18 --seeds 17,23,31 --workers 2

    - subsetsearch calibrate studies/quickstart.toml --no-run --json

    - subsetsearch calibrate studies/african-pos.toml --without-labels 200
    """

    subsets: Annotated[
        int, typer.Option("--subsets", min=3, help="Subsets that are scored by every rung and fully run.")
    ] = 12
    seeds: Seeds = None
    workers: RunWorkers = 1
    measure: Annotated[
        bool, typer.Option("--run/--no-run", help="Measure what is missing, or only report what is there.")
    ] = True
    without_labels: Annotated[
        int | None,
        typer.Option(
            "--without-labels",
            min=5,
            help="Instead: treat each labelled target in turn as if it had no labels, and rank so many "
            "subsets by how well its held-out sentence pairs find each other (rung 1; nothing is trained).",
        ),
    ] = None

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if self.without_labels is not None:
            yield "subsets seeds workers measure", "with --without-labels, which runs nothing in full"
        elif not self.measure:
            yield "subsets seeds workers", "with --no-run, which measures nothing"

    def run(self) -> None:
        """Measure what is missing, and print what it says."""
        study = self.open()
        if self.without_labels is not None:
            unlabelled = study.calibrate_without_labels(self.without_labels)
            if self.as_json:
                print_json([trust.to_dict() for trust in unlabelled])
            else:
                show_unlabelled_trust(unlabelled)
            return
        if self.measure:
            trust = study.calibrate(self.subsets, seeds=read_seeds(self.seeds), workers=self.workers)
        else:
            trust = study.trust()
        if self.as_json:
            print_json(trust.to_dict())
            return
        show_trust(trust)
        if self.measure and self.workers == 0:
            print_asked_for(study)
