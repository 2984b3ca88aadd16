"""This folder's page from the recorded JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def markdown(result: dict[str, Any]) -> str:
    machine = result["machine"]
    head = [
        "# Distances and solvers",
        "",
        f"`make bench-typology`; one thread of {machine['processor']}, Python {machine['python']}, "
        f"numpy {machine['numpy']}. All numbers of one run."
        + (f" {result['note']}" if "note" in result else ""),
        "",
    ]
    return (
        "\n".join(
            [*head, *_loading(result), "", *_exact(result), "", *_peers(result), "", *_published(result)]
        )
        + "\n"
    )


def _rows(header: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    rule = ["-", *("-:" for _ in header[1:])]
    return ["|" + "|".join(f" {cell} " for cell in row) + "|" for row in [header, rule, *body]]


def _loading(result: dict[str, Any]) -> list[str]:
    load, ratios = result["loading"], result["ratios"]
    first, large = load["ours_first_seconds"], load["large"]
    body = [
        ("subsetsearch, features `average`", f"{load['ours_seconds']:.3f}", "1"),
        ("reading the language tables before it", f"{load['ours_identity_seconds']:.3f}", ""),
        ("the first time (unpacks into the cache)", f"{first:.3f}", f"{first / load['ours_seconds']:.1f}"),
        ("lang2vec 1.1.2 `get_features`, then numpy", f"{load['lang2vec_seconds']:.2f}",
         f"{ratios['load_vs_lang2vec']:.0f}"),
        ("subsetsearch, features `raw`", f"{load['ours_raw_seconds']:.3f}", "1"),
        ("urielplus `new_distance` (the same numbers)", f"{load['urielplus_seconds']:.2f}",
         f"{ratios['load_vs_urielplus']:.0f}"),
    ]  # fmt: skip
    return [
        "## Load and featural distances, 65 languages",
        "",
        "A new process each; imports and our language tables are not counted.",
        "",
        *_rows(("", "seconds", "times ours"), body),
        "",
        f"{large['n']:,} languages, from nothing: {large['seconds']:.1f} s, "
        f"peak memory {large['peak_mb']:.0f} MB; "
        f"the distances alone {large['distances_seconds']:.1f} s.",
    ]


def _exact(result: dict[str, Any]) -> list[str]:
    body = []
    for name, key in (("max-sum", "maxsum"), ("max-sum, plain", "maxsum_plain"), ("max-min", "maxmin")):
        for row in result[key]:
            proven = "optimal" if row["optimal"] else f"gap {row['gap']:.2%}"
            local = f"{row['local_value']:.4f} in {row['local_seconds']:.3f} s"
            body.append((name, str(row["n"]), str(row["k"]), f"{row['seconds']:.2f}", f"{row['value']:.4f}",
                         proven, f"{row['nodes']:,}", local))  # fmt: skip
    return [
        "## Exact solvers",
        "",
        "Cautious featural distances; n = 65 is `paper65`, n = 200 the best-covered languages of the world; "
        "`plain` has nothing taken off.",
        "",
        *_rows(("objective", "n", "k", "seconds", "value", "proven", "nodes", "local search"), body),
    ]


def _peers(result: dict[str, Any]) -> list[str]:
    many, few = result["versus"]["greedy"], result["versus"]["apricot"]
    body = []
    for name in ("max_sum", "max_min", "facility_location"):
        row = many[name]
        numbers = [row[f"{who}{what}"] for who in ("peer_", "greedy_", "") for what in ("value", "seconds")]
        cells = [f"{x:.4f}" if i % 2 == 0 else f"{x:.2f}" for i, x in enumerate(numbers)]
        body.append((name.replace("_", "-"), row["peer"], *cells))
    body.append((f"max-sum, n = {few['n']}, k = {few['k']}", "apricot-select, sum redundancy",
                 f"{few['peer_value']:.4f}", f"{few['peer_seconds']:.2f}", "", "",
                 f"{few['value']:.4f}", f"{few['seconds']:.2f}"))  # fmt: skip
    return [
        f"## Heuristics against peers, n = {many['n']:,}, k = {many['k']}",
        "",
        *_rows(("objective", "peer", "its value", "s", "our greedy", "s", "greedy + swaps", "s"), body),
    ]


def _published(result: dict[str, Any]) -> list[str]:
    body = []
    for row in result["published"]:
        proven = "optimal" if row["optimal"] else f"gap {row['gap']:.2%}"
        values = (f"{row['value']:.3f}", f"{row['published_value']:.3f}")
        sizes = (str(row["k"]), str(row["overlap"]))
        body.append((f"`{row['name']}`", *sizes, row["objective"], *values, proven, f"{row['seconds']:.2f}"))
    return [
        "## Rules against the published lists",
        "",
        "The rule behind each published name, solved over our distances; the same objective for the "
        "published list (min-sum: smaller is better). The published sets hold languages of which little is "
        "known (Kazakh: 5 % of the features), which cannot look diverse here.",
        "",
        *_rows(("name", "k", "in both", "objective", "ours", "published", "proven", "s"), body),
    ]
