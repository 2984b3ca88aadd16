"""Who is dead: a process of this machine by the system's word, one elsewhere by its pulse, whatever clocks say."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import replace

import pytest
import sqlalchemy as sa

from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.workers import claims
from subsetsearch.results.workers.claims import Claim, Claims, Pulse, Watch
from subsetsearch.results.workers.processes import Process

ELSEWHERE = Process("far", "another machine", 7, 1)
LEASE = 100.0


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def looks(watch: Watch, clock: Clock, pulses: list[Pulse], step: float) -> list[bool]:
    """Look at one claim again and again."""
    found = []
    for pulse in pulses:
        found.append(bool(watch.dead({"a": pulse}, LEASE)))
        clock.now += step
    return found


def test_a_pulse_that_stands_still_for_a_lease_is_that_of_a_dead_one() -> None:
    clock = Clock()
    still = [Pulse("x", 3, ELSEWHERE)] * 7
    assert looks(Watch(clock), clock, still, LEASE / 5) == [False] * 5 + [True] * 2


def test_a_slow_one_is_never_dead() -> None:
    clock = Clock()
    beats = [Pulse("x", number // 4, ELSEWHERE) for number in range(200)]
    assert not any(looks(Watch(clock), clock, beats, LEASE / 5))


def test_time_without_looks_hardly_counts() -> None:
    """The server was away, or this machine was asleep: nobody could be heard."""
    clock = Clock()
    still = [Pulse("x", 3, ELSEWHERE)] * 6
    assert looks(Watch(clock), clock, still, 1000 * LEASE) == [False] * 4 + [True] * 2


def test_what_nobody_claims_is_given_a_lease() -> None:
    """A process died between the trial and its claim, or is about to make it."""
    clock = Clock()
    watch = Watch(clock)
    assert looks(watch, clock, [Pulse()] * 5, LEASE / 5) == [False] * 5
    assert looks(watch, clock, [Pulse("x", 0, ELSEWHERE), Pulse("x", 1, ELSEWHERE)], LEASE / 5) == [False] * 2


def test_a_clock_that_jumps_kills_nobody(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MeasurementStore(url)
    with store.claim("a") as ours:
        assert ours
        for jump in (-1e9, 1e9):
            monkeypatch.setattr(claims.time, "time", lambda jump=jump: jump)
            assert not store.claims.dead(["a"], lease=0.0)


def test_the_system_knows_its_processes() -> None:
    here = Process.here()
    assert here.alive
    assert here.pid == os.getpid()
    assert ELSEWHERE.alive is None
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    other = replace(here, pid=child.pid, born=0)
    assert other.alive
    child.kill()
    while other.alive:  # a zombie at first: nobody has asked for its status
        pass
    child.wait()
    assert other.alive is False
    if here.born:
        assert replace(here, born=here.born + 1).alive is False  # its number was used again


def test_a_claim_that_was_taken_away_is_told(url: str, caplog: pytest.LogCaptureFixture) -> None:
    store = MeasurementStore(url)
    claim = store.claims.take("a", lease=0.2)
    assert isinstance(claim, Claim)
    store.claims.forget(["a"])
    claim._thread.join(30)
    assert "this process was taken for dead" in caplog.text
    claim.release()


def test_one_that_was_judged_dead_and_beats_after_all_keeps_its_claim(url: str) -> None:
    """Between the verdict and the taking over, its pulse was counted up."""
    store = MeasurementStore(url)
    held = store.claims.take("a", lease=1000.0)
    assert held is not None

    class Late(Claims):
        def pulses(self, names: Collection[str]) -> dict[str, Pulse]:
            found = super().pulses(names)
            store.transact(lambda c: c.execute(sa.text("UPDATE subsetsearch_leases SET beat = beat + 1")))
            return {"a": replace(found["a"], process=replace(Process.here(), pid=2**30))}

    assert Late(url, store.transact).take("a", lease=1000.0) is None
    held.release()
    taken = store.claims.take("a", lease=1000.0)
    assert taken is not None
    taken.release()
