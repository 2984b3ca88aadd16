"""The command that shows the front: ``pareto``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from subsetsearch.analysis.front.pick_rules import parse_rule
from subsetsearch.cli.idle import Idle
from subsetsearch.cli.options import Asking, Pick, StudyOptions, one_format
from subsetsearch.cli.views.front import show_front, show_picked
from subsetsearch.cli.views.plain import print_json

if TYPE_CHECKING:
    from subsetsearch.analysis.subsets.who_is_helped import ByTarget


@dataclass(frozen=True, kw_only=True)
class Pareto(StudyOptions, Asking):
    """Show the Pareto front of data cost against accuracy.

    Test scores are those of full runs; what the search saw, by the rung that it ends at, never comes
    from test data, and the two cannot be compared. ``none`` and ``all`` are always shown. A model of all full
    runs says what each subset gains over no realignment (90 % interval) and which is the best; recommended is
    the cheapest that is expected to lose no more than the tolerance against it. Below it stands whom that
    subset helps and harms, target by target.

    **Examples**

    - subsetsearch pareto studies/quickstart.toml

    - subsetsearch pareto studies/quickstart.toml --json

    - subsetsearch pareto studies/quickstart.toml --pick within=0.99

    - subsetsearch pareto studies/quickstart.toml --targets fur,Wolof

    - subsetsearch pareto studies/quickstart.toml --by-target

    - subsetsearch pareto studies/quickstart.toml --over worst --tolerance 1

    Rules of choice: ``subsetsearch explain --pick RULE`` says in words what each does.
    """

    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV; scores are fractions.")] = False
    every: Annotated[bool, typer.Option("--all", help="Show dominated subsets as well.")] = False
    pick: Pick = None
    by_target: Annotated[
        bool,
        typer.Option(
            "--by-target", help="Show whom the recommended subset, or the picked one, helps and harms."
        ),
    ] = False

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if self.as_json or self.as_csv:
            yield "every", "with --json or --csv, which have all"
        if self.pick is not None or self.by_target:
            yield "every", "with --pick or --by-target, which show one subset"

    def run(self) -> None:
        """Print the front, the picked row of it, or its targets."""
        one_format(as_json=self.as_json, as_csv=self.as_csv)
        if self.pick is not None:
            parse_rule(self.pick)
        study = self.open()
        if self.by_target:
            self._print_targets(study.by_target(self.pick or "recommended", self.targets, **self.asked))
            return
        front, reason = study.front(self.targets, **self.asked), ""
        if self.pick is not None:
            picked = front.pick(self.pick)
            front, reason = replace(front, rows=(picked.row,)), f"{self.pick}: {picked.reason}"
        if self.as_json:
            print_json(front.to_dicts())
        elif self.as_csv:
            print(front.to_frame().to_csv(index=False), end="")
        elif reason:
            show_picked(reason, front)
        else:
            show_front(front, study, every=self.every)

    def _print_targets(self, gains: ByTarget) -> None:
        from subsetsearch.cli.views.by_target import show_by_target  # loads scipy, which help does without

        if self.as_json:
            print_json(gains.to_dicts())
        elif self.as_csv:
            print(gains.to_frame().to_csv(index=False), end="")
        else:
            show_by_target(gains)
