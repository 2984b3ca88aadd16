"""How far the rungs can be trusted: their rank correlation with full runs, beside its ceiling.

Run it after ``python -m benchmarks.calibration.truth``. Every subset that was fully run is scored by the
rungs on development data; the scores are kept beside the full runs, by the rung's settings, so that nothing
is scored twice. ``rank_correlation`` in the JSON is replaced, the rest of the file stays.
"""

from __future__ import annotations

import json

import torch

from benchmarks.calibration.correlation import study_correlation
from benchmarks.calibration.table import tables
from benchmarks.calibration.truth import table_of
from benchmarks.common import parser_for, read_json, write_figures, write_json


def main() -> None:
    """Command line."""
    parser = parser_for(__doc__, "search")
    parser.add_argument("studies", nargs="*", default=["quickstart", "pos-calibration"])
    parser.add_argument("--rungs", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    studies = [study_correlation(name, options.rungs) for name in options.studies]
    write_json(
        options.json, read_json(options.json) | {"rank_correlation": {**studies[0], "others": studies[1:]}}
    )
    write_figures("calibration", tables(studies, table_of("variants")))
    for study in studies:
        print(json.dumps(study, indent=1))


if __name__ == "__main__":
    main()
