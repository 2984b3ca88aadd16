"""What is alignment worth for a language without labels? Rung 1, labelled languages left out in turn.

Run ``python benchmarks/unlabelled.py african-pos``. All targets that have labels and sentence pairs (none is
held out of this benchmark) are taken in turn for one without labels. Random subsets of all sizes are
scored by rung 1 on the language's development labels, and by variants of alignment on held-out pairs;
``studies/results/unlabelled-<study>.json`` keeps Spearman's rho of the two for each. Vectors are cached
in ``runs/unlabelled``; encoding takes minutes, all else little more than one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from realign_core.data.examples import ParallelText
from realign_core.data.labelled import Split
from realign_core.runs.workspace import Workspace, prepare
from realign_core.support.files import atomic_path, atomic_write
from realign_core.support.seeds import DATA_SEED, sample_indices
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units
from subsetsearch.analysis.trust import leave_out_in_turn
from subsetsearch.analysis.trust.ranks import Interval, spearman
from subsetsearch.analysis.trust.unlabelled import mean_interval
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.languages import resolve
from subsetsearch.problem.pool import Pool, build_pool, build_targets
from subsetsearch.problem.retrieval_pairs import hold_out
from subsetsearch.problem.space import SearchSpace
from subsetsearch.rungs.linear.alignment import retrieval
from subsetsearch.rungs.linear.gram import GramStatistics, mapped_probe, moments
from subsetsearch.rungs.linear.probe import fit_probe
from subsetsearch.rungs.unlabelled import spread_subsets

ROOT = Path(__file__).resolve().parent.parent
DEV: Split = "dev"
MOST_PAIRS = 200
RIDGES = (100.0, 30.0, 300.0)
Rows = dict[frozenset[str], dict[str, float]]


def accuracy_of_retrieval(x: np.ndarray, e: np.ndarray) -> float:
    """Share of sentences that find their translation, both ways."""
    return retrieval(x, e, 1e-4)


def margin(x: np.ndarray, e: np.ndarray) -> float:
    """Mean cosine of translations, less that of a sentence's five nearest others."""
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, e)]
    cosines = unit[0] @ unit[1].T
    own = np.diag(cosines).copy()
    np.fill_diagonal(cosines, -np.inf)
    near = [np.sort(cosines, axis=axis) for axis in (0, 1)]
    return float(own.mean() - (near[0][-5:].mean() + near[1][:, -5:].mean()) / 2)


def closeness(x: np.ndarray, e: np.ndarray) -> float:
    """Negative mean squared distance of translations."""
    return -float(np.mean(np.sum((x - e) ** 2, axis=1)))


def soft(temperature: float) -> Callable[[np.ndarray, np.ndarray], float]:
    """Probability of the right translation at a temperature."""
    return lambda x, e: retrieval(x, e, temperature)


SCORES: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "probability, temperature 0.1": soft(0.1),
    "probability, temperature 0.03": soft(0.03),
    "retrieval accuracy": accuracy_of_retrieval,
    "margin over 5 nearest": margin,
    "squared distance": closeness,
}


@dataclass(frozen=True)
class Vectors:
    """Everything that rung 1 needs of a study.

    Args:
        statistics: Moments of the pool, by corpus code.
        probe: Shape (d, k).
        bias: Shape (k,).
        units: Target key to its dev vectors and labels.
        held_out: Target key to vectors of held-out translations and sources, in the order of their hash.
    """

    statistics: GramStatistics
    probe: np.ndarray
    bias: np.ndarray
    units: Mapping[str, tuple[np.ndarray, np.ndarray]]
    held_out: Mapping[str, tuple[np.ndarray, np.ndarray]]


def encode(study: StudyConfig, pool: Pool, place: Path) -> None:
    """Encode sample, held-out pairs and labelled data once."""
    targets = build_targets(study)
    both = [key for key in targets.searched if key in pool.codes]
    aside = hold_out(pool.texts, both, (), MOST_PAIRS)
    size = study.proxy.linear.pairs
    samples = {key: aside.without(key, text).take(size, DATA_SEED) for key, text in pool.texts.items()}
    texts: dict[str, ParallelText] = {pool.codes[key]: text for key, text in samples.items()}
    wanted = {s for text in aside.pairs.values() for s in (*text.source, *text.target)}
    space = prepare(
        study.recipe,
        texts,
        targets=list(targets.codes.values()),
        splits=(DEV,),
        parallel=texts,
        sentences=wanted,
    )
    sentences = sorted({*wanted, *(s for text in texts.values() for s in (*text.source, *text.target))})
    rows = {sentence: row for row, sentence in enumerate(sentences)}
    blank = np.empty(0, np.int64)
    plain = Features(tuple(space.tokens[s] for s in sentences), tuple(blank for _ in sentences))
    vectors = _encoded(space, plain)
    sources = vectors[sorted({rows[s] for text in texts.values() for s in text.source})]
    mean = sources.mean(axis=0)
    probe, bias = fit_probe(_encoded(space, space.train) - mean, space.train.unit_labels())
    arrays = {"mean": mean, "src": sources, "probe": probe, "bias": bias}
    for key, text in samples.items():
        arrays[f"x_{key}"] = vectors[[rows[s] for s in text.target]]
        arrays[f"e_{key}"] = vectors[[rows[s] for s in text.source]]
    for key, text in aside.pairs.items():
        arrays[f"hx_{key}"] = vectors[[rows[s] for s in text.target]]
        arrays[f"he_{key}"] = vectors[[rows[s] for s in text.source]]
    for key, code in targets.codes.items():
        dev = space.evaluation[DEV][code]
        dev = dev.subset(sample_indices(len(dev), study.proxy.linear.dev_examples, code))
        arrays[f"u_{key}"], arrays[f"l_{key}"] = _encoded(space, dev) - mean, dev.unit_labels()
    with atomic_path(place) as draft, draft.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _encoded(space: Workspace, features: Features) -> np.ndarray:
    return encode_units(space.body, features, max_tokens=space.recipe.compute.eval_tokens)


