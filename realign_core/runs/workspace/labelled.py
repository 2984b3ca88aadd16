"""Labelled examples as the encoder reads them, and what is told of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from realign_core.data.account import LABELLED, Accounts, log_account, words_of
from realign_core.data.examples import Example, text_of
from realign_core.data.garbled import log_garbled
from realign_core.recipe import Recipe
from realign_core.tasks.base import Task
from realign_core.tasks.features import Features
from realign_core.tasks.mapped import idle_labels
from realign_core.tasks.overlap import BySplit, overlaps
from realign_core.tasks.reading import AccountLists
from realign_core.tasks.unscored import account_of_words, describe_unscored, much_unscored


def tokenise_labelled(
    recipe: Recipe,
    task: Task,
    tokenizer: Any,
    by_code: Mapping[str, Sequence[Example]],
    accounts: AccountLists,
    corpus: str,
) -> dict[str, Features]:
    """Tokenise labelled examples.

    Args:
        recipe: Says how much is read at once.
        task: Makes features.
        tokenizer: The encoder's.
        by_code: Language to examples.
        accounts: Gets the account of their words.
        corpus: Names them there.
    """
    features = {}
    for code, examples in by_code.items():
        features[code] = task.features(examples, tokenizer, recipe.encoder.max_length)
        account = account_of_words(code, examples, features[code], recipe.encoder.max_length)
        if account is not None:
            accounts.setdefault(words_of(corpus), []).append(account)
    return features


def tell_labelled(logger: logging.Logger, recipe: Recipe, accounts: Accounts, examples: BySplit) -> None:
    """Log one line for each corpus, and what is not read of its words or is in two splits.

    Args:
        logger: Whose lines they are.
        recipe: Says how long sentences are read.
        accounts: What was read.
        examples: Split to language to examples.
    """
    for sentence in overlaps(examples):
        logger.warning("%s", sentence)
    for option, sentence in idle_labels(recipe.task, accounts, examples):
        logger.warning("%s: %s", option, sentence)
    for split, by_code in examples.items():
        log_garbled(
            logger,
            LABELLED[split],
            {code: map(text_of, language_examples) for code, language_examples in by_code.items()},
        )
    for corpus in LABELLED.values():
        log_account(logger, corpus, accounts.get(corpus, ()))
        words = accounts.get(words_of(corpus), ())
        if sentence := describe_unscored(words, windows=recipe.task.windowed):
            level = logging.WARNING if much_unscored(words) else logging.INFO
            logger.log(level, "%s: %s", words_of(corpus), sentence)
