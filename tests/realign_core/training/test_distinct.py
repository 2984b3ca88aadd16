"""Equal texts are encoded once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from realign_core.tasks.features import Features
from realign_core.training.evaluation import distinct

texts = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=12)


def features(rows: list[list[int]], positions: bool = False) -> Features:
    ids = tuple(np.array(row, dtype=np.int64) for row in rows)
    labels = tuple(np.array([i % 2], dtype=np.int64) for i in range(len(rows)))
    return Features(ids, labels, tuple(np.zeros(1, dtype=np.int64) for _ in rows) if positions else None)


@given(texts)
def test_every_text_finds_its_like(rows: list[list[int]]) -> None:
    given_ = features(rows)
    kept, places = distinct(given_)
    assert len(kept) == len({tuple(row) for row in rows})
    assert [kept.ids[place].tolist() for place in places] == rows


def test_tagged_sentences_are_kept_as_they_are() -> None:
    tagged = features([[1, 2], [1, 2]], positions=True)
    kept, places = distinct(tagged)
    assert kept is tagged
    assert places.tolist() == [0, 1]
