"""A number is no text, and neither true nor false."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import pytest
from pydantic import Field

from realign_core.support.errors import ConfigError
from realign_core.support.settings.config import Config, validate_config


class Table(Config):
    whole: int = 1
    share: float | None = 0.5
    several: tuple[int, ...] = ()
    mixed: tuple[Annotated[int, Field(ge=2)] | Literal["all"], ...] = ()
    one_of: Literal[1, 2, 3] = 1
    layer: int | Annotated[tuple[int, ...], Field(min_length=1)] = -1
    switch: bool = False
    word: str = ""
    by_name: Mapping[str, float] = {}
    either: int | str = 0


@pytest.mark.parametrize("key", ["whole", "share", "one_of", "layer", "either"])
def test_true_is_no_number(key: str) -> None:
    with pytest.raises(ConfigError, match=rf"'{key}': a number is needed, but got true"):
        validate_config(Table, {key: True})


@pytest.mark.parametrize("key", ["several", "mixed", "layer", "by_name"])
def test_true_is_no_number_in_a_list_or_table(key: str) -> None:
    with pytest.raises(ConfigError, match=f"'{key}': a number is needed, but got true"):
        validate_config(Table, {key: {"a": 1, "b": True} if key == "by_name" else [3, True]})


@pytest.mark.parametrize(
    ("key", "value"), [("whole", "4"), ("share", "0.1"), ("one_of", "2"), ("several", ["3"])]
)
def test_text_is_no_number(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"'{key}': a number is needed, without quotes, but got '"):
        validate_config(Table, {key: value})


@pytest.mark.parametrize(
    "content",
    [
        {"whole": 4.0, "share": 1, "several": [1, 2]},
        {"mixed": [3, "all"], "layer": [1, 2], "one_of": 3},
        {"switch": True, "word": "true", "by_name": {"a": 1}, "either": "x", "share": None},
    ],
)
def test_what_is_meant_is_taken(content: dict[str, object]) -> None:
    found = validate_config(Table, content)
    for key, value in content.items():
        assert getattr(found, key) == (tuple(value) if isinstance(value, list) else value)
