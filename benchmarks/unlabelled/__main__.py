"""What is retrieval worth for a language without labels? Rung 1, labelled languages left out in turn.

Run ``python -m benchmarks.unlabelled african-pos``. All targets that have labels and sentence pairs (none is
held out of this benchmark) are taken in turn for one without labels. Random subsets of all sizes are
scored by rung 1 on the language's development labels, and by variants of retrieval on held-out pairs;
``results/<study>.json`` keeps Spearman's rho of the two for each. Vectors are cached in ``runs/unlabelled``;
encoding takes minutes, all else little more than one.
"""

from __future__ import annotations

import argparse
import json

import torch

from benchmarks.common import ROOT, results_of, study_file, write_json
from benchmarks.unlabelled.measure import SCORES, table
from benchmarks.unlabelled.vectors import encode, read
from subsetsearch.config import load_study
from subsetsearch.languages import resolve
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.pool import build_pool
from subsetsearch.problem.space import SearchSpace
from subsetsearch.rungs.unlabelled import spread_subsets

RIDGES = (100.0, 30.0, 300.0)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "study", nargs="?", default="african-pos", help="a study file in studies/, without its ending"
    )
    parser.add_argument("--subsets", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(1)
    study = load_study(study_file(options.study), {"targets.held_out": [], "targets.held_out_in_pool": False})
    pool = build_pool(study)
    place = ROOT / "runs" / "unlabelled" / f"{options.study}-{study.fingerprint()}.npz"
    if not place.is_file():
        encode(study, pool, place)
    vectors = read(place, pool.keys)
    families = {key: resolve(key).family for key in pool.keys}
    cost = PoolCost(dict.fromkeys(pool.keys, 1.0), "languages")
    space = SearchSpace(pool.keys, cost, max_size=15, families=families)
    subsets = [subset.languages for subset in spread_subsets(space, options.subsets)]
    content = {
        "command": f"python -m benchmarks.unlabelled {options.study} --subsets {options.subsets}",
        "what": "Spearman's rho over subsets between rung 1's development accuracy of a language and its "
        "retrieval; means over languages with Student's 95 % intervals",
        "pool": len(pool.keys),
        "subsets": len(subsets),
        "languages": sorted(vectors.held_out),
    }
    rows: list[dict[str, object]] = []
    for ridge in RIDGES:
        rows += table(vectors, subsets, ridge)
        write_json(results_of("unlabelled") / f"{options.study}.json", {**content, "rows": rows})
        print(json.dumps(rows[-len(SCORES) :], indent=1), flush=True)


if __name__ == "__main__":
    main()
