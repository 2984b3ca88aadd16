from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.examples import (
    ParallelText,
    QuestionExample,
    TextExample,
    TokenExample,
    fingerprint_examples,
)
from realign_core.support.errors import DataError


def numbered(n: int, language: str = "xx") -> ParallelText:
    return ParallelText(language, tuple(f"s{i}" for i in range(n)), tuple(f"t{i}" for i in range(n)))


def test_unequal_sides_are_refused():
    with pytest.raises(DataError, match=r"swh: the source side has 2 lines and the other side 1"):
        ParallelText("swh", ("a", "b"), ("c",))


def test_token_example_needs_a_tag_a_token():
    with pytest.raises(DataError, match="2 tokens have 1 tags"):
        TokenExample(("a", "b"), ("X",))


def test_question_needs_a_start_an_answer():
    with pytest.raises(DataError, match="question q1: 1 answers have 0 starts"):
        QuestionExample("q1", "?", "c", ("c",), ())


@given(
    n=st.integers(0, 40),
    small=st.integers(0, 50),
    more=st.integers(0, 20),
    seed=st.integers(0, 2**40),
)
def test_samples_of_growing_size_are_nested(n: int, small: int, more: int, seed: int):
    text = numbered(n)
    few, many = text.take(small, seed), text.take(small + more, seed)
    assert len(few) == min(n, small)
    assert many.source[: len(few)] == few.source
    assert many.target[: len(few)] == few.target
    assert set(zip(few.source, few.target, strict=True)) <= set(zip(text.source, text.target, strict=True))
    assert len(set(many.source)) == len(many)


def test_sample_depends_on_seed_and_language_only():
    draw = numbered(200).take(20, 7)
    assert draw == numbered(200).take(20, 7)
    assert draw.source != numbered(200).take(20, 8).source
    assert draw.source != numbered(200, "yy").take(20, 7).source


def test_sample_is_the_same_on_every_machine_and_version():
    assert numbered(10).take(10, 0).source == tuple(f"s{i}" for i in (6, 9, 5, 1, 2, 3, 0, 7, 4, 8))


def test_every_pair_is_drawn_about_equally_often():
    counts = [0] * 20
    for seed in range(1000):
        for text in numbered(20).take(5, seed).source:
            counts[int(text[1:])] += 1
    assert min(counts) > 200
    assert max(counts) < 300


def test_negative_sample_is_refused():
    with pytest.raises(DataError, match="got -1"):
        numbered(3).take(-1, 0)


def test_fingerprint_names_content():
    one = ParallelText("xx", ("a",), ("b",), {"empty": 3})
    assert one.fingerprint() == one.fingerprint() == ParallelText("xx", ("a",), ("b",)).fingerprint()
    others = [
        ParallelText("xy", ("a",), ("b",)),
        ParallelText("xx", ("b",), ("a",)),
        ParallelText("xx", (), ()),
    ]
    others.append(ParallelText("xx", ("ab",), ("",)))
    assert len({text.fingerprint() for text in [one, *others]}) == 5


def test_parallel_text_is_pickled_by_value_and_its_counts_are_fixed():
    text = ParallelText("xx", ("a",), ("b",), {"empty": 3})
    again = pickle.loads(pickle.dumps(text))
    assert again == text
    assert dict(again.dropped) == {"empty": 3}
    with pytest.raises(TypeError):
        again.dropped["empty"] = 0


def test_examples_have_a_fingerprint():
    a, b = TextExample("x", "y"), TextExample("y", "x")
    assert fingerprint_examples([a, b]) == fingerprint_examples([a, b])
    assert fingerprint_examples([a, b]) != fingerprint_examples([b, a])
    assert fingerprint_examples([TokenExample(("x",), ("y",))]) != fingerprint_examples([a])
