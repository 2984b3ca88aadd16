"""Data of the published protocol (``studies/aacl2025-*.toml``), in the folder that AACL2025_DATA names.

``python -m benchmarks.aacl2025 needs`` says what is missing and how to get it; ``parallel`` makes one folder
of parallel text from OPUS-100 and NLLB; ``stand-in FOLDER`` writes made-up files in the same layout, with
which the study files pass a dry run offline.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.aacl2025.layout import MOST, NEEDS, VARIABLE, missing, write_parallel
from benchmarks.aacl2025.stand_in import write_stand_ins
from realign_core.support.errors import RealignError


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("needs", help="what is missing, and how to get it")
    commands.add_parser("parallel", help="one folder of parallel text").add_argument(
        "--most", type=int, default=MOST, help="rows of a language"
    )
    commands.add_parser("stand-in", help="made-up files").add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    try:
        if options.command == "stand-in":
            write_stand_ins(options.folder)
            write_parallel(options.folder)
        elif options.command == "parallel":
            for code, pairs in write_parallel(_root(), options.most).items():
                print(f"{code}: {pairs} pairs")
        else:
            tell_needs(_root())
    except RealignError as error:
        sys.exit(f"error: {error}")


def tell_needs(root: Path) -> None:
    """Say what is missing; exit with status 1 if anything is."""
    lacking = missing(root)
    for need in lacking:
        print(f"missing {root / need.name}: {need.what}\n    {need.get}")
    if lacking:
        sys.exit(1)
    print(f"all {len(NEEDS)} folders are there")


def _root() -> Path:
    place = os.environ.get(VARIABLE)
    if not place:
        sys.exit(f"error: {VARIABLE} names no folder; set it to where the data are or will be")
    return Path(place)


if __name__ == "__main__":
    main()
