"""One run: realign, fine-tune on the source language, test on the others."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

from realign_core.data.account import LABELLED, PAIRS, Account, accounts_of, words_of
from realign_core.data.labelled import Split
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.recipe import Recipe
from realign_core.runs.running.measuring import measure
from realign_core.runs.tables.result import Result
from realign_core.runs.tables.table import held_out
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.errors import DataError
from realign_core.support.files.disk import require_space
from realign_core.support.files.keys import content_key
from realign_core.support.progress import Progress
from realign_core.support.seeds import Seeds
from realign_core.training.checkpoint import CheckpointStore, trained_bytes
from realign_core.unused import refuse_idle_languages


def run(
    recipe: Recipe,
    languages: Iterable[str],
    *,
    seed: int | Seeds = 17,
    targets: Sequence[str] | None = None,
    split: Split = "test",
    progress: Progress | None = None,
) -> Result:
    """Measure what realigning with ``languages`` does for zero-shot transfer.

    Args:
        recipe: Encoder, data, schedules.
        languages: Realignment languages by the corpus's codes; none means no realignment.
        seed: Names the head's start, the pairs that are drawn, and all orders; or one seed for each.
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
    Seeds.of(seed)  # raises at once, before anything is read
    chosen = sorted(set(languages))
    refuse_idle_languages(recipe.realignment, chosen)
    workspace = prepare(recipe, chosen, targets=targets, splits=(split,), progress=progress)
    return run_prepared(workspace, chosen, seed=seed, split=split, progress=progress)


def run_prepared(
    workspace: Workspace,
    languages: Iterable[str],
    *,
    seed: int | Seeds,
    split: Split = "test",
    encoder: TrainableEncoder | None = None,
    progress: Progress | None = None,
    checkpoints: Path | None = None,
) -> Result:
    """Run as :func:`run`, in a workspace that has the data already.

    Args:
        workspace: From :func:`realign_core.runs.workspace.workspace.prepare`.
        languages: Realignment languages, among the prepared ones.
        seed: As there.
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
    results = run_splits(
        workspace,
        languages,
        seed=seed,
        splits=(split,),
        encoder=encoder,
        progress=progress,
        checkpoints=checkpoints,
    )
    return results[split]


def run_splits(
    workspace: Workspace,
    languages: Iterable[str],
    *,
    seed: int | Seeds,
    splits: Sequence[Split],
    encoder: TrainableEncoder | None = None,
    progress: Progress | None = None,
    checkpoints: Path | None = None,
) -> dict[Split, Result]:
    """Train once, and score several parts of the evaluation data together.

    Args:
        workspace: As for :func:`run_prepared`.
        languages: Likewise.
        seed: Likewise.
        splits: Prepared splits.
        encoder: As for :func:`run_prepared`.
        progress: Likewise.
        checkpoints: Likewise.

    Returns:
        Split to its result. Times are those of the whole run.

    Raises:
        RealignError: As :func:`run_prepared`.
    """
    chosen, seeds = tuple(sorted(set(languages))), Seeds.of(seed)
    for split in splits:
        check_prepared(workspace, chosen, split)
    recipe_hash = result_hash(workspace, chosen)
    stores: list[CheckpointStore] = []

    def store_of(part: str, body: TrainableEncoder, head: nn.Module) -> CheckpointStore | None:
        if checkpoints is not None:
            key = f"{recipe_hash}-{seeds}{part}"
            stores.append(open_checkpoints(workspace, checkpoints, key, body, head))
            return stores[-1]
        return None

    trained = encoder if encoder is not None else workspace.encoder.fork()
    measured = measure(workspace, trained, chosen, seeds, splits, store_of=store_of, progress=progress)
    for store in stores:
        store.clear()
    return {
        split: Result(
            recipe_hash=recipe_hash,
            seed=seeds.plain,
            languages=chosen,
            split=split,
            metric=workspace.task.metric,
            scores=_mean([repeat.scores for repeat in scored]),
            seconds=measured.clock,
            tokens_per_second={
                name: n / max(measured.clock[name], 1e-9) for name, n in measured.tokens.items()
            },
            losses=measured.losses,
            pairs=measured.pairs,
            environment=environment(workspace),
            details={code: _mean([repeat.details[code] for repeat in scored]) for code in scored[0].details},
            source=tuple(code for code in scored[0].scores if workspace.recipe.task.is_source(code)),
            held_out=tuple(code for code in scored[0].scores if code in held_out(workspace.recipe)),
            repeats=tuple(repeat.scores for repeat in scored) if len(scored) > 1 else (),
            read=read_by(workspace, chosen, split),
        )
        for split, scored in measured.by_split.items()
    }


def read_by(workspace: Workspace, languages: Sequence[str], split: Split) -> dict[str, tuple[Account, ...]]:
    """Account for what a run reads of what a workspace has.

    Args:
        workspace: What was prepared.
        languages: The run's.
        split: Part of the evaluation data that it scores.
    """
    accounts: dict[str, tuple[Account, ...]] = {}
    if languages:
        accounts[PAIRS] = accounts_of(workspace.parallel[code] for code in languages)
    corpora = [name for part in (LABELLED["train"], LABELLED[split]) for name in (part, words_of(part))]
    return accounts | {
        name: tuple(workspace.accounts[name]) for name in corpora if name in workspace.accounts
    }


def _mean(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Average by name; one alone is left as it is."""
    return {name: sum(by_name[name] for by_name in scores) / len(scores) for name in scores[0]}


def open_checkpoints(
    workspace: Workspace, folder: Path, key: str, encoder: TrainableEncoder, head: nn.Module
) -> CheckpointStore:
    """Open the checkpoints of one run."""
    steps = workspace.recipe.compute.checkpoint_steps
    require_space(folder, 2 * trained_bytes(encoder.model.num_parameters()), "checkpoints")
    return CheckpointStore(folder / key, key, {"body": encoder.model, "head": head}, steps)


def result_hash(workspace: Workspace, languages: Sequence[str]) -> str:
    """Name a run but for its seed: recipe, data, encoder, kernel, engine version, languages."""
    texts = {code: workspace.parallel[code].fingerprint() for code in languages}
    parts: list[object] = [workspace.fingerprint, texts]
    if workspace.links:
        chosen = set(languages)
        linked = sorted((*key, links.tolist()) for key, links in workspace.links.items() if key[0] in chosen)
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
