"""Replay of published results: can a surrogate predict a subset that was not run from those that were?

The folder (``$REALIGN_PAPER`` if ``--data`` is left out) holds ``strategies.csv``,
``xnli_group_averages.csv`` and ``averages.csv``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.common import parser_for, write_json
from benchmarks.replay.measure import DRAWS, measure
from benchmarks.replay.table import markdown
from subsetsearch.errors import RealignError


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    parser = parser_for(__doc__, "replay")
    default = os.environ.get("REALIGN_PAPER")
    parser.add_argument("--data", type=Path, default=Path(default) if default else None,
                        help="folder of the published results (default: $REALIGN_PAPER)")  # fmt: skip
    parser.add_argument("--draws", type=int, default=DRAWS, help="bootstrap samples and permutations")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data, or set REALIGN_PAPER")
    try:
        result = measure(options.data, options.draws)
    except RealignError as error:
        print(error, file=sys.stderr)
        return 1
    write_json(options.json, result)
    print(markdown(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
