"""A study from its file to its answer: one short method a command, in the order of a study's life."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from realign_core.support.files.writing import atomic_write
from realign_core.support.progress import Progress
from subsetsearch.config import load_study
from subsetsearch.errors import check_paths
from subsetsearch.results.database.address import read_address
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.study.measuring import StudyMeasuring
from subsetsearch.study.stored import RUNS, Targets
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from realign_core import TrainedEncoder
    from subsetsearch.analysis.front.choice import Choice
    from subsetsearch.analysis.model.reading_options import Asked
    from subsetsearch.report import PageName

logger = logging.getLogger(__name__)


def load(
    file: str | Path,
    overrides: Mapping[str, Any] | None = None,
    *,
    runs: str | Path = RUNS,
    storage: str | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], None] = logger.info,
) -> Study:
    """Open a study file; neither corpora nor the encoder are read yet.

    Args:
        file: A study file (TOML).
        overrides: Dotted keys set over the file's own.
        runs: Folder of all studies' results.
        storage: Database URL (``postgresql://...``) or ``@FILE`` that holds it; the study's own, if left out.
        progress: Shows how far long work is; bars in a terminal or notebook, if left out.
        tell: Told what is about to be done, a sentence each.

    Raises:
        ConfigError: If the file is missing or does not fit (file, line, nearest key).

    Example:
        >>> study = load("studies/quickstart.toml", {"search.trials": 40})  # doctest: +SKIP
    """
    from realign_core.support.program.console import default_progress

    check_paths(file=file, runs=runs)
    path = Path(file)
    config = load_study(path, overrides)
    folder = StudyFolder(Path(runs) / config.name, read_address(storage), given=storage)
    return Study(config, folder, path, overrides or {}, progress or default_progress(), tell)


class Study(StudyMeasuring):
    """One study: its file, its stored trials and full runs, and what follows from them.

    It remembers what it has read until it runs, evaluates, calibrates or imports something itself;
    :meth:`reload` looks again, after other processes have worked on the study. Made by :func:`load`.
    """

    def realign(
        self,
        choice: str | Choice | Subset | Sequence[str],
        folder: str | Path,
        *,
        pairs: int | None = None,
        seed: int | None = None,
        seeds: Sequence[int] = (),
        average: bool = False,
        task_model: bool = False,
        force: bool = False,
    ) -> TrainedEncoder:
        """Realign the encoder with a subset and save it: ``AutoModel`` loads the folder offline.

        It has the weights that the full run of this seed measured; a model card and the recipe that makes
        them again lie beside it. Training that was stopped goes on where it was.

        Args:
            choice: A rule of choice, what :meth:`pick` gave, a :class:`Subset`, or a list of languages.
            folder: It appears whole or not at all.
            pairs: With a list of languages: each gives at most so many pairs.
            seed: The first of the study's, if left out.
            seeds: Several instead: the best on development data is kept.
            average: With several seeds: average their weights, and keep these if they are the best.
            task_model: Also fine-tune, and save the task's model in the subfolder ``task-model``.
            force: Replace an encoder that was saved there before.

        Raises:
            SelectionError: If the choice is no realignment, so that the encoder stays as it is.
            RealignError: If there is something in the folder already, or something does not fit.

        Example:
            >>> trained = study.realign("recommended", "encoder")  # doctest: +SKIP
        """
        from realign_core.runs.saved.options import TrainOptions
        from subsetsearch.results.tables.study_store import read_full_runs

        check_paths(folder=folder)
        self._begin("reading corpora and encoder ...")
        from subsetsearch.run.full_runs.realign import chosen_subset, realign_subset

        options = TrainOptions(
            seed=self.config.evaluate.seeds[0] if seed is None else seed,
            seeds=tuple(seeds),
            average=average,
            task_model=task_model,
            force=force,
            checkpoints=self.folder.checkpoints,
        )
        subset, reason = chosen_subset(self.config, choice, pairs, pick=self.pick)
        runs = read_full_runs(self._settings(), self.folder)
        if subset.languages:
            self._tell(f"realigning with {subset.name}, {options.named_seeds}")
        return realign_subset(
            self._fixed(), subset, Path(folder), options, reason=reason, runs=runs, results=self.folder,
            progress=self._progress,
        )  # fmt: skip

    def report(
        self,
        file: str | Path | None = None,
        kind: PageName | None = None,
        targets: Targets = None,
        **asked: Unpack[Asked],
    ) -> Path:
        """Write a report: the answer, who is helped and harmed, the front, how far to trust it.

        Args:
            file: Where to; in the study's folder, if left out.
            kind: ``html``, ``md`` or ``png``; what the file's name says, if left out.
            targets: By these alone, as in :meth:`front`.
            **asked: ``over`` and ``tolerance``, as in :meth:`front`.

        Raises:
            ConfigError: If the name says no kind.

        Example:
            >>> study.report("front.html")  # doctest: +SKIP
        """
        from subsetsearch.report import find_writer
        from subsetsearch.report.report import known_report

        path = Path(file) if file is not None else self.folder.report.with_suffix(f".{kind or 'html'}")
        render = find_writer(path, kind)
        atomic_write(path, render(known_report(self._on(targets, asked), self.file, self.options)))
        return path

    def export_results(self, file: str | Path) -> Path:
        """Write all full runs as a table, in the layout of the published result files.

        Args:
            file: The CSV file.

        Example:
            >>> study.export_results("results.csv")  # doctest: +SKIP
        """
        from subsetsearch.results.tables.run_table import write_runs

        write_runs(Path(file), self._known.evaluations)
        return Path(file)

    def dashboard(
        self, host: str = "127.0.0.1", port: int = 8080, ready: Callable[[str], None] = logger.info
    ) -> None:
        """Serve Optuna's dashboard on the stored study, until it is interrupted.

        Args:
            host: Where to listen; by default this machine only.
            port: 0 takes any that is free.
            ready: Told the page's address.

        Raises:
            MissingExtraError: If the extra ``dashboard`` is not installed.
            StudyError: If nothing was run yet, or the port is taken.

        Example:
            >>> study.dashboard(port=9000)  # doctest: +SKIP
        """
        from subsetsearch.results.trials.dashboard import serve
        from subsetsearch.results.trials.stored_study import require_stored
        from subsetsearch.results.trials.worker_storage import open_storage

        require_stored(self._settings(), self.folder)
        serve(open_storage(self.folder), host, port, ready)
