"""Ctrl-C and SIGTERM, sent to real processes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import subsetsearch as ss

pytestmark = pytest.mark.slow

WORKING = re.compile(r"trunk: (\d+)/\1,|full runs: \d|\d+ full runs? to do")
LONG = ("--set", "proxy.short.steps=4000", "--set", "recipe.realignment.steps=20000")


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end the tests by an exception: what they have started is put away then."""

    def leave(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # until that is done
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def started(log: Path, *args: object) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command as a shell does: it leads a process group."""
    with terminable(), log.open("w") as output:
        run = subprocess.Popen(
            [sys.executable, "-m", "subsetsearch", *map(str, args), *LONG],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield run
        finally:
            end(run)


def end(run: subprocess.Popen[bytes]) -> None:
    """Kill a command and all that it started, also what it has left behind in its group."""
    every = descendants(run.pid)
    with suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    for pid in every:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    run.wait()


def wait_for(there: Callable[[], object]) -> None:
    """Look again and again; a minute or two is enough for anything here."""
    for _ in range(900):
        if there():
            return
        time.sleep(0.2)
    raise AssertionError("nothing happened")


def has_trials(file: Path, runs: Path) -> bool:
    """Whether a search has begun."""
    try:
        return bool(
            ss.load(file, {"proxy.short.steps": 4000, "recipe.realignment.steps": 20000}, runs=runs).status()
        )
    except ss.RealignError:
        return False


def descendants(pid: int) -> set[int]:
    """Children of a process and theirs, whatever their group."""
    found: set[int] = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            child = int(place.parent.name)
            found |= {child} | descendants(child)
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}/status").exists() and not _zombie(pid)}


def _zombie(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def one_line(log: Path) -> str:
    """The last line, which alone speaks of the interruption."""
    lines = log.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "Traceback" in line or "failed" in line]
    assert sum(line.startswith("error:") for line in lines) == 1
    return lines[-1]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed in /proc")
@pytest.mark.parametrize("how", ["failure", "SIGTERM"])
def test_nothing_outlives_a_test_that_ends_early(toy_file: Path, tmp_path: Path, how: str) -> None:
    log, seen = tmp_path / "log.txt", set[int]()
    args = ("run", toy_file, "--dir", tmp_path / "runs", "--workers", 2)
    with pytest.raises((AssertionError, SystemExit)), started(log, *args) as run:  # noqa: PT012
        wait_for(lambda: descendants(run.pid))
        seen |= {run.pid, *descendants(run.pid)}
        if how == "SIGTERM":
            os.kill(os.getpid(), signal.SIGTERM)
        raise AssertionError
    wait_for(lambda: not alive(seen))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_search_says_what_is_kept_and_what_goes_on(
    toy_file: Path, tmp_path: Path, number: signal.Signals, status: int
) -> None:
    log = tmp_path / "log.txt"
    with started(log, "run", toy_file, "--dir", tmp_path / "runs") as run:
        wait_for(lambda: has_trials(toy_file, tmp_path / "runs"))
        os.killpg(run.pid, number)
        assert run.wait(90) == status
    line = one_line(log)
    assert re.search(r"error: interrupted; the study has \d+ trials? stored, and this goes on: ", line)
    assert f"subsetsearch run {toy_file} --dir {tmp_path / 'runs'}" in line


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed in /proc")
@pytest.mark.parametrize("command", ["run", "evaluate"])
def test_no_worker_outlives_an_interruption(toy_file: Path, tmp_path: Path, command: str) -> None:
    log = tmp_path / "log.txt"
    request = ("--languages", "sw,te") if command == "evaluate" else ()
    args = (command, toy_file, "--dir", tmp_path / "runs", "--workers", 2, *request)
    with started(log, *args) as run:
        wait_for(lambda: descendants(run.pid) and WORKING.search(log.read_text(encoding="utf-8")))
        workers = descendants(run.pid)
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait(90) == 130
        wait_for(lambda: not alive(workers))
    assert re.search(
        rf"error: interrupted; .+ stored, and this goes on: subsetsearch {command} ", one_line(log)
    )


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed in /proc")
def test_the_second_ctrl_c_stops_now(toy_file: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    with started(log, "run", toy_file, "--dir", tmp_path / "runs", "--workers", 2) as run:
        wait_for(lambda: descendants(run.pid) and WORKING.search(log.read_text(encoding="utf-8")))
        workers = descendants(run.pid)
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)  # they cannot put things in order: the parent waits for them
        os.killpg(run.pid, signal.SIGINT)
        time.sleep(1)
        assert run.poll() is None
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait(10) == 130
        wait_for(lambda: not alive(workers))
    assert one_line(log) == "error: stopped at once; finished work is kept"


def test_an_interrupted_realignment_says_that_nothing_is_saved(toy_file: Path, tmp_path: Path) -> None:
    log, folder = tmp_path / "log.txt", tmp_path / "encoder"
    args = ("realign", toy_file, "--dir", tmp_path / "runs", "--languages", "sw,te", "-o", folder)
    with started(log, *args) as run:
        wait_for(lambda: "realignment:" in log.read_text(encoding="utf-8"))
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait(60) == 130
    assert "no encoder is saved yet; from its last checkpoint, if there is one, this goes on: " in one_line(
        log
    )
    assert not folder.exists()
    shutil.rmtree(tmp_path / "runs", ignore_errors=True)
