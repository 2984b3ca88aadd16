"""A real PostgreSQL server, and both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.chaos.server import Server, running_server


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    """A throw-away server on a free port of the loopback."""
    pytest.importorskip("psycopg", reason="needs the extra 'cluster'")
    try:
        with running_server() as server:
            yield server
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def server(running: Server) -> str:
    """URL of a throw-away server."""
    return running.url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'runs' / 'study.db'}"
    server: Server = request.getfixturevalue("running")
    return server.database()
