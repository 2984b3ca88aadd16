"""A fine-tuned model as the standard class of its task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from realign_core.recipe import TaskConfig, TaskKind
from realign_core.support.errors import ConfigError, EncoderError
from realign_core.tasks.first_token import FirstTokenHead, text_model, with_labels

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def check_task_model(task: TaskConfig) -> None:
    """Check that a task has a standard class that computes what its head does.

    Raises:
        ConfigError: If it has none.
    """
    if task.kind in (TaskKind.TEXT, TaskKind.NLI) and task.pooling == "mean":
        raise ConfigError(
            f"a model of task.kind = '{task.kind.value}' cannot be saved with task.pooling = 'mean': "
            "the classes of transformers for texts read the first token",
            where="task.pooling",
            fix="set task.pooling = 'first', which trains such a class, or save the encoder alone",
        )


def save_task_model(
    kind: TaskKind,
    encoder: PreTrainedModel,
    tokenizer: Any,
    head: nn.Module,
    labels: Sequence[str],
    folder: Path,
) -> None:
    """Save encoder and head as one model, with the labels in its config.

    Args:
        kind: What is classified, as :func:`check_task_model` lets it pass.
        encoder: After fine-tuning, with its whole vocabulary.
        tokenizer: Its tokenizer.
        head: Of the task, fine-tuned.
        labels: Label names, in the head's order.
        folder: Where; made.
    """
    model = _MODELS[kind](encoder.config, labels)
    weights = {f"{model.base_model_prefix}.{name}": value for name, value in encoder.state_dict().items()}
    weights |= _standard_names(kind, head)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights[name])
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def check_class(kind: TaskKind, encoder: PreTrainedModel, head: nn.Module, labels: Sequence[str]) -> None:
    """Check that the standard class of an encoder's family has our head and nothing beside it.

    Args:
        kind: What is classified.
        encoder: Before training.
        head: Of the task.
        labels: Label names.

    Raises:
        EncoderError: If there is no such class, or it has other layers.
    """
    try:
        with torch.device("meta"):
            model = _MODELS[kind](encoder.config, labels)
    except ValueError as error:
        raise EncoderError(
            f"transformers has no class for task.kind = '{kind.value}' with this encoder",
            where="task_model",
            fix="save the encoder alone",
        ) from error
    ours = _standard_names(kind, head)
    base = f"{model.base_model_prefix}."
    theirs = {name for name, _ in model.named_parameters() if name in ours or not name.startswith(base)}
    if unshared := sorted(theirs ^ ours.keys()):
        raise EncoderError(
            f"{type(model).__name__} has other layers than our head: {', '.join(unshared)}",
            where="task_model",
            fix="save the encoder alone",
        )


def _tagger(config: Any, labels: Sequence[str]) -> PreTrainedModel:
    from transformers import AutoModelForTokenClassification

    model: PreTrainedModel = AutoModelForTokenClassification.from_config(with_labels(config, labels))
    return model


def _reader(config: Any, labels: Sequence[str]) -> PreTrainedModel:
    from transformers import AutoModelForQuestionAnswering

    model: PreTrainedModel = AutoModelForQuestionAnswering.from_config(with_labels(config, labels))
    return model


_MODELS: dict[TaskKind, Callable[[Any, Sequence[str]], PreTrainedModel]] = {
    TaskKind.POS: _tagger,
    TaskKind.NER: _tagger,
    TaskKind.QA: _reader,
    TaskKind.TEXT: text_model,
    TaskKind.NLI: text_model,
}
"""The standard class of each kind of task."""


def _standard_names(kind: TaskKind, head: nn.Module) -> dict[str, torch.Tensor]:
    """Name a head's weights as the standard class does."""
    if isinstance(head, FirstTokenHead):
        return head.model.state_dict()
    place = "qa_outputs" if kind is TaskKind.QA else "classifier"
    return {f"{place}.{name}": value for name, value in head.state_dict().items()}
