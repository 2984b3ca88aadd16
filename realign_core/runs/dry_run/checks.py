"""What is checked before a run, without training anything: a table of checks, each a small function.

Data are checked before the encoder is loaded, which takes seconds and torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from realign_core.data.account import LABELLED, PAIRS, accounts_of, reasons, words_of
from realign_core.data.examples import fingerprint_examples
from realign_core.data.labelled import label_set
from realign_core.data.parallel.doubts import (
    count_letterless,
    header_for_text,
    numbers_for_text,
    outside_range,
    quotes_for_text,
)
from realign_core.runs.dry_run.doubts import check_garbled, check_labels, check_languages
from realign_core.runs.dry_run.revisions import unpinned
from realign_core.runs.dry_run.subject import Finding, RemarkError, Subject
from realign_core.runs.workspace.packages import missing_packages
from realign_core.support.errors import DataError, RealignError, count
from realign_core.support.files.disk import require_space
from realign_core.tasks.overlap import overlaps
from realign_core.tasks.reading import read_target, target_codes

_SAMPLE = 100
"""Number of texts of a language that show whether the tokenizer knows it."""

_HALF = 0.5

_NAMED = 4
"""Most languages with the same fault that are named."""


Check = Callable[[Subject], Iterator[RealignError]]
"""Yields, or raises, what would stop a run; a :class:`RemarkError` is a warning only."""


def check_packages(subject: Subject) -> Iterator[RealignError]:
    """Find packages of an extra that are needed late and not installed."""
    yield from missing_packages(subject.recipe, subject.languages)


def check_revisions(subject: Subject) -> Iterator[RealignError]:
    """Find what is read of the hub as it is today."""
    yield from unpinned(subject.recipe)


def check_training(subject: Subject) -> Iterator[RealignError]:
    """Read the labelled examples of the source language."""
    examples, _ = subject.training
    source = subject.recipe.task.source_language
    subject.examples["train"] = {source: examples}
    subject.counts["train"] = {source: len(examples)}
    subject.prints["train"] = {source: fingerprint_examples(examples)}
    by_fold: dict[str, list[str]] = {}
    for label in sorted(label_set(examples)):
        by_fold.setdefault(label.casefold(), []).append(label)
    if label_groups := [" and ".join(labels) for labels in by_fold.values() if len(labels) > 1]:
        yield RemarkError(
            f"labels that differ in upper and lower case alone: {', '.join(label_groups[:_NAMED])}",
            where="task.train",
            fix=f"if they are one, map one to the other by {subject.recipe.task.train.map_key}",
        )


def check_evaluation(subject: Subject) -> Iterator[RealignError]:
    """Read each target's examples, check that their labels are learnt, and look for monotony."""
    used, left_out = subject.training
    errors: list[RealignError] = []
    remarks: list[RealignError] = []
    for split, targets in subject.targets.items():
        counts, prints = subject.counts.setdefault(split, {}), subject.prints.setdefault(split, {})
        read = subject.examples.setdefault(split, {})
        for code in target_codes(subject.recipe, targets, split):
            try:
                examples = read_target(subject.recipe, used, left_out, code, split, subject.accounts)
            except RealignError as error:
                errors.append(error)
                continue
            read[code] = examples
            counts[code], prints[code] = len(examples), fingerprint_examples(examples)
            if len(labels := label_set(examples)) == 1:
                remarks.append(_monotony(min(labels), f"{code} ({split})"))
    yield from _joined(errors)
    yield from _joined(remarks, RemarkError)


def _monotony(label: str, where: str) -> RemarkError:
    return RemarkError(
        f"every label is '{label}': a model that always says it makes no mistake; the score tells nothing",
        where=where,
        fix="check the file, or leave the language out of the targets",
    )


def _joined(errors: Sequence[RealignError], kind: type[RealignError] = DataError) -> Iterator[RealignError]:
    """Say once what is wrong with several languages; what is wrong with a line is told of each."""
    places_by_error: dict[tuple[str, str | None], list[str]] = {}
    for error in errors:
        if error.line is None:
            places_by_error.setdefault((error.what, error.fix), []).append(error.where or "")
        else:
            yield error
    for (what, fix), places in places_by_error.items():
        more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
        yield kind(what, where=f"{', '.join(places[:_NAMED])}{more}", fix=fix)


def check_overlap(subject: Subject) -> Iterator[RealignError]:
    """Look for examples that are learnt and scored, or chosen by and scored."""
    for sentence in overlaps(subject.examples):
        yield RemarkError(sentence, where="task", fix="give every split files of its own")


def check_pairs(subject: Subject) -> Iterator[RealignError]:
    """Read the parallel text of each realignment language."""
    counts = subject.counts.setdefault("pairs", {})
    if subject.texts:
        subject.accounts[PAIRS] = [*accounts_of(subject.texts.values())]
    letterless_by_code: dict[str, int] = {}
    for code, text in subject.texts.items():
        counts[code] = len(text)
        source = getattr(subject.recipe.parallel, "source", "en")
        for doubt in filter(None, (header_for_text(text, source), quotes_for_text(text))):
            yield RemarkError(doubt.what, where=doubt.where, fix=doubt.fix)
        if (error := numbers_for_text(text)) is not None:
            yield error
        elif not len(text):
            yield DataError(
                f"no sentence pairs left (left out: {reasons(text.dropped)}){outside_range(text)}",
                where=code,
                fix="leave the language out, or loosen parallel.filters",
            )
        elif letterless := count_letterless(text):
            letterless_by_code[code] = letterless
    if letterless_by_code:
        shown = ", ".join(f"{code} {n:,}" for code, n in list(letterless_by_code.items())[:_NAMED])
        yield RemarkError(
            f"{count(sum(letterless_by_code.values()), 'pair')} with a side without a letter ({shown})",
            where="parallel.filters",
            fix="drop_letterless = true leaves such pairs out",
        )


