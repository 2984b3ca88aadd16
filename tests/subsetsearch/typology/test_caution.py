"""A language must never look diverse because it is unknown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.diversity import Constraints, SolverName, solve
from subsetsearch.diversity.objectives import MinDispersion, SumDispersion
from subsetsearch.errors import SelectionError
from subsetsearch.strategies import pool_languages
from subsetsearch.typology import DistanceTable, load_typology, masked_distances
from subsetsearch.typology._base import mean_known


def table_of(values: np.ndarray) -> DistanceTable:
    found = masked_distances(values, "cosine", mean_known(values))
    names = tuple(str(index) for index in range(len(values)))
    return DistanceTable(
        names, found.values, found.shared, values.shape[1], "featural", "cosine", names, found.evidence,
        found.baseline,
    )  # fmt: skip


def real_features() -> np.ndarray:
    table = load_typology().features([language.key for language in pool_languages("paper65")])
    return table.values[table.coverage > 0.6]


def favour_if_blanked(
    objective: type[SumDispersion] | type[MinDispersion],
    kept: float,
    solver: SolverName,
    *,
    caution: float = 2.0,
) -> float:
    """How often a language is chosen of which only a share is known, relative to chance."""
    features, k = real_features(), 10
    rng = np.random.default_rng(0)
    times = 0
    for language in range(len(features)):
        blanked = features.copy()
        blanked[language, rng.random(features.shape[1]) > kept] = np.nan
        plain = None if caution else 0  # without caution, the little that is known is believed
        task = objective(table_of(blanked).cautious(caution, least=plain).values)
        times += language in solve(task, Constraints(k, k), solver=solver).chosen
    return times / k


@pytest.mark.parametrize("objective", [SumDispersion, MinDispersion])
@pytest.mark.parametrize("kept", [0.5, 0.2, 0.05])
@pytest.mark.parametrize("solver", ["greedy", "local"])
def test_blanking_features_does_not_raise_the_chance_of_being_chosen(
    solver: SolverName, kept: float, objective: type[SumDispersion] | type[MinDispersion]
) -> None:
    assert favour_if_blanked(objective, kept, solver) <= 1


@pytest.mark.parametrize("objective", [SumDispersion, MinDispersion])
@pytest.mark.parametrize("known", ["S_", "P_", "INV_"])
def test_knowing_one_kind_of_features_only_does_not_raise_it_either(
    known: str, objective: type[SumDispersion] | type[MinDispersion]
) -> None:
    """Missing in blocks, as in URIEL: of Nyanja only the syntax is known, in which all languages differ more."""
    table = load_typology().features([language.key for language in pool_languages("paper65")])
    features = table.values[table.coverage > 0.6]
    others = np.asarray([not name.startswith(known) for name in table.names])
    n, k, times = len(features), 10, 0
    for language in range(n):
        blanked = features.copy()
        blanked[language, others] = np.nan
        task = objective(table_of(blanked).cautious().values)
        times += language in solve(task, Constraints(k, k)).chosen
    assert times / n <= k / n


def test_without_caution_blanking_does_raise_it() -> None:
    """Shows that the test above can fail: plain masked distances favour the unknown."""
    assert favour_if_blanked(SumDispersion, 0.05, "greedy", caution=0.0) > 1.5


@given(seed=st.integers(0, 10_000), share=st.floats(0, 0.95))
@settings(max_examples=40, deadline=None)
def test_cautious_distances_stay_below_and_far_ones_above(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((8, 30)) < share, np.nan, rng.integers(0, 2, (8, 30)).astype(float))
    table = table_of(values)
    near, far = table.cautious(1.0).values, table.cautious(1.0, far=True).values
    known = np.isfinite(table.values)
    assert np.isfinite(near).all()
    assert np.isfinite(far).all()
    assert (near[known] <= table.values[known] + 1e-6).all()
    assert (far[known] >= np.minimum(table.values[known], 1.0) - 1e-6).all()
    assert (near[~known] == 0).all()
    assert (np.diag(near) == 0).all()
    assert (np.diag(far) == 0).all()


def test_full_knowledge_needs_no_caution() -> None:
    values = np.random.default_rng(0).integers(0, 2, (6, 40)).astype(float)
    table = table_of(values)
    assert (table.standard_error() == 0).all()
    np.testing.assert_allclose(table.cautious(3.0).values, table.values)


def test_subset_of_a_table_names_what_is_missing() -> None:
    table = table_of(np.eye(4))
    assert table.subset(["2", "0"]).keys == ("2", "0")
    with pytest.raises(SelectionError, match="not in the distance table: x"):
        table.subset(["x"])
