"""The command that measures subsets in full: ``evaluate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from subsetsearch.cli.idle import Idle
from subsetsearch.cli.measure.left_to_workers import print_asked_for
from subsetsearch.cli.options import (
    DryRun,
    OwnLanguages,
    Pairs,
    Pick,
    RunWorkers,
    Seeds,
    StudyOptions,
    Timing,
    read_seeds,
    typed,
)
from subsetsearch.cli.views.plain import print_json, print_next, print_path
from subsetsearch.cli.views.run import show_plan
from subsetsearch.errors import count


@dataclass(frozen=True, kw_only=True)
class Evaluate(StudyOptions):
    """Measure the best subsets in full: realign, fine-tune, test in the target languages.

    Finished runs are kept; a stopped evaluation goes on where it was. A subset that was chosen for
    its high score owes some of it to luck: fresh seeds, which no rule of choice sees, show how much.

    **Examples**

    - subsetsearch evaluate studies/quickstart.toml --top 4 --seeds 17,23,31

    - subsetsearch evaluate studies/quickstart.toml --workers 2

    - subsetsearch evaluate studies/quickstart.toml --languages sw,te,mn

    - subsetsearch evaluate studies/quickstart.toml --strategies most_uriel_en_10,xt_afri

    - subsetsearch evaluate studies/quickstart.toml --pick recommended --fresh-seeds 3

    - subsetsearch evaluate studies/quickstart.toml --languages sw,te,mn --dry-run
    """

    top: Annotated[
        int | None, typer.Option("--top", min=1, help="Subsets of the search's front, besides none and all.")
    ] = None
    pick: Pick = None
    languages: OwnLanguages = None
    pairs: Pairs = None
    strategies: Annotated[
        str | None,
        typer.Option("--strategies", help="Published strategies by name, comma-separated, or all."),
    ] = None
    seeds: Seeds = None
    fresh_seeds: Annotated[
        int | None,
        typer.Option(
            "--fresh-seeds",
            min=1,
            help="Use so many seeds that no choice has seen; none and all run as well.",
        ),
    ] = None
    workers: RunWorkers = 1
    dry_run: DryRun = False
    timing: Timing = True

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if not self.dry_run:
            yield "timing", "without --dry-run"

    def run(self) -> None:
        """Measure, and say where the results are."""
        study = self.open()
        request: dict[str, Any] = {
            "top": self.top,
            "pick": self.pick,
            "languages": self.languages,
            "strategies": self.strategies,
            "pairs": self.pairs,
            "seeds": read_seeds(self.seeds),
            "fresh_seeds": self.fresh_seeds,
        }
        if self.dry_run:
            show_plan(study.plan(evaluate=request, timing=self.timing), as_json=self.as_json)
            return
        runs = study.evaluate(**request, workers=self.workers)
        if self.as_json:
            print_json(runs)
            return
        if self.workers == 0 and print_asked_for(study):
            return
        print_path(study.folder.evaluations, "full runs in ")
        print_next(study.command("pareto"))

    def kept(self) -> str:
        """Say how many full runs are stored, and which command goes on."""
        stored = self.open().status().full_runs
        return f"the study has {count(stored, 'full run')} stored, and this goes on: {typed()}"
