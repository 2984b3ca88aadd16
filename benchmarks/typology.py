"""Speed and value of distances and solvers against peers, as ratios in one run.

Run ``python benchmarks/typology.py --json benchmarks/results/typology.json`` with the extra
``bench-typology``; it writes the JSON and, beside this file, the table ``TYPOLOGY.md``. One core: the
numerical libraries are held to one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits
from typology_table import markdown

from subsetsearch.diversity import Constraints, solve
from subsetsearch.diversity.objectives import FacilityLocation, MinDispersion, Objective, SumDispersion
from subsetsearch.languages import all_languages, resolve
from subsetsearch.strategies import (
    Basis,
    Distances,
    Request,
    pool_languages,
    published_subsets,
    rules,
    select,
)
from subsetsearch.strategies._objectives import make_objective
from subsetsearch.typology import load_typology

HERE = Path(__file__).resolve().parent
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # for the measurements in child processes
threadpool_limits(1)
_LANG2VEC = """
import importlib.util, json, os, sys, time, types
import numpy as np
shim = types.ModuleType("pkg_resources")  # gone from setuptools 82; lang2vec uses one function of it
root = os.path.dirname(importlib.util.find_spec("lang2vec").origin)
shim.resource_filename = lambda package, path: os.path.join(root, path)
sys.modules["pkg_resources"] = shim
codes = json.loads(sys.argv[1])
import lang2vec.lang2vec as l2v
start = time.perf_counter()
features = l2v.get_features(codes, "syntax_average+phonology_average+inventory_average")
rows = [np.array([np.nan if v == "--" else v for v in features[c]], dtype=float) for c in codes]
values = np.zeros((len(rows), len(rows)))
for i, x in enumerate(rows):
    for j, y in enumerate(rows[:i]):
        known = np.isfinite(x) & np.isfinite(y)
        norm = np.linalg.norm(x[known]) * np.linalg.norm(y[known])
        values[i, j] = values[j, i] = 1 - x[known] @ y[known] / norm if norm else np.nan
