"""The README is short, names every extra, and what it shows leads to a front."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 140


def test_every_extra_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    table = README.split("| extra |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"`([\w-]+)`", table)) == set(project["optional-dependencies"])


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.offline
def test_its_python_leads_to_a_front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "studies").symlink_to(ROOT / "studies")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)
    names: dict[str, object] = {}
    exec(code, names)
    assert "Front of quickstart: 5 subsets" in repr(names["front"])
    assert (tmp_path / "chosen.json").stat().st_size > 100
