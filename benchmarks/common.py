"""Where benchmarks keep their results, and how they read arguments and write figures."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from realign_core.support.files.writing import atomic_write
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
