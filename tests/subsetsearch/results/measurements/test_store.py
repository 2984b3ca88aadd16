"""The store of measurements, in SQLite and in PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.results.database.connect import connect
from subsetsearch.results.database.schema import LEASES
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.subset import NONE, Subset

NAMES = ["wol_Latn", "swh_Latn", "zul_Latn", "deu_Latn"]
SUBSETS = st.builds(Subset, st.frozensets(st.sampled_from(NAMES)), st.none() | st.integers(1, 10**10))


def measurements(fingerprint: str | None = None) -> st.SearchStrategy[Measurement]:
    """Measurements of any kind."""
    text = st.sampled_from(["", "a b", "ŵ'\"%\n"])
    return st.builds(
        Measurement,
        fingerprint=st.just(fingerprint) if fingerprint else st.sampled_from(["f", "g"]),
        recipe_hash=text,
        subset=SUBSETS,
        rung=st.sampled_from([1, 2, 3]),
        split=st.sampled_from(["dev", "test"]),
        seed=st.integers(-(2**62), 2**62),
        metric=st.sampled_from(["accuracy", "f1"]),
        scores=st.dictionaries(st.sampled_from(NAMES), st.floats(-5, 1)),
        held_out=st.frozensets(st.sampled_from(NAMES)),
        value=st.floats(-5, 1),
        seconds=st.floats(0, 1e9),
        fresh=st.booleans(),
        origin=st.sampled_from(["", "low", "imported"]),
        kernel=st.none() | st.sampled_from(["int8", "float32"]),
        host=st.none() | text,
    )


def run(seed: int = 1, score: float = 0.5, subset: Subset = NONE, **others: object) -> Measurement:
    return replace(
        Measurement("f", "h", subset, 3, "test", seed, "accuracy", {"wol_Latn": score}),
        **others,  # type: ignore[arg-type]
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(data=st.data())
def test_measurements_come_back_and_the_first_one_stays(url: str, data: st.DataObject) -> None:
    store, fingerprint = MeasurementStore(url), uuid4().hex
    rows = data.draw(st.lists(measurements(fingerprint), max_size=5, unique_by=lambda row: row.run))
    assert store.add(rows) == len(rows)
    assert store.add(rows[::-1]) == 0
    assert store.read(fingerprint) == rows
    for row in rows:
        same = [r for r in rows if (r.subset, r.rung, r.split) == (row.subset, row.rung, row.split)]
        assert store.read(fingerprint, rung=row.rung, split=row.split, subset=row.subset) == same
        assert (row.subset, row.seed) in store.runs(fingerprint, rung=row.rung, split=row.split)


def test_nothing_is_created_by_reading(tmp_path: Path) -> None:
    store = MeasurementStore(f"sqlite:///{tmp_path / 'runs' / 'study.db'}")
    assert store.read() == []
    assert store.runs("f", rung=3, split="test") == set()
    assert store.fact("schema") is None
    assert store.add([]) == 0
    assert list(tmp_path.iterdir()) == []


def test_other_scores_of_a_run_are_refused_and_nothing_is_added(url: str) -> None:
    store = MeasurementStore(url)
    assert store.add([run(1), run(1, 0.5 + 1e-12)]) == 1
    with pytest.raises(StudyError, match=r"seed 1 of no realignment .* mean of 0\.5000, not 0\.6000"):
        store.add([run(2), run(1, 0.6)])
    with pytest.raises(StudyError, match="is there with a mean"):
        store.add([run(3), run(3, 0.6)])
    assert [row.seed for row in store.read()] == [1]


def test_an_unknown_kernel_is_any_kernel(url: str) -> None:
    store = MeasurementStore(url)
    assert store.add([run(1), run(1, kernel="int8"), run(2, kernel="int8"), run(2)]) == 2
    assert store.add([run(2, 0.75, kernel="float32")]) == 1
    assert [(row.seed, row.kernel) for row in store.read()] == [(1, None), (2, "int8"), (2, "float32")]


def test_of_two_processes_that_measured_the_same_the_first_one_counts(url: str) -> None:
    one, two = MeasurementStore(url), MeasurementStore(url)
    assert one.settle(run(1)) == run(1)
    assert two.settle(run(1, 0.5000001)) == run(1)  # other processors round otherwise
    assert two.settle(run(2, 0.25)) == run(2, 0.25)
    assert one.find(run(2).run) == run(2, 0.25)
    assert one.find(run(3).run) is None
    assert one.read() == [run(1), run(2, 0.25)]


def test_threads_and_stores_add_at_once(url: str) -> None:
    def add() -> None:
        store = MeasurementStore(url)
        for seed in range(20):
            store.add([run(seed)])

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row.seed for row in MeasurementStore(url).read()) == list(range(20))


SHARE = """
import sys, time
from subsetsearch.results.measurements.measurement import Measurement, run_key
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.subset import NONE
store = MeasurementStore(sys.argv[1])
for seed in range(30):
    with store.claim(run_key("f", NONE, 3, "test", seed)) as ours:
        if ours and (NONE, seed) not in store.runs("f", rung=3, split="test"):
            time.sleep(0.002)
            print(seed)
            store.add([Measurement("f", "h", NONE, 3, "test", seed, "accuracy", {"wol_Latn": 0.5})])
