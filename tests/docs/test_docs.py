"""README and docs/: commands parse or run, code compiles, references are up to date, the site builds."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from subsetsearch.config import StudyConfig
from tools.reference.__main__ import PAGES as REFERENCES
from tools.reference.settings import explained, section

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)


def blocks(page: Path, language: str) -> list[str]:
    return [code for name, code in _FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


def commands() -> list[tuple[str, str]]:
    """Every command line of ours: in fences, indented, or within a sentence."""
    found = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        indented = "\n".join(re.findall(r"^ {4}(.*)$", _FENCE.sub("", text), re.M))
        shell = "\n".join(code for name, code in _FENCE.findall(text) if name in ("", "sh"))
        lines = f"{indented}\n{shell}".splitlines()
        lines += re.findall(r"`((?:subsetsearch|realign-core) [^`\n]+)`", _FENCE.sub("", text))
        for line in lines:
            start = re.match(r"\s*(?:\w+=\S+ )*((?:subsetsearch|realign-core|make) .*)", line)
            if start and "[OPTIONS]" not in line:
                found[start.group(1).strip()] = page.name
    return [(page, line) for line, page in found.items()]


def program(name: str) -> Any:
    if name == "subsetsearch":
        from subsetsearch.cli.main import app
    else:
        from realign_core.cli import app
    return typer.main.get_command(app)


def test_there_are_commands() -> None:
    assert len(commands()) > 40


@pytest.mark.parametrize(("page", "line"), commands(), ids=lambda value: value[:60])
def test_every_command_parses(page: str, line: str) -> None:
    name, *args = shlex.split(line.replace("…", "..."), comments=True)
    args = args[: args.index(">")] if ">" in args else args
    if name == "make":
        rules = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
        assert {arg for arg in args if "=" not in arg} <= set(rules)
        return
    group = program(name)
    while args[0] in ("-v", "--verbose", "-q", "--quiet", "--offline"):
        args = args[1:]
    command = group.commands[args[0]]
    if len(args) > 1 or "help" in args:
        command.make_context(f"{name} {args[0]}", list(args[1:]))  # wrong options or too few arguments raise


def test_a_wrong_command_would_be_noticed() -> None:
    with pytest.raises(Exception, match="--nope"):
        program("subsetsearch").commands["pareto"].make_context("pareto", ["x.toml", "--nope"])


WITHOUT_STUDY = ("select", "score", "languages", "compare", "explain")
_NEEDS_MORE = (".toml", "STUDY", "RULE", "--study", "urielplus", "--exact")


def runnable() -> list[str]:
    """Commands that need no study, no optional package and no long proof."""
    lines = [line for _, line in commands() if line.split()[1] in WITHOUT_STUDY and len(line.split()) > 2]
    return [line for line in lines if not any(word in line for word in _NEEDS_MORE)]


@pytest.mark.parametrize("line", runnable())
def test_commands_without_a_study_run(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from subsetsearch.cli import main

    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(line, comments=True)
    monkeypatch.setattr(sys, "argv", arguments[: arguments.index(">")] if ">" in arguments else arguments)
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code, capsys.readouterr().err
    assert capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_compiles_and_toml_fits(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REALIGN_DATA", str(tmp_path))
    for code in blocks(page, "python"):
        compile(code, page.name, "exec")
    for code in blocks(page, "toml"):
        StudyConfig.model_validate({"name": "x"} | tomllib.loads(code))


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["study-file.md", "recipe.md", "commands.md"])
def test_references_are_up_to_date(page: str) -> None:
    written = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert written == REFERENCES[page](), "run: python -m tools.reference"


def test_an_unexplained_key_is_an_error() -> None:
    from realign_core.support.settings.config import Config

    class Sizes(Config):
        """Sizes.

        Args:
            known: Explained,
                on two lines.
        """

        known: int = 1
        forgotten: int = 2

    assert explained(Sizes) == {"known": "Explained, on two lines."}
    with pytest.raises(SystemExit, match=r"Sizes\.forgotten is not explained"):
        list(section(Sizes, "sizes", 2, {}))


def test_roles_become_markdown() -> None:
    pytest.importorskip("griffe", reason="group docs")
    markdown = tool("docstrings").markdown
    assert markdown("See :class:`a.b.C` and :math:`x^2`.") == "See `C` and $x^2$."
    assert markdown("Sum\n\n.. math:: a + b\n\nend") == "Sum\n\n$$\na + b\n$$\n\nend"


@pytest.mark.slow
def test_the_site_builds_strictly(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="group docs")
    pytest.importorskip("mkdocstrings", reason="group docs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "<math" in (tmp_path / "site" / "concepts.html").read_text(encoding="utf-8")
    pages = "".join(page.read_text(encoding="utf-8") for page in (tmp_path / "site").glob("*.html"))
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?://[^"]+)"', pages)
    assert not [url for url in loaded if "example" not in url]


def test_the_tests_that_pages_name_are_there() -> None:
    pages = [*PAGES, *(ROOT / "benchmarks").glob("*/README.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"`([\w/]*test_\w+\.py)", page.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert {
        name for name in named if not any((ROOT / root / name).exists() for root in ("", "tests"))
    } == set()
