from __future__ import annotations

import pytest

from realign_core.support.config import comma_list
from realign_core.support.console import fail_with
from realign_core.support.errors import ConfigError, DataError, RealignError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConfigError("no table", where="--measure"), 2),
        (DataError("no table", where="--set"), 2),
        (ConfigError("no table", where="x.toml", line=3), 1),
        (RealignError("no table"), 1),
    ],
)
def test_what_is_wrong_with_an_option_is_wrong_usage(
    error: RealignError, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail_with(error) == status
    assert capsys.readouterr().err == f"error: {error}\n"


@pytest.mark.parametrize(("text", "parts"), [("sw, yo,,wo ,", ("sw", "yo", "wo")), (" , ", ())])
def test_a_list_between_commas(text: str, parts: tuple[str, ...]) -> None:
    assert comma_list(text) == parts
