"""Full evaluations (rung 3): one row a run, in a table that several processes may append to."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from realign_core.support.files import atomic_write, file_lock
from subsetsearch.errors import StudyError
from subsetsearch.subset import Subset
from subsetsearch.tables import read_csv_rows

_SCORE = "final_eval_{key}_{metric}"
_PAIRS = "pairs_per_language"
_NEEDED = ("study_fingerprint", "recipe_hash", "seed", "realignment_langs", "metric", "seconds")
_MEND = "mend the row, or remove it: the run is then done again"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One full run: one subset, one seed, scored on test data.

    Args:
        fingerprint: Names the study's recipe, data and cost settings.
        recipe_hash: Names the run's recipe, data, encoder and engine version.
        seed: The run's seed.
        subset: Realignment languages, by key.
        metric: ``accuracy`` or ``f1``.
        scores: Searched target to score in [0, 1].
        held_out: Held-out target to score in [0, 1].
        seconds: Wall time.
        fresh: Whether the seed was drawn after the choice, to measure it without the luck that
            helped it to be chosen; no rule of choice sees such a run.
        pairs: Most pairs of each language, where a level cut them.
    """

    fingerprint: str
    recipe_hash: str
    seed: int
    subset: frozenset[str]
    metric: str
    scores: dict[str, float]
    held_out: dict[str, float]
    seconds: float
    fresh: bool = False
    pairs: int | None = None

    @property
    def candidate(self) -> Subset:
        """What was evaluated."""
        return Subset(self.subset, self.pairs)

    @property
    def mean(self) -> float:
        """Unweighted mean over searched targets, in [0, 1]."""
        return sum(self.scores.values()) / len(self.scores)

    @property
    def mean_held_out(self) -> float | None:
        """Unweighted mean over held-out targets, if there are any."""
        return sum(self.held_out.values()) / len(self.held_out) if self.held_out else None

    def row(self) -> dict[str, object]:
        """Return one row of the table, in the layout of the published result files."""
        scores = {_SCORE.format(key=k, metric=self.metric): v for k, v in self.scores.items()}
        unseen = {"unseen_" + _SCORE.format(key=k, metric=self.metric): v for k, v in self.held_out.items()}
        return {
            "study_fingerprint": self.fingerprint,
            "recipe_hash": self.recipe_hash,
            "seed": self.seed,
            "realignment_langs": " ".join(sorted(self.subset)),
            "n_languages": len(self.subset),
            _PAIRS: self.pairs,
            "metric": self.metric,
            "mean": self.mean,
            "mean_held_out": self.mean_held_out,
            "seconds": round(self.seconds, 2),
            "fresh": int(self.fresh),
            **scores,
            **unseen,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Evaluation:
        """Read a row back, from its values or from their text.

        Raises:
            StudyError: If a value is missing, no number or out of range; the message names its column.
        """
        metric = str(row["metric"])
        head, tail = _SCORE.format(key="\0", metric=metric).split("\0")

        def scores(prefix: str) -> dict[str, float]:
            start = prefix + head
            return {
                name[len(start) : -len(tail)]: _number(row, name, most=1.0)
                for name, value in row.items()
                if name.startswith(start) and name.endswith(tail) and _filled(value)
            }

        found = scores("")
        if not found:
            raise StudyError(f"no score of any target in the columns '{head}..{tail}'")
        pairs = _filled(row.get(_PAIRS))
        return cls(
            fingerprint=str(row["study_fingerprint"]),
            recipe_hash=str(row["recipe_hash"]),
            seed=_whole(row, "seed"),
            subset=frozenset(str(row["realignment_langs"] or "").split()),
            metric=metric,
            scores=found,
            held_out=scores("unseen_"),
            seconds=_number(row, "seconds"),
            fresh=_whole(row, "fresh", least=0, most=1) == 1 if _filled(row.get("fresh")) else False,
            pairs=_whole(row, _PAIRS, least=1) if pairs else None,
        )


def selection(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """Keep the runs that choices may see: those with fresh seeds are left out."""
    return [run for run in evaluations if not run.fresh]


def runs_by_candidate(evaluations: Iterable[Evaluation]) -> dict[Subset, dict[int, float]]:
    """Group mean scores by candidate and seed."""
    runs: dict[Subset, dict[int, float]] = {}
    for run in evaluations:
        runs.setdefault(run.candidate, {})[run.seed] = run.mean
    return runs


def draw_fresh(evaluations: Iterable[Evaluation], reserved: Iterable[int], count: int) -> tuple[int, ...]:
    """Find seeds that no choice has seen: fresh ones of before, then the next unused numbers.

    Args:
        evaluations: Full runs so far.
        reserved: Seeds that later choices may use, run or not.
        count: How many.
    """
    known = list(evaluations)
    used = sorted({run.seed for run in known if run.fresh} - set(reserved))
    start = max([*(run.seed for run in known), *reserved], default=0) + 1
    return tuple([*used, *range(start, start + count)][:count])


def _filled(value: object) -> bool:
    return value is not None and value != ""


def _number(row: Mapping[str, object], name: str, *, most: float = math.inf) -> float:
    """Read a number of at least 0."""
    try:
        value = float(str(row[name]))
    except ValueError as error:
        raise StudyError(f"'{name}' is {row[name]!r}, no number") from error
    if not (0 <= value <= most and math.isfinite(value)):
        allowed = "0 or more" if most == math.inf else f"in [0, {most:g}]"
        raise StudyError(f"'{name}' is {row[name]}, not {allowed}")
    return value


def _whole(row: Mapping[str, object], name: str, *, least: int | None = None, most: int | None = None) -> int:
    text = str(row[name]).removesuffix(".0")
    try:
        value = int(text)
    except ValueError as error:
        raise StudyError(f"'{name}' is {row[name]!r}, no whole number") from error
    if (least is not None and value < least) or (most is not None and value > most):
        raise StudyError(
            f"'{name}' is {value}, not " + (f"{least} or more" if most is None else f"{least} or {most}")
        )
    return value


def _same_scores(first: Evaluation, second: Evaluation) -> bool:
    """Compare all scores, up to the rounding of a decimal notation."""
    ours, theirs = first.scores | first.held_out, second.scores | second.held_out
    return ours.keys() == theirs.keys() and all(abs(ours[key] - theirs[key]) < 1e-9 for key in ours)


@dataclass(frozen=True, slots=True)
class EvaluationTable:
    """The CSV of full runs.

    Args:
        path: The file; it need not exist.
    """

    path: Path

    def read(self, fingerprint: str | None = None) -> list[Evaluation]:
        """Read all rows, or those of one study fingerprint.

        Raises:
            StudyError: If the file is not such a table.
        """
        if not self.path.is_file():
            return []
        table = read_csv_rows(self.path, error=StudyError, fix=_MEND)
        missing = [name for name in _NEEDED if name not in table.header]
        if missing:
            raise StudyError(
                f"not a table of evaluations: no column '{missing[0]}'",
                where=self.path,
                line=1,
                fix="is it another file?",
            )
        rows = []
        for line, row in table.rows:
            try:
                rows.append(Evaluation.from_row(row))
            except StudyError as error:
                raise StudyError(error.what, where=self.path, line=line, fix=_MEND) from error
        return [row for row in rows if fingerprint in (None, row.fingerprint)]

    def append(self, evaluation: Evaluation) -> None:
        """Add one row; the table is replaced as a whole, so it is never half-written."""
        with file_lock(self.path.with_suffix(".lock")):
            self._write([*self.read(), evaluation])

    def merge(self, evaluations: Iterable[Evaluation]) -> int:
        """Add the rows that are not there yet, all of them or none.

        Args:
            evaluations: Of one or more studies, each candidate and seed once.

        Returns:
            How many were added; a run that is there with the same scores is left out.

        Raises:
            StudyError: If a run is there with other scores.
        """
        with file_lock(self.path.with_suffix(".lock")):
            rows = self.read()
            known = {(row.fingerprint, row.candidate, row.seed): row for row in rows}
            new = []
            for run in evaluations:
                old = known.get((run.fingerprint, run.candidate, run.seed))
                if old is None:
                    new.append(run)
                elif not _same_scores(old, run):
                    raise StudyError(
                        f"seed {run.seed} of {run.candidate.name} is there "
                        f"with a mean of {old.mean:.4f}, not {run.mean:.4f}",
                        where=self.path,
                        fix="a run is never replaced; leave the row out, or give it a seed of its own",
                    )
            if new:
                self._write([*rows, *new])
            return len(new)

    def _write(self, rows: Iterable[Evaluation]) -> None:
        text = io.StringIO()
        frame = pd.DataFrame([row.row() for row in rows])
        frame.astype({_PAIRS: "Int64"}).to_csv(text, index=False)  # not 300.0 where some rows have none
        atomic_write(self.path, text.getvalue())
