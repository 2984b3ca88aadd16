"""Labels that a recipe maps but that occur nowhere in the data: mostly they are misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from realign_core.data.account import LABELLED, Accounts
from realign_core.data.labelled import Split, TaskReader, label_set
from realign_core.recipe import TaskConfig
from realign_core.tasks.overlap import BySplit


def idle_labels(task: TaskConfig, accounts: Accounts, examples: BySplit) -> Iterator[tuple[str, str]]:
    """Say which labels are mapped and occur in nothing that was read; the data may have them elsewhere.

    Args:
        task: Names the readers.
        accounts: What was read, by corpus.
        examples: What was kept of it, by split and language: their labels are what may have been meant.

    Yields:
        The option, and what is wrong with it.
    """
    train: tuple[Split, ...] = ("train",)
    scored: tuple[Split, ...] = ("dev", "test")
    if task.evaluation is None:
        yield from _idle("task.train", task.train, (*train, *scored), accounts, examples)
    else:
        yield from _idle("task.train", task.train, train, accounts, examples)
        yield from _idle("task.evaluation", task.evaluation, scored, accounts, examples)


def _idle(
    where: str, reader: TaskReader, splits: Sequence[Split], accounts: Accounts, examples: BySplit
) -> Iterator[tuple[str, str]]:
    read = [split for split in splits if accounts.get(LABELLED[split])]
    unmet = reader.asked_labels - {
        label for split in read for account in accounts[LABELLED[split]] for label in account.mapped
    }
    if not (read and unmet):
        return
    labels = {
        label
        for split in read
        for language_examples in examples.get(split, {}).values()
        for label in label_set(language_examples)
    }
    quoted = [f"'{label}'{_suggestion(label, labels)}" for label in sorted(unmet)]
    *first, last = (LABELLED[split] for split in read)
    corpora = f"{', '.join(first)} and {last}" if first else last
    verb = "occur" if len(quoted) > 1 else "occurs"
    yield f"{where}.{reader.map_key}", f"{', '.join(quoted)} {verb} nowhere in the {corpora} that are read"


def _suggestion(label: str, labels: set[str]) -> str:
    """Name the label of the data that is written almost so."""
    by_fold = {other.casefold(): other for other in sorted(labels - {label})}
    close = difflib.get_close_matches(label.casefold(), by_fold, n=1, cutoff=0.8)
    return f" (but '{by_fold[close[0]]}')" if close else ""
