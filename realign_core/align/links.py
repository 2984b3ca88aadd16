"""Word alignments of a workspace's pairs: made once, cached where they are costly."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from realign_core.align.base import WordAligner, Words, WordText, WordVectors
from realign_core.align.encoder import EncoderAligner
from realign_core.data.examples import ParallelText
from realign_core.encoder.layers import layer_stack
from realign_core.encoder.padding import budget_batches, word_means
from realign_core.encoder.trainable import WholeEncoder
from realign_core.support.arrays import Float, Int
from realign_core.support.errors import EncoderError
from realign_core.support.files.cache import kept_folder
from realign_core.support.files.disk import cache_dir
from realign_core.support.files.keys import content_key
from realign_core.support.progress import NoProgress, Progress

logger = logging.getLogger(__name__)

_CHUNK = 4096
_KEPT_VALUES = 50_000_000
"""Numbers that are kept of source sentences, 200 MB; those beyond are computed for each language."""
_LINKS = "links.npz"
PairKey = tuple[str, str, str]


@dataclass(frozen=True)
class WordTokens:
    """Sentences as token ids, with the word of each token.

    Args:
        ids: Sentence to token ids.
        words: Sentence to word numbers, -1 for special tokens.
    """

    ids: dict[str, Int]
    words: dict[str, Int]

    @cached_property
    def by_words(self) -> dict[Words, str]:
        """Words to a sentence of them; to be asked for once all sentences are there."""
        return {tuple(sentence.split()): sentence for sentence in self.ids}


def tokenise_words(texts: Iterable[ParallelText], tokenizer: Any, max_length: int) -> WordTokens:
    """Tokenise sentences word by word (words are what spaces separate).

    Args:
        texts: Parallel texts.
        tokenizer: A fast tokenizer.
        max_length: Longest input; words beyond it have no tokens.

    Raises:
        EncoderError: If the tokenizer cannot tell words.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise EncoderError(
            "this tokenizer has no word ids, which word-level realignment needs",
            where="realignment.aligner",
            fix="use aligner.kind = 'sentence', or an encoder with a fast tokenizer",
        )
    sentences = sorted({s for text in texts for s in (*text.source, *text.target)})
    word_tokens = WordTokens({}, {})
    for start in range(0, len(sentences), _CHUNK):
        chunk = sentences[start : start + _CHUNK]
        split = [s.split() for s in chunk]
        encoded = tokenizer(split, is_split_into_words=True, truncation=True, max_length=max_length)
        for row, sentence in enumerate(chunk):
            word_tokens.ids[sentence] = np.array(encoded["input_ids"][row], dtype=np.int64)
            numbers = [-1 if w is None else w for w in encoded.word_ids(row)]
            word_tokens.words[sentence] = np.array(numbers, dtype=np.int64)
    return word_tokens


def align_texts(
    aligner: WordAligner,
    texts: Mapping[str, ParallelText],
    encoder: WholeEncoder,
    tokens: WordTokens,
    *,
    key: str,
    progress: Progress | None = None,
) -> dict[PairKey, Int]:
    """Align the words of all pairs.

    Args:
        aligner: How.
        texts: Language to its pairs.
        encoder: The encoder, for aligners that compare its word vectors.
        tokens: All sentences (ids as ``encoder`` numbers them).
        key: Names encoder and tokenisation, for the cache.
        progress: Shows languages, where aligning them costs time.

    Returns:
        Language, sentence and translation to links between words that have tokens.

    Raises:
        RealignError: See :meth:`WordAligner.align`.
    """
    by_pair: dict[PairKey, Int] = {}
    vectors = SharedVectors(encoder, tokens, [text.source for text in texts.values()])
    shown = progress if progress is not None and aligner.kept else NoProgress()
    with shown.track("aligning words, languages", len(texts)) as advance:
        for code, text in texts.items():
            words = WordText(
                code, *(tuple(tuple(s.split()) for s in side) for side in (text.source, text.target))
            )
            rows = _cached(aligner, words, text, vectors, [key, encoder.kernel.name])
            for source, target, links in zip(text.source, text.target, rows, strict=True):
                left, right = tokens.words[source], tokens.words[target]
                have_tokens = np.isin(links[:, 0], left) & np.isin(links[:, 1], right)
                by_pair[code, source, target] = links[have_tokens]
            n_links, n_words = sum(map(len, rows)), sum(map(len, words.source))
            logger.info("%s: %d of %d source words aligned", code, n_links, n_words)
            advance(1)
    return by_pair


