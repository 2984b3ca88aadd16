"""A real PostgreSQL server, and both kinds of database."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a throw-away server on a free port of the loopback."""
    pytest.importorskip("psycopg", reason="needs the extra 'cluster'")
    initdb, postgres = _program("initdb"), _program("postgres")
    if not (initdb and postgres):
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    root = Path("/tmp") / f"subsetsearch-pg-{os.getpid()}"
    root.mkdir(mode=0o777)
    user: dict[str, str] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(root, "postgres")
        user = {"user": "postgres"}
    data = root / "data"
    subprocess.run(
        [initdb, "-D", data, "-U", "tester", "-A", "trust"], check=True, capture_output=True, cwd=root, **user
    )  # type: ignore[call-overload]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(root), "-F"]
    process = subprocess.Popen([postgres, "-D", data, *options], stderr=subprocess.DEVNULL, cwd=root, **user)  # type: ignore[call-overload]
    try:
        _wait(port)
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(root, ignore_errors=True)


def _wait(port: int) -> None:
    import psycopg

    for _ in range(150):
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=tester dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'runs' / 'study.db'}"
    import psycopg

    address: str = request.getfixturevalue("server")
    name = f"t{time.monotonic_ns()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{address.rpartition('/')[0]}/{name}"
