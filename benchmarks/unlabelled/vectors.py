"""Vectors of a study's sample, held-out pairs and labelled data, encoded once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from realign_core.data.examples import ParallelText
from realign_core.data.labelled import Split
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.files.writing import atomic_path
from realign_core.support.seeds import DATA_SEED, sample_indices
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units
from subsetsearch.config import StudyConfig
from subsetsearch.problem.pool import Pool, build_targets
from subsetsearch.problem.retrieval_pairs import hold_out
from subsetsearch.rungs.linear.gram import GramStatistics, moments
from subsetsearch.rungs.linear.probe import fit_probe

DEV: Split = "dev"
MOST_PAIRS = 200


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
    retrieval_sentences = {s for text in aside.pairs.values() for s in (*text.source, *text.target)}
    space = prepare(
        study.recipe,
        texts,
        targets=list(targets.codes.values()),
        splits=(DEV,),
        parallel=texts,
        sentences=retrieval_sentences,
    )
    sampled = {s for text in texts.values() for s in (*text.source, *text.target)}
    sentences = sorted(retrieval_sentences | sampled)
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
    return encode_units(space.encoder, features, max_tokens=space.recipe.compute.eval_tokens)


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
