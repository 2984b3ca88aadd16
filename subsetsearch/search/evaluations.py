"""Full evaluations (rung 3): one row a run, in a table that several processes may append to."""

from __future__ import annotations

import fcntl
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from realign_core.files import atomic_write
from subsetsearch.candidate import Candidate, Subset
from subsetsearch.errors import StudyError

_SCORE = "final_eval_{key}_{metric}"
_PAIRS = "pairs_per_language"


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
    subset: Subset
    metric: str
    scores: dict[str, float]
    held_out: dict[str, float]
    seconds: float
    fresh: bool = False
    pairs: int | None = None

    @property
    def candidate(self) -> Candidate:
        """What was evaluated."""
        return Candidate(self.subset, self.pairs)

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
    def from_row(cls, row: dict[str, object]) -> Evaluation:
        """Read a row back."""
        metric = str(row["metric"])
        head, tail = _SCORE.format(key="\0", metric=metric).split("\0")
        filled = {str(name): float(value) for name, value in row.items() if _is_number(value)}  # type: ignore[arg-type]

        def scores(prefix: str) -> dict[str, float]:
            start = prefix + head
            return {
                name[len(start) : -len(tail)]: value
                for name, value in filled.items()
                if name.startswith(start) and name.endswith(tail)
            }

        langs, pairs = row["realignment_langs"], filled.get(_PAIRS)
        return cls(
            fingerprint=str(row["study_fingerprint"]),
            recipe_hash=str(row["recipe_hash"]),
            seed=int(filled["seed"]),
            subset=frozenset(str(langs).split()) if isinstance(langs, str) else frozenset(),
            metric=metric,
            scores=scores(""),
            held_out=scores("unseen_"),
            seconds=filled["seconds"],
            fresh=filled.get("fresh", 0) == 1,
            pairs=None if pairs is None else int(pairs),
        )


def selection(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """Keep the runs that choices may see: those with fresh seeds are left out."""
    return [run for run in evaluations if not run.fresh]


def runs_by_candidate(evaluations: Iterable[Evaluation]) -> dict[Candidate, dict[int, float]]:
    """Group mean scores by candidate and seed."""
    runs: dict[Candidate, dict[int, float]] = {}
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


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and value == value  # noqa: PLR0124  (false for NaN alone)


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
        try:
            frame = pd.read_csv(self.path, dtype={"study_fingerprint": str, "recipe_hash": str})
            rows = [Evaluation.from_row(row) for row in frame.to_dict("records")]
        except (KeyError, ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise StudyError(f"not a table of evaluations ({error})", where=self.path) from error
        return [row for row in rows if fingerprint in (None, row.fingerprint)]

    def append(self, evaluation: Evaluation) -> None:
        """Add one row; the table is replaced as a whole, so it is never half-written."""
        with self._locked():
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
        with self._locked():
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

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time read and replace the table."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
