"""From a recipe's task to its kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from realign_core.data.labelled import label_set
from realign_core.recipe import TaskConfig, TaskKind
from realign_core.tasks.base import Task
from realign_core.tasks.entities import EntityTagging
from realign_core.tasks.questions import QuestionAnswering
from realign_core.tasks.texts import TextClassification
from realign_core.tasks.words import WordTagging


def make_task(config: TaskConfig, train: Sequence[Any]) -> Task:
    """Build a task with the labels of its training data.

    Args:
        config: What is classified, and by which vector.
        train: The training examples.
    """
    labels = tuple(sorted(label_set(train)))
    match config.kind:
        case TaskKind.TEXT | TaskKind.NLI:
            return TextClassification(labels, config.pooling)
        case TaskKind.POS:
            return WordTagging(labels, config.windowed)
        case TaskKind.NER:
            return EntityTagging(labels, config.windowed)
        case TaskKind.QA:
            return QuestionAnswering()
