"""The command that sets subsets or studies side by side: ``compare``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from subsetsearch.analysis.subsets.compare_by_typology import compare_by_typology
from subsetsearch.cli.idle import Idle
from subsetsearch.cli.options import Asking, OpenOptions
from subsetsearch.cli.views.compare import show_studies, show_subsets, show_typology, typology_record
from subsetsearch.cli.views.plain import print_json
from subsetsearch.errors import ConfigError
from subsetsearch.study import Study

if TYPE_CHECKING:
    from subsetsearch.analysis.subsets.compare import StudyComparison


@dataclass(frozen=True, kw_only=True)
class Compare(OpenOptions, Asking):
    """Compare subsets with the first of them, or studies with each other.

    Subsets of a study (``--study``) are compared by cost and scores, seed by seed, and by what a model of all
    full runs expects of them, run or not; without a study by typology alone. What is recommended or best, and
    what is expected, follow ``--over`` and ``--tolerance``; measured scores are means in any case.

    **Examples**

    - subsetsearch compare none all best knee --study studies/quickstart.toml

    - subsetsearch compare none recommended sw,te --study studies/quickstart.toml --over worst

    - subsetsearch compare sw,te,mn wol,zul,uig xt_afri

    - subsetsearch compare studies/quickstart.toml studies/african-pos.toml
    """

    things: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBSET",
            help="Languages joined by commas, none, all, a strategy's name or a rule of choice; "
            "or study files. In a study, @300 after languages or a strategy: at most 300 pairs of each.",
            show_default=False,
        ),
    ]
    study: Annotated[
        Path | None, typer.Option("--study", help="Study that the subsets belong to.", show_default=False)
    ] = None

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if self.study is None and not self._are_studies():
            yield "overrides", "without --study"

    def run(self) -> None:
        """Compare, and print a column or row for each.

        Raises:
            ConfigError: If something is asked without a study's subsets.
        """
        if self.asks and self.study is None:
            given_options = {
                "--targets": self.targets is not None,
                "--over": self.over != "mean",
                "--tolerance": True,
            }
            where = next(option for option, given in given_options.items() if given)
            raise ConfigError("is for subsets of a study", where=where, fix="give --study STUDY as well")
        if self._are_studies():
            compared = _compare_studies([self.open(Path(name)) for name in self.things])
            print_json(compared.to_dict()) if self.as_json else show_studies(compared)
        elif self.study is None:
            scores = compare_by_typology(self.things)
            print_json(typology_record(scores)) if self.as_json else show_typology(scores)
        else:
            study = self.open(self.study)
            columns = study.compare(*self.things, targets=self.targets, **self.asked)
            if self.as_json:
                note = study.front(self.targets, **self.asked).note
                print_json([column.to_dict() | ({"note": note} if note else {}) for column in columns])
            else:
                show_subsets(columns, study.front(self.targets, **self.asked))

    def _are_studies(self) -> bool:
        """Say whether study files are compared, not subsets.

        Raises:
            ConfigError: If both are, one of them twice, fewer than two, or study files within a study.
        """
        things = self.things
        if len(things) < 2:
            raise typer.BadParameter(
                "one thing cannot be compared; give at least two subsets or studies", param_hint="SUBSET"
            )
        twice = next((thing for thing in things if things.count(thing) > 1), None)
        if twice is not None:
            raise ConfigError(f"'{twice}' is given twice", fix="name each study or subset once")
        subsets = [thing for thing in things if not thing.endswith(".toml")]
        if subsets and len(subsets) < len(things):
            raise ConfigError(
                f"studies and subsets cannot be compared ('{subsets[0]}' is no study file)",
                fix="compare studies with each other, or subsets with --study STUDY",
            )
        if not subsets and self.study is not None:
            raise ConfigError(
                "is for comparing subsets", where="--study", fix="leave it out to compare studies"
            )
        return not subsets


def _compare_studies(studies: Sequence[Study]) -> StudyComparison:
    """Set studies side by side: what each found, and the settings in which they differ.

    Raises:
        StudyError: If nothing was run yet of one.
    """
    from subsetsearch.analysis.subsets.compare import (  # loads scipy, which help does without
        StudyComparison,
        differing_settings,
        study_column,
    )

    columns = tuple(study_column(study._known) for study in studies)
    return StudyComparison(columns, differing_settings([study.config for study in studies]))
