"""What several commands share: options, and opening a study."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit, urlunsplit

import typer

from realign_core.support.config import parse_overrides
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import ConfigError
from subsetsearch.results.folder import StudyFolder

if TYPE_CHECKING:
    import optuna

    from subsetsearch.analysis.front import Front
    from subsetsearch.analysis.trust import Trust
    from subsetsearch.config.rungs import Rung
    from subsetsearch.problem.cost import PoolCost
    from subsetsearch.problem.pool import Pool
    from subsetsearch.results.measurement import Measurement
    from subsetsearch.results.rung_scores import RungScores
    from subsetsearch.results.store import MeasurementStore
    from subsetsearch.subset import Subset
    from subsetsearch.typology import DistanceTable

RUNS = Path("runs")
"""Where studies' results go by default."""

StudyArgument = Annotated[
    Path, typer.Argument(metavar="STUDY", help="Study file (TOML).", show_default=False)
]
DirOption = Annotated[Path, typer.Option("--dir", help="Folder of all studies' results.")]
StorageOption = Annotated[
    str | None,
    typer.Option(
        "--storage", help="Database URL, e.g. postgresql://...; the study's own SQLite file, if left out."
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a key of the study file; may be repeated."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
PickOption = Annotated[
    str | None,
    typer.Option(
        "--pick",
        metavar="RULE",
        help="recommended, knee, best, 'cost<=X', 'accuracy>=Y' (in quotes), within=0.99 or trial=N.",
    ),
]
PairsOption = Annotated[
    int | None,
    typer.Option(
        "--pairs",
        min=1,
        help="With --languages or --strategies: each gives at most so many pairs; else the most there are.",
    ),
]
SeedsOption = Annotated[str | None, typer.Option("--seeds", help="Comma-separated; else the study's.")]
WorkersOption = Annotated[
    int,
    typer.Option(
        "--workers", min=1, help="Processes that share the full runs, each with its share of cores."
    ),
]


def without_password(url: str) -> str:
    """Hide the password of a database URL, for printing."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))


def read_seeds(text: str | None) -> tuple[int, ...]:
    """Read a list of seeds; nothing gives none.

    Raises:
        ConfigError: If it is no list of numbers.
    """
    if text is None:
        return ()
    try:
        return tuple(dict.fromkeys(int(part) for part in text.split(",")))
    except ValueError as error:
        raise ConfigError(f"'{text}' is no list of seeds", where="--seeds", fix="write 17,23,31") from error


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """A study file with its folder and database URL, and how the user named them."""

    config: StudyConfig
    folder: StudyFolder
    url: str | None
    file: Path
    options: tuple[str, ...] = ()

    @classmethod
    def read(
        cls, path: Path, runs: Path, url: str | None = None, overrides: list[str] | None = None
    ) -> OpenStudy:
        """Read a study file.

        Raises:
            ConfigError: If the file does not fit.
        """
        config = load_study(path, parse_overrides(overrides or ()))
        options = [] if runs == RUNS else ["--dir", str(runs)]
        options += ["--storage", "URL"] if url is not None else []  # it may hold a password
        options += [word for override in overrides or () for word in ("--set", override)]
        return cls(config, StudyFolder(runs / config.name, url), url, path, tuple(options))

    def with_fixed_arithmetic(self) -> OpenStudy:
        """Return it with the number format and attention that all of its runs use.

        Raises:
            StudyError: If the file asks for others than the stored ones.
        """
        from subsetsearch.run.arithmetic import with_fixed_arithmetic

        return replace(self, config=with_fixed_arithmetic(self.config, self.folder, self.url))

    def store(self) -> MeasurementStore:
        """Open the store of its measurements."""
        from subsetsearch.results.study_store import open_store

        return open_store(self.config, self.folder)

    def full_runs(self) -> list[Measurement]:
        """Read its full runs on test data."""
        from subsetsearch.results.study_store import read_full_runs

        return read_full_runs(self.config, self.folder)

    def command(self, verb: str, *words: str) -> str:
        """Write a command on this study, to be typed next: same folder, same overrides."""
        return shlex.join(["subsetsearch", verb, str(self.file), *self.options, *words])


@dataclass(frozen=True, slots=True)
class StudyResults:
    """Everything that is known about a study, for reading commands."""

    pool: Pool
    stored: optuna.Study | None
    evaluations: list[Measurement]
    rows: Front
    cost: PoolCost
    distances: DistanceTable
    scores: RungScores
    rung: Rung

    @property
    def everything(self) -> Subset:
        """The whole pool, at the highest level of pairs per language."""
        return self.cost.everything

    @property
    def calibration(self) -> Trust:
        """How far the rungs can be trusted."""
        from subsetsearch.analysis.trust.predictor import leave_one_out_predictor
        from subsetsearch.analysis.trust.verdict import verdict
        from subsetsearch.results.measurement import means_by_seed

        return verdict(
            self.scores,
            means_by_seed(self.evaluations),
            self.everything,
            top_rung=self.rung.number,
            predict=leave_one_out_predictor(self.cost),
        )


def read_results(study: OpenStudy) -> StudyResults:
    """Gather trials and full runs; the encoder is not loaded.

    Raises:
        StudyError: If nothing was run yet, or the stored study does not fit the file.
    """
    import optuna

    from subsetsearch.analysis.build import study_front
    from subsetsearch.config.rungs import measuring_rung
    from subsetsearch.problem.cost import PoolCost
    from subsetsearch.problem.pool import build_pool
    from subsetsearch.results.rung_scores import read_rung_scores
    from subsetsearch.results.storage import load_stored, require_stored
    from subsetsearch.typology import load_typology

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    evaluations = study.full_runs()
    # Full runs may stand alone: subsets of one's own, or results that were imported.
    find = load_stored if evaluations else require_stored
    stored = find(study.config, study.folder, study.url)
    pool = build_pool(study.config)
    distances = load_typology().distance_matrix(pool.keys, kind=study.config.typology.kind)
    cost = PoolCost.build(study.config, pool)
    rung, scores = measuring_rung(study.config), read_rung_scores(study.config, study.store(), stored)
    rows = study_front(stored, evaluations, cost, distances, scores, rung=rung, name=study.config.name)
    return StudyResults(pool, stored, evaluations, rows, cost, distances, scores, rung)
