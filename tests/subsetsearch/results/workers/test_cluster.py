"""Workers that join a study on a real PostgreSQL server, as docs/cluster.md has it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

import subsetsearch as ss
from benchmarks.chaos.server import Server, program
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.results.database.retry import is_away
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.proxy_storage import open_proxy
from subsetsearch.results.workers.database_lock import database_lock

DOCS = Path(__file__).parents[4] / "docs" / "cluster"


def test_two_workers_from_the_docs_do_a_study(running: Server, toy_file: Path, tmp_path: Path) -> None:
    """One by the SLURM script, without SLURM; the address stands in a file."""
    address = tmp_path / "db.url"
    address.write_text(running.database().replace("tester@", "tester:secret@"), encoding="utf-8")
    changes = {"search.top_rung": 1, "search.trials": 6}
    study = ss.load(toy_file, changes, runs=tmp_path / "runs", storage=f"@{address}")
    study.evaluate(languages="sw", seeds=[1, 2], workers=0)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "subsetsearch").write_text(f'#!/bin/sh\nexec {sys.executable} -m subsetsearch "$@"\n')
    (programs / "subsetsearch").chmod(0o755)
    settings = ["--set", "search.top_rung=1", "--set", "search.trials=6", "--json"]
    commands = [
        ["bash", DOCS / "worker.slurm", toy_file, *settings],
        ["subsetsearch", "worker", toy_file, "--dir", tmp_path / "runs-2", *settings],
    ]
    variables = {"PATH": f"{programs}:{os.environ['PATH']}", "SUBSETSEARCH_STORAGE": f"@{address}"}
    environment = os.environ | variables | {"SUBSETSEARCH_DIR": str(tmp_path / "runs-1")}
    workers = [
        subprocess.Popen(list(map(str, command)), env=environment, stdout=subprocess.PIPE, text=True)
        for command in commands
    ]
    said = [worker.communicate()[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    done = [yaml.safe_load(text) for text in said]
    assert sum(one["trials"] for one in done) == 6
    assert sum(one["full_runs"] for one in done) == 2
    assert "secret" not in "".join(said)
    assert not list(tmp_path.glob("runs-*/toy/study.db"))
    assert study.status().states["complete"] == 6


def test_the_compose_file_serves_what_the_page_asks_for() -> None:
    text, page = (DOCS / "compose.yaml").read_text("utf-8"), DOCS.with_suffix(".md").read_text("utf-8")
    content = yaml.safe_load(text)
    database = content["services"]["database"]
    assert set(content) == {"services", "volumes"}
    assert set(database) == {"image", "restart", "environment", "ports", "volumes", "healthcheck"}
    assert re.fullmatch(r"postgres:\d+", database["image"])
    addresses = {sa.make_url(address) for address in re.findall(r"--storage (postgresql://\S+)", page)}
    (address,) = {found for found in addresses if found.host == "127.0.0.1"}
    environment = database["environment"]
    assert (address.username, address.database) == (environment["POSTGRES_USER"], environment["POSTGRES_DB"])
    assert (address.password, address.port) == (None, None)
    assert database["ports"] == ["${SUBSETSEARCH_LISTEN:-127.0.0.1}:5432:5432"]
    assert set(re.findall(r"\$\{(\w+)", text)) == {"PGPASSWORD", "SUBSETSEARCH_LISTEN"}
    assert "export PGPASSWORD=" in page
    assert "SUBSETSEARCH_LISTEN=" in page
    assert "docker compose -f docs/cluster/compose.yaml up -d --wait\n" in page
    (volume,) = database["volumes"]
    assert volume.partition(":")[0] in content["volumes"]


def test_the_health_check_of_the_compose_file_works(running: Server) -> None:
    kind, command = yaml.safe_load((DOCS / "compose.yaml").read_text("utf-8"))["services"]["database"][
        "healthcheck"
    ]["test"]
    name, _, options = command.partition(" ")
    assert (kind, name) == ("CMD-SHELL", "pg_isready")
    for port, status in ((running.port, 0), (9, 2)):  # 2: nobody answers; 3 would be a wrong option
        done = subprocess.run(
            f"{program(name)} {options}", shell=True, check=False, env={**os.environ, "PGPORT": str(port)}
        )
        assert done.returncode == status


def test_a_server_that_is_restarted_is_waited_for(running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MeasurementStore(running.database())
    store.keep_fact("a", "1")
    with database_lock(store.url, "x"):
        running.stop(at_once=True)
        running.start()
    store.keep_fact("b", "2")
    assert (store.fact("a"), store.fact("b")) == ("1", "2")
    with database_lock(store.url, "x"):
        pass


def test_a_wrong_address_is_said_soon() -> None:
    with pytest.raises(StudyError, match="cannot be opened"):
        MeasurementStore("postgresql://nobody@127.0.0.1:9/none").fact("x")


def test_other_errors_are_not_waited_for() -> None:
    assert not is_away(ValueError("no such column"))
    assert is_away(OSError("Connection refused"))


@pytest.mark.parametrize("address", ["host", "host:", ":1", "host:x"])
def test_a_proxy_needs_an_address(address: str) -> None:
    with pytest.raises(ConfigError, match=r"--proxy: .* is no address; write HOST:PORT"):
        open_proxy(address, MeasurementStore("sqlite://").claims)


@pytest.mark.filterwarnings("error::optuna.exceptions.ExperimentalWarning")
def test_a_proxy_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else: that Optuna calls its proxy experimental is not for users."""
    monkeypatch.setattr("subsetsearch.results.trials.proxy_storage._READY_SECONDS", 0.2)
    with pytest.raises(StudyError, match="no answer for 0 seconds.*leave --proxy out"):
        open_proxy("127.0.0.1:9", MeasurementStore("sqlite://").claims)
