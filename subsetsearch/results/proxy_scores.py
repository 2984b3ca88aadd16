"""What the cheap rungs say of subsets that no trial proposed, kept beside the study."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import optuna

from realign_core.support.files import atomic_write, file_lock
from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.problem.pairs import PAIRS
from subsetsearch.results.evaluations import Evaluation, EvaluationTable, runs_by_candidate
from subsetsearch.results.folder import StudyFolder
from subsetsearch.results.trials import first_scored, read_trials
from subsetsearch.subset import Subset
from subsetsearch.tables import read_csv_rows

RungScores = Mapping[int, Mapping[Subset, float]]
"""Rung to candidate to proxy score."""

_MEND = "remove the row, or the file: what is missing is scored again"


@dataclass(frozen=True, slots=True)
class ProxyScore:
    """One candidate scored by one rung.

    Args:
        study_fingerprint: Names the study's recipe, data and proxies.
        languages: Language keys, sorted, joined by spaces; empty for no realignment.
        rung: 1 or 2; full runs on development data have a table of their own.
        score: Proxy, at most 1.
        origin: Why it was scored: ``low``, ``random`` or ``high`` of a calibration's design,
            ``strategy``, or ``measured`` (a full run was there already).
        pairs_per_language: Most pairs of each language, where a level cut them.
    """

    study_fingerprint: str
    languages: str
    rung: int
    score: float
    origin: str
    pairs_per_language: int | None = None

    @property
    def candidate(self) -> Subset:
        """What was scored."""
        return Subset(frozenset(self.languages.split()), self.pairs_per_language)


@dataclass(frozen=True, slots=True)
class ProxyTable:
    """The CSV of such scores; it is replaced as a whole, under a lock.

    Args:
        path: The file; it need not exist.
    """

    path: Path

    def read(self, fingerprint: str) -> list[ProxyScore]:
        """Read the scores of one study.

        Raises:
            StudyError: If the file is not such a table.
        """
        return [row for row in self._all() if row.study_fingerprint == fingerprint]

    def add(self, scores: Sequence[ProxyScore]) -> None:
        """Add scores; a candidate that the rung has scored already keeps its first score."""
        with file_lock(self.path.with_suffix(".lock")):
            rows: dict[tuple[str, Subset, int], ProxyScore] = {}
            for row in [*self._all(), *scores]:
                rows.setdefault((row.study_fingerprint, row.candidate, row.rung), row)
            text = io.StringIO()
            writer = csv.DictWriter(text, [f.name for f in fields(ProxyScore)], lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(row) for row in rows.values())
            atomic_write(self.path, text.getvalue())

    def _all(self) -> list[ProxyScore]:
        if not self.path.is_file():
            return []
        table = read_csv_rows(self.path, error=StudyError, fix=_MEND)
        missing = [f.name for f in fields(ProxyScore) if f.name not in (*table.header, PAIRS)]
        if missing:
            raise StudyError(
                f"not a table of proxy scores: no column '{missing[0]}'",
                where=self.path,
                line=1,
                fix="remove the file",
            )
        return [self._score(line, row) for line, row in table.rows]

    def _score(self, line: int, row: Mapping[str, str]) -> ProxyScore:
        pairs = row.get(PAIRS)  # tables of before lack the column
        try:
            return ProxyScore(
                row["study_fingerprint"],
                row["languages"],
                int(row["rung"]),
                float(row["score"]),
                row["origin"],
                int(pairs) if pairs else None,
            )
        except ValueError as error:
            raise StudyError(f"no proxy score ({error})", where=self.path, line=line, fix=_MEND) from error


def rung_scores(
    stored: optuna.Study | None,
    cached: Sequence[ProxyScore],
    *,
    top_rung: int = 2,
    dev: Mapping[Subset, float] | None = None,
) -> RungScores:
    """Gather what the rungs said of any candidate, in a trial or beside it.

    Args:
        stored: The study, if trials were run.
        cached: From :meth:`ProxyTable.read`.
        top_rung: The rung that its search ends at.
        dev: Full runs on development data, from :func:`dev_means`.

    Returns:
        Rung 1, the top rung, and any other that has scored something.
    """
    found: dict[int, dict[Subset, float]] = {rung: {} for rung in sorted({1, top_rung})}
    for row in cached:
        found.setdefault(row.rung, {})[row.candidate] = row.score
    if dev:
        found[FULL.number] = dict(dev)
    for subset, trial in first_scored(read_trials(stored)).items():
        for rung in {1, top_rung} & trial.scores.keys():
            found[rung][subset] = trial.scores[rung]
    return found


def read_rung_scores(study: StudyConfig, folder: StudyFolder, stored: optuna.Study | None) -> RungScores:
    """Read what the rungs of a study said; nothing is computed.

    Raises:
        StudyError: If a file is no table of scores.
    """
    fingerprint = study.fingerprint()
    cached = ProxyTable(folder.proxies).read(fingerprint)
    dev = dev_means(EvaluationTable(folder.dev_evaluations).read(fingerprint), study.proxy.full.seeds)
    return rung_scores(stored, cached, top_rung=study.search.top_rung, dev=dev)


def dev_means(runs: Sequence[Evaluation], seeds: Sequence[int]) -> dict[Subset, float]:
    """Average over seeds what full runs on development data said.

    Args:
        runs: Of one study.
        seeds: A candidate counts that has all of these.

    Returns:
        Subset to mean score over targets.
    """
    asked = set(seeds)
    found = runs_by_candidate(run for run in runs if run.seed in asked)
    return {c: sum(means.values()) / len(means) for c, means in found.items() if means.keys() == asked}
