"""All cases of one reader, in as many processes as it takes: one that dies is a fault, and the next goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import ROOT
from benchmarks.fuzz.tally import Tally
from benchmarks.fuzz.worker import PROGRESS, VERSION

MOST_DEATHS = 100
"""After so many the reader is given up: each costs a process's start."""


def run_reader(
    name: str, cases: int, folder: Path, program: Sequence[str] = ("-m", "benchmarks.fuzz.worker")
) -> dict[str, Any]:
    """Give a reader its cases.

    Args:
        name: Of the reader.
        cases: How many.
        folder: For files.
        program: What Python runs.

    Returns:
        Its record.

    Raises:
        RuntimeError: If a process ends before it has begun with a case, or too many die.
    """
    total, first = Tally(), 0
    while first < cases:
        (folder / PROGRESS).unlink(missing_ok=True)
        command = [sys.executable, *program, name, str(first), str(cases), str(folder)]
        ended = subprocess.run(
            command, check=False, capture_output=True, text=True, errors="replace", env=_environment()
        )
        if not (folder / PROGRESS).is_file() or total.verdicts["died"] >= MOST_DEATHS:
            raise RuntimeError(f"'{name}' cannot be run: {ended.stderr[-2000:]}")
        reached = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
        total.add(Tally.of(reached["tally"]))
        first = reached["at"]
        if ended.returncode:
            total.note(first, "died", _cause(ended))
            first += 1
    return total.record(name, VERSION)


def _environment() -> dict[str, str]:
    """Let the process import the benchmarks, which are not installed, whatever its working folder is."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _cause(ended: subprocess.CompletedProcess[str]) -> str:
    """Say what ended a process: a signal, or what it said last."""
    if ended.returncode < 0:
        return signal.Signals(-ended.returncode).name
    return (ended.stderr.strip().splitlines() or ["without a word"])[-1][:200]
