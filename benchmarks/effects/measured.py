"""Traits of languages that are measured with the encoder, and kept.

``python -m benchmarks.effects.measured`` measures the two pools of all tasks, some seconds a language. Of
each language: its sentences' length in tokens beside their sources', how well held-out translations find each
other, and what ten steps of realigning the upper six layers with that language alone lead to: the loss, and
the retrieval of itself and of others. No score of a task has a part in them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from benchmarks.common import read_rows, results_of
from benchmarks.effects.cases import Case
from benchmarks.effects.models import Effects, Model
from benchmarks.tables.tasks import TASKS, TableTask
from realign_core.data.examples import ParallelText
from realign_core.encoder.layers import layer_stack
from realign_core.encoder.trunk import TopLayers, TrunkStates, trunk_states
from realign_core.runs.running.training import draw_pairs
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.files.writing import atomic_write
from realign_core.training.realignment import realign
from subsetsearch.problem.pool import build_pool
from subsetsearch.rungs.linear.pair_retrieval import pair_vectors
from subsetsearch.rungs.linear.retrieval import retrieval
from subsetsearch.surrogate.effects import EffectModel
from subsetsearch.traits.table import TraitTable

NAMES = ("length", "retrieval", "loss", "own_gain", "gain_of_others")
"""Of the traits, as columns of the files."""

POOLS = {"african-pos": "african-pos", "ud-pos": "african-pos"} | dict.fromkeys(
    ("time-expressions", "names"), "time-expressions"
)
"""Task to the one whose pool it shares, and whose recipe the steps are taken by."""

STEPS, BATCH, TRAINED, HELD_OUT, OTHERS, TOP, SEED = 10, 16, 160, 40, 24, 6, 101


def path_of(task: str) -> Path:
    """File of the measured traits of a task's pool."""
    return results_of("effects") / f"traits-{POOLS[task]}.csv"


def read_traits(task: str) -> TraitTable:
    """Read what was measured of a task's pool."""
    rows = read_rows(path_of(task))
    columns = {name: [float(row[name]) for row in rows] for name in NAMES}
    return TraitTable.of([row["language"] for row in rows], columns)


def with_measured(*, free: bool) -> Model:
    """Our model with these traits, besides the free ones or in their place."""

    def fit(case: Case) -> Effects:
        kept = case.kernel.traits if free else case.kernel.traits.only(())
        blank = TraitTable.of(kept.keys, {})
        measured = blank.join(read_traits(case.name)).standardised()
        kernel = replace(case.kernel, traits=kept.join(measured))
        return Effects(EffectModel.fit(case.runs, kernel, case.places))

    return fit


def measure(task: TableTask, cache: Path) -> None:
    """Measure every language of a task's pool."""
    study = task.load()
    pool = build_pool(study)
    texts = {pool.codes[key]: text.take(TRAINED + HELD_OUT, SEED) for key, text in pool.texts.items()}
    workspace = prepare(study.recipe, texts, targets=[], splits=(), parallel=texts)
    held = {code: _last(text) for code, text in texts.items()}
    space = _ten_steps(workspace, texts)
    states, depth = _states(workspace, cache)
    before = _retrieval(TopLayers(workspace.encoder, states, depth), workspace, held)
    chosen = sorted(held)[:: max(1, len(held) // OTHERS)]
    lines = [",".join(("language", *NAMES))]
    for key in sorted(pool.texts):
        start, code = time.perf_counter(), pool.codes[key]
        encoder = TopLayers(workspace.encoder, states, depth)
        report = realign(encoder, draw_pairs(space, [code], SEED), space.recipe.realignment, seed=SEED)
        scored = {code, *chosen}
        after = _retrieval(encoder, workspace, {other: held[other] for other in sorted(scored)})
        others = float(np.mean([after[o] - before[o] for o in scored if o != code]))
        values = (
            _length(workspace, held[code]),
            before[code],
            report.loss,
            after[code] - before[code],
            others,
        )
        lines.append(",".join((key, *(f"{value:.5f}" for value in values))))
        print(f"{task.name}: {lines[-1]} in {time.perf_counter() - start:.1f} s", flush=True)
    atomic_write(path_of(task.name), "\n".join(lines) + "\n")


def _held_out(text: ParallelText) -> int:
    """Pairs that are never trained on: a quarter of a short text."""
    return min(HELD_OUT, len(text) // 4)


def _last(text: ParallelText) -> ParallelText:
    """The pairs that are held out."""
    count = _held_out(text)
    return replace(text, source=text.source[-count:], target=text.target[-count:])


def _ten_steps(workspace: Workspace, texts: Mapping[str, ParallelText]) -> Workspace:
    """A short schedule, and the texts without what is held out."""
    realignment = workspace.recipe.realignment.model_copy(
        update={
            "steps": STEPS,
            "pairs_per_batch": BATCH,
            "pairs_per_language": None,
            "max_passes": None,
            "freeze": "none",
        }
    )
    kept = {code: text.head(len(text) - _held_out(text)) for code, text in texts.items()}
    recipe = workspace.recipe.model_copy(update={"realignment": realignment})
    return replace(workspace, recipe=recipe, parallel=kept)


def _states(workspace: Workspace, cache: Path) -> tuple[TrunkStates, int]:
    depth = len(layer_stack(workspace.encoder.model)) - TOP
    ids = [workspace.tokens[s] for text in workspace.parallel.values() for s in (*text.source, *text.target)]
    states = trunk_states(
        workspace.encoder,
        ids,
        depth,
        cache,
        key=workspace.fingerprint,
        max_tokens=workspace.recipe.compute.eval_tokens,
    )
    return states, depth


def _retrieval(
    encoder: TopLayers, workspace: Workspace, held: Mapping[str, ParallelText]
) -> dict[str, float]:
    return {code: retrieval(*vectors) for code, vectors in pair_vectors(encoder, workspace, held).items()}


def _length(workspace: Workspace, text: ParallelText) -> float:
    """Logarithm of tokens of the translations by those of their sources."""
    theirs, ours = (sum(len(workspace.tokens[s]) for s in side) for side in (text.target, text.source))
    return float(np.log(theirs / ours))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    torch.set_num_threads(1)
    for name in sorted({*POOLS.values()}):
        with tempfile.TemporaryDirectory(prefix="subsetsearch-traits-") as cache:
            if not path_of(name).exists():
                measure(TASKS[name], Path(cache))


if __name__ == "__main__":
    main()
