"""Word alignments of several languages: source sentences that they share are encoded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.align import links
from realign_core.align.base import WordAligner, Words, WordText, WordVectors
from realign_core.align.links import SharedVectors, WordTokens, align_texts
from realign_core.data.examples import ParallelText
from realign_core.support.arrays import Float, Int
from realign_core.support.progress import Advance

pytestmark = pytest.mark.offline

TOKENS = WordTokens({}, {})


class Encoded(Counter[tuple[Words, int | None]]):
    """Stands for the encoder: vectors that tell sentence and layer, and how often each was encoded."""

    def __call__(self, _: Any, __: WordTokens, sentences: Sequence[Words], layer: int | None) -> list[Float]:
        self.update((words, layer) for words in sentences)
        return [vectors_of(words, layer) for words in sentences]


def vectors_of(words: Words, layer: int | None) -> Float:
    values = [[float(len(word)), float(hash(words) % 97), float(layer or 0)] for word in words]
    return np.array(values, dtype=np.float32).reshape(len(words), 3)


sentences = st.lists(st.sampled_from([("a",), ("b", "c"), ("d", "e", "f"), ()]), max_size=6)


@given(asked=st.lists(st.tuples(sentences, st.sampled_from([None, 4])), min_size=2, max_size=5))
def test_vectors_are_those_of_the_encoder(asked: list[tuple[list[Words], int | None]]) -> None:
    encoded = Encoded()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "word_vectors", encoded)
        vectors = SharedVectors(None, TOKENS, [[" ".join(words) for words in source] for source, _ in asked])  # type: ignore[arg-type]
        for source, layer in asked:
            found = vectors([*source, ("own",)], layer)
            wanted = [vectors_of(words, layer) for words in [*source, ("own",)]]
            assert all(np.array_equal(one, other) for one, other in zip(found, wanted, strict=True))
            assert len(found) == len(wanted)
    languages = Counter(words for source, _ in asked for words in set(source))
    for (words, _), times in encoded.items():
        if languages[words] > 1:
            assert times == 1, "a shared source sentence is encoded once a layer"
        else:
            assert times <= len(asked)
    assert encoded[("own",), None] + encoded[("own",), 4] == len(asked), "translations are not kept"


def test_what_does_not_fit_is_encoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = Encoded()
    monkeypatch.setattr(links, "word_vectors", encoded)
    monkeypatch.setattr(links, "_KEPT_VALUES", 3)
    short, long = ("a",), ("b", "c")
    vectors = SharedVectors(None, TOKENS, [["a", "b c"], ["a", "b c"]])  # type: ignore[arg-type]
    for _ in range(3):
        vectors([short, long], None)
    assert encoded == {(short, None): 1, (long, None): 3}


class First(WordAligner):
    """Links the first words."""

    def align(self, text: WordText, vectors: WordVectors) -> list[Int]:  # noqa: ARG002
        return [np.array([[0, 0]])] * len(text)


class FirstKept(First):
    """As if this took long."""

    kept: ClassVar[bool] = True


class Shown(dict[str, list[int]]):
    """Progress that is written down: label to total and steps."""

    @contextmanager
    def track(self, label: str, total: int) -> Iterator[Advance]:
        self[label] = [total]
        yield self[label].append


@pytest.mark.parametrize(("aligner", "shown"), [(First(), 0), (FirstKept(), 1)])
def test_progress_is_shown_where_aligning_takes_time(
    aligner: WordAligner, shown: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "cache_dir", lambda: tmp_path)
    texts = {code: ParallelText(code, ("a b",), (code,)) for code in ("x", "y", "z")}
    words = np.array([0, 1])
    tokens = WordTokens({}, {"a b": words, **dict.fromkeys(texts, words[:1])})
    encoder = SimpleNamespace(kernel=SimpleNamespace(name="sdpa"))
    for _ in range(2):
        progress = Shown()
        found = align_texts(aligner, texts, encoder, tokens, key="", progress=progress)  # type: ignore[arg-type]
        assert {key: rows.tolist() for key, rows in found.items()} == {
            (code, "a b", code): [[0, 0]] for code in texts
        }
        assert list(progress.values()) == [[3, 1, 1, 1]] * shown
