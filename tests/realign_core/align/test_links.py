"""Word alignments of several languages: source sentences that they share are encoded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.align import links
from realign_core.align.base import Words
from realign_core.align.links import SharedVectors, WordTokens
from realign_core.support.arrays import Float

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
