"""What the cheap rungs say of subsets that no trial proposed, kept beside the study."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import optuna

from realign_core.files import atomic_write, file_lock
from subsetsearch.calibration import Calibration, calibrate
from subsetsearch.candidate import Candidate
from subsetsearch.csv_rows import read_csv_rows
from subsetsearch.errors import StudyError
from subsetsearch.search.evaluations import Evaluation, runs_by_candidate
from subsetsearch.search.levels import PAIRS
from subsetsearch.search.storage import complete_trials, proposed_by

RungScores = Mapping[int, Mapping[Candidate, float]]
"""Rung to candidate to proxy score."""

_MEND = "remove the row, or the file: what is missing is scored again"


@dataclass(frozen=True, slots=True)
class ProxyScore:
    """One candidate scored by one rung.

    Args:
        study_fingerprint: Names the study's recipe, data and proxies.
        languages: Language keys, sorted, joined by spaces; empty for no realignment.
        rung: 1 or 2.
        score: Proxy on development data, in [0, 1].
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
    def candidate(self) -> Candidate:
        """What was scored."""
        return Candidate(frozenset(self.languages.split()), self.pairs_per_language)


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
            rows: dict[tuple[str, Candidate, int], ProxyScore] = {}
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


def rung_scores(stored: optuna.Study | None, cached: Sequence[ProxyScore]) -> RungScores:
    """Gather what the rungs said of any candidate, in a trial or beside it.

    Args:
        stored: The study, if trials were run.
        cached: From :meth:`ProxyTable.read`.
    """
    found: dict[int, dict[Candidate, float]] = {1: {}, 2: {}}
    for row in cached:
        found.setdefault(row.rung, {})[row.candidate] = row.score
    for trial in complete_trials(stored) if stored else []:
        for rung in (1, 2):
            score = trial.user_attrs.get(f"rung{rung}")
            if score is not None:
                found[rung][proposed_by(trial)] = float(score)
    return found


def study_calibration(
    scores: RungScores, evaluations: Sequence[Evaluation], everything: Candidate
) -> Calibration:
    """Hold the rungs of a study against its full runs, fresh seeds included.

    Args:
        scores: From :func:`rung_scores`.
        evaluations: Full runs.
        everything: The whole pool, at the highest level.
    """
    return calibrate(scores, runs_by_candidate(evaluations), everything)
