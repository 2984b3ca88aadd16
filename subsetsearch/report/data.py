"""What a report shows, as plain data: whoever has read a study fills it in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from subsetsearch.config.rungs import SHORT, Rung


@dataclass(frozen=True, slots=True)
class LanguageInfo:
    """One language, chosen or target.

    Args:
        key: Language key.
        name: English name.
        family: Language family.
        script: ISO 15924 code.
        coordinates: Latitude and longitude in degrees.
        resource_class: 0 (left behind) to 5 (winner), after Joshi et al. 2020.
        seen: Whether the encoder's pre-training data hold it; ``None`` if that is not known.
    """

    key: str
    name: str
    family: str = ""
    script: str = ""
    coordinates: tuple[float, float] | None = None
    resource_class: int | None = None
    seen: bool | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One subset.

    Args:
        languages: Language keys, sorted.
        cost: Data cost, in ``unit``.
        unit: What the cost counts, for instance ``pairs``.
        trial: Number of its trial; ``None`` if it was only evaluated.
        label: ``none``, ``all``, the name of a strategy, or empty.
        on_front: No other subset is as cheap and better.
        proxy: Score by the rung that the search ends at, at most 1.
        rung: Highest rung that was run for it (:mod:`subsetsearch.config.rungs`).
        accuracy: Mean test score of full runs over searched targets and seeds, in [0, 1].
        std: Standard deviation of it over seeds.
        ci: Confidence interval of it.
        n_seeds: Full runs.
        diversity: Mean pairwise typological distance.
        scores: Target key to mean test score, held-out targets included.
        held_out: Mean test score over held-out targets.
        strategies: Published strategies that come to this subset.
        tied_with: The cheaper subset that full runs do not tell it from; ``None`` without one.
        recommended: The cheapest that full runs do not tell from the most accurate one.
        fresh: Mean test score over seeds that no choice has seen.
        fresh_std: Standard deviation over these.
        n_fresh: Full runs with them.
        pairs: Most pairs of each language; ``None`` where each gives all.
        tied_pairs: Those of ``tied_with``.
        estimated: The proxy was predicted from rung 1.
    """

    languages: tuple[str, ...]
    cost: float
    unit: str
    trial: int | None = None
    label: str = ""
    on_front: bool = False
    proxy: float | None = None
    rung: int | None = None
    accuracy: float | None = None
    std: float | None = None
    ci: tuple[float, float] | None = None
    n_seeds: int = 0
    diversity: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    held_out: float | None = None
    strategies: tuple[str, ...] = ()
    tied_with: tuple[str, ...] | None = None
    recommended: bool = False
    fresh: float | None = None
    fresh_std: float | None = None
    n_fresh: int = 0
    pairs: int | None = None
    tied_pairs: int | None = None
    estimated: bool = False

    def __post_init__(self) -> None:
        """Take numbers that are not finite for unknown ones: neither JSON nor a plot has them."""
        for name in ("proxy", "accuracy", "std", "diversity", "held_out", "fresh", "fresh_std"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                object.__setattr__(self, name, None)
        known = {key: value for key, value in self.scores.items() if math.isfinite(value)}
        object.__setattr__(self, "scores", MappingProxyType(known))


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """How far a proxy can be trusted: its rank correlation with full runs.

    Args:
        proxy: What was compared, for instance ``linear proxy (rung 1)``.
        spearman: Rank correlation, in [-1, 1]; ``None`` if there are too few full runs.
        low: Lower end of its interval.
        high: Upper end.
        n: Subsets that have both numbers.
        kendall: The other rank correlation with its interval, as text.
        regret: What choosing by it costs, as text.
    """

    proxy: str
    spearman: float | None
    low: float | None
    high: float | None
    n: int
    kendall: str = ""
    regret: str = ""


@dataclass(frozen=True, slots=True)
class StrategyLine:
    """A published strategy beside the best that the search found for the same money.

    Args:
        names: Its names.
        size: Languages that the pool has of it.
        published: Languages that it was published with.
        cost: Data cost.
        diversity: Mean pairwise typological distance.
        rung1: Linear proxy; no accuracy.
        accuracy: Mean test score, if it was measured.
        std: Standard deviation over seeds.
        rival: The searched subset, as text; empty without one.
        rival_accuracy: Its mean test score.
        gain: Rival minus strategy over common seeds with its interval, as text.
    """

    names: tuple[str, ...]
    size: int
    published: int
    cost: float
    diversity: float | None = None
    rung1: float | None = None
    accuracy: float | None = None
    std: float | None = None
    rival: str = ""
    rival_accuracy: float | None = None
    gain: str = ""


@dataclass(frozen=True, slots=True)
class ReportData:
    """A whole report.

    Args:
        study: Name of the study, any text.
        description: What it is for, any text.
        rows: All subsets, in any order.
        languages: Key to facts, of chosen and target languages; a key that is missing is shown
            by itself.
        targets: Keys of all target languages, held-out ones included.
        held_out: Those that no proxy saw.
        metric: Name of the score.
        rung: What measured the proxies.
        encoder: Name of the encoder.
        source_language: Name of the language with labelled data.
        study_file: Path of the study file, for the commands.
        options: What these need besides, to find the same results: folder, overrides.
        recommended: Index into ``rows`` of the answer; chosen by :func:`recommend` if left out.
        reason: Why that row is recommended.
        calibration: Trust in the proxies.
        sentences: What to make of it.
        strategies: Published strategies, by rising cost.
        history: Trial number and hypervolume after it.
        recipe: The recipe as plain data.
        versions: Library or model to version.
        data: Corpus to what identifies it (path, fingerprint, size).
        seeds: Seeds of the full runs.
        messages: What the reader must know, for instance that the study is empty.
        created: When the report was made, as text.
    """

    study: str
    description: str = ""
    rows: tuple[ReportRow, ...] = ()
    languages: Mapping[str, LanguageInfo] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    metric: str = "accuracy"
    rung: Rung = SHORT
    encoder: str = ""
    source_language: str = "English"
    study_file: str = ""
    options: tuple[str, ...] = ()
    recommended: int | None = None
    reason: str = ""
    calibration: tuple[CalibrationRow, ...] = ()
    sentences: tuple[str, ...] = ()
    strategies: tuple[StrategyLine, ...] = ()
    history: tuple[tuple[int, float], ...] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    messages: tuple[str, ...] = ()
    created: str = ""

    def info(self, key: str) -> LanguageInfo:
        """Facts on a language; its key alone where nothing is known."""
        return self.languages.get(key) or LanguageInfo(key, key)

    def name(self, key: str) -> str:
        """Name of a language."""
        return self.info(key).name

    @property
    def unit(self) -> str:
        """What costs count."""
        return self.rows[0].unit if self.rows else "languages"

    def labelled(self, label: str) -> ReportRow | None:
        """The row with a label, the measured one if there are several."""
        found = [row for row in self.rows if row.label == label]
        return max(found, key=lambda row: row.n_seeds) if found else None
