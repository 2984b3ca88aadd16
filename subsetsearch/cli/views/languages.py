"""Languages, sets of them and their distances, in a terminal and as plain data."""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.markup import escape
from rich.table import Table

from realign_core.support.program.console import results
from subsetsearch.cli.views.plain import keep_words, print_table, table
from subsetsearch.errors import count, some
from subsetsearch.languages import SCHEMES, Language, resolve
from subsetsearch.strategies import published_subsets, rules

if TYPE_CHECKING:
    from subsetsearch.diversity import SetScore
    from subsetsearch.strategies import NamedPool, Selection
    from subsetsearch.typology import DistanceTable

_LEGEND = "class: resource class, 0 (hardly any data) to 5   known: share of its features that are known\n"
"""Of the columns of a table of languages."""

_WIDEST_MATRIX = 11
_EXTREMES = 10


def show_pools(pools: Sequence[NamedPool]) -> None:
    """List the named pools."""
    made = table("pool", "languages", "what it is", right=("languages",))
    for pool in pools:
        made.add_row(pool.name, str(len(pool.codes)), escape(pool.what))
    results.print(made)


def language_record(language: Language) -> dict[str, Any]:
    """A language as plain data, with its code in every scheme."""
    fields = asdict(language)
    fields |= {"family": language.family, "genus": language.genus, "group": language.group}
    return fields | {"codes": {scheme: language.find_code(scheme) for scheme in SCHEMES}}


def show_languages(languages: Sequence[Language]) -> None:
    """Say what languages are."""
    made = table("key", "name", "family", "genus", "class", "seen in", "glottocode", right=("class",))
    for language in languages:
        made.add_row(
            language.key,
            escape(language.name),
            escape(language.family),
            escape(language.genus),
            "-" if language.resource_class is None else str(language.resource_class),
            " ".join(sorted(language.seen_in)) or "-",
            language.glottocode or "-",
        )
    results.print(keep_words(made))


def show_score(score: SetScore, targets: str) -> None:
    """Explain a set.

    Args:
        score: The set.
        targets: What was to be covered, as the user named it.
    """
    results.print(f"[bold]{count(len(score.keys), 'language')}[/], {score.kind} distances")
    _show_members(score.keys, score.coverage)
    summary = Table(box=None, show_header=False, pad_edge=False)
    summary.add_column(style="bold")
    summary.add_column()
    for label, text in _summary(score, targets):
        summary.add_row(label, escape(text))
    results.print(summary)


def _show_members(keys: Sequence[str], coverage: Mapping[str, float]) -> None:
    made = table("key", "name", "family", "genus", "script", "class", "known", right=("class", "known"))
    for key in keys:
        language, share = resolve(key), coverage.get(key)
        made.add_row(
            key,
            escape(language.name),
            escape(language.family),
            escape(language.genus),
            language.script,
            "-" if language.resource_class is None else str(language.resource_class),
            "-" if share is None else f"{share:.0%}",
        )
    results.print(keep_words(made))
    results.print(_LEGEND)


def _summary(score: SetScore, targets: str) -> list[tuple[str, str]]:
    lines = []
    if math.isfinite(score.mean_distance):
        lines.append(("mean distance", f"{score.mean_distance:.3f}"))
    for label, pair in (("nearest pair", score.nearest), ("farthest pair", score.farthest)):
        if pair is not None:
            names = f"{resolve(pair.first).name} - {resolve(pair.second).name}"
            coverage = f"{pair.coverage:.0%} of the features known in both"
            lines.append((label, f"{pair.distance:.3f}  {names}  ({coverage})"))
    for name in ("families", "genera", "scripts"):
        groups: Mapping[str, int] = getattr(score, name)
        lines.append((name, f"{len(groups)}: {_counts(groups)}"))
    lines.append(("phylogenetic diversity", f"{score.phylogenetic:.2f}"))
    if math.isfinite(score.feature_entropy):
        lines.append(("feature entropy", f"{score.feature_entropy:.3f} bits a feature"))
    if score.target_coverage is not None:
        lines.append(
            ("coverage", f"{score.target_coverage:.3f} of {count(len(score.reach), 'target')} ({targets})")
        )
        known = [reach for reach in score.reach if reach.known]
        worst = sorted(known, key=lambda reach: -reach.distance)[:3]
        far = (f"{resolve(r.target).name} {r.distance:.2f} (to {resolve(r.nearest).name})" for r in worst)
        if worst:
            lines.append(("worst covered", ", ".join(far)))
        if unknown := [resolve(reach.target).name for reach in score.reach if not reach.known]:
            lines.append(("too little known", f"{', '.join(unknown)}: taken for not covered, distance 1"))
    if score.unknown:
        lines.append(("no known feature", f"{', '.join(score.unknown)} (in no distance above)"))
    return lines


def _counts(groups: Mapping[str, int]) -> str:
    return ", ".join(name if n == 1 else f"{name} {n}" for name, n in groups.items())


def selection_record(selection: Selection, score: SetScore | None) -> dict[str, Any]:
    """A choice and what is known about its quality, as plain data."""
    fields = asdict(selection)
    fields["languages"] = fields.pop("keys")
    fields["k"] = len(selection.keys)
    if score is None:
        return fields
    measured = ("mean_distance", "min_distance", "coverage")
    return fields | {name: getattr(score, name) for name in measured}


