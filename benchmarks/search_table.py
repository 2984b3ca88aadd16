"""The table of SEARCH.md from the recorded figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BEGIN = "<!-- figures: written by benchmarks/search.py -->"
END = "<!-- end of figures -->"
OURS = ("subset", "subset, cold")


def write_table(results: dict[str, Any], path: Path) -> None:
    """Replace the figures between the two marks of a page."""
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    body = "\n\n".join([*map(_box, results["blackboxes"]), _overhead(results)])
    path.write_text(f"{head}{BEGIN}\n\n{body}\n\n{END}{tail}", encoding="utf-8")


def losses(box: dict[str, Any]) -> list[str]:
    """Say at which budgets another sampler's median area is above ours."""
    known = box["samplers"]["subset"]["area_at"]
    last = known[max(known, key=int)]
    # An area never falls: beyond its own cap the last one is a lower bound.
    ours = {str(budget): known.get(str(budget), last) for budget in _budgets(box)}
    found = []
    for name, result in box["samplers"].items():
        worse = [
            f"{budget} ({areas[1]:.3f} against {ours[budget][1]:.3f})"
            for budget, areas in result["area_at"].items()
            if name not in OURS and areas[1] > ours[budget][1] + 1e-9
        ]
        if worse:
            found.append(f"`{name}` is ahead of `subset` at {', '.join(worse)} evaluations")
    return found


def _box(box: dict[str, Any]) -> str:
    budgets = _budgets(box)
    lines = [
        f"### {box['name']}: {box['languages']} languages, reference: {box['reference']}",
        "",
        "Losses: "
        + ("; ".join(losses(box)) or "at no budget is another sampler's median above `subset`'s")
        + ".",
        "",
        "| sampler | evaluations to 95 % (quartiles) | reached | CPU s | "
        + " | ".join(f"area at {b}" for b in budgets)
        + " |",
        "|-" * (4 + len(budgets)) + "|",
    ]
    for name, result in box["samplers"].items():
        low, middle, high = (str(n) if n is not None else f"> {result['cap']}" for n in result["evals_to_95"])
        areas = [
            f"{result['area_at'][str(b)][1]:.3f}" if str(b) in result["area_at"] else "" for b in budgets
        ]
        lines.append(
            f"| {name} | **{middle}** ({low} to {high}) | {result['reached']} of {result['seeds']} | "
            f"{box['cpu_seconds'][name]} | {' | '.join(areas)} |"
        )
    return "\n".join(lines)


def _budgets(box: dict[str, Any]) -> list[int]:
    return sorted({int(b) for result in box["samplers"].values() for b in result["area_at"]})


def _overhead(results: dict[str, Any]) -> str:
    lines = [
        "### What a proposal and rung 1 cost",
        "",
        "| trials so far | CPU ms a proposal | wall ms | first one |",
    ]
    lines.append("|-|-|-|-|")
    for trials, ms in results["overhead_ms"].items():
        lines.append(f"| {trials} | {ms['cpu']} | {ms['wall']} | {ms['first_cpu']} |")
    rung = results["rung_seconds"]
    sizes = ", ".join(f"{size} languages {1e3 * seconds:.1f} ms" for size, seconds in rung["rung1"].items())
    lines += ["", f"Rung 1 ({rung['study']}, {rung['units']} units of 384 dimensions): {sizes}."]
    return "\n".join(lines)
