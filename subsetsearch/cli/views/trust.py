"""How far the rungs can be trusted, in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from realign_core.support.program.console import results
from subsetsearch.cli.views.plain import print_sentence, table
from subsetsearch.errors import count

if TYPE_CHECKING:
    from subsetsearch.analysis.trust import Trust, UnlabelledTrust


def show_trust(trust: Trust) -> None:
    """Print a column a rung and one for what is learned, what the noise allows, and sentences."""
    from subsetsearch.analysis.trust.table import trust_rows  # scipy takes a second

    names = [column.name for column in trust.columns]
    made = table("against full runs", *names, right=names)
    for name, cells in trust_rows(trust):
        made.add_row(name, *cells)
    results.print(made)
    print_sentence("in brackets: 95 % bootstrap intervals; none and all are left out")
    for sentence in trust.sentences:
        print_sentence(f"- {sentence}")


def show_unlabelled_trust(trusts: Sequence[UnlabelledTrust]) -> None:
    """Print what each labelled language tells of one without labels."""
    from subsetsearch.analysis.trust.table import interval

    for trust in trusts:
        names = ("retrieval", "within equal sizes", "other targets' labels")
        made = table("taken for unlabelled", *names, right=names)
        for row in trust.languages:
            cells = (row.retrieval, row.within, row.others)
            made.add_row(row.language, *("-" if rho is None else f"{rho:.2f}" for rho in cells))
        made.add_row("mean", *map(interval, (trust.retrieval, trust.within, trust.others)))
        made.caption = (
            f"Spearman with {trust.truth}, {count(trust.subsets, 'subset')}; "
            "in brackets: 95 % intervals over languages"
        )
        results.print(made)
        print_sentence(f"- {trust.sentence}")
