"""How results look in a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from realign_core.runs.tables.table import held_out
from realign_core.support.program.console import results, say

if TYPE_CHECKING:
    from realign_core.recipe import Recipe
    from realign_core.runs.running.batch import BatchResult
    from realign_core.runs.tables.comparison import Comparisons
    from realign_core.runs.workspace.links import LinkCount


def print_runs(batch: BatchResult, recipe: Recipe) -> None:
    """Print mean and standard deviation over seeds, a row a target language.

    Args:
        batch: The runs.
        recipe: Says which language was trained on and which are held out: they are not in the average.
    """
    held_out_marks = dict.fromkeys(held_out(recipe), " (held out)") | {"held_out": ", their average"}
    names = {"avg": "average", "held_out": "held out"}
    (means,) = batch.average().to_dict("records")
    columns = [c for c in batch.table.columns if c.startswith("final_eval_")]
    metric = columns[0].rsplit("_", 1)[1]
    shown = Table(
        "target", f"{metric} %", "± over seeds", title=f"{means['method']} {means['realignment_langs']}"
    )
    for column in [c for c in columns if c.endswith(f"_{metric}")]:
        code = column.removeprefix("final_eval_").removesuffix(f"_{metric}")
        spread = means[f"{column}_std"]
        mark = " (source, in no average)" if recipe.task.is_source(code) else held_out_marks.get(code, "")
        name = names.get(code, code) + mark
        shown.add_row(name, f"{100 * means[column]:.1f}", "" if math.isnan(spread) else f"{100 * spread:.1f}")
    results.print(shown)


def print_links(counts: Sequence[LinkCount]) -> None:
    """Print how many words an aligner links, a row a language."""
    shown = Table("language", "pairs", "links", "source words %", "target words %")
    for count in counts:
        shares = (f"{100 * count.source_share:.1f}", f"{100 * count.target_share:.1f}")
        shown.add_row(count.language, str(count.pairs), str(count.links), *shares)
    results.print(shown)


def print_comparisons(comparisons: Comparisons) -> None:
    """Print methods against a reference, a row each."""
    shown = Table("method", "languages", "seeds", comparisons.measure, "difference", "p", "p (Holm)")
    for c in comparisons.rows:
        numbers = [(100 * c.mean, ".2f"), (100 * c.difference, "+.2f"), (c.p_value, ".3f"), (c.p_holm, ".3f")]
        figures = ["" if math.isnan(number) else format(number, form) for number, form in numbers]
        shown.add_row(c.method, c.realignment_langs, str(c.n_seeds), *figures)
    results.print(shown)
    for c in comparisons.rows:
        if c.unpaired:
            seeds = ", ".join(map(str, c.unpaired))
            say(
                f"{c.method} {c.realignment_langs}".rstrip()
                + f": seeds that only one side has are left out: {seeds}"
            )
