"""The first signal lets a step be finished, the second does not."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from realign_core.support.program import interrupts
from realign_core.support.program.interrupts import (
    between_steps,
    ends_after_this_step,
    give_way,
    in_steps,
    interruptible,
)

Capture = pytest.CaptureFixture[str]


def interrupted(work: Callable[[], None]) -> int:
    """Status of some work that a signal ends."""
    with pytest.raises(SystemExit) as stop, interruptible(lambda: "all is kept"):
        work()
    assert isinstance(stop.value.code, int)
    return stop.value.code


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_step_is_finished_before_the_work_ends(number: signal.Signals, status: int) -> None:
    done = []

    def work() -> None:
        with in_steps():
            signal.raise_signal(number)
            done.append("inner")
            with in_steps():
                done.append("nested")
            between_steps()  # there is patience
        done.append("never")

    assert interrupted(work) == status
    assert done == ["inner", "nested"]


def test_what_takes_longer_than_there_is_patience_ends_between_two_steps() -> None:
    done = []

    def work() -> None:
        with in_steps(0.0):
            for step in range(5):
                done.append(step)
                if step == 2:
                    signal.raise_signal(signal.SIGINT)
                assert ends_after_this_step() == (step == 2)
                between_steps()

    assert interrupted(work) == 130
    assert done == [0, 1, 2]


def test_whoever_waits_for_others_does_not_go_on_waiting() -> None:
    def work() -> None:
        with in_steps(1000.0):
            give_way()
            signal.raise_signal(signal.SIGINT)
            give_way()
            raise AssertionError

    assert interrupted(work) == 130


def test_nothing_is_left_of_a_signal_for_the_next_command() -> None:
    def work() -> None:
        with in_steps():
            signal.raise_signal(signal.SIGINT)

    assert interrupted(work) == 130
    with interruptible(lambda: ""), in_steps():
        between_steps()
    assert interrupts._state.asked is None
    assert not interrupts._state.patience


CHILD = """
import time
from realign_core.support.program.interrupts import in_steps, interruptible
with interruptible(lambda: "all is kept"), in_steps():
    print("begun", flush=True)
    for _ in range(600):
        time.sleep(0.1)
"""


def test_the_second_signal_stops_at_once() -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", CHILD], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    assert run.stderr is not None
    assert run.stdout.readline() == "begun\n"
    run.send_signal(signal.SIGINT)
    assert run.stderr.readline() == (
        "stopping: what is running may end within 10 s; once more Ctrl-C stops at once\n"
    )
    assert run.poll() is None
    run.send_signal(signal.SIGINT)
    assert run.wait(60) == 130
    assert run.stderr.read() == "error: stopped at once; finished work is kept\n"
