"""Parsed catalogues are kept, and read anew when what is kept is damaged."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from realign_core.data.parallel._catalogue_cache import Pairs, cached_pairs


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path))
    return tmp_path


class Parser:
    """Counts how often it is asked."""

    calls = 0

    def __call__(self) -> tuple[Pairs, Counter[str]]:
        self.calls += 1
        return [("Yes", "Ee"), ("No “quoted”\n", "Aa")], Counter(fuzzy=2)


def test_a_catalogue_is_parsed_once(cache: Path) -> None:
    parse = Parser()
    first = cached_pairs("pytest", "wo", "remove", parse)
    assert cached_pairs("pytest", "wo", "remove", parse) == first == Parser()()
    assert parse.calls == 1
    cached_pairs("pytest", "wo", "keep", parse)  # read in another way
    assert parse.calls == 2


def test_a_damaged_file_is_replaced(cache: Path) -> None:
    parse = Parser()
    cached_pairs("pytest", "wo", "remove", parse)
    next(cache.rglob("wo.json")).write_text("{", encoding="utf-8")
    assert cached_pairs("pytest", "wo", "remove", parse) == Parser()()
    assert cached_pairs("pytest", "wo", "remove", parse)[0] == Parser()()[0]
    assert parse.calls == 2


def test_a_place_that_cannot_be_written_is_no_error(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cache / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("REALIGN_CACHE", str(cache / "file"))
    assert cached_pairs("pytest", "wo", "remove", Parser())[1] == {"fuzzy": 2}
