"""A command is a dataclass of its options, inherited ones among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from subsetsearch.cli.options import StudyOptions, number_range, read_seeds
from subsetsearch.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Measure(StudyOptions):
    """Measure it."""

    top: Annotated[int, typer.Option("--top", min=1, help="How many.")] = 3
    also: Annotated[list[str] | None, typer.Option("--also", help="May be repeated.")] = None

    def run(self) -> None:
        print(self)


def show(command: Measure, **_: Any) -> None:
    command.run()


def app() -> typer.Typer:
    made = typer.Typer(result_callback=show, rich_markup_mode=None)
    made.command("measure")(Measure)
    made.command("other")(Measure)
    return made


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["x"], Measure(study=Path("x"))),
        (
            ["x", "--json", "--also", "a", "--also", "b", "--top", "9", "--set", "a=1"],
            Measure(study=Path("x"), top=9, also=["a", "b"], as_json=True, overrides=["a=1"]),
        ),
    ],
)
def test_a_command_gets_its_options_as_one(words: list[str], expected: Measure) -> None:
    done = CliRunner().invoke(app(), ["measure", *words])
    assert done.exit_code == 0, done.output
    assert done.output.strip() == str(expected)


@pytest.mark.parametrize("words", [[], ["x", "--top", "0"], ["x", "--tip", "1"]])
def test_wrong_usage_is_found_as_for_arguments(words: list[str]) -> None:
    assert CliRunner().invoke(app(), ["measure", *words]).exit_code == 2


def test_help_has_the_docstring_and_all_options() -> None:
    text = CliRunner().invoke(app(), ["measure", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    assert "Measure it." in text
    assert set(re.findall(r"--\w+", text)) >= {"--storage", "--dir", "--set", "--json", "--top", "--also"}


def test_numbers_in_text() -> None:
    assert read_seeds(None) is None
    assert read_seeds("3,1,3") == [3, 1, 3]
    assert number_range("5", "--k") == (5, 5)
    assert number_range("5-10", "--k") == (5, 10)
    for text in ("x", "3-1", ""):
        with pytest.raises(ConfigError, match="--k"):
            number_range(text, "--k")
