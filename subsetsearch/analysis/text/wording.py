"""Numbers and names as people read them: terminal, report and plots say everything through this file.

Scores are shares in [0, 1] in all data; people read per cent with one digit.
"""

from __future__ import annotations

from collections.abc import Sequence

from subsetsearch.errors import LanguageError, count
from subsetsearch.languages import resolve
from subsetsearch.subset import Subset, with_pairs

METRICS = {"accuracy": "accuracy", "f1": "F1"}
"""Name of a metric in data to its name in a heading."""


def metric_name(metric: str) -> str:
    """The true name of a metric, for headings."""
    return METRICS.get(metric, metric)


def number(value: float, std: float | None = None) -> str:
    """A share in per cent without its sign: ``53.5`` or ``53.5 ± 1.0``."""
    return f"{100 * value:.1f}" + ("" if std is None else f" ± {100 * std:.1f}")


def percent(value: float, std: float | None = None) -> str:
    """A share in per cent: ``53.5 %`` or ``53.5 ± 1.0 %``."""
    return f"{number(value, std)} %"


def chance(probability: float) -> str:
    """A probability in whole per cent: ``78 %``, ``over 99 %``, ``under 1 %``."""
    if probability > 0.99:
        return "over 99 %"
    return "under 1 %" if probability < 0.01 else f"{100 * probability:.0f} %"


def points(value: float) -> str:
    """A difference of shares in points, with its sign; none if it rounds to nothing."""
    text = f"{100 * value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def points_between(value: float, low: float | None, high: float | None) -> str:
    """A difference in points with its interval, where that is known: ``+1.2 [+0.4, +2.0]``."""
    if low is None or high is None:
        return points(value)
    return f"{points(value)} [{points(low)}, {points(high)}]"


def amount(value: float) -> str:
    """A cost: whole numbers with separators, others with two digits."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def runs_in_words(runs: int, small: int = 0) -> str:
    """Count runs, some of them at small scale: ``12 full runs and 30 small-scale runs``."""
    kinds = [(runs - small, "full run"), (small, "small-scale run")]
    return " and ".join(count(n, kind) for n, kind in kinds if n) or count(0, "full run")


def scores_in_words(scores: Sequence[tuple[str, float | None]]) -> str:
    """Name the scores that are known: ``linear proxy 31.7 %, full run 60.4 %``."""
    return ", ".join(f"{name} {percent(score)}" for name, score in scores if score is not None)


def language_name(key: str) -> str:
    """English name of a language; what is no language is shown as it is."""
    try:
        return resolve(key).name
    except LanguageError:
        return key


def listed(keys: Sequence[str], most: int = 8) -> str:
    """Names in running text: ``Hausa, Swahili and Zulu``; of long lists the first, and how many more."""
    names = [language_name(key) for key in keys]
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def short_list(keys: Sequence[str], most: int = 3) -> str:
    """Names for a cell or an axis: ``Hausa, Swahili + 5``."""
    if len(keys) <= most:
        return ", ".join(map(language_name, keys))
    return f"{', '.join(map(language_name, keys[: most - 1]))} + {len(keys) - most + 1}"


def subset_name(subset: Subset, label: str = "", most: int = 3) -> str:
    """Short name of a subset, for cells, axes and sentences."""
    keys = sorted(subset.languages)
    if not keys:
        return "no realignment"
    shown = f"all {count(len(keys), 'language')}" if label == "all" else short_list(keys, most)
    return with_pairs(shown, subset.pairs)
