"""Time and value of our solvers: proven optima, peers, and the published lists."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from subsetsearch.diversity import Constraints, solve
from subsetsearch.diversity.objectives import FacilityLocation, MinDispersion, Objective, SumDispersion
from subsetsearch.languages import all_languages, resolve
from subsetsearch.strategies import (
    Basis,
    Distances,
    Request,
    choose,
    pool_languages,
    published_subsets,
    rules,
)
from subsetsearch.strategies._objectives import make_objective
from subsetsearch.typology import load_typology


def best_covered(n: int, *, far: bool = False) -> np.ndarray:
    """Cautious featural distances of the ``n`` best-covered languages of the world."""
    keys = [language.key for language in all_languages()]
    source = load_typology()
    order = np.argsort(-source.features(keys).coverage, kind="stable")[:n]
    return source.distance_matrix([keys[index] for index in order]).cautious(far=far).values


def exact(
    make: Callable[[np.ndarray], Objective], distances: np.ndarray, k: int, limit: float
) -> dict[str, Any]:
    objective = make(distances)
    quick = solve(objective, Constraints(k, k), solver="local")
    proven = solve(objective, Constraints(k, k), solver="exact", time_limit=limit)
    return {
        "n": len(distances), "k": k, "seconds": proven.seconds, "value": proven.value,
        "optimal": proven.optimal, "gap": proven.gap, "nodes": proven.nodes,
        "local_value": quick.value, "local_seconds": quick.seconds,
    }  # fmt: skip


def literature_greedy(distances: np.ndarray, k: int, *, minimum: bool) -> list[int]:
    """MaxSum and MaxMin as in the literature: start from the farthest pair, add the farthest language."""
    first, second = np.unravel_index(int(np.argmax(distances)), distances.shape)
    chosen = [int(first), int(second)]
    while len(chosen) < k:
        reach = distances[:, chosen].min(axis=1) if minimum else distances[:, chosen].sum(axis=1)
        reach[chosen] = -np.inf
        chosen.append(int(np.argmax(reach)))
    return chosen


def versus(n: int, k: int) -> dict[str, Any]:
    """Greedy and swaps on a large pool, against apricot-select and the literature's greedy."""
    distances = best_covered(n)
    similarity = np.clip(1.0 - best_covered(n, far=True), 0.0, 1.0)
    results: dict[str, Any] = {"n": n, "k": k}
    peers: dict[str, tuple[Objective, Callable[[], list[int]]]] = {
        "max_sum": (SumDispersion(distances), lambda: literature_greedy(distances, k, minimum=False)),
        "max_min": (MinDispersion(distances), lambda: literature_greedy(distances, k, minimum=True)),
        "facility_location": (FacilityLocation(similarity), lambda: apricot_choice(similarity, k)),
    }
    for name, (objective, peer) in peers.items():
        start = time.perf_counter()
        chosen = peer()
        peer_seconds = time.perf_counter() - start
        greedy = solve(objective, Constraints(k, k), solver="greedy")
        ours = solve(objective, Constraints(k, k), solver="local", time_limit=1.2)
        results[name] = {
            "peer": "apricot-select" if name == "facility_location" else "greedy of the literature",
            "peer_value": objective.value(chosen), "peer_seconds": peer_seconds,
            "greedy_value": greedy.value, "greedy_seconds": greedy.seconds,
            "value": ours.value, "seconds": ours.seconds,
        }  # fmt: skip
    return results


def against_published() -> list[dict[str, Any]]:
    """The rule behind each published subset: overlap, and the rule's own objective for both sets."""
    typology, rows = load_typology(), []
    for name, subset in published_subsets().items():
        rule = rules().get(name)
        if rule is None or rule.basis not in (Basis.DISTANCES, Basis.SCRIPTS) or len(subset.keys) == 65:
            continue
        request = Request(name, k=len(subset.keys), source=resolve("eng"), solver="exact", time_limit=10)
        ours = choose(request, typology)
        pool = [language for language in pool_languages(rule.pool or "paper65")
                if not rule.same_script or language.script == "Latn"]  # fmt: skip
        distances = Distances(typology, rule.kind or "featural", None, request.caution)
        objective = make_objective(rule, request, pool, distances)
        keys = [language.key for language in pool]
        value = abs(objective.value([keys.index(key) for key in subset.keys]))
        rows.append({
            "name": name, "k": len(subset.keys), "overlap": len({*ours.keys} & {*subset.keys}),
            "objective": ours.objective, "value": ours.value, "published_value": value,
            "optimal": ours.optimal, "gap": ours.gap, "seconds": ours.seconds,
        })  # fmt: skip
    return rows


def apricot_choice(similarity: np.ndarray, k: int) -> list[int]:
    from apricot import FacilityLocationSelection

    model = FacilityLocationSelection(k, metric="precomputed", optimizer="naive")  # its lazy one is lower
    return [int(index) for index in model.fit(similarity).ranking]


def apricot_sum(k: int) -> dict[str, Any]:
    """Max-sum dispersion in apricot's terms: least sum of similarities of the chosen."""
    from apricot import SumRedundancySelection

    distances = best_covered(200)
    start = time.perf_counter()
    model = SumRedundancySelection(k, metric="precomputed", optimizer="naive")
    chosen = [int(index) for index in model.fit(np.clip(1.0 - distances, 0.0, 1.0)).ranking]
    seconds = time.perf_counter() - start
    objective = SumDispersion(distances)
    ours = solve(objective, Constraints(k, k), solver="local")
    return {"n": 200, "k": k, "peer_value": objective.value(chosen), "peer_seconds": seconds,
            "value": ours.value, "seconds": ours.seconds}  # fmt: skip
