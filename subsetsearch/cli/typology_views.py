"""How the commands about languages show their results, as tables and as JSON."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.measure import Measurement
from rich.table import Table

from realign_core.support.console import results
from subsetsearch.languages import SCHEMES, Language, resolve

if TYPE_CHECKING:
    from subsetsearch.diversity import SetScore
    from subsetsearch.strategies import NamedPool, Selection
    from subsetsearch.typology import DistanceTable

_WIDEST_MATRIX = 11
_WRAPPED = ("name", "what", "family", "genus")


def print_json(value: object) -> None:
    """JSON on stdout; what is not known is null."""
    print(json.dumps(_plain(value), indent=2, ensure_ascii=False))


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value


def _table(*columns: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in right else "left",
            no_wrap=column not in _WRAPPED,
            overflow="fold",
        )
    return table


def _keep_words(table: Table) -> Table:
    """Wrap between words, not within them, where the terminal is too narrow for the table."""
    if Measurement.get(results, results.options.update(max_width=1000), table).maximum <= results.width:
        return table
    for column in table.columns:
        if column.header in _WRAPPED:
            words = [word for cell in column.cells for word in str(cell).split()]
            column.width = max(map(len, [str(column.header), *words]))
    return table


def show_pools(pools: Mapping[str, NamedPool], as_json: bool) -> None:
    """List the named pools."""
    if as_json:
        print_json([{"name": p.name, "languages": len(p.codes), "what": p.what} for p in pools.values()])
        return
    table = _table("pool", "languages", "what", right=("languages",))
    for pool in pools.values():
        table.add_row(pool.name, str(len(pool.codes)), pool.what)
    results.print(table)


def show_languages(languages: Sequence[Language], as_json: bool) -> None:
    """Say what languages are."""
    if as_json:
        print_json([_language(language) for language in languages])
        return
    table = _table("key", "name", "family", "genus", "class", "seen in", "glottocode", right=("class",))
    for language in languages:
        table.add_row(
            language.key,
            language.name,
            language.family,
            language.genus,
            "-" if language.resource_class is None else str(language.resource_class),
            " ".join(sorted(language.seen_in)) or "-",
            language.glottocode or "-",
        )
    results.print(_keep_words(table))


def show_codes(codes: Sequence[str], as_json: bool) -> None:
    """Print codes, one a line."""
    if as_json:
        print_json(list(codes))
        return
    for code in codes:
        print(code)


def _language(language: Language) -> dict[str, Any]:
    fields = asdict(language)
    fields |= {"family": language.family, "genus": language.genus, "group": language.group}
    return fields | {"codes": {scheme: language.find_code(scheme) for scheme in SCHEMES}}


def show_score(score: SetScore, targets: str, as_json: bool) -> None:
    """Explain a set."""
    if as_json:
        print_json(asdict(score))
        return
    results.print(f"[bold]{len(score.keys)} languages[/], {score.kind} distances")
    results.print(_members(score.keys, score.coverage))
    summary = Table(box=None, show_header=False, pad_edge=False)
    summary.add_column(style="bold")
    summary.add_column()
    for label, text in _summary(score, targets):
        summary.add_row(label, text)
    results.print(summary)


def _members(keys: Sequence[str], coverage: Mapping[str, float]) -> Table:
    table = _table("key", "name", "family", "genus", "script", "class", "known", right=("class", "known"))
    for key in keys:
        language = resolve(key)
        level = "-" if language.resource_class is None else str(language.resource_class)
        known = coverage.get(key)
        table.add_row(key, language.name, language.family, language.genus, language.script, level,
                      "-" if known is None else f"{known:.0%}")  # fmt: skip
    return _keep_words(table)


def _summary(score: SetScore, targets: str) -> list[tuple[str, str]]:
    lines = []
    if math.isfinite(score.mean_distance):
        lines.append(("mean distance", f"{score.mean_distance:.3f}"))
    for label, pair in (("nearest pair", score.nearest), ("farthest pair", score.farthest)):
        if pair is not None:
            names = f"{resolve(pair.first).name} - {resolve(pair.second).name}"
            lines.append(
                (label, f"{pair.distance:.3f}  {names}  ({pair.coverage:.0%} of the features known in both)")
            )
    lines.append(("families", f"{len(score.families)}: {_counts(score.families)}"))
    lines.append(("genera", f"{len(score.genera)}: {_counts(score.genera)}"))
    lines.append(("scripts", f"{len(score.scripts)}: {_counts(score.scripts)}"))
    lines.append(("phylogenetic diversity", f"{score.phylogenetic:.2f}"))
    if math.isfinite(score.feature_entropy):
        lines.append(("feature entropy", f"{score.feature_entropy:.3f} bits a feature"))
    if score.target_coverage is not None:
        lines.append(("coverage", f"{score.target_coverage:.3f} of {len(score.reach)} targets ({targets})"))
        worst = sorted(score.reach, key=lambda reach: -reach.distance)[:3]
        far = ", ".join(
            f"{resolve(r.target).name} {r.distance:.2f} (to {resolve(r.nearest).name})" for r in worst
        )
        lines.append(("worst covered", far))
    if score.unknown:
        lines.append(("no known feature", f"{', '.join(score.unknown)} (in no distance above)"))
    return lines


def _counts(groups: Mapping[str, int]) -> str:
    return ", ".join(name if count == 1 else f"{name} {count}" for name, count in groups.items())


def show_selection(selection: Selection, score: SetScore | None, as_json: bool) -> None:
    """Show a choice and what is known about its quality."""
    if as_json:
        fields = asdict(selection)
        fields["languages"] = fields.pop("keys")
        fields["k"] = len(selection.keys)
        if score is not None:
            fields |= {"mean_distance": score.mean_distance, "min_distance": score.min_distance,
                       "coverage": score.coverage}  # fmt: skip
        print_json(fields)
        return
    results.print(f"[bold]{selection.strategy}[/]: {len(selection.keys)} languages")
    if selection.keys:
        results.print(_members(selection.keys, score.coverage if score is not None else {}))
    if selection.value is not None:
        hint = "" if selection.gap is not None else "; --exact for a proof"
        quality = f"{selection.quality}{hint} ({selection.seconds:.2f} s)"
        results.print(f"{selection.objective} {selection.value:.4f}, {quality}")
    if score is not None and math.isfinite(score.mean_distance):
        results.print(
            f"as measured: mean distance {score.mean_distance:.3f}, {len(score.families)} families, "
            f"{len(score.scripts)} scripts"
        )
    if selection.cost is not None:
        results.print(f"cost {selection.cost:,.6g} {selection.unit}")
    for reason, keys in _by_reason(selection.left_out).items():
        results.print(f"left out ({reason}): {' '.join(keys)}")
    for note in selection.notes:
        results.print(f"note: {note}")


def _by_reason(left_out: Mapping[str, str]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for key, reason in left_out.items():
        reasons.setdefault(reason, []).append(key)
    return reasons


def show_strategies(as_json: bool) -> None:
    """List rules and published subsets."""
    from subsetsearch.strategies import published_subsets, rules

    general = {rule.name: rule for rule in rules().values() if rule.pool is None and (rule.k in (None, 0))}
    if as_json:
        print_json({
            "rules": {name: rule.what for name, rule in general.items()},
            "published": {name: list(p.keys) for name, p in published_subsets().items()},
        })  # fmt: skip
        return
    table = _table("rule", "what")
    for name, rule in general.items():
        table.add_row(name, rule.what)
    results.print(table)
    results.print("[bold]published subsets[/] (arXiv 2511.06497); a rule with _K is the rule with k = K:")
    results.print("  " + "  ".join(published_subsets()), soft_wrap=False)


def write_matrix(out: TextIO, keys: Sequence[str], values: NDArray[np.float64]) -> None:
    """Write a square matrix as CSV with all digits; unknown cells are empty."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["language", *keys])
    for key, row in zip(keys, values, strict=True):
        writer.writerow([key, *(repr(float(cell)) if math.isfinite(cell) else "" for cell in row)])


