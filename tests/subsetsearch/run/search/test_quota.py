"""Trials that the workers of one run take one by one."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from subsetsearch.run.search import quota as module
from subsetsearch.run.search.quota import Quota


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_POLL_SECONDS", 0.01)


def none_lost(numbers: Sequence[int]) -> int:
    pytest.fail(f"nobody was killed, but {numbers} are lost")


def test_the_fast_do_more_than_the_slow_and_together_all(tmp_path: Path) -> None:
    """One worker is at its first trial until all others are finished."""
    quota, fast_is_done = Quota(tmp_path, 9), threading.Event()

    def fast() -> int:
        with quota.worker("fast") as share:
            for number in range(8):
                assert share.take(none_lost)
                share.begin(number)
                share.end(finished=True)
            fast_is_done.set()
            return int(share.take(none_lost))  # waits: what the other has begun may come back

    def slow() -> int:
        with quota.worker("slow") as share:
            assert share.take(none_lost)
            fast_is_done.wait(60)
            share.end(finished=True)
            return int(share.take(none_lost))

    with ThreadPoolExecutor(2) as pool:
        later = pool.submit(slow)
        while not list(tmp_path.glob("count.json")):
            pass
        assert (pool.submit(fast).result(60), later.result(60)) == (0, 0)
    with quota.count() as count:
        assert (count.finished, count.begun) == (9, {})


def test_a_trial_that_was_given_back_is_taken_by_another(tmp_path: Path) -> None:
    quota = Quota(tmp_path, 1)
    seen: list[int] = []
    with quota.worker("a") as first, quota.worker("b", tell=seen.append) as second:
        assert first.take(none_lost)
        first.end(finished=False)
        assert second.take(none_lost)
        second.end(finished=True)
        assert not first.take(none_lost)
    assert seen == [0, 1]


@pytest.mark.parametrize("was_finished", [False, True])
def test_the_trial_of_a_killed_worker_is_taken_up(tmp_path: Path, was_finished: bool) -> None:
    code = (
        "import sys, time; from pathlib import Path; from subsetsearch.run.search.quota import Quota\n"
        "with Quota(Path(sys.argv[1]), 2).worker('killed') as share:\n"
        "    share.take(len); share.begin(17); print('begun', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    quota, lost = Quota(tmp_path, 2), []

    def revive(numbers: Sequence[int]) -> int:
        lost.extend(numbers)
        return int(was_finished)

    with quota.worker("other") as share:
        assert not quota.killed("killed")
        assert share.take(none_lost)  # the second: the first is at work
        share.end(finished=True)
        process.kill()
        process.wait()
        process.stdout.close()
        assert share.take(revive) is not was_finished
        assert lost == [17]
    with quota.count() as count:
        assert count.begun == ({} if was_finished else {"other": None})
