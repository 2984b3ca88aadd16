"""Where benchmarks keep their results, and how they read arguments and write figures."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from realign_core.support.files.writing import atomic_write
from realign_core.support.program.console import about_files, fail_with, fail_with_file
from realign_core.support.program.interrupts import interruptible
from subsetsearch.errors import RealignError
from subsetsearch.typology import Lang2Vec

ROOT = Path(__file__).resolve().parent.parent
RECORDED_TYPOLOGY = Lang2Vec(joined=False)
"""Typology as recorded designs and numbers read it: one code a language, and distances with ``least=0``."""

_BEGIN = "<!-- figures: written by python -m benchmarks.{subject} -->"
_END = "<!-- end of figures -->"


def results_of(subject: str) -> Path:
    """Folder of a subject's recorded results."""
    return ROOT / "benchmarks" / subject / "results"


def page_of(subject: str) -> Path:
    """A subject's page."""
    return results_of(subject).with_name("README.md")


def study_file(name: str) -> Path:
    """A study file of this repository."""
    return ROOT / "studies" / f"{name}.toml"


def parser_for(doc: str | None, subject: str) -> argparse.ArgumentParser:
    """Make a parser with the module's text as its help, and the option ``--json``."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = results_of(subject) / f"{subject}.json"
    parser.add_argument("--json", type=Path, default=default, help="file of the results")
    return parser


@contextmanager
def ending_plainly() -> Iterator[None]:
    """End with one line where data cannot be used, or after Ctrl-C; a mistake of ours keeps its traceback."""
    try:
        with interruptible(lambda: "finished work is kept"):
            yield
    except RealignError as error:
        sys.exit(fail_with(error))
    except OSError as error:
        if not about_files(error):
            raise
        sys.exit(fail_with_file(error))


def positive_int(text: str) -> int:
    """Read a number of things on a command line, at least 1."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: no whole number") from None
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: at least 1")
    return number


def positive(text: str) -> float:
    """Read an amount on a command line, more than 0."""
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not 0 < amount < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: a number above 0")
    return amount


def read_json(path: Path) -> dict[str, Any]:
    """Read recorded results; nothing if there are none yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def write_json(path: Path, content: object) -> None:
    """Write results as they are recorded."""
    atomic_write(path, json.dumps(content, indent=1) + "\n")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file; nothing if there is none yet."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_figures(subject: str, parts: Iterable[str], page: Path | None = None) -> None:
    """Replace the figures between the two marks of a page, the subject's own if none is named."""
    page = page or page_of(subject)
    begin = _BEGIN.format(subject=subject)
    head, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, tail = rest.partition(_END)
    atomic_write(page, f"{head}{begin}\n\n" + "\n\n".join(parts) + f"\n\n{_END}{tail}")
