"""The figures of the store's page."""

from __future__ import annotations

from typing import Any


def markdown(content: dict[str, Any]) -> list[str]:
    """Write what was measured as two tables and a sentence each."""
    store, table, others = content["store"], content["table"], content["others"]
    rows = store["marks"][-1]["rows"]
    return [
        f"One more row with {content['targets']} scores, its own transaction ({content['database']}), "
        "by rows that are there:",
        _by_rows(store["marks"]),
        f"The last block takes {store['ratio']:.2f} times the first.",
        "The same for a CSV table that is read and written as a whole, as it was before:",
        _by_rows(table["marks"]),
        f"There the last block takes {table['ratio']:.1f} times the first.",
        f"In the store of {rows:,} rows: {others['rows']:,} more added together "
        f"{others['add_together']:.2f} s, "
        f"read {others['read_study']:.2f} s, those of one subset among them "
        f"{1000 * others['read_subset']:.0f} ms; a run claimed and released "
        f"{1000 * others['claim_200'] / 200:.1f} ms.",
    ]


def _by_rows(marks: list[dict[str, float]]) -> str:
    head = "| rows | " + " | ".join(f"{mark['rows']:,}" for mark in marks) + " |"
    line = "| milliseconds | " + " | ".join(f"{mark['milliseconds']:.2f}" for mark in marks) + " |"
    return "\n".join([head, "|-|" + "-:|" * len(marks), line])
