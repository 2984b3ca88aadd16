"""What a choice of languages depends on, and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from subsetsearch.cost import CostModel
from subsetsearch.diversity.solvers import SolverName
from subsetsearch.languages import Language, ShownAsTable, language_frame
from subsetsearch.strategies._rules import ObjectiveName
from subsetsearch.typology import Kind, Metric

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Request:
    """What a choice depends on: the parameters of :func:`subsetsearch.strategies.select`, looked up.

    ``pool`` is ``None`` for the strategy's own pool, ``source`` for no source language.
    """

    strategy: str
    pool: tuple[Language, ...] | None = None
    k: int | tuple[int, int] | None = None
    source: Language | None = None
    objective: ObjectiveName | None = None
    targets: tuple[Language, ...] = ()
    kind: Kind = "featural"
    metric: Metric | None = None
    caution: float = 2.0
    keep_unknown: bool = False
    include: tuple[Language, ...] = ()
    exclude: tuple[Language, ...] = ()
    cost: CostModel | None = None
    pairs: int = 1000
    budget: float | None = None
    solver: SolverName = "local"
    seed: int = 0
    time_limit: float = 60.0


@dataclass(frozen=True, slots=True, repr=False)
class Selection(ShownAsTable):
    """A choice, with what is known about its quality.

    Attributes:
        strategy: Name of the strategy.
        keys: Chosen languages, sorted by key.
        objective: Name of the objective, ``None`` where nothing was optimised.
        value: Its value.
        optimal: Whether no better set exists (proven).
        gap: How far a better set could be at most, as a share of the value; ``None`` if not known.
        bound: Proven bound on the value of any set.
        method: ``exact``, ``local``, ``greedy``, ``random`` or ``given``.
        seconds: Time of the solver.
        pool_size: Languages that could be chosen.
        left_out: Languages of the pool that could not be, with the reason.
        cost: Cost of the set, if a cost model was given.
        unit: Unit of the cost.
        notes: What the user should know.
    """

    strategy: str
    keys: tuple[str, ...]
    objective: str | None = None
    value: float | None = None
    optimal: bool = False
    gap: float | None = None
    bound: float | None = None
    method: str = "given"
    seconds: float = 0.0
    pool_size: int = 0
    left_out: Mapping[str, str] = field(default_factory=dict)
    cost: float | None = None
    unit: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def quality(self) -> str:
        """How good the set is known to be."""
        if self.optimal:
            return "optimal (proven)"
        if self.gap is not None:
            return f"at most {self.gap:.2%} below the optimum (proven); {self.method} search"
        return f"{self.method} search, nothing proven"

    @property
    def heading(self) -> str:
        """The choice in a line: by which strategy, how many languages, and how good they are."""
        parts = [f"{self.strategy}: {len(self.keys)} of {self.pool_size} languages"]
        if self.value is not None:
            parts.append(f"{self.objective} {self.value:.4g}, {self.quality}")
        if self.cost is not None:
            parts.append(f"cost {self.cost:,.6g} {self.unit}")
        return "; ".join([*parts, *self.notes])

    def to_frame(self) -> pd.DataFrame:
        """The chosen languages with what is known of them."""
        return language_frame(self.keys)
