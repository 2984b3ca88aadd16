"""The tutorial's commands work one after another, and answer in the shape that the page shows."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from tools.tutorial import PAGE, answer, consoles, write_files

_LANGUAGE = re.compile(r"\b[a-z]{3}_[A-Z][a-z]{3}\b|\b(?:no realignment|none|all|[A-Z][a-z]+)\b")


def shape(text: str) -> list[str]:
    """Words of an answer that do not depend on what was measured."""
    bare = _LANGUAGE.sub("", re.sub(r"[\d.,±+*=>-]+", "", text))
    return [word for word in bare.split() if word.isalpha()]


@pytest.mark.slow
@pytest.mark.offline
def test_the_tutorial(tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    page = PAGE.read_text(encoding="utf-8")

    def quick(text: str) -> str:
        small = re.sub(
            r"epochs = \d+", "epochs = 1", text.replace('"bundled"', f'"{tiny_encoder.as_posix()}"')
        )
        return re.sub(r"freeze = .*", "", small)

    write_files(page, tmp_path, quick)
    blocks = consoles(page)
    assert sum(map(len, blocks)) > 12
    for command, shown in (pair for block in blocks for pair in block):
        # What is best depends on the encoder, and may be no realignment; the third trial is a subset.
        said = answer(command.replace("--pick best", "--pick trial=2"), tmp_path)
        assert bool(shown) == bool(said), command
        if shape(shown) and shape(said):
            likeness = difflib.SequenceMatcher(None, shape(shown), shape(said), autojunk=False).ratio()
            assert likeness > 0.35, f"{command}\n{said}\nbut the page shows\n{shown}"
