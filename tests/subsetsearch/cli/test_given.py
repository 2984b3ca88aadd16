from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from subsetsearch.cli.given import takes


@dataclass(frozen=True)
class Given:
    study: Annotated[str, typer.Argument(metavar="STUDY", help="A file.")]
    top: Annotated[int, typer.Option("--top", min=1, help="How many.")] = 3
    also: Annotated[list[str] | None, typer.Option("--also", help="May be repeated.")] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False


def app() -> typer.Typer:
    made = typer.Typer()

    @made.command()
    @takes(Given)
    def evaluate(given: Given) -> None:
        """Measure it."""
        print(given)

    return made


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["x"], Given("x")),
        (["x", "--json", "--also", "a", "--also", "b", "--top", "9"], Given("x", 9, ["a", "b"], True)),
    ],
)
def test_a_command_gets_its_options_as_one(words: list[str], expected: Given) -> None:
    done = CliRunner().invoke(app(), words)
    assert done.exit_code == 0, done.output
    assert done.output.strip() == str(expected)


@pytest.mark.parametrize("words", [[], ["x", "--top", "0"], ["x", "--tip", "1"]])
def test_wrong_usage_is_found_as_for_arguments(words: list[str]) -> None:
    assert CliRunner().invoke(app(), words).exit_code == 2


def test_help_is_in_the_order_of_the_fields() -> None:
    text = CliRunner().invoke(app(), ["--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    assert "Measure it." in text
    assert re.findall(r"--(?:top|also|json)\b", text) == ["--top", "--also", "--json"]
