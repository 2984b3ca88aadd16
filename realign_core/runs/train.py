"""Realign an encoder and keep it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from realign_core.data.labelled import Split
from realign_core.recipe import Recipe, Strategy
from realign_core.runs.run import check_prepared, environment, open_checkpoints, result_hash
from realign_core.runs.saving import MARKER, save_trained
from realign_core.runs.task_model import check_class, check_task_model
from realign_core.runs.training import build_training
from realign_core.runs.workspace import Workspace, prepare
from realign_core.support.errors import ConfigError
from realign_core.support.files import check_replaceable, replacing_folder
from realign_core.support.progress import Progress
from realign_core.training.distributed import replicas
from realign_core.training.loop import train as run_phases


@dataclass(frozen=True, slots=True, repr=False)
class TrainedEncoder:
    """A realigned encoder that was saved.

    Args:
        folder: Where it is.
        languages: Realignment languages (corpus codes), sorted.
        seed: The run's seed.
        pairs: Sentence pairs that training saw, with repetitions.
        recipe_hash: Names recipe, data, kernel and languages; in a prepared workspace as that of a run.
        losses: Last mean loss by training phase.
        environment: Kernel, device, machine and library versions.
    """

    folder: Path
    languages: tuple[str, ...]
    seed: int
    pairs: int
    recipe_hash: str
    losses: Mapping[str, float]
    environment: Mapping[str, str]

    def __repr__(self) -> str:
        return f"TrainedEncoder('{self.folder}', realigned with {' '.join(self.languages)}, seed {self.seed})"


def train(
    recipe: Recipe,
    languages: Iterable[str],
    folder: Path | str,
    *,
    seed: int = 17,
    task_model: bool = False,
    force: bool = False,
    checkpoints: Path | str | None = None,
    progress: Progress | None = None,
) -> TrainedEncoder:
    """Realign an encoder with ``languages`` and save it, whole vocabulary and tokenizer included.

    ``AutoModel``, ``AutoTokenizer`` and ``SentenceTransformer`` load the folder offline.

    It has the weights that :func:`realign_core.run` with this seed measured: for ``strategy = "before"``
    those between realignment and fine-tuning, for the other strategies those at the end.

    Args:
        recipe: Encoder, data, schedules.
        languages: Realignment languages by the corpus's codes, at least one.
        folder: Where it is saved; it appears whole or not at all.
        seed: Names all orders, and the head's start.
        task_model: Also fine-tune, and save the model of the task in the subfolder ``task-model``.
        force: Replace an encoder that was saved there before.
        checkpoints: Folder of checkpoints: an interrupted training goes on from its last one.
        progress: Shows steps.

    Raises:
        RealignError: If there is something in the folder already, data or encoder cannot be read, or
            training fails.

    Example:
        >>> train(Recipe(), ["sw", "te"], "realigned", seed=17)  # doctest: +SKIP
        TrainedEncoder('realigned', realigned with sw te, seed 17)
    """
    chosen = tuple(sorted(set(languages)))
    check_replaceable(Path(folder), force=force, marker=MARKER)
    _check_request(recipe, chosen, task_model=task_model)
    # Fine-tuning decays every embedding row in use, evaluation data's too: the run's weights need them.
    splits: tuple[Split, ...] = ("test",) if _finetunes(recipe, task_model=task_model) else ()
    workspace = prepare(recipe, chosen, splits=splits)
    return train_prepared(
        workspace,
        chosen,
        Path(folder),
        seed=seed,
        task_model=task_model,
        force=force,
        checkpoints=Path(checkpoints) if checkpoints is not None else None,
        progress=progress,
    )


def train_prepared(
    workspace: Workspace,
    languages: Iterable[str],
    folder: Path,
    *,
    seed: int,
    task_model: bool = False,
    force: bool = False,
    checkpoints: Path | None = None,
    progress: Progress | None = None,
) -> TrainedEncoder:
    """Train as :func:`train`, in a workspace that has the data already.

    Args:
        workspace: From :func:`realign_core.runs.workspace.prepare`.
        languages: As for :func:`train`, among the prepared ones.
        folder: Likewise.
        seed: Likewise.
        task_model: Likewise.
        force: Likewise.
        checkpoints: Likewise.
        progress: Likewise.

    Raises:
        RealignError: As :func:`train`.
    """
    recipe, chosen = workspace.recipe, tuple(sorted(set(languages)))
    check_replaceable(folder, force=force, marker=MARKER)
    _check_request(recipe, chosen, task_model=task_model)
    check_prepared(workspace, chosen)
    encoder = workspace.encoder.fork()
    head = workspace.head(seed).to(encoder.device)
    if task_model:
        check_class(recipe.task.kind, encoder.model, head, workspace.task.labels)
    training = build_training(workspace, encoder, head, chosen, seed)
    whole = _finetunes(recipe, task_model=task_model)
    segments = [s for s in training.segments if whole or s.phase == "realignment"]
    name, store = result_hash(workspace, chosen), None
    if checkpoints is not None:
        store = open_checkpoints(workspace, checkpoints, f"{name}-{seed}-{len(segments)}", encoder, head)
    encoder.model.train()
    reports = run_phases(training.phases, segments, saver=store, progress=progress)
    trained = TrainedEncoder(
        folder=folder,
        languages=chosen,
        seed=seed,
        pairs=training.pairs,
        recipe_hash=name,
        losses={phase: report.loss for phase, report in reports.items()},
        environment=environment(workspace),
    )
    if replicas().first:
        with replacing_folder(folder, force=force, marker=MARKER) as draft:
            about = asdict(trained) | {"folder": None}
            save_trained(workspace, encoder, head if task_model else None, about, draft)
    if store is not None:
        store.clear()
    return trained


def _finetunes(recipe: Recipe, *, task_model: bool) -> bool:
    """Whether what is saved comes after fine-tuning."""
    return task_model or recipe.realignment.strategy is not Strategy.BEFORE


def _check_request(recipe: Recipe, languages: tuple[str, ...], *, task_model: bool) -> None:
    """Refuse what would train nothing, or cannot be saved."""
    if not languages or recipe.realignment.strategy is Strategy.BASELINE:
        raise ConfigError(
            "nothing is realigned, so there is no encoder to keep",
            where="realignment.strategy" if languages else "languages",
            fix="use 'before', 'during' or 'staged'" if languages else "name at least one language",
        )
    if task_model:
        check_task_model(recipe.task)
