"""One run: realign, fine-tune on the source language, test on the others."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from realign_core.data.mixing import mix_pairs
from realign_core.data.tasks import Split
from realign_core.encoder.body import Body
from realign_core.engine.evaluation import evaluate
from realign_core.engine.finetuning import finetune
from realign_core.engine.realignment import TokenisedPair, realign
from realign_core.errors import DataError
from realign_core.files import content_key
from realign_core.progress import Progress
from realign_core.recipe import Recipe, Strategy
from realign_core.result import Result
from realign_core.tasks.head import linear_head
from realign_core.workspace import Workspace, prepare

DATA_SEED = 0
"""Which pairs of a language are bought is one decision for all runs, so it has its own seed."""


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
        targets: Target languages by the task's codes; all, if left out.
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
    body: Body | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run as :func:`run`, in a workspace that has the data already.

    Args:
        workspace: From :func:`realign_core.workspace.prepare`.
        languages: Realignment languages, among the prepared ones.
        seed: Names the head's start and all orders.
        split: One of the prepared splits.
        body: What is trained (in place); a copy of the workspace's encoder, if left out.
        progress: Shows steps.

    Raises:
        DataError: If a language or split was not prepared, or has fewer pairs than asked for.
        TrainingError: If a loss is not finite.
    """
    recipe = workspace.recipe
    chosen = tuple(sorted(set(languages)))
    _check_prepared(workspace, chosen, split)
    trained = body if body is not None else workspace.body.fork()
    clock = _Clock()
    pairs: list[TokenisedPair] = []
    if chosen and recipe.realignment.strategy is Strategy.BEFORE:
        pairs = draw_pairs(workspace, chosen, seed)
        with clock.phase("realignment"):
            clock.report(
                "realignment", realign(trained, pairs, recipe.realignment, seed=seed, progress=progress)
            )
    head = linear_head(workspace.width, len(workspace.task.labels), seed).to(trained.device)
    with clock.phase("finetuning"):
        report = finetune(trained, head, workspace.train, recipe.finetuning, seed=seed, progress=progress)
        clock.report("finetuning", report)
    targets = workspace.evaluation[split]
    with clock.phase("evaluation"):
        scores = evaluate(
            trained, head, workspace.task, targets, max_tokens=recipe.compute.eval_tokens, progress=progress
        )
        clock.tokens["evaluation"] = sum(features.n_tokens for features in targets.values())
    return Result(
        recipe_hash=result_hash(workspace, chosen),
        seed=seed,
        languages=chosen,
        split=split,
        metric=workspace.task.metric,
        scores=scores,
        seconds=clock.seconds,
        tokens_per_second=clock.speeds(),
        losses=clock.losses,
        pairs=len(pairs),
        environment=environment(workspace),
    )


def draw_pairs(workspace: Workspace, languages: Sequence[str], seed: int) -> list[TokenisedPair]:
    """Draw the pairs of one run: the recipe's budget, shared out over the languages.

    Args:
        workspace: Holds texts and tokens.
        languages: Realignment languages, sorted.
        seed: Names the order; which pairs a language has does not depend on it.

    Raises:
        DataError: If a language has fewer than ``realignment.pairs_per_language`` pairs.
    """
    config = workspace.recipe.realignment
    limit = config.pairs_per_language
    texts = []
    for code in languages:
        text = workspace.parallel[code]
        if limit is not None and len(text) < limit:
            raise DataError(
                f"{limit} pairs are wanted, but there are {len(text)}",
                where=code,
                fix="lower realignment.pairs_per_language",
            )
        texts.append(text if limit is None else text.take(limit, DATA_SEED))
    budget = config.steps * config.pairs_per_batch
    mixed = mix_pairs(texts, budget, seed=seed, mix=config.mix, repeat=True)
    return [TokenisedPair(workspace.tokens[p.source], workspace.tokens[p.target], p.source) for p in mixed]


def result_hash(workspace: Workspace, languages: Sequence[str]) -> str:
    """Name a run's inputs but for its seed: recipe, data, encoder, engine version, languages."""
    texts = {code: workspace.parallel[code].fingerprint() for code in languages}
    return content_key([workspace.fingerprint, texts])


def environment(workspace: Workspace) -> dict[str, str]:
    """Describe what computed: kernel, device, versions."""
    import transformers

    device = workspace.body.device
    return {
        "device": torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else f"cpu x{torch.get_num_threads()}",
        "precision": workspace.kernel.precision,
        "attention": workspace.kernel.attention,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }


def _check_prepared(workspace: Workspace, languages: Sequence[str], split: Split) -> None:
    missing = [code for code in languages if code not in workspace.parallel]
    if missing:
        raise DataError(
            f"not prepared: {', '.join(missing)}", fix="name all languages when the workspace is made"
        )
    if split not in workspace.evaluation:
        raise DataError(f"the split '{split}' was not prepared", fix="add it to the splits of prepare()")


class _Clock:
    """Wall time, real tokens and loss of each phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.tokens: dict[str, int] = {}
        self.losses: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Any:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start

    def report(self, name: str, report: Any) -> None:
        self.tokens[name] = report.tokens
        self.losses[name] = report.loss

    def speeds(self) -> dict[str, float]:
        return {name: n / max(self.seconds[name], 1e-9) for name, n in self.tokens.items()}
