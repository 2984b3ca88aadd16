"""In continuous integration, what must run is not skipped; elsewhere it may be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

def test_corpora(corpora): ...
def test_paper(paper): ...

@pytest.mark.browser
def test_browser():
    pytest.skip("no chromium")

@pytest.mark.gpu
def test_gpu():
    pytest.skip("no GPU")
"""


@pytest.mark.parametrize(
    ("settings", "beside", "outcome"),
    [
        ({}, ["data/ntrex", "paper/strategies.csv"], "4 skipped"),
        ({"CI": "true"}, [], "1 failed, 3 skipped"),
        ({"CI": "true"}, ["data/ntrex"], "1 failed, 2 skipped, 1 error"),
        ({"CI": "1"}, ["data/ntrex", "paper/strategies.csv"], "1 failed, 1 skipped, 2 errors"),
        (
            {"CI": "true", "REALIGN_DATA": "/data"},
            ["paper/strategies.csv"],
            "1 failed, 1 passed, 1 skipped, 1 error",
        ),
    ],
)
def test_what_must_run_is_not_skipped(
    tmp_path: Path, settings: dict[str, str], beside: list[str], outcome: str
) -> None:
    tests = tmp_path / "clone" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("conftest.py"), tests)
    (tests / "test_some.py").write_text(TESTS, encoding="utf-8")
    for place in beside:
        (tmp_path / "shared" / place).mkdir(parents=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CI", "REALIGN_DATA", "REALIGN_PAPER")
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "tests"]
    done = subprocess.run(
        command, cwd=tests.parent, env=kept | settings, capture_output=True, text=True, check=False
    )
    assert outcome in done.stdout
    if "failed" in outcome:
        assert "CI must run the tests marked browser. Skipped: no chromium" in done.stdout
