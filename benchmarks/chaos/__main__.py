"""Kill workers of a study at random moments, on SQLite and on PostgreSQL, and count what is lost.

Trials and full runs take a moment here; search, claims, store and Optuna's tables are the real ones. On
PostgreSQL the server is stopped and started as well, gracefully and at once. The counts are written to
``benchmarks/scale/results/chaos.json``.

    python -m benchmarks.chaos [--kills 50] [--only sqlite] [--json]
"""

from __future__ import annotations

import os

if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded: its threads do not outlive a fork


import argparse
import json
import logging
import signal
import socket
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import optuna

from benchmarks.chaos.server import running_server
from benchmarks.chaos.storm import Storm, fork
from benchmarks.common import results_of
from realign_core.support.files.writing import write_json
from subsetsearch.results.database.connect import with_driver
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.workers import claims

_LEASE = 20.0
"""Seconds; short, as what died between a trial and its claim waits for so long."""


def on_sqlite(options: argparse.Namespace, place: Path) -> dict[str, Any]:
    """Storm over a file."""
    folder = StudyFolder(place / "sqlite" / "chaos")
    return asdict(Storm(folder, options.trials, options.runs, options.kills).rage())


def on_postgresql(options: argparse.Namespace, place: Path) -> dict[str, Any]:
    """Storm over a server, which is restarted under way."""
    with running_server() as server:

        def restart(at_once: bool) -> None:
            server.stop(at_once=at_once)
            server.start()

        folder = StudyFolder(place / "postgresql" / "chaos", server.database())
        return asdict(Storm(folder, options.trials, options.runs, options.kills, restart=restart).rage())


STORMS = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def without_kills(options: argparse.Namespace, place: Path) -> dict[str, Any]:
    """Several workers on a server, whom nobody kills."""
    with running_server() as server, ExitStack() as stack:
        url = server.database()
        proxy = stack.enter_context(running_proxy(url)) if options.proxy else None
        folder = StudyFolder(place / "calm" / "chaos", url, proxy)
        return Storm(folder, options.trials, options.runs, 0, workers=options.calm, pause=0.0).calm()


@contextmanager
def running_proxy(url: str) -> Iterator[str]:
    """Run Optuna's gRPC proxy of a database on a free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def serve() -> None:
        storage = optuna.storages.get_storage(with_driver(url))
        optuna.storages.run_grpc_proxy_server(storage, host="127.0.0.1", port=port)

    pid = fork(serve)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def main() -> int:
    """Run it, and write the counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, default=results_of("scale") / "chaos.json", help="of the counts")
    parser.add_argument("--kills", type=int, default=50, help="on each storage")
    parser.add_argument("--trials", type=int, default=60, help="of the study, at least")
    parser.add_argument("--runs", type=int, default=30, help="full runs that are asked for")
    parser.add_argument("--calm", type=int, metavar="WORKERS", help="kill none of so many, on PostgreSQL")
    parser.add_argument("--proxy", action="store_true", help="with --calm: trials go through the gRPC proxy")
    parser.add_argument("--only", choices=list(STORMS), help="one storage, written nowhere")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.WARNING, format="%(process)d %(message)s")
    claims.LEASE_SECONDS = _LEASE
    by_storage = {}
    with tempfile.TemporaryDirectory(prefix="subsetsearch-chaos-") as place:
        if options.calm:
            print(json.dumps(without_kills(options, Path(place))))
            return 0
        for name, storm in STORMS.items():
            if options.only in (None, name):
                by_storage[name] = storm(options, Path(place))
                print(json.dumps({name: by_storage[name]}), flush=True)
    if options.only is None:
        write_json(options.json, {"kills_each": options.kills, "storages": by_storage})
    return int(
        any(counts[wrong] for counts in by_storage.values() for wrong in ("lost", "duplicated", "corrupt"))
    )


if __name__ == "__main__":
    sys.exit(main())
