"""How long loading and featural distances take, here and in the peers, each in a new process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from subsetsearch.strategies import pool_languages
from subsetsearch.typology import load_typology

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
