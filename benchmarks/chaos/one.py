"""One worker of such a study, in a process of its own; files may be limited, as on a full disk.

python -m benchmarks.chaos.one STUDY_FOLDER DIARY --trials 40 [--bytes 300000] [--pause 0.1]
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
from pathlib import Path

import optuna

from benchmarks.chaos.fake import Diary, worker
from realign_core.support.errors import RealignError
from realign_core.support.program.console import about_files, fail_with, fail_with_file
from realign_core.support.program.interrupts import interruptible
from subsetsearch.results.database.study_folder import StudyFolder


def main() -> int:
    """Work until all trials are done, somebody ends it, or the disk is full."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="of the study, with its database")
    parser.add_argument("diary", type=Path, help="where it says what it begins")
    parser.add_argument("--trials", type=int, default=40, help="that the study is to have")
    parser.add_argument("--bytes", type=int, help="no file may be larger")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds that a trial takes")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if options.bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (options.bytes, options.bytes))
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        with interruptible(lambda: "finished trials are kept"):
            worker(StudyFolder(options.folder), Diary(options.diary, options.pause), options.trials).work()
    except RealignError as error:
        return fail_with(error)
    except OSError as error:
        if not about_files(error):
            raise
        return fail_with_file(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
