"""Write everything that is made from the rows."""

from __future__ import annotations

from pathlib import Path

from benchmarks.common import ROOT, write_figures, write_json
from benchmarks.study.page.overview import overview
from benchmarks.study.page.task import task_pages
from benchmarks.study.summary import read_measured, summary
from benchmarks.study.tasks import PAGE, RESULTS, SUMMARY, TASKS
from realign_core.support.files.writing import atomic_write

FIGURES = ROOT / "studies" / "results" / "figures"


def write_all(
    page: Path = PAGE, file: Path = SUMMARY, figures: Path = FIGURES, tasks: Path = RESULTS
) -> None:
    """Write ``summary.json``, the page of all tasks, a page a task and figures, as far as there are rows."""
    found = summary(tuple(TASKS.values()))
    write_json(file, found)
    write_figures("study", overview(found), page)
    for name, text in task_pages(found).items():
        atomic_write(tasks / f"{name}.md", text)
    measured = {name: read_measured(task) for name, task in TASKS.items()}
    known = {name: one for name, one in measured.items() if one is not None and one.runs}
    if known:
        from benchmarks.study.figures import draw  # matplotlib takes seconds to load

        for name, one in known.items():
            draw(name, one, figures)
