"""The engine's contestants: realignment, realignment on the cached trunk, evaluation."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from benchmarks.engine.contest import BATCH, Chunk, Counted
from realign_core.encoder.layers import layer_stack
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.encoder.trunk import TopLayers, trunk_states
from realign_core.recipe import Recipe
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.settings.config import validate_config
from realign_core.tasks.features import Features
from realign_core.training.evaluation import encode_units
from realign_core.training.pairs import TokenisedPair
from realign_core.training.realignment import RealignmentSource, realignment_phase

LANGUAGES = {"ntrex": ("swa", "tir", "wol", "deu"), "django": ("sw", "ga", "mn", "te")}


def make_recipe() -> tuple[Recipe, tuple[str, ...]]:
    """Make the recipe that is measured: of NTREX where there are corpora, else of Django's catalogues."""
    root = os.environ.get("REALIGN_DATA")
    corpus = "ntrex" if root else "django"
    parallel = {"format": "folder", "path": f"{root}/ntrex"} if root else {"format": "gettext"}
    realignment = {"steps": 4000, "pairs_per_batch": BATCH, "pairs_per_language": 300}
    content = {"parallel": parallel, "realignment": realignment, "task": {"max_train": 100}}
    return validate_config(Recipe, content), LANGUAGES[corpus]


def ours(
    workspace: Workspace, pairs: list[TokenisedPair], steps: int, encoder: TrainableEncoder | None = None
) -> Chunk:
    """The engine's own steps, through the phase that ``realign`` runs."""
    trained = encoder or workspace.encoder.fork()
    source = RealignmentSource(trained, pairs, workspace.recipe.realignment, seed=0)
    optimiser = realignment_phase(source, workspace.recipe.realignment).optimiser()
    trained.model.train()
    done = iter(range(source.steps))

    def chunk() -> Counted:
        tokens = 0
        for step in (next(done) for _ in range(steps)):
            source.backward(step)
            optimiser.advance(phase="bench", step=step, hint="")
            tokens += sum(len(pairs[i].source) + len(pairs[i].target) for i in source.batches[step])
        return steps * BATCH, tokens, 0.0

    return chunk


def cached_top(
    workspace: Workspace, pairs: list[TokenisedPair], steps: int, folder: Path
) -> tuple[Chunk, float]:
    """Two trainable layers on the cached trunk; also the seconds that the cache took."""
    depth = len(layer_stack(workspace.encoder.model)) - 2
    start = time.perf_counter()
    texts = [ids for p in pairs for ids in (p.source, p.target)]
    states = trunk_states(workspace.encoder, texts, depth, folder, key="bench")
    seconds = time.perf_counter() - start
    encoder = workspace.encoder
    top = TopLayers(encoder, states, depth)
    return ours(workspace, pairs, steps, top), seconds


def evaluation(workspace: Workspace, features: Features) -> Chunk:
    """All languages at once, batched by length."""

    def chunk() -> Counted:
        encode_units(workspace.encoder, features)
        return len(features), features.n_tokens, 0.0

    return chunk


def features_of(workspace: Workspace, texts: dict[str, list[str]]) -> Features:
    """Texts of all languages as the evaluation takes them."""
    ids = tuple(workspace.tokens[s] for rows in texts.values() for s in rows)
    return Features(ids, tuple(np.zeros(1, dtype=np.int64) for _ in ids))
