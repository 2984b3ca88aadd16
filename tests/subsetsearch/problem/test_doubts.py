"""Numbers that were taken for text stop a run, whether or not such pairs are left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from realign_core.data.examples import ParallelText
from realign_core.data.parallel import PairFilters
from realign_core.data.parallel.doubts import count_letterless, header_for_text, numbers_for_text
from realign_core.recipe import Recipe
from realign_core.runs.dry_run.checks import check_pairs
from realign_core.runs.dry_run.subject import RemarkError, Subject
from realign_core.support.errors import DataError
from subsetsearch.config import load_study
from subsetsearch.problem.pool import build_pool

WORDS = [("one", "un"), ("two", "deux"), ("three", "trois")]
SCORES = [("four", "0.25"), ("five", "0.5"), ("six", "1.0"), ("seven", "\u0967")]


def read(pairs: list[tuple[str, str]], *, drop: bool) -> ParallelText:
    return PairFilters(drop_letterless=drop).apply("fr", pairs)


@pytest.mark.parametrize("drop", [True, False])
def test_more_than_half_without_a_letter_is_refused(drop: bool) -> None:
    told = numbers_for_text(read(WORDS + SCORES, drop=drop))
    assert told is not None
    assert str(told).startswith("fr: 4 of 7 pairs have a side without a letter: numbers are taken for text")
    assert numbers_for_text(read(WORDS + SCORES[:3], drop=drop)) is None
    assert count_letterless(read(WORDS + SCORES[:3], drop=drop)) == (0 if drop else 3)
    assert numbers_for_text(read([], drop=drop)) is None


@pytest.mark.parametrize("drop", [True, False])
def test_checks_of_a_run_find_it(drop: bool) -> None:
    few, many = read(WORDS + SCORES[:2], drop=drop), read(SCORES, drop=drop)
    (stop, *remarks) = check_pairs(Subject(Recipe(), (), {}, {"fr": many, "sw": few}))
    assert "numbers are taken for text" in str(stop)
    assert len(remarks) == (0 if drop else 1)


@pytest.mark.parametrize(
    "first", [("source", "target"), ("en", "fr"), ("English", "FR"), ("fr", "en"), ("sentence1", "sentence2")]
)
def test_a_header_that_is_taken_for_a_pair_is_questioned(first: tuple[str, str]) -> None:
    text = read([first, *WORDS], drop=True)
    (remark,) = check_pairs(Subject(Recipe(), (), {}, {"fr": text}))
    assert isinstance(remark, RemarkError)
    assert f"fr: the first pair looks like names of columns: {first[0]!r} and {first[1]!r}" in str(remark)
    assert header_for_text(read(WORDS, drop=True), "en") is None
    assert header_for_text(read([("source", "sortie"), *WORDS], drop=True), "en") is None
    assert header_for_text(read([], drop=True), "en") is None


def test_a_language_of_numbers_is_not_quietly_left_out_of_the_pool(
    edited: Callable[[str, str], Path], toy_root: Path
) -> None:
    file = edited(toy_root.as_posix(), toy_root.as_posix())
    numbers = "".join(f"{n}.5\n" for n in range(40))
    changed = file.parent / "parallel"
    changed.mkdir()
    for text in (toy_root / "parallel").iterdir():
        own = numbers if text.stem == "fin" else text.read_text(encoding="utf-8")
        (changed / text.name).write_text(own, encoding="utf-8")
    study = load_study(file, {"recipe.parallel.path": str(changed)})
    with pytest.raises(DataError, match="fin: 40 of 40 pairs have a side without a letter"):
        build_pool(study)
    others = load_study(file, {"recipe.parallel.path": str(changed), "pool.exclude": ["fin"]})
    assert len(build_pool(others).keys) == 7
