"""Worker processes: a study and a job go in, a log comes out, and none outlives its parent.

A worker is a module that is run as a program. Its job comes as JSON on standard input, where nobody can see
a password in it, and it ends when that is closed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realign_core.support.errors import RealignError
from realign_core.support.program.interrupts import PATIENCE_SECONDS, children, end_in_order
from realign_core.support.program.threads import environment_of_one
from realign_core.support.settings.config import validate_config
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError

logger = logging.getLogger(__name__)

Job = Mapping[str, Any]
"""What a worker is told besides its study, as JSON has it."""


GRACE_SECONDS = PATIENCE_SECONDS + 20.0
"""Seconds that an ended worker has to finish its run or trial, or to store that it failed."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that was started.

    Args:
        process: It.
        log: All that it says.
    """

    process: subprocess.Popen[str]
    log: Path

    @property
    def failed(self) -> bool:
        """Whether it gave up by itself; one that a signal ended may be replaced by the others."""
        return (self.process.poll() or 0) > 0

    def last_words(self) -> str:
        """Last line of the log, which tells an error."""
        lines = [line.strip() for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "a worker failed and said nothing")


def stop_workers(workers: Iterable[Worker], *, patience: float = 0.0) -> None:
    """End all that have not ended.

    Args:
        workers: Processes that were started.
        patience: Seconds that they have to put things in order.
    """
    processes = [worker.process for worker in workers]
    for process in processes:
        if process.stdin:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
    deadline = time.monotonic() + patience
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        if process.poll() is None:
            process.kill()
        process.wait()
        children.discard(process.pid)


def start_worker(module: str, study: StudyConfig, job: Job, *, workers: int, log: Path) -> Worker:
    """Start a process in a session of its own: Ctrl-C is for the parent, which then ends it.

    Args:
        module: What it runs; that calls :func:`worker_main`.
        study: The study.
        job: The rest.
        workers: How many processes share the cores.
        log: File for all that it says; its folder is created if missing.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment_of_one(workers),
            start_new_session=True,
            text=True,
        )
    children.add(process.pid)
    assert process.stdin is not None
    content = {
        "study": study.model_dump(mode="json"),
        "folder": None if study.folder is None else str(study.folder),
        "fingerprint": study.fingerprint(),
        "job": job,
    }
    with contextlib.suppress(BrokenPipeError):  # it is dead already; whoever watches it says so
        process.stdin.write(json.dumps(content) + "\n")
        process.stdin.flush()
    return Worker(process, log)


def worker_main(do: Callable[[StudyConfig, Job], None], *, grace: float = 0.0) -> int:
    """Do the job on standard input.

    Args:
        do: Does it.
        grace: Seconds that it has, after a ``KeyboardInterrupt``, to put things in order when the parent
            closes the pipe or ends itself.

    Returns:
        Exit status: 0, or 1 with the error as the last line of the log.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for name in ("subsetsearch", "realign_core"):
        logging.getLogger(name).setLevel(logging.INFO)
    end_in_order()  # a shell's background jobs ignore Ctrl-C
    content = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_parent, args=(sys.stdin.fileno(), grace), daemon=True).start()
    try:
        folder = None if content["folder"] is None else Path(content["folder"])
        study = validate_config(StudyConfig, content["study"], folder=folder)
        if study.fingerprint() != content["fingerprint"]:
            raise StudyError("the study changed on its way to the worker")
        do(study, content["job"])
    except RealignError as error:
        logger.error("%s", error)  # noqa: TRY400 (the message says what to do; a trace would hide it)
        return 1
    except KeyboardInterrupt:
        logger.error("interrupted")  # noqa: TRY400
        return 1
    return 0


def end_with_parent(pipe: int, grace: float) -> None:
    """End this process when the other end of a pipe is closed: at once, or some seconds after a signal."""
    while os.read(pipe, 1024):  # unbuffered: a lock on sys.stdin would outlast this thread
        pass
    if grace > 0:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(grace)
    os.kill(os.getpid(), signal.SIGKILL)
