"""Give every reader thousands of hostile files, and count what is neither read nor refused by an error of ours.

Each reader runs in a process of its own with bounded memory; if that dies, the case that it was reading is a
fault, and another process goes on with the next one. Counts are written to
``benchmarks/scale/results/fuzz.json`` after each reader; the same command goes on where it was stopped.

    python -m benchmarks.fuzz [--cases 10000] [--only squad csv] [--again] [--workers 1]
    python -m benchmarks.fuzz --only squad --show 123      # that case, with its traceback
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from benchmarks.common import read_json, results_of, write_json
from benchmarks.fuzz.found import SUBJECTS
from benchmarks.fuzz.judge import case_of, write_case
from benchmarks.fuzz.run import run_reader
from benchmarks.fuzz.worker import VERSION

_RESULTS = results_of("scale") / "fuzz.json"


def show(name: str, number: int, place: Path) -> None:
    """Print a case, and let its error through."""
    subject = SUBJECTS[name]
    case = case_of(subject, number)
    for file, content in case.stored.items():
        print(file, content[:2000])
    write_case(case, place)
    result = subject.read(place)
    print(f"valid; lost: {subject.lost(result, case.plain) if case.plain else None}; {str(result)[:2000]}")


def main() -> int:
    """Run what is missing, and write the counts."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="subsetsearch-fuzz-") as place:
        os.environ |= {"REALIGN_CACHE": f"{place}/cache", "HF_DATASETS_CACHE": f"{place}/datasets"}
        os.environ |= {
            "HF_HUB_OFFLINE": "1",
            "HF_DATASETS_OFFLINE": "1",
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        }
        if options.show is not None:
            show(options.only[0], options.show, Path(place) / "case")
            return 0
        records = {record["reader"]: record for record in read_json(options.json).get("readers", ())}
        records = {name: record for name, record in records.items() if name in SUBJECTS}
        wanted = {name: math.ceil(options.cases * subject.share) for name, subject in SUBJECTS.items()}
        todo = [
            name
            for name in SUBJECTS
            if (options.only is None or name in options.only)
            and (options.again or not _is_done(records.get(name), wanted[name]))
        ]
        failed = False
        with ThreadPoolExecutor(options.workers) as pool:
            running = [pool.submit(run_reader, name, wanted[name], Path(place) / name) for name in todo]
            for done in as_completed(running):
                if failure := done.exception():
                    print(failure, file=sys.stderr, flush=True)
                    failed = True
                    continue
                record = done.result()
                print(record, flush=True)
                records[record["reader"]] = record
                write_json(options.json, {"readers": [records[name] for name in SUBJECTS if name in records]})
    return int(failed or any(record["faults"] for record in records.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=10_000, help="of each reader")
    parser.add_argument("--only", nargs="+", metavar="READER", help="these readers")
    parser.add_argument("--again", action="store_true", help="run what is recorded, too")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="one case of one reader, written nowhere")
    parser.add_argument("--json", type=Path, default=_RESULTS, help="of the counts")
    return parser.parse_args()


def _is_done(record: dict[str, Any] | None, cases: int) -> bool:
    return record is not None and record["version"] == VERSION and record["cases"] >= cases


if __name__ == "__main__":
    sys.exit(main())
