"""From a recipe's task to its examples and its kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from realign_core.data.examples import Example, PairExample, QuestionExample, TextExample, TokenExample
from realign_core.data.labelled import Split, check_labels, label_set
from realign_core.recipe import Recipe, TaskKind
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.seeds import sample_indices
from realign_core.tasks.base import Task
from realign_core.tasks.entities import EntityTagging, ignore_types
from realign_core.tasks.questions import QuestionAnswering
from realign_core.tasks.texts import TextClassification
from realign_core.tasks.words import WordTagging

logger = logging.getLogger(__name__)

_EXAMPLES: Mapping[TaskKind, tuple[type[Example], ...]] = {
    TaskKind.TEXT: (TextExample, PairExample),
    TaskKind.NLI: (PairExample,),
    TaskKind.POS: (TokenExample,),
    TaskKind.NER: (TokenExample,),
    TaskKind.QA: (QuestionExample,),
}


def make_task(kind: TaskKind, train: Sequence[Any]) -> Task:
    """Build a task with the labels of its training data.

    Args:
        kind: What is classified.
        train: The training examples.
    """
    labels = tuple(sorted(label_set(train)))
    match kind:
        case TaskKind.TEXT | TaskKind.NLI:
            return TextClassification(labels)
        case TaskKind.POS:
            return WordTagging(labels)
        case TaskKind.NER:
            return EntityTagging(labels)
        case TaskKind.QA:
            return QuestionAnswering()


def read_task(
    recipe: Recipe, targets: Sequence[str] | None, splits: Sequence[Split]
) -> tuple[list[Any], dict[Split, dict[str, list[Any]]]]:
    """Read training and evaluation examples and check that they fit the task and each other.

    Args:
        recipe: Names the readers.
        targets: Target languages; all of the reader's but the source language, if None.
        splits: Parts of the evaluation data.

    Raises:
        DataError: If data is missing, malformed, of another task, or has unknown labels.
        ConfigError: If there are no target languages.
    """
    config = recipe.task
    train: list[Any] = config.train.read(config.source_language, "train")[: config.max_train]
    check_examples(config.kind, train, "training data")
    evaluation: dict[Split, dict[str, list[Any]]] = {}
    for split in splits:
        codes = targets if targets is not None else _without_source(recipe, split)
        if not codes:
            raise ConfigError(
                "no target languages",
                where="targets",
                fix="name at least one language to evaluate; that of the training data counts only if named",
            )
        evaluation[split] = {}
        for code in codes:
            examples: list[Any] = list(config.evaluated.read(code, split))
            check_examples(config.kind, examples, f"{code} ({split})")
            if config.ignored:
                examples = ignore_types(examples, config.ignored)
            check_labels(train, examples, f"{code} ({split})")
            limit = config.max_evaluation or len(examples)
            evaluation[split][code] = [examples[i] for i in sample_indices(len(examples), limit, code)]
    return train, evaluation


def _without_source(recipe: Recipe, split: Split) -> tuple[str, ...]:
    """All languages that have a split, but for the one that is learnt from."""
    codes = recipe.task.evaluated.languages(split)
    apart = [code for code in codes if recipe.task.is_source(code)]
    if apart:
        logger.info("no target, as the task is learnt in it: %s", ", ".join(apart))
    return tuple(code for code in codes if code not in apart)


def check_examples(kind: TaskKind, examples: Sequence[Any], where: str) -> None:
    """Check that a reader's examples are what the task classifies.

    Raises:
        DataError: If they are of another task.
    """
    types = _EXAMPLES[kind]
    odd = next((e for e in examples if not isinstance(e, types)), None)
    if odd is not None:
        fitting = [k.value for k, others in _EXAMPLES.items() if isinstance(odd, others)]
        raise DataError(
            f"{type(odd).__name__}s do not fit task.kind = '{kind.value}'",
            where=where,
            fix=f"choose another reader, or task.kind = {' or '.join(map(repr, fitting))}",
        )
