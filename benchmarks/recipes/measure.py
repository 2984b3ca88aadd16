"""Runs that share their realigned encoders, so that many settings of fine-tuning cost one realignment."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from benchmarks.recipes.settings import FINETUNINGS, REALIGNMENTS, Asked
from benchmarks.recipes.tasks import TASKS
from realign_core.encoder.trainable import WholeEncoder
from realign_core.recipe import Strategy
from realign_core.runs.running.run import run_prepared
from realign_core.runs.running.training import build_training
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.training.loop import train


class Measurer:
    """Measures runs on development data.

    Every number is what :func:`realign_core.run` gives: realignment and fine-tuning draw their orders
    from the seed alone, so an encoder that was realigned for one task serves all that share its pairs.

    Args:
        cache: Folder of realigned encoders.
    """

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.cache.mkdir(parents=True, exist_ok=True)

    def measure(self, asked: Asked) -> dict[str, Any]:
        """Return one row of the table."""
        task, start = TASKS[asked.task], time.perf_counter()
        recipe = task.recipe(FINETUNINGS[asked.finetuning], arithmetic=asked.arithmetic)
        plain = _workspace(asked.task, recipe.task.pooling, asked.arithmetic)
        encoder = plain.encoder.fork()
        if REALIGNMENTS[asked.realignment] is not None:
            self._load(asked, plain, encoder)
        workspace = replace(plain, recipe=recipe)
        result = run_prepared(workspace, (), seed=asked.seed, split="dev", encoder=encoder)
        return {
            "task": asked.task,
            "realignment": asked.realignment,
            "finetuning": asked.finetuning,
            "seed": asked.seed,
            "arithmetic": asked.arithmetic,
            "metric": result.metric,
            "mean": round(result.mean, 5),
            "targets": " ".join(f"{code}={100 * score:.2f}" for code, score in sorted(result.scores.items())),
            "seconds": round(time.perf_counter() - start, 1),
        }

    def _load(self, asked: Asked, workspace: Workspace, encoder: WholeEncoder) -> None:
        """Put the realigned weights into an encoder, embedding rows by their token."""
        name = f"{_corpus(asked.task)} {asked.realignment} {asked.seed} {asked.arithmetic}.pt"
        place = self.cache / name.translate({ord(" "): "_", ord("/"): "-"})
        if not place.is_file():
            _realign(asked, place)
        stored = torch.load(place, weights_only=True)
        small: Any = encoder.model.get_input_embeddings().weight
        name = next(name for name, value in encoder.model.named_parameters() if value is small)
        rows, kept = stored.pop(name), stored.pop("kept")
        places = {int(token): row for row, token in enumerate(kept)}
        with torch.no_grad():
            for row, token in enumerate(workspace.vocabulary.kept):
                if int(token) in places:
                    small[row] = rows[places[int(token)]]
            parameters = dict(encoder.model.named_parameters())
            for key, value in stored.items():
                parameters[key].copy_(value)


def _corpus(task: str) -> str:
    return str(TASKS[task].content["parallel"]["format"])


@lru_cache(maxsize=1)
def _workspace(task: str, pooling: str, arithmetic: str) -> Workspace:
    recipe = TASKS[task].recipe({"task": {"pooling": pooling}}, arithmetic=arithmetic)
    return prepare(recipe, (), targets=TASKS[task].targets, splits=("dev",))


def _realign(asked: Asked, place: Path) -> None:
    """Realign with a task's pairs and keep the weights."""
    task = TASKS[asked.task]
    settings = REALIGNMENTS[asked.realignment]
    assert settings is not None
    recipe = task.recipe({"realignment": settings}, arithmetic=asked.arithmetic)
    assert recipe.realignment.strategy is Strategy.BEFORE
    workspace = prepare(recipe, task.languages, targets=task.targets, splits=())
    encoder = workspace.encoder
    head = workspace.head(asked.seed)
    training = build_training(workspace, encoder, head, task.languages, asked.seed)
    encoder.model.train()
    train(training.phases, [s for s in training.segments if s.phase == "realignment"])
    weights = {name: value.detach().clone() for name, value in encoder.model.named_parameters()}
    torch.save(weights | {"kept": torch.from_numpy(workspace.vocabulary.kept)}, place)
