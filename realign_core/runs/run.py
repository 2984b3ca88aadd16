"""One run: realign, fine-tune on the source language, test on the others."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from realign_core.data.labelled import Split
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.recipe import Recipe
from realign_core.runs.result import Result
from realign_core.runs.training import build_training
from realign_core.runs.workspace import Workspace, prepare
from realign_core.support.errors import DataError
from realign_core.support.files import content_key
from realign_core.support.progress import Progress
from realign_core.training.checkpoint import CheckpointStore
from realign_core.training.evaluation import predict_targets
from realign_core.training.loop import train


def run(
    recipe: Recipe,
    languages: Iterable[str],
    *,
    seed: int = 17,
    targets: Sequence[str] | None = None,
    split: Split = "test",
    progress: Progress | None = None,
) -> Result:
    """Measure what realigning with ``languages`` does for zero-shot transfer.

    Args:
        recipe: Encoder, data, schedules.
        languages: Realignment languages by the corpus's codes; none means no realignment.
        seed: Names the head's start and all orders.
        targets: Target languages by the task's codes; all but the source language, if left out.
        split: Part of the evaluation data that is scored.
        progress: Shows steps.

    Returns:
        Scores a target language, wall times, throughput, and hash.

    Raises:
        RealignError: If data or encoder cannot be read, or training fails.

    Example:
        >>> run(Recipe(), ["sw", "te"], seed=17).mean  # doctest: +SKIP
        0.54
    """
    chosen = sorted(set(languages))
    workspace = prepare(recipe, chosen, targets=targets, splits=(split,))
    return run_prepared(workspace, chosen, seed=seed, split=split, progress=progress)


def run_prepared(
    workspace: Workspace,
    languages: Iterable[str],
    *,
    seed: int,
    split: Split = "test",
    encoder: TrainableEncoder | None = None,
    progress: Progress | None = None,
    checkpoints: Path | None = None,
) -> Result:
    """Run as :func:`run`, in a workspace that has the data already.

    Args:
        workspace: From :func:`realign_core.runs.workspace.prepare`.
        languages: Realignment languages, among the prepared ones.
        seed: Names the head's start and all orders.
        split: One of the prepared splits.
        encoder: What is trained (in place); a copy of the workspace's encoder, if left out.
        progress: Shows steps.
        checkpoints: Folder of checkpoints: a run that was interrupted goes on from its last
            one and ends with the same numbers.

    Raises:
        DataError: If a language or split was not prepared, or has fewer pairs than asked for.
        TrainingError: If a loss is not finite; the last checkpoint stays.
        CheckpointError: If a checkpoint is damaged.
    """
    chosen = tuple(sorted(set(languages)))
    check_prepared(workspace, chosen, split)
    trained = encoder if encoder is not None else workspace.encoder.fork()
    head = workspace.head(seed).to(trained.device)
    training = build_training(workspace, trained, head, chosen, seed)
    recipe_hash = result_hash(workspace, chosen)
    store = None
    if checkpoints is not None:
        store = open_checkpoints(workspace, checkpoints, f"{recipe_hash}-{seed}", trained, head)
    trained.model.train()
    reports = train(training.phases, training.segments, saver=store, progress=progress)
    result = _test(workspace, trained, head, split, progress)
    clock = {name: report.seconds for name, report in reports.items()} | {"evaluation": result.seconds}
    tokens = {name: report.tokens for name, report in reports.items()} | {"evaluation": result.tokens}
    if store is not None:
        store.clear()
    return Result(
        recipe_hash=recipe_hash,
        seed=seed,
        languages=chosen,
        split=split,
        metric=workspace.task.metric,
        scores=result.scores,
        seconds=clock,
        tokens_per_second={name: n / max(clock[name], 1e-9) for name, n in tokens.items()},
        losses={name: report.loss for name, report in reports.items()},
        pairs=training.pairs,
        environment=environment(workspace),
        details=result.details,
        source=tuple(code for code in result.scores if workspace.recipe.task.is_source(code)),
        held_out=tuple(code for code in result.scores if code in workspace.recipe.held_out),
    )


def open_checkpoints(
    workspace: Workspace, folder: Path, key: str, encoder: TrainableEncoder, head: nn.Module
) -> CheckpointStore:
    """Open the checkpoints of one run."""
    every = workspace.recipe.compute.checkpoint_steps
    return CheckpointStore(folder / key, key, {"body": encoder.model, "head": head}, every)


@dataclass(frozen=True, slots=True)
class _Test:
    scores: dict[str, float]
    details: dict[str, Mapping[str, float]]
    seconds: float
    tokens: int


def _test(
    workspace: Workspace, encoder: TrainableEncoder, head: nn.Module, split: Split, progress: Progress | None
) -> _Test:
    """Score every target language."""
    targets, task = workspace.evaluation[split], workspace.task
    start = time.perf_counter()
    size = workspace.recipe.compute.eval_tokens
    predicted = predict_targets(encoder, head, task, targets, max_tokens=size, progress=progress)
    scores = {code: task.score(predicted[code], features) for code, features in targets.items()}
    details = {code: task.details(predicted[code], features) for code, features in targets.items()}
    seconds = time.perf_counter() - start
    return _Test(scores, details, seconds, sum(features.n_tokens for features in targets.values()))


def result_hash(workspace: Workspace, languages: Sequence[str]) -> str:
    """Name a run but for its seed: recipe, data, encoder, kernel, engine version, languages."""
    texts = {code: workspace.parallel[code].fingerprint() for code in languages}
    parts: list[object] = [workspace.fingerprint, texts]
    if workspace.links:
        chosen = set(languages)
        linked = sorted((*key, found.tolist()) for key, found in workspace.links.items() if key[0] in chosen)
        parts.append(content_key(linked))
    return content_key(parts)


def environment(workspace: Workspace) -> dict[str, str]:
    """Describe what computed: kernel, device, machine, versions."""
    import transformers

    device = workspace.encoder.device
    return {
        "device": torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else f"cpu x{torch.get_num_threads()}",
        "precision": workspace.kernel.precision,
        "attention": workspace.kernel.attention,
        "python": platform.python_version(),
        "host": platform.node(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }


def check_prepared(workspace: Workspace, languages: Sequence[str], split: Split | None = None) -> None:
    """Check that a workspace has languages and split.

    Raises:
        DataError: If it has not.
    """
    missing = [code for code in languages if code not in workspace.parallel]
    if missing:
        raise DataError(
            f"not prepared: {', '.join(missing)}", fix="name all languages when the workspace is made"
        )
    if split is not None and split not in workspace.evaluation:
        raise DataError(f"the split '{split}' was not prepared", fix="add it to the splits of prepare()")
