"""A workspace: encoder, tokenised data and kernel of a recipe, prepared once for many runs."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from realign_core.align import WordAligner
from realign_core.align.links import WordTokens, align_texts, tokenise_words
from realign_core.data.account import LABELLED, PAIRS, Accounts, accounts_of, log_account, reasons
from realign_core.data.examples import ParallelText
from realign_core.data.garbled import both_sides, log_garbled
from realign_core.data.labelled import Split
from realign_core.data.mixing import at_most
from realign_core.data.parallel.doubts import outside_range
from realign_core.encoder.arithmetic import choose_kernel
from realign_core.encoder.checks import check_rows
from realign_core.encoder.kernel import Kernel
from realign_core.encoder.load import LoadedEncoder, load_encoder
from realign_core.encoder.trainable import WholeEncoder
from realign_core.encoder.vocabulary import CompactVocabulary
from realign_core.recipe import RealignmentConfig, Recipe
from realign_core.runs.workspace.device import find_device
from realign_core.runs.workspace.fingerprint import fingerprint_data
from realign_core.runs.workspace.labelled import tell_labelled, tokenise_labelled
from realign_core.runs.workspace.packages import missing_packages
from realign_core.support.arrays import Int
from realign_core.support.errors import DataError
from realign_core.support.files.keys import content_key
from realign_core.support.progress import Progress
from realign_core.tasks.base import Task
from realign_core.tasks.factory import make_task
from realign_core.tasks.features import Features
from realign_core.tasks.first_token import FirstTokenHead
from realign_core.tasks.head import linear_head
from realign_core.tasks.reading import AccountLists, read_task

if TYPE_CHECKING:
    from transformers import PreTrainedModel

logger = logging.getLogger(__name__)

_CHUNK = 4096


@dataclass(frozen=True)
class Workspace:
    """Everything that runs of one recipe share.

    Build it with :func:`prepare`. Token ids are those of the compact vocabulary.

    Args:
        recipe: What was prepared.
        encoder: The pre-trained encoder; runs train copies of it.
        task: Label set and metric.
        train: Labelled examples of the source language.
        evaluation: Split to target language to examples.
        parallel: Language to its parallel text.
        tokens: Sentence to its token ids, both sides of all parallel texts.
        fingerprint: Hash of recipe, data, encoder, kernel and engine version.
        vocabulary: The token ids in use, out of the encoder's own.
        words: Sentence to the word number of each of its tokens (-1 for special ones), where
            words are aligned.
        links: Language, sentence and translation to linked words, where words are aligned.
        pooler: Published weights of the encoder's pooler.
        accounts: What was read of labelled data and left out, by corpus.
    """

    recipe: Recipe
    encoder: WholeEncoder
    task: Task
    train: Features
    evaluation: Mapping[Split, Mapping[str, Features]]
    parallel: Mapping[str, ParallelText]
    tokens: Mapping[str, Int]
    fingerprint: str
    vocabulary: CompactVocabulary
    words: Mapping[str, Int] = field(default_factory=dict)
    links: Mapping[tuple[str, str, str], Int] = field(default_factory=dict)
    pooler: Mapping[str, torch.Tensor] = field(default_factory=dict)
    accounts: Accounts = field(default_factory=dict)

    def head(self, seed: int) -> nn.Module:
        """Make the task's head, whose start depends on the seed alone.

        Raises:
            EncoderError: If the recipe wants a head that the encoder's family does not have.
        """
        if self.recipe.task.pooling == "first":
            return FirstTokenHead(self.encoder.model.config, self.task.labels, seed, self.pooler)
        return linear_head(self.width, len(self.task.labels), seed)

    @property
    def width(self) -> int:
        """Size d of the hidden states."""
        return int(self.encoder.model.config.hidden_size)

    @property
    def kernel(self) -> Kernel:
        """Number format and attention implementation of all runs."""
        return self.encoder.kernel


def prepare(
    recipe: Recipe,
    languages: Iterable[str],
    *,
    targets: Sequence[str] | None = None,
    splits: Sequence[Split] = ("test",),
    parallel: Mapping[str, ParallelText] | None = None,
    sentences: Iterable[str] = (),
    loaded: LoadedEncoder | None = None,
    progress: Progress | None = None,
) -> Workspace:
    """Read and tokenise a recipe's data and load its encoder.

    Args:
        recipe: What to prepare.
        languages: All realignment languages that runs may use (corpus codes).
        targets: Target languages by the task's codes; all that the task has but the source language, if left
            out.
        splits: Parts of the evaluation data to read. A search reads ``dev`` only.
        parallel: Parallel texts by corpus code, where the caller has read them already.
        sentences: What else is to be tokenised, for encoding as whole texts.
        loaded: The recipe's encoder, where the caller has loaded it already; it is changed.
        progress: Shows the alignment of words.

    Raises:
        DataError: If a corpus is missing, malformed, empty after filtering, or its labels
            differ from the training labels.
        ConfigError: If there are no target languages, but splits.
        EncoderError: If the encoder cannot be loaded.
        MissingExtraError: If a package is missing that the run needs at its end.
    """
    languages = tuple(languages)
    for error in missing_packages(recipe, languages):
        raise error
    texts = parallel if parallel is not None else read_parallel(recipe, languages)
    accounts: AccountLists = {}
    train, evaluation = read_task(recipe, targets, splits, accounts)
    loaded = loaded or load_encoder(recipe.encoder)
    task = make_task(recipe.task, train)
    length = recipe.encoder.max_length
    source = recipe.task.source_language
    labelled = partial(tokenise_labelled, recipe, task, loaded.tokenizer)
    features = labelled({source: train}, accounts, LABELLED["train"])[source]
    evaluated = {s: labelled(by_code, accounts, LABELLED[s]) for s, by_code in evaluation.items()}
    read: dict[str, dict[str, list[Any]]] = {"train": {source: train}}
    tell_labelled(
        logger, recipe, accounts, read | {str(s): by_language for s, by_language in evaluation.items()}
    )
    if recipe.realignment.word_level:
        tokens = tokenise_words(texts.values(), loaded.tokenizer, length)
    else:
        tokens = WordTokens(_tokenise(_sentences(texts.values()), loaded.tokenizer, length), {})
    others = set(sentences) - tokens.ids.keys()
    tokens.ids.update(_tokenise(others, loaded.tokenizer, length))
    workspace = _compact(recipe, loaded, task, features, evaluated, texts, tokens, progress)
    fingerprint = fingerprint_data(recipe, loaded, workspace.kernel, train, evaluation)
    workspace.head(0)  # an encoder without such a head is refused here
    return replace(workspace, fingerprint=fingerprint, accounts=accounts)


def aligned_pairs(config: RealignmentConfig, text: ParallelText) -> ParallelText:
    """The pairs of a language whose words are linked: those that runs may draw, where this saves time."""
    limit, aligner = config.pairs_per_language, config.aligner
    saves = isinstance(aligner, WordAligner) and aligner.pair_alone
    return at_most(text, limit) if saves and limit is not None else text


def recipe_kernel(recipe: Recipe) -> Kernel:
    """Find the kernel that runs of a recipe use here: its own, else the fastest, which may be timed now.

    Args:
        recipe: Where ``compute.precision`` and ``compute.attention`` are both set, no encoder is loaded.

    Raises:
        EncoderError: If the encoder cannot be loaded.
        ConfigError: If its device is not there.
    """
    if recipe.compute.kernel is not None:
        return recipe.compute.kernel
    return _placed(recipe, load_encoder(recipe.encoder).model)[1]


def read_parallel(recipe: Recipe, languages: Iterable[str]) -> dict[str, ParallelText]:
    """Read the parallel text of some languages.

    Raises:
        DataError: If a language is not in the corpus or has no pairs after filtering.
    """
    texts = {code: recipe.parallel.read(code) for code in sorted(set(languages))}
    log_account(logger, PAIRS, accounts_of(texts.values()))
    log_garbled(logger, PAIRS, both_sides(texts))
    if empty := [code for code, text in texts.items() if not len(text)]:
        first = texts[empty[0]]
        raise DataError(
            f"no sentence pairs left for {', '.join(empty)} (left out: {reasons(first.dropped)})"
            f"{outside_range(first)}",
            where="parallel",
            fix="take these languages out of the pool, or loosen parallel.filters",
        )
    return texts


def _sentences(texts: Iterable[ParallelText]) -> set[str]:
    """Every sentence once, however many languages share its source side."""
    return {s for text in texts for s in (*text.source, *text.target)}


def _tokenise(sentences: Iterable[str], tokenizer: Any, max_length: int) -> dict[str, Int]:
    """Tokenise sentences, in order."""
    ordered = sorted(sentences)
    tokens: dict[str, Int] = {}
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        encoded = tokenizer(chunk, truncation=True, max_length=max_length)["input_ids"]
        tokens.update((s, np.array(ids, dtype=np.int64)) for s, ids in zip(chunk, encoded, strict=True))
    return tokens


def _compact(
    recipe: Recipe,
    loaded: LoadedEncoder,
    task: Task,
    train: Features,
    evaluation: Mapping[Split, Mapping[str, Features]],
    parallel: Mapping[str, ParallelText],
    tokens: WordTokens,
    progress: Progress | None,
) -> Workspace:
    """Shrink the vocabulary to the ids in use, renumber everything, align words."""
    pad_id = int(loaded.tokenizer.pad_token_id)
    used = [*train.ids, *tokens.ids.values()]
    used += [ids for by_code in evaluation.values() for features in by_code.values() for ids in features.ids]
    vocabulary = CompactVocabulary([np.concatenate(used)], pad_id)
    check_rows(int(vocabulary.kept[-1]), loaded.rows, len(loaded.tokenizer))
    vocabulary.shrink(loaded.model)
    logger.info("vocabulary of %d ids in use", len(vocabulary))

    def renumber(features: Features) -> Features:
        return replace(features, ids=tuple(map(vocabulary.renumber, features.ids)))

    device, kernel = _placed(recipe, loaded.model)
    if recipe.compute.gradient_checkpointing:
        loaded.model.activation_checkpointing_enable()
    encoder = WholeEncoder(loaded.model, pad_id, kernel, device, vocabulary.renumbered(loaded.separator))
    renumbered = {sentence: vocabulary.renumber(ids) for sentence, ids in tokens.ids.items()}
    aligner = recipe.realignment.aligner
    links: Mapping[tuple[str, str, str], Int] = {}
    if isinstance(aligner, WordAligner):
        key = content_key([loaded.fingerprint, recipe.encoder.max_length])
        texts = {code: aligned_pairs(recipe.realignment, text) for code, text in parallel.items()}
        used_tokens = WordTokens(renumbered, tokens.words)
        links = align_texts(aligner, texts, encoder, used_tokens, key=key, progress=progress)
    return Workspace(
        recipe=recipe,
        encoder=encoder,
        task=task,
        train=renumber(train),
        evaluation={s: {c: renumber(f) for c, f in by_code.items()} for s, by_code in evaluation.items()},
        parallel=parallel,
        tokens=renumbered,
        fingerprint="",
        vocabulary=vocabulary,
        words=tokens.words,
        links=links,
        pooler=loaded.pooler,
    )


def _placed(recipe: Recipe, model: PreTrainedModel) -> tuple[torch.device, Kernel]:
    """Put the encoder on its device, and find the kernel that is the recipe's or the fastest there."""
    compute = recipe.compute
    device = find_device(compute.device)
    torch.nn.Module.to(model, device)
    return device, choose_kernel(model, device, precision=compute.precision, attention=compute.attention)