def _cached(
    aligner: WordAligner,
    words: WordText,
    text: ParallelText,
    vectors: WordVectors,
    encoder_key: Sequence[str],
) -> list[Int]:
    """Align, or read what was aligned before.

    Files that a user may mend are read again; costly or random alignments are kept, so that
    all runs of a machine see the same ones.
    """
    if not aligner.kept:
        return aligner.align(words, vectors)
    parts = [aligner.model_dump(mode="json"), text.fingerprint()]
    parts += encoder_key if isinstance(aligner, EncoderAligner) else []

    def write(folder: Path) -> None:
        rows = aligner.align(words, vectors)
        links = np.concatenate([*rows, np.empty((0, 2), np.int64)])
        np.savez(folder / _LINKS, allow_pickle=False, links=links, sizes=np.array([len(r) for r in rows]))

    place = cache_dir() / "alignments" / content_key(parts)
    kept_folder(place, write, what=f"the word alignment of {words.language}")
    stored = np.load(place / _LINKS, allow_pickle=False)
    return np.split(stored["links"], np.cumsum(stored["sizes"])[:-1])


class SharedVectors:
    """Word vectors of sentences, where what several languages translate is encoded once.

    A corpus such as NTREX has the same source sentences in every language, half of all there is to encode.

    Args:
        encoder: The encoder.
        tokens: Holds the sentences.
        sources: Source sentences of each language.
    """

    def __init__(self, encoder: WholeEncoder, tokens: WordTokens, sources: Sequence[Sequence[str]]) -> None:
        self.encoder, self.tokens, self._sources = encoder, tokens, sources
        self._kept: dict[tuple[Words, int | None], Float] = {}
        self._room = _KEPT_VALUES

    @cached_property
    def _shared(self) -> set[Words]:
        """Found when vectors are first asked for: most aligners, and those that read the cache, never ask."""
        languages = Counter(
            words for source in self._sources for words in {tuple(sentence.split()) for sentence in source}
        )
        return {words for words, number in languages.items() if number > 1}

    def __call__(self, sentences: Sequence[Words], layer: int | None) -> list[Float]:
        """One array (n_words, d) a sentence, as :func:`word_vectors`; each different sentence once."""
        new = list(dict.fromkeys(words for words in sentences if (words, layer) not in self._kept))
        found = dict(zip(new, word_vectors(self.encoder, self.tokens, new, layer), strict=True))
        by_sentence = [found[words] if words in found else self._kept[words, layer] for words in sentences]
        for words in self._shared & found.keys():
            if found[words].size <= self._room:
                self._kept[words, layer] = found[words]
                self._room -= found[words].size
        return by_sentence


def word_vectors(
    encoder: WholeEncoder,
    tokens: WordTokens,
    sentences: Sequence[Words],
    layer: int | None,
    max_tokens: int = 1024,
) -> list[Float]:
    """Encode sentences into one unit vector a word.

    Args:
        encoder: The encoder.
        tokens: Holds the sentences, words joined by single spaces or as they were.
        sentences: Words of each sentence.
        layer: Hidden state; two thirds of the way up, if None.
        max_tokens: Padded tokens a batch.

    Returns:
        One array (n_words, d) a sentence; rows of words without tokens are 0.
    """
    depth = round(2 / 3 * len(layer_stack(encoder.model))) if layer is None else layer
    texts = [tokens.by_words[words] for words in sentences]
    ids = [tokens.ids[s] for s in texts]
    lengths = np.array([len(i) for i in ids], dtype=np.int64)
    vectors: list[Float] = [np.empty((0, 0), dtype=np.float32)] * len(texts)
    encoder.model.eval()
    with torch.inference_mode():
        for batch in budget_batches(lengths, max_tokens):
            (hidden,), _ = encoder.states([ids[i] for i in batch], (depth,))
            numbers = [tokens.words[texts[i]] for i in batch]
            rows = torch.nn.functional.normalize(word_means(hidden, numbers), dim=-1).cpu().numpy()
            start = 0
            for i, words in zip(batch, numbers, strict=True):
                size = int(words.max(initial=-1)) + 1
                full = np.zeros((len(sentences[i]), rows.shape[1]), dtype=np.float32)
                full[:size] = rows[start : start + size]
                vectors[i] = full
                start += size
    return vectors