mean = float(np.nanmean(values[np.triu_indices(len(rows), 1)]))
print(json.dumps({"seconds": time.perf_counter() - start, "mean": mean}))
"""
_URIELPLUS = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
codes = json.loads(sys.argv[1])
from urielplus.urielplus import URIELPlus
start = time.perf_counter()
source = URIELPlus()
source.set_distance_metric("cosine")
loaded = time.perf_counter() - start
values = source.new_distance("featural", codes)
print(json.dumps({"seconds": time.perf_counter() - start, "load": loaded, "mean": float(values[0][1])}))
"""
_OURS = """
import json, sys, time
import numpy as np
keys = json.loads(sys.argv[1])
from subsetsearch.languages import resolve
from subsetsearch.typology import load_typology
begin = time.perf_counter()
languages = [resolve(key) for key in keys]
start = time.perf_counter()
table = load_typology("lang2vec", features=sys.argv[2]).distance_matrix(keys)
seconds = time.perf_counter() - start
mean = float(np.nanmean(table.values[np.triu_indices(len(keys), 1)]))
first = float(table.values[0, 1])
print(json.dumps({"seconds": seconds, "identity": start - begin, "mean": mean, "first": first}))
"""
_LARGE = """
import json, resource, sys, time
start = time.perf_counter()
from subsetsearch.languages import all_languages
from subsetsearch.typology import load_typology
keys = [language.key for language in all_languages()]
source = load_typology()
share = source.features(keys).coverage
known = [key for key, value in sorted(zip(keys, share), key=lambda pair: -pair[1])][:4000]
ready = time.perf_counter()
table = source.distance_matrix(known)
done = time.perf_counter()
print(json.dumps({"n": len(known), "seconds": done - start, "distances_seconds": done - ready,
                  "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def child(code: str, *arguments: str, cache: str | None = None) -> dict[str, Any]:
    """Run a measurement in a process of its own, so that nothing is warm that should not be."""
    environment = dict(os.environ)
    if cache is not None:
        environment["REALIGN_CACHE"] = cache
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if done.returncode:
        raise SystemExit(f"a measurement failed:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def loading() -> dict[str, Any]:
    """Load and featural distances of the 65-language pool, through us and through the peers."""
    import tempfile

    pool = pool_languages("paper65")
    keys = json.dumps([language.key for language in pool])
    table = load_typology().features([language.key for language in pool])
    codes = json.dumps(list(table.codes))
    plus = json.dumps(list(load_typology("lang2vec", features="raw").features(list(table.keys)).codes))
    with tempfile.TemporaryDirectory() as cache:
        first = child(_OURS, keys, "average", cache=cache)
        runs = [child(_OURS, keys, "average", cache=cache) for _ in range(5)]
        warm, identity = (min(run[name] for run in runs) for name in ("seconds", "identity"))
        child(_OURS, keys, "raw", cache=cache)
        warm_raw = min(
            (child(_OURS, keys, "raw", cache=cache) for _ in range(5)), key=lambda run: run["seconds"]
        )
        large = child(_LARGE, cache=cache)
    lang2vec = min((child(_LANG2VEC, codes) for _ in range(3)), key=lambda run: run["seconds"])
    urielplus = child(_URIELPLUS, plus)
    return {
        "ours_first_seconds": first["seconds"],
        "ours_seconds": warm,
        "ours_identity_seconds": identity,
        "ours_raw_seconds": warm_raw["seconds"],
        "lang2vec_seconds": lang2vec["seconds"],
        "urielplus_seconds": urielplus["seconds"],
        "same_mean_distance": {"ours": first["mean"], "lang2vec": lang2vec["mean"]},
        "same_first_distance": {"ours": warm_raw["first"], "urielplus": urielplus["mean"]},
        "large": large,
    }


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
    found: dict[str, Any] = {"n": n, "k": k}
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
        found[name] = {
            "peer": "apricot-select" if name == "facility_location" else "greedy of the literature",
            "peer_value": objective.value(chosen), "peer_seconds": peer_seconds,
            "greedy_value": greedy.value, "greedy_seconds": greedy.seconds,
            "value": ours.value, "seconds": ours.seconds,
        }  # fmt: skip
    return found


def against_published() -> list[dict[str, Any]]:
    """The rule behind each published subset: overlap, and the rule's own objective for both sets."""
    typology, found = load_typology(), []
    for name, subset in published_subsets().items():
        rule = rules().get(name)
        if rule is None or rule.basis not in (Basis.DISTANCES, Basis.SCRIPTS) or len(subset.keys) == 65:
            continue
        request = Request(name, k=len(subset.keys), source=resolve("eng"), solver="exact", time_limit=10)
        ours = select(request, typology)
        pool = [language for language in pool_languages(rule.pool or "paper65")
                if not rule.same_script or language.script == "Latn"]  # fmt: skip
        distances = Distances(typology, rule.kind or "featural", None, request.caution)
        objective = make_objective(rule, request, pool, distances)
        keys = [language.key for language in pool]
        value = abs(objective.value([keys.index(key) for key in subset.keys]))
        found.append({
            "name": name, "k": len(subset.keys), "overlap": len({*ours.keys} & {*subset.keys}),
            "objective": ours.objective, "value": ours.value, "published_value": value,
            "optimal": ours.optimal, "gap": ours.gap, "seconds": ours.seconds,
        })  # fmt: skip
    return found


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


def measure() -> dict[str, Any]:
    small = load_typology().distance_matrix([language.key for language in pool_languages("paper65")])
    cautious, plain = small.cautious().values, small.cautious(0.0).values
    large = best_covered(200)
    times = loading()
    return {
        "machine": {"python": platform.python_version(), "numpy": np.__version__, "threads": 1,
                    "processor": _processor()},
        "loading": times,
        "ratios": {
            "load_vs_lang2vec": times["lang2vec_seconds"] / times["ours_seconds"],
            "load_vs_urielplus": times["urielplus_seconds"] / times["ours_raw_seconds"],
            "load_vs_lang2vec_first_time": times["lang2vec_seconds"] / times["ours_first_seconds"],
        },
        "maxsum": [exact(SumDispersion, cautious, k, 60) for k in (5, 10, 20, 40)]
        + [exact(SumDispersion, large, k, 60) for k in (10, 20)],
        "maxsum_plain": [exact(SumDispersion, plain, k, 60) for k in (5, 10, 20)],
        "maxmin": [exact(MinDispersion, cautious, k, 60) for k in (5, 10, 20)]
        + [exact(MinDispersion, large, k, 60) for k in (10, 20)],
        "versus": {"apricot": apricot_sum(20), "greedy": versus(2000, 50)},
        "published": against_published(),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="file for the results")
    arguments = parser.parse_args()
    result = measure()
    text = json.dumps(result, indent=2)
    if arguments.json is not None:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(text + "\n", encoding="utf-8")
        (HERE / "TYPOLOGY.md").write_text(markdown(result), encoding="utf-8")
    print(markdown(result) if arguments.json is not None else text)


if __name__ == "__main__":
    main()
