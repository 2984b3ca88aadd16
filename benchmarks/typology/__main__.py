"""Speed and value of distances and solvers against peers, as ratios in one run.

It writes the JSON and this folder's page; the peers are in the extra ``bench-typology``. One core: the
numerical libraries are held to one thread.
"""

from __future__ import annotations

import os
import platform
import resource
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.common import page_of, parser_for, write_json
from benchmarks.typology.loading import loading
from benchmarks.typology.solvers import against_published, apricot_sum, best_covered, exact, versus
from benchmarks.typology.table import markdown
from subsetsearch.diversity.objectives import MinDispersion, SumDispersion
from subsetsearch.strategies import pool_languages
from subsetsearch.typology import load_typology


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
    """Command line."""
    options = parser_for(__doc__, "typology").parse_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"  # for the measurements in child processes
    threadpool_limits(1)
    result = measure()
    write_json(options.json, result)
    page_of("typology").write_text(markdown(result), encoding="utf-8")
    print(markdown(result))


if __name__ == "__main__":
    main()