def read(place: Path, keys: tuple[str, ...]) -> Vectors:
    """Read what was encoded."""
    stored = np.load(place)
    mean, source = stored["mean"], stored["src"] - stored["mean"]
    pairs = [moments(stored[f"x_{key}"] - mean, stored[f"e_{key}"] - mean) for key in keys]
    statistics = GramStatistics(
        keys, np.stack([g for g, _ in pairs]), np.stack([c for _, c in pairs]), moments(source, source)[0]
    )
    units = {name[2:]: (stored[name], stored[f"l_{name[2:]}"]) for name in stored.files if name[:2] == "u_"}
    held_out = {}
    for name in stored.files:
        if name.startswith("hx_"):
            sources = stored[f"he_{name[3:]}"]
            centre = sources.mean(axis=0)
            held_out[name[3:]] = (stored[name] - centre, sources - centre)
    return Vectors(statistics, stored["probe"], stored["bias"], units, held_out)


def measure(
    found: Vectors, subsets: list[frozenset[str]], ridge: float
) -> tuple[Rows, list[Rows], dict[str, Rows]]:
    """Score subsets: accuracy by target, that of both halves of its units, alignment by variant."""
    row = {key: index for index, key in enumerate(found.statistics.languages)}
    identity = np.eye(len(found.statistics.source))
    labelled: Rows = {}
    halves: list[Rows] = [{}, {}]
    aligned: dict[str, Rows] = {}
    for subset in subsets:
        rows = sorted(row[key] for key in subset)
        w = mapped_probe(found.statistics, rows, identity, ridge, crossed=found.statistics.crosses)
        weights = (w @ found.probe).astype(np.float32)
        hits = {
            key: (units @ weights + found.bias.astype(np.float32)).argmax(axis=1) == labels
            for key, (units, labels) in found.units.items()
        }
        labelled[subset] = {key: float(hit.mean()) for key, hit in hits.items()}
        for half in (0, 1):
            halves[half][subset] = {key: float(hit[half::2].mean()) for key, hit in hits.items()}
        mapped = {key: (x @ w, e) for key, (x, e) in found.held_out.items()}
        for name, score in SCORES.items():
            for n in (50, 100, MOST_PAIRS) if name == next(iter(SCORES)) else (100,):
                scores = {key: score(x[:n], e[:n]) for key, (x, e) in mapped.items()}
                aligned.setdefault(f"{name}, {n} pairs", {})[subset] = scores
    return labelled, halves, aligned


def table(found: Vectors, subsets: list[frozenset[str]], ridge: float) -> list[dict[str, object]]:
    """Spearman's rho by variant, means over languages."""
    labelled, halves, aligned = measure(found, subsets, ridge)
    keys = sorted(found.held_out)
    own = [spearman(*([half[s][key] for s in subsets] for half in halves)) for key in keys]
    agree = mean_interval([rho for rho in own if rho is not None])
    rows = []
    for name, scores in aligned.items():
        told = leave_out_in_turn(scores, labelled, "rung 1")
        rows.append(
            {
                "ridge": ridge,
                "score": name,
                "alignment": _plain(told.alignment),
                "within_equal_sizes": _plain(told.within),
                "other_targets_labels": _plain(told.others),
                "difference": _plain(told.difference),
                "two_halves_of_the_labels": _plain(agree),
                "languages": {r.language: _plain(r.alignment) for r in told.languages},
            }
        )
    return rows


def _plain(value: Interval | float | None) -> object:
    if isinstance(value, Interval):
        return {name: round(number, 3) for name, number in asdict(value).items()}
    return None if value is None else round(value, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", help="a study file in studies/, without its ending")
    parser.add_argument("--subsets", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(1)
    study = load_study(ROOT / "studies" / f"{options.study}.toml", {"targets.held_out": []})
    pool = build_pool(study)
    place = ROOT / "runs" / "unlabelled" / f"{options.study}-{study.fingerprint()}.npz"
    if not place.is_file():
        encode(study, pool, place)
    found = read(place, pool.keys)
    families = {key: resolve(key).family for key in pool.keys}
    space = SearchSpace(pool.keys, lambda chosen: float(len(set(chosen))), max_size=15, families=families)
    subsets = spread_subsets(space, options.subsets)
    content = {
        "command": f"python benchmarks/unlabelled.py {options.study} --subsets {options.subsets}",
        "what": "Spearman's rho over subsets between rung 1's development accuracy of a language and its "
        "alignment; means over languages with Student's 95 % intervals",
        "pool": len(pool.keys),
        "subsets": len(subsets),
        "languages": sorted(found.held_out),
    }
    rows: list[dict[str, object]] = []
    for ridge in RIDGES:
        rows += table(found, subsets, ridge)
        target = ROOT / "studies" / "results" / f"unlabelled-{options.study}.json"
        atomic_write(target, json.dumps({**content, "rows": rows}, indent=1) + "\n")
        print(json.dumps(rows[-len(SCORES) :], indent=1), flush=True)


if __name__ == "__main__":
    main()
