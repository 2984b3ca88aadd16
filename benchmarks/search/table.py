"""The figures of this folder's page from the recorded JSON."""

from __future__ import annotations

from typing import Any

OURS = ("subset", "subset, cold")
QUARTER, HALF = 4, 2
NO_LOSS = "none: at no budget that was run is another sampler's median above `subset`'s"


def tables(results: dict[str, Any]) -> list[str]:
    """All figures of the page."""
    return [_losses(results), _goals(results), *map(_box, results["blackboxes"]), times(results)]


def losses(box: dict[str, Any]) -> list[str]:
    """Say at which budgets another sampler's median area is above ours."""
    area_at = box["samplers"]["subset"]["area_at"]
    last = area_at[max(area_at, key=int)]
    # An area never falls: beyond its own cap the last one is a lower bound.
    ours = {str(budget): area_at.get(str(budget), last) for budget in _budgets(box)}
    lines = []
    for name, result in box["samplers"].items():
        worse = [
            f"{budget} ({areas[1]:.3f} against {ours[budget][1]:.3f})"
            for budget, areas in result["area_at"].items()
            if name not in OURS and areas[1] > ours[budget][1] + 1e-9
        ]
        if worse:
            lines.append(f"`{name}` is ahead of `subset` at {', '.join(worse)} evaluations")
    return lines


def verdict(ours: int | None, rival: dict[str, Any], factor: int) -> str:
    """Say whether ours needs no more than a share of what a rival needs, in medians.

    Args:
        ours: Our evaluations to 95 %; ``None`` if it never got there.
        rival: A sampler's summary.
        factor: 1 / share.

    Returns:
        ``kept``, ``missed``, ``open`` where the rival was stopped too early to tell, or ``neither``
        arrived.
    """
    needed = rival["evals_to_95"][1]
    if ours is None:
        return "neither" if needed is None else "missed"
    if needed is not None:
        return "kept" if factor * ours <= needed else "missed"
    return "kept" if factor * ours <= rival["cap"] + 1 else "open"


def _losses(results: dict[str, Any]) -> str:
    lines = ["### Losses", ""]
    for box in results["blackboxes"]:
        lines.append(f"- `{box['name']}`: {'; '.join(losses(box)) or NO_LOSS}.")
    return "\n".join(lines)


def _goals(results: dict[str, Any]) -> str:
    lines = [
        "### Goals: at most 1/4 of what `nsga2` needs, at most 1/2 of the others",
        "",
        "Medians. `open`: the other one was stopped, without being there, before that many evaluations; "
        "`neither` was there when it was stopped.",
        "",
    ]
    names = [name for name in results["blackboxes"][0]["samplers"] if name not in OURS]
    lines += ["| black box | subset | " + " | ".join(names) + " |", "|-" * (2 + len(names)) + "|"]
    for box in results["blackboxes"]:
        samplers = box["samplers"]
        ours = samplers["subset"]["evals_to_95"][1]
        cells = []
        for name in names:
            if name not in samplers:
                cells.append("not run")
                continue
            factor = QUARTER if name.startswith("nsga2") else HALF
            cells.append(f"{_count(samplers[name], 1)}: {verdict(ours, samplers[name], factor)}")
        lines.append(f"| {box['name']} | {_count(samplers['subset'], 1)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _box(box: dict[str, Any]) -> str:
    budgets = _budgets(box)
    lines = [
        f"### {box['name']}: {box['languages']} languages",
        "",
        f"Reference: {box['reference']} ({box['subsets_scored']:,} subsets scored, "
        f"{len(box['front_sizes'])} on the front, the largest of {max(box['front_sizes'])} languages); "
        f"the best run reached {box['best_run_area'] / box['reference_area']:.4f} of it.",
        "",
        "| sampler | evaluations to 95 % (quartiles) | reached | CPU s | "
        + " | ".join(f"area at {b}" for b in budgets)
        + " |",
        "|-" * (4 + len(budgets)) + "|",
    ]
    for name, result in box["samplers"].items():
        low, middle, high = (_count(result, i) for i in range(3))
        areas = [
            f"{result['area_at'][str(b)][1]:.3f}" if str(b) in result["area_at"] else "" for b in budgets
        ]
        lines.append(
            f"| {name} | **{middle}** ({low} to {high}) | {result['reached']} of {result['seeds']} | "
            f"{result['cpu_seconds']} | {' | '.join(areas)} |"
        )
    return "\n".join(lines)


def _count(result: dict[str, Any], quartile: int) -> str:
    number = result["evals_to_95"][quartile]
    return f"> {result['cap']}" if number is None else str(number)


def _budgets(box: dict[str, Any]) -> list[int]:
    return sorted({int(b) for result in box["samplers"].values() for b in result["area_at"]})


def times(results: dict[str, Any]) -> str:
    """What a proposal and a score cost."""
    lines = ["### What a proposal and a score cost", ""]
    if "overhead_ms" in results:
        lines += ["| trials so far | CPU ms a proposal | the first one |", "|-|-|-|"]
        for trials, ms in results["overhead_ms"].items():
            lines.append(f"| {int(trials):,} | {ms['cpu']} | {ms['first_cpu']} |")
        lines.append("")
    rungs = results.get("rung_seconds", {})
    for name, rung in rungs.items():
        if name == "rung2":
            low, middle, high = rung["wall_seconds"]
            lines.append(
                f"- Rung 2 of {rung['study']}: {middle} s a subset, wall time "
                f"(quartiles {low} to {high} over {rung['subsets']} subsets)."
            )
            continue
        sizes = ", ".join(f"{size} languages {1e3 * s:.1f}" for size, s in rung["seconds"].items())
        shape = f"d = {rung['width']}, {rung['targets']} targets"
        if "units" in rung:
            shape += f", {rung['classes']} classes, {rung['units']:,} units"
        else:
            shape += f", a pool of {rung['languages']}"
        lines.append(f"- Rung 1, {name} ({shape}): CPU ms a subset of {sizes}.")
    seconds = sum(r["cpu_seconds"] for box in results["blackboxes"] for r in box["samplers"].values())
    lines += ["", f"All runs of the samplers took {seconds / 60:.0f} CPU minutes."]
    return "\n".join(lines)
