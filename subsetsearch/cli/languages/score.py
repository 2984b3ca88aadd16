"""The command that explains a set of languages: ``score``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from subsetsearch.cli.languages.language_options import TypologyOptions, listed
from subsetsearch.cli.views.languages import show_score
from subsetsearch.cli.views.plain import print_json
from subsetsearch.diversity import score
from subsetsearch.strategies import USUAL_POOL, read_pool


@dataclass(frozen=True, kw_only=True)
class Score(TypologyOptions):
    """Explain a set: distances, families, scripts, nearest pair, coverage of targets.

    Distances here are as measured; nothing is taken off, and what they rest on stands beside them.

    **Examples**

    - subsetsearch score wol zul uig smo tir

    - subsetsearch score wol zul uig smo tir --targets masakhapos --kind syntactic
    """

    names: Annotated[
        list[str],
        typer.Argument(
            metavar="LANGUAGE",
            help="The set, in any code, with spaces or commas between.",
            show_default=False,
        ),
    ]
    targets: Annotated[
        str,
        typer.Option("--targets", metavar="POOL", help="Languages to be covered: a pool, a file, or a list."),
    ] = USUAL_POOL

    def run(self) -> None:
        """Measure the set, and print it."""
        targets = [language.key for language in read_pool(self.targets)]
        set_score = score(
            listed(self.names), targets=targets, typology=self.source, kind=self.kind, metric=self.metric
        )
        print_json(asdict(set_score)) if self.as_json else show_score(set_score, self.targets)