def check_encoder(subject: Subject) -> Iterator[RealignError]:
    """Load encoder and tokenizer, and check that they fit each other and the recipe."""
    from realign_core.encoder.checks import CHECKS

    for check in CHECKS.values():
        try:
            check(*subject.published, subject.recipe.encoder)
        except RealignError as error:
            yield error


def check_layers(subject: Subject) -> Iterator[RealignError]:
    """Check that the layers that are aligned and frozen are there."""
    from realign_core.encoder.freeze import freezing
    from realign_core.encoder.layers import check_layers

    model, recipe = subject.published[0], subject.recipe
    check_layers(model, recipe.realignment.layers)
    for part in (recipe.realignment, recipe.finetuning):
        with freezing(model, part.freeze, embeddings=part.freeze_embeddings):
            yield from ()


def check_device(subject: Subject) -> Iterator[RealignError]:
    """Look for the device: a dry run may well be made on another machine than the run."""
    from realign_core.runs.workspace.device import find_device

    try:
        find_device(subject.recipe.compute.device)
    except RealignError as error:
        yield RemarkError(f"a run would stop here: {error}")


def check_tokens(subject: Subject) -> Iterator[RealignError]:
    """Tokenise a sample: are there tokens without a row in the embedding, or languages that are not known?"""
    from realign_core.encoder.checks import check_rows

    errors = list(check_encoder(subject))
    yield from errors  # what is said already is not said again
    if errors:
        return
    model, tokenizer = subject.published
    rows = model.get_input_embeddings().num_embeddings
    highest = 0
    for code, text in subject.texts.items():
        source, ids = (
            [i for row in tokenizer(list(side[:_SAMPLE]), add_special_tokens=False)["input_ids"] for i in row]
            for side in (text.source, text.target)
        )
        highest = max([highest, *source, *ids])
        unknown = ids.count(tokenizer.unk_token_id) / max(1, len(ids))
        if unknown > _HALF:
            yield RemarkError(
                f"the tokenizer knows less than half of this language's tokens ({100 * unknown:.0f} % are "
                "unknown)",
                where=code,
                fix="an encoder with its script helps it more",
            )
    check_rows(highest, rows, len(tokenizer))


def check_words(subject: Subject) -> Iterator[RealignError]:
    """Count the labelled words that no score will see."""
    if list(check_encoder(subject)):
        return
    from realign_core.runs.workspace.labelled import tokenise_labelled
    from realign_core.tasks.factory import make_task
    from realign_core.tasks.unscored import describe_unscored, much_unscored

    task = make_task(subject.recipe.task, subject.training[0])
    tokenizer = subject.published[1]
    for split, by_code in subject.examples.items():
        corpus = LABELLED[split]
        tokenise_labelled(subject.recipe, task, tokenizer, by_code, subject.accounts, corpus)
        words = subject.accounts.get(words_of(corpus), ())
        if much_unscored(words):
            sentence = describe_unscored(words, windows=subject.recipe.task.windowed)
            yield RemarkError(sentence, where=words_of(corpus))


def check_space(subject: Subject) -> Iterator[RealignError]:
    """Check that what will be written fits on the disk."""
    for space in subject.writes(subject.facts):
        try:
            require_space(space.folder, space.bytes, space.what)
        except RealignError as error:
            yield error


DATA_CHECKS: Mapping[str, Check] = {
    "languages": check_languages,
    "packages": check_packages,
    "revisions": check_revisions,
    "training data": check_training,
    "evaluation data": check_evaluation,
    "overlap": check_overlap,
    "mapped labels": check_labels,
    "sentence pairs": check_pairs,
    "garbled text": check_garbled,
}
"""Without torch, in seconds."""

ENCODER_CHECKS: Mapping[str, Check] = {
    "device": check_device,
    "encoder": check_encoder,
    "layers": check_layers,
    "tokens": check_tokens,
    "words": check_words,
    "disk": check_space,
}
"""With the encoder in memory."""


def find(subject: Subject, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """Make checks one after the other, and tell what each finds; the same thing is told once."""
    seen = set()
    for name, check in checks.items():
        for error in _errors(check, subject):
            if str(error) not in seen:
                seen.add(str(error))
                yield Finding(name, error, stops=not isinstance(error, RemarkError))


def require_checked(subject: Subject, checks: Mapping[str, Check] = DATA_CHECKS) -> None:
    """Raise the first thing that would stop a run.

    Raises:
        RealignError: It.
    """
    for finding in find(subject, checks):
        if finding.stops:
            raise finding.error


def _errors(check: Check, subject: Subject) -> Iterator[RealignError]:
    try:
        yield from check(subject)
    except RealignError as error:
        yield error
    except OSError as error:
        if error.filename is None:
            raise
        yield DataError(f"cannot be read: {error.strerror}", where=Path(error.filename))
