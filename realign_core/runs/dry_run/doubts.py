"""What a dry run asks of data that can be read: labels that occur nowhere, garbled text, idle languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from realign_core.data.account import LABELLED, MUCH, PAIRS
from realign_core.data.examples import text_of
from realign_core.data.garbled import both_sides, describe_garbled, find_garbled
from realign_core.runs.dry_run.subject import RemarkError, Subject
from realign_core.support.errors import RealignError
from realign_core.tasks.mapped import idle_labels
from realign_core.unused import refuse_idle_languages


def check_languages(subject: Subject) -> Iterator[RealignError]:
    """Look for languages that nothing would be realigned with."""
    refuse_idle_languages(subject.recipe.realignment, subject.languages)
    yield from ()


def check_labels(subject: Subject) -> Iterator[RealignError]:
    """Look for labels that are mapped and occur nowhere."""
    for option, sentence in idle_labels(subject.recipe.task, subject.accounts, subject.examples):
        yield RemarkError(sentence, where=option, fix="mend the name, or take it out")


def check_garbled(subject: Subject) -> Iterator[RealignError]:
    """Look for text that was garbled before, where it is more than a hundredth of a language's."""
    corpora: dict[str, Mapping[str, Iterable[str]]] = {PAIRS: both_sides(subject.texts)}
    for split, by_code in subject.examples.items():
        corpora[LABELLED[split]] = {code: map(text_of, examples) for code, examples in by_code.items()}
    for corpus, texts in corpora.items():
        garbled = find_garbled(texts)
        if garbled and garbled[0].share > MUCH:
            yield RemarkError(
                f"garbled text, which is read as it stands: {describe_garbled(garbled)}",
                where=corpus,
                fix="read it once more from where it comes, by its own encoding",
            )
