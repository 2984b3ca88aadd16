"""The figures of this folder's page from the recorded JSON and the table of variants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.common import read_rows

_RIDGE = "100.0"
_ROWS = {
    "rung1": "rung 1: gap (default)",
    "rung1_probe": "rung 1: probe",
    "rung2": "rung 2: short runs",
    "rung3": "rung 3 in a search: one full run on development data",
    "learned": "learned from the full runs of all other subsets",
    "learned_dev": "learned from one run on development data of each other subset",
    "size": "number of languages",
    "cost": "data cost",
    "mean_uriel_distance": "mean URIEL distance",
}
_CHOICES = {
    "rung1": "rung 1: gap",
    "rung2": "rung 2",
    "rung3": "rung 3 on development data, one seed",
    "learned": "learned from full runs of the others",
    "truth": "these full runs themselves (flattered)",
}


def tables(studies: list[dict[str, Any]], variants: Path) -> list[str]:
    """All figures of the page."""
    return [*map(_study, studies), *_variants(variants)]


def _study(study: dict[str, Any]) -> str:
    gains, single = study["gain_over_none"], study["single_seed"]
    lines = [
        f"### {study['study']}: {study['n_subsets']} subsets of {_list(study['sizes'])} languages, "
        f"{study['n_seeds']:.2g} seeds",
        f"Gain over no realignment in points: {100 * gains['lowest']:.1f} to {100 * gains['highest']:.1f}, "
        f"median {100 * gains['median']:.1f}. Two seeds agree at r = {single['value']:.2f} "
        f"({single['low']:.2f} to {single['high']:.2f}); ceiling {study['ceiling']:.2f} "
        f"({study['ceiling_ci'][0]:.2f} to {study['ceiling_ci'][1]:.2f}). A full run took "
        f"{study['full_seconds']:.0f} s on one busy core.",
        "| ranked by | Spearman (95 %) | of the ceiling | within sizes (95 %) | seconds |\n|-|-|-:|-|-:|",
    ]
    rows = []
    for key, label in _ROWS.items():
        if key in study and study[key]["spearman"] is not None:
            seconds = study["rung_seconds"].get(key)
            share = study[key]["spearman"] / study["ceiling"]
            rows.append(
                f"| {label} | {_interval(study[key])} | {share:.2f} | {_interval(study[key]['within_size'])} "
                f"| {'' if seconds is None else f'{seconds:.3g}'} |"
            )
    return "\n\n".join(["\n\n".join(lines) + "\n" + "\n".join(rows), *_choices(study)])


def _choices(study: dict[str, Any]) -> list[str]:
    """What choosing by each gains, and how fast full runs teach."""
    curve, gained = study["learned"]["curve"], study["gain_of_favourite"]
    sizes = list(gained["truth"])
    head = " | ".join(f"of {k}" for k in sizes)
    rows = [
        f"| {_CHOICES[name]} | " + " | ".join(_points(cells[k]) for k in sizes) + " |"
        for name, cells in gained.items()
    ]
    learned = "; ".join(
        f"from {n} full runs {mid:.2f} ({low:.2f} to {high:.2f})" for n, (low, mid, high) in curve.items()
    )
    return [
        "Points gained by taking the favourite of so many subsets, against any one of them (95 %):",
        f"| chosen by | {head} |\n|-|{'-|' * len(sizes)}\n" + "\n".join(rows),
        f"Spearman with subsets that were not learned from (quartiles over random splits): {learned}.",
    ]


def _points(cell: list[float]) -> str:
    value, low, high = (100 * end for end in cell)
    return f"{value:.1f} ({low:.1f} to {high:.1f})"


def _variants(path: Path) -> list[str]:
    """Spearman of each variant of rung 1 in each study, at the default ridge; the file has the others."""
    rows = [row for row in read_rows(path) if row["ridge"] in ("", _RIDGE)]
    if not rows:
        return []
    studies = list(dict.fromkeys(row["study"] for row in rows))
    cells = {(r["measure"], r["layer"], r["ridge"], r["study"]): r for r in rows}
    lines = [
        "### Variants of rung 1, Spearman (within sizes)",
        f"Ridge {_RIDGE} where there is one; others are in `results/{path.name}`.",
        f"| measure | layer | {' | '.join(studies)} |\n|-|-|{'-|' * len(studies)}",
    ]
    rows = sorted(rows, key=lambda r: (r["measure"], float(r["layer"] or 0)))
    body = []
    for measure, layer, ridge in dict.fromkeys((r["measure"], r["layer"], r["ridge"]) for r in rows):
        shown = [cells[measure, layer, ridge, study] for study in studies]
        numbers = " | ".join(f"{_number(c['spearman'])} ({_number(c['within_size'])})" for c in shown)
        body.append(f"| {measure} | {layer} | {numbers} |")
    return ["\n\n".join(lines) + "\n" + "\n".join(body)]


def _number(text: str) -> str:
    return "-" if text == "nan" else f"{float(text):.2f}"


def _interval(cell: dict[str, Any]) -> str:
    if cell["spearman"] is None:
        return "-"
    return f"{cell['spearman']:.2f} ({cell['ci'][0]:.2f} to {cell['ci'][1]:.2f})"


def _list(sizes: list[int]) -> str:
    *first, last = map(str, sizes)
    return f"{', '.join(first)} and {last}"
