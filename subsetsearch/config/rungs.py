"""The rungs of the ladder in words: how results name what measured them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from subsetsearch.config.study import StudyConfig


@dataclass(frozen=True, slots=True)
class RungWords:
    """One rung, as results name it.

    Args:
        number: 1, 2 or 3.
        name: What it does to subsets, as in ``short runs``.
        once: What it does to one of them, as in ``short run``.
        score: What its score is called, as in ``proxy``.
        column: The same with its data, as in ``proxy (dev)``.
        data: What its score was taken on, as in ``dev``.
        caution: What its score is not, one clause.
        remedy: What to do if it ranks badly.
        advice: What to do with what such a search has found, where there is more to say than usual.
        scale: Share of the recipe that its runs take, where that is less than 1.
    """

    number: int
    name: str
    once: str
    score: str
    column: str
    data: str
    caution: str
    remedy: str
    advice: str = ""
    scale: float = 1.0

    @property
    def title(self) -> str:
        """Name and number, as in ``short runs (rung 2)``."""
        share = "" if self.scale == 1 else f", {self.scale:g} of the recipe"
        return f"{self.name} (rung {self.number}{share})"


IN_FULL = "evaluate more in full (--top)"
"""What helps whatever rung ranks badly."""

LINEAR = RungWords(
    1,
    "linear proxy",
    "linear proxy",
    "gap closed",
    "gap closed (pairs)",
    "pairs",
    "gap closed is a share of the distance between translations, no accuracy",
    f"let the search end at a higher rung (search.top_rung), or {IN_FULL}",
    "the linear proxy only proposes: full runs (evaluate) choose among its front",
)
SHORT = RungWords(
    2,
    "short runs",
    "short run",
    "proxy",
    "proxy (dev)",
    "dev",
    "proxy and accuracy are different measures and cannot be compared",
    f"end the search at full runs (search.top_rung = 3), give short ones more steps or seeds, or {IN_FULL}",
)
FULL = RungWords(
    3,
    "full runs on dev",
    "full run on dev",
    "accuracy on dev",
    "accuracy (dev)",
    "dev",
    "the search has chosen by accuracy on dev, which flatters its favourites: only that on test counts",
    f"average it over more seeds (proxy.full.seeds), or {IN_FULL}",
    "development data chose: evaluate measures the front on test data, which no trial has seen",
)

RUNGS: Mapping[int, RungWords] = {rung.number: rung for rung in (LINEAR, SHORT, FULL)}
"""Number to rung."""


def words_of(study: StudyConfig, number: int) -> RungWords:
    """Name a rung of a study."""
    rung = RUNGS[number]
    if rung is FULL and study.proxy.full.scale < 1:
        return _scaled(study.proxy.full.scale)
    if rung is LINEAR and study.proxy.linear.measure == "probe":
        caution = "the probe's accuracy and that of full runs are different measures and cannot be compared"
        return replace(rung, score="probe", column="probe (dev)", data="dev", caution=caution)
    return rung


def _scaled(scale: float) -> RungWords:
    """Name runs that take a share of the recipe."""
    return replace(
        FULL,
        name="small-scale runs on dev",
        once="small-scale run on dev",
        score="accuracy on dev at small scale",
        column="accuracy (dev, small scale)",
        caution="the search has chosen by small-scale copies of the recipe, on dev: what whole runs reach, "
        "and in which order, is known on test only",
        remedy=f"raise proxy.full.scale, average over more seeds (proxy.full.seeds), or {IN_FULL}",
        advice="small-scale runs on development data chose: evaluate measures the front by whole runs on "
        "test data, which no trial has seen",
        scale=scale,
    )


def rung_words(study: StudyConfig) -> dict[int, RungWords]:
    """Name all rungs of a study, by number."""
    return {number: words_of(study, number) for number in RUNGS}


def measuring_rung(study: StudyConfig) -> RungWords:
    """Name the rung that a study's search measures by."""
    return words_of(study, study.search.top_rung)


def always_measured(study: StudyConfig) -> int:
    """Say how many trials always climb to the rung that the search ends at, where rung 1 filters."""
    return {2: study.proxy.short.warm, 3: study.proxy.full.warm}.get(study.search.top_rung, 0)
