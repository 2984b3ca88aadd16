"""docs/api.md shows the public API: its examples run as they stand, and it names no module below the two packages."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest

import realign_core
import subsetsearch

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "api.md"


@pytest.mark.offline
def test_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "studies", tmp_path / "studies")
    monkeypatch.chdir(tmp_path)
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    names = {"rc": realign_core, "ss": subsetsearch}
    text = re.sub(r"^```.*$", "", PAGE.read_text("utf-8"), flags=re.M)  # a fence ends an example's output
    test = doctest.DocTestParser().get_doctest(text, names, "api.md", str(PAGE), 0)
    said: list[str] = []
    doctest.DocTestRunner(optionflags=options, verbose=False).run(test, out=said.append)
    assert len(test.examples) > 25
    assert not said, "".join(said)


def test_only_public_names_are_listed() -> None:
    listed = re.findall(r"^::: (\S+)$", PAGE.read_text("utf-8"), re.M)
    assert len(listed) > 10
    for name in listed:
        package, _, rest = name.partition(".")
        assert rest in {"subsetsearch": subsetsearch, "realign_core": realign_core}[package].__all__, name


def test_pages_import_the_public_api_only() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for line in re.findall(r"^(?:>>> )?((?:from|import) .*)$", page.read_text("utf-8"), re.M):
            assert not re.search(r"(?:subsetsearch|realign_core)\.", line), f"{page.name}: {line}"


def test_every_method_of_a_study_is_shown() -> None:
    """Methods of its base class too, which are left out unless they are asked for."""
    match = re.search(r"^::: subsetsearch\.Study\n +options: \{(.*)\}$", PAGE.read_text("utf-8"), re.M)
    assert match
    assert "inherited_members: true" in match[1]
    listed = set(re.findall(r"\w+", match[1].partition(" members: [")[2]))
    methods = {name for name in dir(subsetsearch.Study) if not name.startswith("_")}
    assert listed == {name for name in methods if callable(getattr(subsetsearch.Study, name))}
