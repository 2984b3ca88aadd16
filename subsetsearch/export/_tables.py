"""Tables: CSV, a plain list, and a LaTeX table of m ± s."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.errors import count
from subsetsearch.export._text import latex, one_line
from subsetsearch.languages import Language, resolve


def to_csv(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write one row a chosen language, then one a target language with its score.

    Text that a spreadsheet would take for a formula cannot occur in it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    facts = ["role", "key", "name", "family", "script", "bcp47", "glottocode"]
    writer.writerow([*facts, "score", "n_seeds", "score_fresh_seeds", "n_fresh_seeds"])
    for language in choice.described:
        writer.writerow(["chosen", *_facts(language), "", "", "", ""])
    fresh = choice.fresh.scores if choice.fresh else {}
    n_fresh = len(choice.fresh.seeds) if choice.fresh else 0
    for key in dict.fromkeys([*choice.eval_languages, *choice.scores, *fresh]):
        scores = [*_score(choice.scores, key, choice.n_seeds), *_score(fresh, key, n_fresh)]
        writer.writerow([_role(key, choice), *_facts(resolve(key)), *scores])
    return out.getvalue()


def _role(key: str, choice: Choice) -> str:
    """A target that counts, or one that is held out; and whether it may be chosen nevertheless."""
    if key not in choice.held_out:
        return "target"
    return "held-out target in the pool" if choice.note else "held-out target"


def _score(scores: Mapping[str, float], key: str, n_seeds: int) -> list[str]:
    return [f"{scores[key]:.6g}", str(n_seeds)] if key in scores else ["", ""]


def _facts(language: Language) -> list[str]:
    return [
        language.key,
        language.name,
        language.family,
        language.script,
        language.find_code("bcp47") or "",
        language.glottocode or "",
    ]


def to_txt(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write language keys, one a line."""
    return "".join(f"{key}\n" for key in choice.languages)


def to_latex(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write a ``table`` environment: the choice, its mean ± s, and the score of each target language."""
    title = choice.title if choice.study is not None else f"Choice of {choice.title}"
    rows = [("Languages", latex(", ".join(language.name for language in choice.described) or "none"))]
    rows.append(("Data cost", f"{choice.cost:,.0f} {latex(choice.cost_unit)}".replace(",", r"\,")))
    if choice.accuracy is not None:
        label = f"Zero-shot mean ({count(choice.n_seeds, 'seed')})"
        rows.append((label, mean_std(choice.accuracy, choice.accuracy_std)))
    if choice.held_out_accuracy is not None:
        rows.append(("Mean of held-out targets", mean_std(choice.held_out_accuracy, None)))
    if choice.fresh is not None:
        label = f"Zero-shot mean ({count(len(choice.fresh.seeds), 'fresh seed')})"
        rows.append((label, mean_std(choice.fresh.accuracy, choice.fresh.std)))
    if choice.accuracy is None and choice.proxy is not None:
        label = latex(choice.proxy_measure or "Proxy (development data)")
        rows.append((label, mean_std(choice.proxy, None)))
    scores = [
        (latex(resolve(key).name) + " (held out)" * (key in choice.held_out), mean_std(score, None))
        for key, score in choice.scores.items()
    ]
    body = "".join(f"{label} & {value} \\\\\n" for label, value in rows)
    if scores:
        body += "\\midrule\n" + "".join(f"{label} & {value} \\\\\n" for label, value in scores)
    note = f"% {one_line(choice.note)}\n" if choice.note else ""
    return (
        f"% {one_line(choice.reason)}\n{note}"
        "\\begin{table}\n\\centering\n"
        "\\begin{tabular}{lp{0.6\\linewidth}}\n\\toprule\n"
        f"{body}\\bottomrule\n\\end{{tabular}}\n"
        f"\\caption{{{latex(title)}}}\n\\end{{table}}\n"
    )


def mean_std(mean: float, std: float | None) -> str:
    r"""Write a score in [0, 1] as per cent, in LaTeX's ``m \scriptsize $\pm$ s``."""
    text = f"{100 * mean:.1f}"
    return text if std is None else f"{text} {{\\scriptsize $\\pm$ {100 * std:.1f}}}"