"""


def test_processes_share_runs_and_none_is_done_twice(url: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", SHARE, url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    done = [int(line) for process in processes for line in process.communicate()[0].splitlines()]
    assert sorted(done) == list(range(30))
    assert sorted(row.seed for row in MeasurementStore(url).read()) == list(range(30))


HOLD = """
import sys, time
from subsetsearch.results.measurements.store import MeasurementStore
with MeasurementStore(sys.argv[1]).claim("a", lease=float(sys.argv[2])) as ours:
    print(ours, flush=True)
    time.sleep(600)
"""


@contextmanager
def held_by_a_process(url: str, lease: float = 600.0) -> Iterator[subprocess.Popen[str]]:
    owner = subprocess.Popen([sys.executable, "-c", HOLD, url, str(lease)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    try:
        assert owner.stdout.readline() == "True\n"
        yield owner
    finally:
        owner.kill()
        owner.wait()
        owner.stdout.close()


def taken(store: MeasurementStore, lease: float | None = None) -> bool:
    with store.claim("a", lease=lease) as ours:
        return ours


def until(question: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Ask again and again until the answer is yes."""
    end = time.monotonic() + seconds
    while not (yes := question()) and time.monotonic() < end:
        time.sleep(0.05)
    return yes


def test_a_killed_owner_holds_nothing(url: str) -> None:
    store = MeasurementStore(url)
    with held_by_a_process(url) as owner:
        assert not taken(store)
        with store.claim("b") as other:
            assert other
        owner.kill()  # not waited for: a dead process that nobody has buried holds nothing either
        assert until(lambda: taken(store))


def test_one_of_many_takes_the_claim_of_a_killed_owner(url: str) -> None:
    with held_by_a_process(url) as owner:
        owner.kill()
        owner.wait()
    winners: list[int] = []
    start, end = threading.Barrier(6), threading.Event()

    def take(number: int) -> None:
        store = MeasurementStore(url)
        start.wait()
        with store.claim("a") as ours:
            if ours:
                winners.append(number)
                end.wait(30)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    assert until(lambda: sum(thread.is_alive() for thread in threads) == 1)
    end.set()
    for thread in threads:
        thread.join()
    assert len(winners) == 1


def test_another_machine_waits_for_the_lease(url: str) -> None:
    store = MeasurementStore(url)
    with held_by_a_process(url, lease=2.0) as owner:
        with connect(url).begin() as connection:
            connection.execute(sa.update(LEASES).values(machine="another one"))
        assert not until(lambda: taken(store, 2.0), seconds=4)  # its pulse goes on
        owner.kill()
        owner.wait()
        assert not taken(store, 2.0)
        assert until(lambda: taken(store, 2.0))


def test_a_claim_ends_with_its_block(url: str) -> None:
    store = MeasurementStore(url)
    with store.claim("a") as ours:
        assert ours
        assert not taken(store)
    with suppress(KeyError), store.claim("a") as ours:
        assert ours
        raise KeyError
    assert taken(store)


def test_a_newer_database_is_refused(url: str) -> None:
    store = MeasurementStore(url)
    store.add([run()])
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE subsetsearch_facts SET value = '99' WHERE name = 'schema'"))
    with pytest.raises(StudyError, match=r"newer version \(schema 99, here 2\); upgrade subsetsearch"):
        MeasurementStore(url).read()


def test_what_cannot_be_opened_is_named_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "study.db").write_bytes(b"no database" * 1000)
    with pytest.raises(
        StudyError, match=r"study\.db: the database cannot be opened \(file is not a database"
    ):
        MeasurementStore(f"sqlite:///{tmp_path / 'study.db'}").read()
    with pytest.raises(ConfigError, match="--storage: this is no database URL"):
        MeasurementStore("secret").read()
    with pytest.raises(ConfigError, match="no driver for 'mysql' is installed"):
        MeasurementStore("mysql://me:secret@host/x").read()
    pytest.importorskip("psycopg", reason="needs the extra 'cluster'")
    with pytest.raises(StudyError) as caught:
        MeasurementStore("postgresql://me:secret@127.0.0.1:1/x").read()
    assert "secret" not in str(caught.value)
