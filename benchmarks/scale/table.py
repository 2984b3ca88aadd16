"""The figures of the page of scale."""

from __future__ import annotations

from typing import Any


def markdown(content: dict[str, Any]) -> list[str]:
    """Write what was measured as two tables."""
    cases = content["cases"]
    marks = sorted({int(mark) for name in cases for case in cases[name].values() for mark in case})
    head = (
        f"| storage, languages | {' | '.join(f'{mark:,} trials' for mark in marks)} | growth | begins after |"
    )
    lines = [head + " memory | database |", "|-|" + "-:|" * (len(marks) + 4)]
    reads = ["| storage, languages | `status` | `pareto` | report | its size |", "|-|-:|-:|-:|-:|"]
    for name, by_size in cases.items():
        for candidates, case in by_size.items():
            if not case:
                continue
            title = f"{name}, {int(candidates):,}"
            times = [case.get(str(mark), {}).get("ms_per_trial") for mark in marks]
            last = case[max(case, key=int)]
            known = [time for time in times if time is not None]
            lines.append(
                f"| {title} | {' | '.join('' if time is None else f'{time:.0f} ms' for time in times)} | "
                f"{known[-1] / known[0]:.1f} | {last['seconds_to_begin']:.1f} s | {last['mb']} MB | "
                f"{last['megabytes']:.0f} MB |"
            )
            if "status" in last:
                seconds = " | ".join(
                    f"{last[read]['seconds']:.1f} s" for read in ("status", "pareto", "report")
                )
                reads.append(f"| {title} | {seconds} | {last['report']['megabytes']:.1f} MB |")
    return [
        "Processor time of a trial besides its objective, by trials that are there (medians of eight), "
        "and of the largest study: time until a worker begins, memory of the worker, size of the database:",
        "\n".join(lines),
        "Processor time of commands that read the largest study, Python's start included:",
        "\n".join(reads),
    ]
