"""Type the commands of docs/tutorial.md and write what they answer into the page.

    python -m tools.tutorial FOLDER           # minutes; the study is left in FOLDER
    python -m tools.tutorial FOLDER --again   # seconds: in the same folder, but for what measures

The page's files (blocks with a title) are written first. Lines of its console blocks that begin with ``$``
are typed, and whatever stands below them is replaced by the answer.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "tutorial.md"
_FILE = re.compile(r'^```\w+ title="([^"]+)"\n(.*?)^```$', re.M | re.S)
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
_MEASURES = re.compile(r"^\$ subsetsearch (?:run|evaluate) ", re.M)


def write_files(page: str, folder: Path, change: Callable[[str], str] = str) -> None:
    """Write the page's files into a folder.

    Args:
        page: Its text.
        folder: Where to.
        change: Applied to each file's text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _FILE.findall(page):
        (folder / name).write_text(change(text), encoding="utf-8")


def consoles(page: str) -> list[list[tuple[str, str]]]:
    """The page's console blocks: commands with the answers that are shown."""
    blocks = []
    for text in _CONSOLE.findall(page):
        parts = re.split(r"^\$ (.*)\n", text, flags=re.M)[1:]
        blocks.append(list(zip(parts[::2], parts[1::2], strict=True)))
    return blocks


def answer(command: str, folder: Path) -> str:
    """Type one command in a folder and return what it prints, without blanks at line ends.

    Args:
        command: As in a shell.
        folder: Where it is typed.

    Raises:
        SystemExit: If it fails.
    """
    words = shlex.split(command)
    programs = {"subsetsearch": ["-m", "subsetsearch"], "python": []}
    if words[0] in programs:
        words = [sys.executable, *programs[words[0]], *words[1:]]
    width = os.environ | {"COLUMNS": "100"}
    ended = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=width)
    if ended.returncode:
        raise SystemExit(f"{command}: {ended.stderr[-2000:]}")
    lines = [line.rstrip() for line in ended.stdout.splitlines()]
    return "".join(f"{line}\n" for line in lines).strip("\n") + "\n" * bool("".join(lines))


def main() -> None:
    """Run the tutorial and rewrite its page."""
    folder, page = Path(sys.argv[1]), PAGE.read_text(encoding="utf-8")
    write_files(page, folder)

    again = "--again" in sys.argv

    def typed(match: re.Match[str]) -> str:
        if again and _MEASURES.search(match.group(1)):
            return match.group(0)
        commands = re.findall(r"^\$ (.*)$", match.group(1), re.M)
        return "```console\n" + "".join(f"$ {line}\n{answer(line, folder)}" for line in commands) + "```"

    PAGE.write_text(_CONSOLE.sub(typed, page), encoding="utf-8")
    shutil.copy(folder / "front.png", PAGE.parent / "images" / "tutorial-front.png")


if __name__ == "__main__":
    main()
