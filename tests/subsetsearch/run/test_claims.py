"""Claims between threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from subsetsearch.run.claims import Claims

HOLD = """
import sys, time
from pathlib import Path
from subsetsearch.run.claims import Claims
with Claims(Path(sys.argv[1])).claim(["a", 1]) as ours:
    print(ours, flush=True)
    time.sleep(600)
"""


@contextmanager
def held_by_a_process(claims: Claims) -> Iterator[subprocess.Popen[str]]:
    owner = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(claims.folder)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    try:
        assert owner.stdout.readline() == "True\n"
        yield owner
    finally:
        owner.kill()
        owner.wait()
        owner.stdout.close()


def test_a_claim_holds_between_processes_until_its_owner_dies(tmp_path: Path) -> None:
    claims = Claims(tmp_path / "new" / "claims")
    with held_by_a_process(claims) as owner:
        with claims.claim(["a", 1]) as ours:
            assert not ours
        with claims.claim(["a", 2]) as other:
            assert other
        owner.kill()
        owner.wait()
        with claims.claim(["a", 1]) as ours:
            assert ours


def test_a_claim_holds_between_threads(tmp_path: Path) -> None:
    claims, told = Claims(tmp_path / "claims"), []

    def ask() -> None:
        with claims.claim("a") as ours:
            told.append(ours)

    with claims.claim("a") as ours:
        assert ours
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    ask()
    assert told == [False, True]


def test_who_waits_is_let_in_when_the_owner_dies(tmp_path: Path) -> None:
    claims, inside = Claims(tmp_path / "claims"), threading.Event()

    def wait() -> None:
        with claims.claim(["a", 1], wait=True) as ours:
            assert ours
            inside.set()

    thread = threading.Thread(target=wait)
    with held_by_a_process(claims):
        thread.start()
        assert not inside.wait(0.3)
    thread.join(timeout=60)
    assert inside.is_set()


def test_a_failure_inside_lets_the_next_one_in(tmp_path: Path) -> None:
    claims = Claims(tmp_path / "claims")
    with pytest.raises(KeyError), claims.claim("a"):
        raise KeyError
    with claims.claim("a") as ours:
        assert ours
