"""Labelled words that are not read: without a token, or beyond ``encoder.max_length`` where that cuts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from realign_core.data.account import BEYOND, MUCH, TOKENLESS, Account, summary
from realign_core.data.examples import UNTAGGED, Example, TokenExample
from realign_core.tasks.features import Features

_SHOWN = 4

_ADVICE = {
    False: "they are neither learnt nor scored (task.long_sentences = 'windows' reads long sentences)",
    True: "they are not learnt, and count as wrong",
}


def account_of_words(
    language: str, examples: Sequence[Example], features: Features, max_length: int
) -> Account | None:
    """Account for the labelled words of some sentences; other examples have none.

    Args:
        language: The task's code.
        examples: Labelled examples.
        features: The same, tokenised.
        max_length: Longest input in tokens.
    """
    tagged = [e for e in examples if isinstance(e, TokenExample)]
    if not tagged:
        return None
    numbers = [sum(tag != UNTAGGED for tag in example.tags) for example in tagged]
    dropped = Counter[str]()
    if features.references is None:  # an input a sentence
        for number, labels, length in zip(numbers, features.labels, features.lengths, strict=True):
            dropped[TOKENLESS if length < max_length else BEYOND] += number - len(labels)
    else:
        dropped[TOKENLESS] = sum(numbers) - len(features.unit_labels())
    return Account(language, sum(numbers), {reason: n for reason, n in dropped.items() if n}, "word")


def describe_unscored(accounts: Sequence[Account], *, windows: bool) -> str:
    """Say how many words are not read, and what that means; empty where all are.

    Args:
        accounts: Accounts of words.
        windows: Whether long sentences are read in windows.
    """
    lost = sorted((account for account in accounts if account.lost), key=lambda account: -account.faulty)
    most = ", ".join(f"{account.language} {100 * account.faulty:.1f} %" for account in lost[:_SHOWN])
    return f"{summary(accounts)}: {_ADVICE[windows]}; most of {most}" if lost else ""


def much_unscored(accounts: Sequence[Account]) -> bool:
    """Whether a language loses more than 1 % of its words."""
    return any(account.faulty > MUCH for account in accounts)
