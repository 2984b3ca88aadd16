"""The five tasks of the study, and what is run of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import ROOT, study_file
from subsetsearch.errors import StudyError

RESULTS = ROOT / "studies" / "results" / "real"
"""Plans and rows."""

PAGE = ROOT / "studies" / "README.md"
SUMMARY = ROOT / "studies" / "results" / "summary.json"

SEEDS = (2001, 2002, 2003, 2004)
"""Of the full runs: no study file names one, and no search takes one for a further run."""

PEERS = ("greedy", "nsga2", "qlognehvi")


@dataclass(frozen=True, slots=True)
class Design:
    """What is run.

    Args:
        minutes: Most minutes of one processor core that the search has.
        least: Runs that a search has at least, whatever the budget.
        seeds: Fresh ones, of every full run.
        sizes: Of random and of diverse sets.
        draws: Random sets of each size.
        pairs: Of each language, for the axis of costs.
        exact: Seconds that an exact solver may take for one set.
        candidates: Sets that BoTorch chooses among, besides single languages.
        share: Of the time of all published strategies with all seeds, what the search has at most.
    """

    minutes: float = 15.0
    least: int = 10
    seeds: tuple[int, ...] = SEEDS
    sizes: tuple[int, ...] = (1, 3, 8, 20)
    draws: int = 3
    pairs: tuple[int, ...] = (30, 100, 300, 1000)
    exact: float = 60.0
    candidates: int = 512
    share: float = 0.08


@dataclass(frozen=True, slots=True)
class StudyTask:
    """A task.

    Args:
        name: Names its files.
        file: Its study file.
        results: Folder of its plan and rows.
        design: What is run.
    """

    name: str
    file: Path
    results: Path = RESULTS
    design: Design = Design()

    @property
    def plan(self) -> Path:
        """What is to be run, written when the search has ended."""
        return self.results / f"{self.name}-plan.json"

    @property
    def dev(self) -> Path:
        """Rows of the searches, on development data."""
        return self.results / f"{self.name}-dev.csv"

    @property
    def test(self) -> Path:
        """Rows of the full runs, on test data."""
        return self.results / f"{self.name}-test.csv"

    def untouched(self, sentences: int | None = None) -> Path:
        """What further runs without realignment on development data would have changed in the choice.

        Args:
            sentences: Scored in each language; the study's own number, if left out.
        """
        return self.results / f"{self.name}-untouched{f'-{sentences}-sentences' if sentences else ''}.json"

    def again(self, encoder: str = "") -> Path:
        """Rows of some full runs once more, on another machine or with another encoder.

        Args:
            encoder: Name or folder of another one; the study's own, if left out.
        """
        named = re.sub(r"[^\w.]+", "-", encoder.rstrip("/").rpartition("/")[2])
        return self.results / f"{self.name}-again{'-' * bool(named)}{named}.csv"

    @property
    def repeated(self) -> dict[str, Path]:
        """Tables of such rows that are there, by the encoder; its name is empty where it is the study's."""
        start = self.again().stem
        return {
            path.stem.removeprefix(start).removeprefix("-"): path
            for path in sorted(self.results.glob(f"{start}*.csv"), key=lambda path: path.stem)
        }


def no_plan(task: StudyTask) -> StudyError:
    """The error where something needs the plan of a task that has none."""
    fix = f"python -m benchmarks.study {task.name} makes it"
    return StudyError(f"no plan of {task.name} yet", where=task.plan, fix=fix)


_FIRST = StudyTask("time-expressions", study_file("real-time-expressions"), design=Design(share=1.0))
"""The first task that was run: its search had 15 minutes, a fifth of what the strategies take."""

TASKS = {
    _FIRST.name: _FIRST,
    **{
        name: StudyTask(name, study_file(f"real-{name}"))
        for name in ("african-pos", "ud-pos", "african-ner", "topics")
    },
}
"""By name; the first one needs no corpora."""
