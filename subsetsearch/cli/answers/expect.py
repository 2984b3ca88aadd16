"""The command that says what subsets can be expected to gain: ``expect``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from subsetsearch.cli.idle import Idle
from subsetsearch.cli.options import OverOption, StudyOptions, Targets, one_format
from subsetsearch.cli.views.plain import print_json


@dataclass(frozen=True, kw_only=True)
class Expect(StudyOptions):
    """Say what subsets can be expected to gain over no realignment, whether they were run or not.

    A model of all full runs together, on development and on test data, knows the languages by their traits.
    Without subsets, all that were scored, the whole pool, and every single language of it are asked about.

    **Examples**

    - subsetsearch expect studies/time-expressions.toml

    - subsetsearch expect studies/time-expressions.toml kab khm,gla all --by-target

    - subsetsearch expect studies/time-expressions.toml --targets Ewe,Abkhaz --json
    """

    subsets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SUBSET",
            help="Languages joined by commas, all, a strategy's name or a rule of choice.",
            show_default=False,
        ),
    ] = None
    targets: Targets = None
    over: OverOption = "mean"
    by_target: Annotated[bool, typer.Option("--by-target", help="Show every target's gain.")] = False
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV; gains are fractions.")] = False
    top: Annotated[int, typer.Option("--top", help="Show so many subsets.", min=1)] = 15

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if self.as_json or self.as_csv:
            yield "top", "with --json or --csv, which have all"

    def run(self) -> None:
        """Print expected gains, the highest first."""
        one_format(as_json=self.as_json, as_csv=self.as_csv)
        expected = self.open().expect(self.subsets or None, self.targets, over=self.over)
        if not (self.as_json or self.as_csv):
            from subsetsearch.cli.views.expect import show_expected  # loads scipy, which help does without

            show_expected(expected, self.top, by_target=self.by_target)
            return
        frame = expected.by_target() if self.by_target else expected.to_frame()
        print_json(frame) if self.as_json else print(frame.to_csv(index=False), end="")
