"""Workers that are killed, and workers that are not: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from benchmarks.chaos.server import program
from benchmarks.common import results_of

STORAGES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def run(*args: object) -> Any:
    """Run it in a process of its own, which is forked before any thread is started in it."""
    if "sqlite" not in args and program("initdb") is None:
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    command = [sys.executable, "-m", "benchmarks.chaos", *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("storage", STORAGES)
def test_nothing_is_lost_in_a_storm(storage: str) -> None:
    found = run("--kills", 4, "--trials", 12, "--runs", 8, "--only", storage)[storage]
    assert (found["lost"], found["duplicated"], found["corrupt"], found["failed"]) == (0, 0, 0, 0)
    assert found["kills"] == 4
    assert found["trials"] >= 12
    assert found["runs"] == 8


@pytest.mark.postgresql
@pytest.mark.parametrize(("trials", "proxy"), [(200, ()), (80, ("--proxy",))])
def test_four_workers_do_everything_once_and_find_what_one_finds(trials: int, proxy: tuple[str, ...]) -> None:
    """The front is that of all subsets; through Optuna's gRPC proxy as well."""
    found = run("--calm", 4, "--trials", trials, "--runs", 60, *proxy)
    assert (found["trials"], found["runs"], found["workers_that_worked"]) == (trials, 60, 4)
    assert (found["lost"], found["duplicated"], found["corrupt"], found["failed"]) == (0, 0, 0, 0)
    assert found["same_front"]


def test_the_recorded_storms_lost_nothing() -> None:
    recorded = json.loads((results_of("scale") / "chaos.json").read_text(encoding="utf-8"))["storages"]
    assert set(recorded) == {"sqlite", "postgresql"}
    for counts in recorded.values():
        assert counts["kills"] >= 50
        assert (counts["lost"], counts["duplicated"], counts["corrupt"], counts["failed"]) == (0, 0, 0, 0)
    assert recorded["postgresql"]["restarts"] > 0


def test_the_recorded_ends_of_a_real_search_lost_nothing() -> None:
    counts = json.loads((results_of("scale") / "chaos.json").read_text(encoding="utf-8"))["offline"]
    assert (counts["lost"], counts["duplicated"], counts["corrupt"]) == (0, 0, 0)
    ends = counts.get("ends", [])  # the recorded run is older than they are
    assert [end["after_trials"] for end in ends] == sorted({end["after_trials"] for end in ends})
