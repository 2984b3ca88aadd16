"""What a search by full runs saves without rung 1, on the study that ``make demo`` runs.

``python -m benchmarks.scaled.rung1`` prepares it, scores a few subsets, and makes one full run on development
data, all in one process of one thread; seconds are those of the processor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from benchmarks.common import results_of, study_file, write_json
from subsetsearch.config import load_study
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.rungs.ladder import open_ladder
from subsetsearch.subset import NONE, Subset

LANGUAGES = ("uig_Arab", "kab_Latn", "urd_Arab")


def main() -> None:
    """Measure, and write ``results/rung1.json``."""
    torch.set_num_threads(1)
    with TemporaryDirectory() as name:
        ladder = open_ladder(load_study(study_file("time-expressions")), StudyFolder(Path(name)))
        subsets = [NONE, *(Subset(frozenset({key})) for key in LANGUAGES)]
        seconds = {
            "seconds_reading": _seconds(ladder.top.prepare),
            "seconds_preparing_rung1": _seconds(ladder.first.prepare),
            "seconds_rung1_a_subset": _seconds(lambda: [ladder.first.score(s) for s in subsets])
            / len(subsets),
            "seconds_full_run": _seconds(lambda: ladder.top.scores(subsets[1])),
        }
    write_json(results_of("scaled") / "rung1.json", {key: round(value, 3) for key, value in seconds.items()})


def _seconds(do: Callable[[], object]) -> float:
    start = time.process_time()
    do()
    return time.process_time() - start


if __name__ == "__main__":
    main()
