"""A fine-tuned model as the standard class of its task."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from realign_core.recipe import TaskKind
from realign_core.support.errors import ConfigError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_HEADS = {TaskKind.POS: "classifier", TaskKind.NER: "classifier", TaskKind.QA: "qa_outputs"}
"""Name of the head in the classes whose head reads single tokens, as ours does."""


def check_task_model(kind: TaskKind) -> None:
    """Check that a task has a standard class that computes what our head does.

    Raises:
        ConfigError: If it has none.
    """
    if kind not in _HEADS:
        raise ConfigError(
            f"a model of task.kind = '{kind.value}' cannot be saved: its head reads the mean of all tokens, "
            "the classes of transformers for whole texts read the first one",
            where="task_model",
            fix="save the encoder alone, and fine-tune it further with transformers",
        )


def save_task_model(
    kind: TaskKind,
    encoder: PreTrainedModel,
    tokenizer: Any,
    head: nn.Linear,
    labels: Sequence[str],
    folder: Path,
) -> None:
    """Save encoder and head as one model, with the labels in its config.

    Args:
        kind: One that :func:`check_task_model` lets pass.
        encoder: After fine-tuning, with its whole vocabulary.
        tokenizer: Its tokenizer.
        head: Linear map from token states to label scores.
        labels: Label names, in the head's order.
        folder: Where; made.
    """
    from transformers import AutoModelForQuestionAnswering, AutoModelForTokenClassification

    config = copy.deepcopy(encoder.config)
    if kind is TaskKind.QA:
        model = AutoModelForQuestionAnswering.from_config(config)
    else:
        config.id2label = dict(enumerate(labels))
        config.label2id = {label: number for number, label in enumerate(labels)}
        model = AutoModelForTokenClassification.from_config(config)
    missing = model.base_model.load_state_dict(encoder.state_dict(), strict=False).missing_keys
    assert not missing, missing
    place = getattr(model, _HEADS[kind])
    with torch.no_grad():
        place.weight.copy_(head.weight)
        place.bias.copy_(head.bias)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
