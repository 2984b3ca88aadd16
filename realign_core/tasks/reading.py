"""Reading a task's examples, and checking that they fit its kind and each other. Free of torch."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from realign_core.data.account import LABELLED, Account
from realign_core.data.examples import Example, PairExample, QuestionExample, TextExample, TokenExample
from realign_core.data.labelled import Split, TaskReader, check_labels, describe_joined, label_set
from realign_core.recipe import Recipe, TaskConfig, TaskKind
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.seeds import sample_indices
from realign_core.tasks.schemes import OUTSIDE, as_iob2, probable_tag, strange_tag

logger = logging.getLogger(__name__)

AccountLists = dict[str, list[Account]]
"""Corpus to the accounts of what was read of it; they grow while data are read."""

_CLASSES = (2, 3)
"""Labels of natural language inference."""

_SHOWN = 8
_ALIKE = 0.8
_MANY = 20
"""Number of tags that a small file may have, whatever its words."""

_EXAMPLES: Mapping[TaskKind, tuple[type[Example], ...]] = {
    TaskKind.TEXT: (TextExample, PairExample),
    TaskKind.NLI: (PairExample,),
    TaskKind.POS: (TokenExample,),
    TaskKind.NER: (TokenExample,),
    TaskKind.QA: (QuestionExample,),
}


def read_task(
    recipe: Recipe,
    targets: Sequence[str] | None,
    splits: Sequence[Split],
    accounts: AccountLists | None = None,
) -> tuple[list[Any], dict[Split, dict[str, list[Any]]]]:
    """Read training and evaluation examples and check that they fit the task and each other.

    Args:
        recipe: Names the readers.
        targets: Target languages; all of the reader's but the source language, if None.
        splits: Parts of the evaluation data.
        accounts: Gets the account of what was read.

    Raises:
        DataError: If data is missing, malformed, of another task, or has unknown labels.
        ConfigError: If there are no target languages.
    """
    for split in splits:
        joined = recipe.task.evaluated.joined(split)
        if several := {code: joined[code] for code in target_codes(recipe, targets, split) if code in joined}:
            logger.info("%s: several files are joined: %s", LABELLED[split], describe_joined(several))
    train, left_out = read_training(recipe, accounts)
    evaluation = {
        split: {
            code: read_target(recipe, train, left_out, code, split, accounts)
            for code in target_codes(recipe, targets, split)
        }
        for split in splits
    }
    return train, evaluation


def read_training(recipe: Recipe, accounts: AccountLists | None = None) -> tuple[list[Any], list[Any]]:
    """Read the examples that are trained on, and those that ``task.max_train`` leaves out.

    Args:
        recipe: Names the reader.
        accounts: Gets the account of what was read.

    Raises:
        DataError: If data is missing, malformed, or of another task.
    """
    config = recipe.task
    examples = _read(config, config.train, config.source_language, "train", accounts)
    _check_classes(config.kind, examples)
    used = len(examples) if config.max_train is None else config.max_train
    return examples[:used], examples[used:]


def target_codes(recipe: Recipe, targets: Sequence[str] | None, split: Split) -> tuple[str, ...]:
    """Find the languages that are scored: the named ones, else all but the one that is learnt from.

    Raises:
        ConfigError: If there are none.
    """
    codes = tuple(targets) if targets is not None else _without_source(recipe, split)
    if not codes:
        raise ConfigError(
            "no target languages",
            where="targets",
            fix="name at least one language to evaluate; that of the training data counts only if named",
        )
    return codes


def read_target(
    recipe: Recipe,
    train: Sequence[Any],
    left_out: Sequence[Any],
    code: str,
    split: Split,
    accounts: AccountLists | None = None,
) -> list[Any]:
    """Read the evaluation examples of one language and check that they fit the training data.

    Args:
        recipe: Names the reader.
        train: Examples that are trained on.
        left_out: Those that ``task.max_train`` leaves out.
        code: The language.
        split: Part of the data.
        accounts: Gets the account of what was read.

    Raises:
        DataError: If data is missing, malformed, of another task, or has unknown labels.
    """
    config, where = recipe.task, f"{code} ({split})"
    examples = _read(config, config.evaluated, code, split, accounts)
    check_labels(train, examples, where, left_out=left_out)
    limit = config.max_evaluation or len(examples)
    return [examples[i] for i in sample_indices(len(examples), limit, code)]


def _read(
    config: TaskConfig, reader: TaskReader, code: str, split: Split, accounts: AccountLists | None
) -> list[Any]:
    """Read examples as the task wants them, in training and evaluation alike.

    Raises:
        DataError: If they are of another task, or have tags that are none of entities.
    """
    read_examples, account = reader.read_account(code, split)
    examples: list[Any] = read_examples
    if accounts is not None:
        listed = accounts.setdefault(LABELLED[split], [])
        if account not in listed:  # it is read again after a check that failed
            listed.append(account)
    place = "training data" if split == "train" else f"{code} ({split})"
    check_examples(config.kind, examples, place)
    _check_words(examples, place)
    if config.kind is not TaskKind.NER:
        return examples
    strange = strange_tag(examples)
    if strange is not None:
        where, line = reader.place_of(code, split, strange)
        raise DataError(
            f"'{strange}' is no tag of entities: O, or one of B, I, E, S, L and U with a type, as in B-PER",
            where=where,
            line=line,
            fix=f'map such tags with {reader.map_key}, as in {{ "{strange}" = "{probable_tag(strange)}" }}',
        )
    _check_ignored(config.ignored, examples, f"{code} ({split})")
    return ignore_types(as_iob2(examples), config.ignored)


def _check_ignored(ignored: Sequence[str], examples: Sequence[TokenExample], where: str) -> None:
    """Refuse a type that is written almost as one of the data: it would be ignored nowhere.

    Raises:
        ConfigError: If there is one.
    """
    types = {tag.partition("-")[2] for tag in label_set(examples)} - {""}
    folded = {kind.casefold(): kind for kind in sorted(types - set(ignored))}
    for kind in ignored:
        close = difflib.get_close_matches(kind.casefold(), folded, n=1, cutoff=_ALIKE)
        if kind not in types and close:
            raise ConfigError(
                f"'{kind}' is no type of {where}, but '{folded[close[0]]}' is",
                where="task.ignored",
                fix="mend the name, or list both",
            )


def _check_classes(kind: TaskKind, examples: Sequence[Example]) -> None:
    """Question inference with another number of labels than it has: one of them may stand for no label.

    Raises:
        DataError: If it has neither two nor three.
    """
    labels = sorted(label_set(examples))
    if kind is TaskKind.NLI and len(labels) not in _CLASSES:
        shown = ", ".join(labels[:_SHOWN]) + (" …" if len(labels) > _SHOWN else "")
        raise DataError(
            f"inference has 2 or 3 labels, but these are {len(labels)}: {shown}",
            where="training data",
            fix="map them with label_map; pairs with other labels are task.kind = 'text'",
        )


def _without_source(recipe: Recipe, split: Split) -> tuple[str, ...]:
    """All languages that have a split, but for the one that is learnt from."""
    codes = recipe.task.evaluated.languages(split)
    sources = [code for code in codes if recipe.task.is_source(code)]
    if sources:
        logger.info("no target, as the task is learnt in it: %s", ", ".join(sources))
    return tuple(code for code in codes if code not in sources)


def check_examples(kind: TaskKind, examples: Sequence[Any], where: str) -> None:
    """Check that a reader's examples are what the task classifies.

    Raises:
        DataError: If they are of another task.
    """
    types = _EXAMPLES[kind]
    unfit = next((e for e in examples if not isinstance(e, types)), None)
    if unfit is not None:
        fitting = [k.value for k, others in _EXAMPLES.items() if isinstance(unfit, others)]
        raise DataError(
            f"{type(unfit).__name__}s do not fit task.kind = '{kind.value}'",
            where=where,
            fix=f"choose another reader, or task.kind = {' or '.join(map(repr, fitting))}",
        )


def _check_words(examples: Sequence[Any], where: str) -> None:
    """Refuse tags that are more varied than the words: the two columns were taken for each other.

    Raises:
        DataError: If they are.
    """
    sentences = [example for example in examples if isinstance(example, TokenExample)]
    tags = label_set(sentences)
    if len(tags) > _MANY and len(tags) > len({word for e in sentences for word in e.tokens}):
        raise DataError(
            f"{len(tags):,} different tags for fewer different words: tags are taken for words",
            where=where,
            fix="the word comes first in a line, the tag last",
        )


def ignore_types(examples: Iterable[TokenExample], types: Iterable[str]) -> list[TokenExample]:
    """Take some entity types as O: those that the other side of the data does not have.

    Args:
        examples: Sentences with IOB2 tags.
        types: Such as ``DATE``.
    """
    dropped = frozenset(types)
    return [
        TokenExample(e.tokens, tuple(OUTSIDE if tag.partition("-")[2] in dropped else tag for tag in e.tags))
        for e in examples
    ]
