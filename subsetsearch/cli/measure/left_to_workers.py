"""What a command says if it leaves its runs to workers that join later."""

from __future__ import annotations

from realign_core.support.program.console import results
from subsetsearch.errors import count
from subsetsearch.study import Study


def print_asked_for(study: Study) -> bool:
    """Print how many runs wait for workers, and how to start one.

    Args:
        study: Whose runs were asked for.

    Returns:
        Whether any is waiting; nothing is printed otherwise.
    """
    from subsetsearch.results.measurements.requested_runs import open_runs
    from subsetsearch.results.measurements.store import MeasurementStore

    waiting = open_runs(MeasurementStore(study.folder.database), study.config.fingerprint())
    runs = sum(map(len, waiting.values()))
    if runs:
        line = f"{count(runs, 'full run')} asked for; start workers: {study.command('worker')}"
        results.print(line, markup=False, soft_wrap=True)
    return runs > 0
