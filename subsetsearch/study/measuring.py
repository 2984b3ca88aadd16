"""What takes time: plans, searches, full runs, calibrations; and results that were made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign_core.support.settings.config import comma_list
from subsetsearch.config import StudyConfig
from subsetsearch.study.reading import StudyReading

if TYPE_CHECKING:
    import pandas as pd

    from subsetsearch.analysis.trust import Trust, UnlabelledTrust
    from subsetsearch.results.tables.import_file import ImportSummary
    from subsetsearch.run.planning.plan_sheet import EvaluationPlan, Plan
    from subsetsearch.run.search.join import WorkSummary
    from subsetsearch.run.search.search import RunSummary


class StudyMeasuring(StudyReading):
    """What measures subsets of a study, and what says before what that would take."""

    def plan(
        self,
        trials: int | None = None,
        *,
        more: int | None = None,
        evaluate: Mapping[str, Any] | None = None,
        timing: bool = True,
    ) -> Plan | EvaluationPlan:
        """Check everything and describe what a search or an evaluation would do; nothing is kept.

        Args:
            trials: Total that the run is asked for; the study's own, if left out.
            more: Trials to add instead, whatever there are.
            evaluate: Arguments of :meth:`evaluate`, to plan that instead.
            timing: Take a few steps to estimate the time, where nothing was timed yet.

        Raises:
            RealignError: If languages or constraints do not fit: there is nothing to describe.

        Example:
            >>> study.plan()["trials"]  # doctest: +SKIP
            60
        """
        self._begin("checking corpora and encoder ...")
        from subsetsearch.run.planning.dry_run import plan_evaluation, plan_search

        if evaluate is not None:
            return plan_evaluation(self.config, self.folder, evaluate, timing=timing, tell=self._tell)
        return plan_search(self.config, self.folder, trials=trials, more=more, timing=timing, tell=self._tell)

    def leave_aside(self) -> None:
        """Move what was measured with other data, or another encoder, aside: the study begins anew.

        Raises:
            StudyError: If a program has the database open, or it is on a server.

        Example:
            >>> study.leave_aside()  # doctest: +SKIP
        """
        from subsetsearch.run.preparation.material import leave_aside

        self._begin("reading corpora and encoder ...")
        self.reload()
        leave_aside(self.config, self.folder, tell=self._tell)

    def run(self, workers: int = 1, trials: int | None = None, *, more: int | None = None) -> RunSummary:
        """Search: propose subsets and score them, at most by the rung ``search.top_rung``.

        Args:
            workers: Processes that share the trials.
            trials: Total that the study is to have; its own number, if left out. A study that has it is left
                as it is; commands that run at once share it.
            more: Trials to add instead, whatever there are.

        Raises:
            RealignError: If something does not fit, or a trial fails; what was finished is kept.

        Example:
            >>> summary = study.run(workers=2)  # doctest: +SKIP
        """
        self._begin("reading corpora and encoder ...")
        from subsetsearch.problem.notes import pool_notes
        from subsetsearch.run.search.total import kept_apart
        from subsetsearch.run.search.workers import open_checked, search_with_workers

        notes = kept_apart(self.config, self.folder)
        ladder = open_checked(self.config, self.folder, progress=self._progress)
        for sentence in (*pool_notes(ladder.problem), *notes):
            self._tell(sentence)
        try:
            summary = search_with_workers(ladder, trials, more=more, workers=workers)
            if summary.ended:
                self._tell(summary.ended)
            return summary
        finally:
            self.reload()

    def evaluate(
        self,
        top: int | None = None,
        *,
        pick: str | None = None,
        languages: str | Sequence[str] | None = None,
        strategies: str | Sequence[str] | None = None,
        pairs: int | None = None,
        seeds: Sequence[int] | None = None,
        fresh_seeds: int | None = None,
        workers: int = 1,
    ) -> pd.DataFrame:
        """Measure subsets in full: realign, fine-tune, test without labels of the target languages.

        Give one of ``top``, ``pick``, ``languages`` and ``strategies``. Finished runs are kept; a stopped
        evaluation goes on where it was.

        Args:
            top: Subsets of the search's front, besides none and all; the study's number, if left out.
            pick: A rule of choice, as in :meth:`pick`.
            languages: A subset of your own.
            strategies: Published strategies by name, or ``all``.
            pairs: With ``languages`` or ``strategies``: each gives at most so many pairs.
            seeds: Else the study's.
            fresh_seeds: Use so many seeds that no choice has seen; none and all run as well.
            workers: Processes that share the runs; 0 leaves them to workers that join (:meth:`work`).

        Returns:
            One row a full run of these subsets, scores as fractions.

        Raises:
            RealignError: If something does not fit, or a run fails; what was finished is kept.

        Example:
            >>> study.evaluate(pick="recommended", fresh_seeds=3)["mean"].mean()  # doctest: +SKIP
            0.771
        """
        from subsetsearch.run.full_runs.chosen import EvaluationRequest

        request = EvaluationRequest.of(top, pick, languages, strategies, pairs, seeds, fresh_seeds)
        self._begin("reading corpora and encoder ...")
        import pandas as pd

        from subsetsearch.results.tables.run_table import to_row
        from subsetsearch.run.full_runs.evaluate import evaluate

        try:
            runs = evaluate(
                self.config, self.folder, request, workers=workers, progress=self._progress, tell=self._tell
            )
        finally:
            self.reload()
        return pd.DataFrame(map(to_row, runs))

    def work(self, rungs: Sequence[int] = (1, 2, 3), **options: Any) -> WorkSummary:
        """Join the study as a worker, on any machine; take trials and full runs until none is open.

        Args:
            rungs: Work that ends at these; full runs are of rung 3, trials of ``search.top_rung``.
            options: ``trials``: total that the study is to have; ``wait``: seconds to stay for more when
                nothing is open; ``proxy``: ``HOST:PORT`` of Optuna's gRPC proxy, for the trials.

        Raises:
            RealignError: If this machine has other data or code than the study, or something fails.

        Example:
            >>> load("s.toml", storage="postgresql://user@host/studies").work([3])  # doctest: +SKIP
        """
        from subsetsearch.run.search.join import WorkPlan, work

        self._begin("reading corpora and encoder ...")
        try:
            plan = WorkPlan(tuple(rungs), **options)
            return work(self.config, self.folder, plan, progress=self._progress, tell=self._tell)
        finally:
            self.reload()

    def calibrate(self, subsets: int = 12, *, seeds: Sequence[int] | None = None, workers: int = 1) -> Trust:
        """Measure how far the cheap rungs can be trusted, against full runs of subsets of all sizes.

        Args:
            subsets: How many are scored by every rung and fully run.
            seeds: Of the full runs; else the study's.
            workers: Processes that share them; 0 leaves them to workers that join.

        Raises:
            RealignError: If something does not fit, or a run fails; what was finished is kept.

        Example:
            >>> study.calibrate(subsets=12).sentences[0]  # doctest: +SKIP
        """
        self._begin("reading corpora and encoder ...")
        from subsetsearch.run.full_runs.calibrate import CalibrationPlan, calibrate
        from subsetsearch.run.search.workers import open_checked

        ladder = open_checked(self.config, self.folder, progress=self._progress)
        plan = CalibrationPlan(
            subsets, tuple(self.config.evaluate.seeds if seeds is None else seeds), workers, self.folder.logs
        )
        try:
            calibrate(ladder, plan, self.config, announce=self._tell)
        finally:
            self.reload()
        return self.trust()

    def calibrate_without_labels(self, subsets: int) -> list[UnlabelledTrust]:
        """Take each labelled target for one without labels, and see how its held-out pairs rank subsets.

        Args:
            subsets: How many rung 1 ranks; nothing is trained.

        Raises:
            ConfigError: If no labelled target has enough sentence pairs.

        Example:
            >>> study.calibrate_without_labels(200)[0].sentence  # doctest: +SKIP
        """
        from subsetsearch.results.tables.study_store import read_full_runs
        from subsetsearch.run.full_runs.unlabelled_trust import measure_unlabelled_trust

        evaluations = read_full_runs(self.config, self.folder)
        config, cache = self._fixed(), self.folder.cache
        return measure_unlabelled_trust(config, cache, subsets, evaluations, progress=self._progress)

    def import_results(
        self,
        file: str | Path,
        *,
        languages: str | Sequence[str] | None = None,
        skip_others: bool = False,
        dry_run: bool = False,
    ) -> ImportSummary:
        """Take full results that were made elsewhere, in the layout of the published result files.

        Args:
            file: A CSV table, one row a run.
            languages: Realignment languages of every row, where the table has no such column.
            skip_others: Leave rows of other models, tasks or methods aside; else they are an error.
            dry_run: Check the table, store nothing.

        Raises:
            RealignError: If a row does not fit the study; nothing is stored then.

        Example:
            >>> summary = study.import_results("results.csv")  # doctest: +SKIP
        """
        from subsetsearch.results.tables.import_study import import_results
        from subsetsearch.run.preparation.material import material_of_full_runs

        summary = import_results(
            self.config, self.folder, file, _names(languages),
            skip_others=skip_others, dry_run=dry_run, tell=self._tell,
            material=lambda: material_of_full_runs(self.config),
        )  # fmt: skip
        self.reload()
        return summary

    def _begin(self, sentence: str) -> None:
        """Say what is about to be done, if its results can be stored: heavy packages alone take seconds."""
        self.folder.require_writable()
        if self.folder.has_database:
            from subsetsearch.results.trials.kept_studies import require_ours

            require_ours(self.config, self.folder)
        self._tell(sentence)

    def _fixed(self) -> StudyConfig:
        """The settings with the number format and attention that all runs of the study use."""
        from subsetsearch.run.preparation.arithmetic import with_fixed_arithmetic

        self.folder.require_writable()
        return with_fixed_arithmetic(self.config, self.folder)


def _names(names: str | Sequence[str] | None) -> tuple[str, ...] | None:
    return comma_list(names) if isinstance(names, str) else None if names is None else tuple(names)
