"""The command that prints distances: ``distances``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from subsetsearch.cli.languages.language_options import Caution, Names, TypologyOptions, named
from subsetsearch.cli.views.languages import matrix_record, print_matrix_csv, show_matrix
from subsetsearch.cli.views.plain import print_json


@dataclass(frozen=True, kw_only=True)
class Distances(TypologyOptions):
    """Print the distances that the solvers use, so that anyone can check a solution.

    With --caution 0 they are as measured, and unknown ones are empty.

    **Examples**

    - subsetsearch distances wol zul uig smo tir

    - subsetsearch distances --pool paper65 --csv > distances.csv

    - subsetsearch distances --pool paper65 --kind syntactic --coverage --csv
    """

    names: Names = None
    pool: Annotated[
        str | None,
        typer.Option("--pool", metavar="POOL", help="Named pool, file with a language a line, or languages."),
    ] = None
    caution: Caution = 2.0
    far: Annotated[
        bool,
        typer.Option(
            "--far",
            help="Take uncertain distances as far, not as near: as solvers do that look for near languages.",
        ),
    ] = False
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, the matrix that the solvers use.")] = False
    coverage: Annotated[bool, typer.Option("--coverage", help="Shares of known features instead.")] = False

    def run(self) -> None:
        """Compute and print them."""
        keys = [language.key for language in named(self.names, self.pool)]
        if len(keys) < 2:
            raise typer.BadParameter("a distance needs two languages", param_hint="LANGUAGE")
        table = self.source.distance_matrix(keys, self.kind, self.metric)
        cautious = self.caution > 0 or self.far
        table = table.cautious(self.caution, far=self.far) if cautious else table.trusted()
        values = table.coverage if self.coverage else table.values
        if self.as_csv:
            print_matrix_csv(keys, values)
        elif self.as_json:
            print_json(matrix_record(table, values))
        else:
            show_matrix(table, values, coverage=self.coverage)
