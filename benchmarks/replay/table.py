"""The results of the replay as Markdown."""

from __future__ import annotations

from typing import Any


def markdown(result: dict[str, Any]) -> str:
    """Write the comparison as one table a task, worst of the compared first."""
    lines: list[str] = []
    for task in result["results"]:
        lines += [f"### {task['task']}, {task['model']}, {task['n']} subsets", ""]
        if task["scores"] is None:
            lines += ["Too few subsets.", ""]
            continue
        lines += [
            "| score | Spearman | 95 % bootstrap | 95 % by chance | p | surrogate minus this, 95 % |",
            "|-|-|-|-|-|-|",
        ]
        for name, row in sorted(task["scores"].items(), key=lambda item: item[1]["spearman"]):
            lines.append(_line(name, row))
        lines.append("")
    return "\n".join(lines)


def _line(name: str, row: dict[str, Any]) -> str:
    spans = [row["bootstrap_95"], row["permutation_95"], row.get("main_surrogate_minus_this_95")]
    low, chance, difference = ("" if span is None else f"{span[0]:.2f} to {span[1]:.2f}" for span in spans)
    p = "" if row["permutation_p"] is None else f"{row['permutation_p']:.4f}"
    return f"| {name} | {row['spearman']:.2f} | {low} | {chance} | {p} | {difference} |"
