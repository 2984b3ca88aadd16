"""Codes of a table that are another variant than those of the study's corpus are told."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from subsetsearch.problem.pool import Pool
from subsetsearch.results.tables.language_variants import languages_in, read_as, tell_read_as

CODES = {"por_Latn": "pt_BR", "zho_Hant": "zh_Hant", "deu_Latn": "de", "swh_Latn": "sw"}


@pytest.fixture
def pool() -> Pool:
    return cast(Pool, cast(Any, SimpleNamespace(codes=CODES)))


def test_only_variants_are_told(pool: Pool) -> None:
    names = ["pt", "zh_TW", "de", "German", "swh", "zh-Hant", "por_Latn", "fr", "no language"]
    assert read_as(names, pool) == {"pt": "pt_BR", "zh_TW": "zh_Hant"}


def test_it_is_said_once(pool: Pool, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="subsetsearch"):
        tell_read_as(["de"], pool, Path("x.csv"))
        tell_read_as(["pt", "pt"], pool, Path("x.csv"))
    assert [record.getMessage() for record in caplog.records] == [
        "x.csv: languages are taken for those of the study's corpus: pt for pt_BR"
    ]


def test_languages_are_listed_in_any_way() -> None:
    row = {"seed": "1", "realignment_langs": "['pt', 'de']; sw", "realignment_langs_2": "fr+es"}
    assert languages_in(row) == ["pt", "de", "sw", "fr", "es"]