def show_matrix_json(table: DistanceTable, values: NDArray[np.float64]) -> None:
    """A matrix with its meaning."""
    print_json({
        "languages": list(table.keys), "kind": table.kind, "metric": table.metric, "caution": table.caution,
        "codes": list(table.codes), "own_coverage": table.own_coverage.tolist(), "values": values.tolist(),
    })  # fmt: skip


def show_matrix(table: DistanceTable, values: NDArray[np.float64], coverage: bool) -> None:
    """A small matrix as a table; of a large one the nearest and farthest pairs."""
    what = "share of features known in both" if coverage else f"{table.kind} distance ({table.metric})"
    taken = f", {abs(table.caution):g} standard error(s) {'taken off' if table.caution > 0 else 'added'}"
    results.print(f"[bold]{what}[/]{taken if table.caution and not coverage else ''}")
    if len(table.keys) <= _WIDEST_MATRIX:
        grid = _table("", *(key.split("_")[0] for key in table.keys))
        for key, row in zip(table.keys, values, strict=True):
            grid.add_row(key, *(f"{cell:.3f}" if math.isfinite(cell) else "-" for cell in row))
        results.print(grid)
        return
    upper = np.triu_indices(len(table.keys), 1)
    order = np.argsort(values[upper], kind="stable")
    order = order[np.isfinite(values[upper][order])]
    grid = _table("nearest pair", "distance", "farthest pair", " distance", right=("distance", " distance"))
    for near, far in zip(order[:10], order[::-1][:10], strict=True):
        cells = []
        for pair in (near, far):
            i, j = int(upper[0][pair]), int(upper[1][pair])
            cells += [f"{table.keys[i]} {table.keys[j]}", f"{values[i, j]:.3f}"]
        grid.add_row(*cells)
    results.print(grid)
    as_measured = "; as measured: --caution 0" if table.caution else ""
    results.print(f"{len(table.keys)} languages; the whole matrix: --csv{as_measured}")
