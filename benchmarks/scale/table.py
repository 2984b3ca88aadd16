"""The figures of the page of scale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Case = dict[str, dict[str, Any]]


def markdown(content: dict[str, Any]) -> list[str]:
    """Write what was measured as two tables."""
    cases = content["cases"]
    named = {
        f"{name}, {int(candidates):,}": case
        for name, by_size in cases.items()
        for candidates, case in by_size.items()
    }
    marks = sorted({int(mark) for case in named.values() for mark in case})
    head = " | ".join(f"{mark:,} trials" for mark in marks)
    trials = [
        f"| storage, languages | {head} | growth | begins after | memory | database |",
        "|-|" + "-:|" * (len(marks) + 4),
        *(_trials(title, case, marks) for title, case in named.items()),
    ]
    reads = [
        "| storage, languages | trials | `status` | `pareto` | report | its size |",
        "|-|-:|-:|-:|-:|-:|",
        *(row for title, case in named.items() for row in _reads(title, case)),
    ]
    return [
        "Processor time of a trial besides its objective, by trials that are there (medians of eight), "
        "and of the largest study: time until a worker begins, memory of the worker, size of the database:",
        "\n".join(trials),
        "Processor time of commands that read, the start of Python included; by the clock in brackets:",
        "\n".join(reads),
    ]


def _trials(title: str, case: Case, marks: list[int]) -> str:
    times = [case.get(str(mark), {}).get("ms_per_trial") for mark in marks]
    measured = [time for time in times if time is not None]
    last = case[max(case, key=int)] if case else {}
    cells = [
        *("" if time is None else f"{time:.0f} ms" for time in times),
        f"{measured[-1] / measured[0]:.1f}" if measured else "",
        _cell(last, "seconds_to_begin", "{:.1f} s"),
        _cell(last, "mb", "{} MB"),
        _cell(last, "megabytes", "{:.0f} MB"),
    ]
    return f"| {title} | {' | '.join(cells)} |"


def _cell(point: dict[str, Any], key: str, form: str) -> str:
    return form.format(point[key]) if key in point else ""


def _reads(title: str, case: Case) -> Iterator[str]:
    for mark in sorted(case, key=int):
        point = case[mark]
        if "report" in point:
            cells = [_seconds(point[read]) for read in ("status", "pareto", "report")]
            yield f"| {title} | {int(mark):,} | {' | '.join(cells)} | {point['report']['megabytes']:.1f} MB |"


def _seconds(numbers: dict[str, Any]) -> str:
    wall = f" ({numbers['wall']:.1f})" if "wall" in numbers else ""
    return f"{numbers['seconds']:.1f}{wall} s"
