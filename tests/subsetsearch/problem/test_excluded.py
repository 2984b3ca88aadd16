"""Languages that are taken out of a pool are in it, but for that."""

from __future__ import annotations

from pathlib import Path

import pytest

from subsetsearch.config import load_study
from subsetsearch.errors import LanguageError
from subsetsearch.problem.problem import Problem


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pool.exclude": ["Danish"]}, r"pool.exclude: no parallel data for dan_Latn \('Danish'\)"),
        ({"pool.exclude": ["swh_Arab"]}, r"swh_Arab.*did you mean swh_Latn \(Swahili\)\? else take it out"),
        ({"pool.exclude": ["Wolo"]}, r"unknown language 'Wolo'; did you mean wol_Latn"),
        (
            {"pool.exclude": ["fin"], "pool.languages": ["sw", "te", "zu"]},
            r"fin_Latn \('fin'\) is not in pool.languages",
        ),
    ],
)
def test_what_is_not_in_the_pool_cannot_be_left_out(
    toy_file: Path, changes: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(LanguageError, match=message):
        Problem.build(load_study(toy_file, changes))


def test_what_is_left_out_is_not_in_the_pool(toy_file: Path) -> None:
    whole = Problem.build(load_study(toy_file)).pool
    pool = Problem.build(load_study(toy_file, {"pool.exclude": ["Wolof", "English", "swa"]})).pool
    assert {*whole.keys} - {*pool.keys} == {"wol_Latn", "swh_Latn"}  # English is the source, and in no pool