def show_selection(selection: Selection, score: SetScore | None) -> None:
    """Show a choice and what is known about its quality."""
    results.print(f"[bold]{selection.strategy}[/]: {count(len(selection.keys), 'language')}")
    if selection.keys:
        _show_members(selection.keys, score.coverage if score is not None else {})
    if selection.value is not None:
        hint = "" if selection.gap is not None else "; --exact for a proof"
        quality = f"{selection.quality}{hint} ({selection.seconds:.2f} s)"
        results.print(f"{selection.objective} {selection.value:.4f}, {quality}")
    if score is not None and math.isfinite(score.mean_distance):
        groups = f"{count(len(score.families), 'family')}, {count(len(score.scripts), 'script')}"
        results.print(f"as measured: mean distance {score.mean_distance:.3f}, {groups}")
    if selection.cost is not None:
        results.print(f"cost {selection.cost:,.6g} {selection.unit}")
    reasons: dict[str, list[str]] = {}
    for key, reason in selection.left_out.items():
        reasons.setdefault(reason, []).append(key)
    for reason, keys in reasons.items():
        results.print(escape(f"left out ({reason}): {' '.join(keys)}"))
    for note in selection.notes:
        results.print(escape(f"note: {note}"))


def strategies_record() -> dict[str, Any]:
    """Rules and published subsets as plain data."""
    published = {name: subset.keys for name, subset in published_subsets().items()}
    return {"rules": _general_rules(), "published": published}


def show_strategies() -> None:
    """List rules and published subsets."""
    print_table(("rule", "what it is"), list(_general_rules().items()))
    results.print("[bold]published subsets[/] (arXiv 2511.06497); a rule with _K is the rule with k = K:")
    results.print("  " + "  ".join(published_subsets()), soft_wrap=False)


def _general_rules() -> dict[str, str]:
    return {rule.name: rule.what for rule in rules().values() if rule.pool is None and rule.k in (None, 0)}


def print_matrix_csv(keys: Sequence[str], values: NDArray[np.float64]) -> None:
    """Print a square matrix as CSV with all digits; unknown cells are empty."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["language", *keys])
    for key, row in zip(keys, values, strict=True):
        writer.writerow([key, *(repr(float(cell)) if math.isfinite(cell) else "" for cell in row)])


def matrix_record(distances: DistanceTable, values: NDArray[np.float64]) -> dict[str, Any]:
    """A matrix with its meaning, as plain data."""
    names = ("kind", "metric", "caution", "codes")
    fields = {name: getattr(distances, name) for name in names}
    shares = {"own_coverage": distances.own_coverage.tolist(), "values": values.tolist()}
    return {"languages": distances.keys} | fields | shares


def show_matrix(distances: DistanceTable, values: NDArray[np.float64], *, coverage: bool) -> None:
    """A small matrix as a table; of a large one the nearest and farthest pairs."""
    keys, caution = distances.keys, distances.caution
    distance = f"{distances.kind} distance ({distances.metric})"
    title = "share of features known in both" if coverage else distance
    errors = "standard error" if abs(caution) == 1 else "standard errors"
    side = f", {abs(caution):g} {errors} {'taken off' if caution > 0 else 'added'}"
    results.print(f"[bold]{title}[/]{side if caution and not coverage else ''}")
    if len(keys) <= _WIDEST_MATRIX:
        grid = table("", *(key.split("_")[0] for key in keys))
        for key, row in zip(keys, values, strict=True):
            grid.add_row(key, *(f"{cell:.3f}" if math.isfinite(cell) else "-" for cell in row))
        results.print(grid)
        _show_little_known(distances, coverage=coverage)
        return
    upper = np.triu_indices(len(keys), 1)
    order = np.argsort(values[upper], kind="stable")
    order = order[np.isfinite(values[upper][order])]
    grid = table("nearest pair", "distance", "farthest pair", " distance", right=("distance", " distance"))
    for near, far in zip(order[:_EXTREMES], order[::-1][:_EXTREMES], strict=True):
        ends = [(int(upper[0][pair]), int(upper[1][pair])) for pair in (near, far)]
        grid.add_row(*(cell for i, j in ends for cell in (f"{keys[i]} {keys[j]}", f"{values[i, j]:.3f}")))
    results.print(grid)
    _show_little_known(distances, coverage=coverage)
    as_measured = "; as measured: --caution 0" if caution else ""
    results.print(f"{len(keys)} languages; the whole matrix: --csv{as_measured}")


def _show_little_known(distances: DistanceTable, *, coverage: bool) -> None:
    """Name languages whose distances are not known: a distance of 0 would look like one that was measured."""
    few = np.diag(distances.shared) < distances.least_shared
    names = [resolve(key).name for key, unknown in zip(distances.keys, few, strict=True) if unknown]
    if coverage or not names:
        return
    taken = "not known"
    if distances.caution:
        end = "0" if distances.caution > 0 else "the largest there is"
        taken = f"taken to be {end} (--coverage: what is known)"
    results.print(f"Too little is known of {some(names, 4)}: their distances are {taken}")
