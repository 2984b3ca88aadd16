"""A PostgreSQL server to throw away, on a free port of the loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TRIES = 300


def program(name: str) -> str | None:
    """Find a program of the server; Debian keeps them out of the path."""
    paths = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(paths[-1]) if paths else None)


@dataclass
class Server:
    """A running server.

    Args:
        root: Its folder.
        port: Where it listens.
        user: Options of the processes that may run it: it refuses to be root.
    """

    root: Path
    port: int
    user: dict[str, Any]
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Of its first database."""
        return f"postgresql://tester@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        postgres = program("postgres")
        options = ["-p", str(self.port), "-h", "127.0.0.1", "-k", str(self.root), "-F"]
        self._process = subprocess.Popen(
            [str(postgres), "-D", str(self.root / "data"), *options],
            stderr=subprocess.DEVNULL, cwd=self.root, **self.user,
        )  # fmt: skip
        import psycopg

        for _ in range(_TRIES):
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server did not start")

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it: connections are ended, or cut as in a crash."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            self._process.wait(60)

    def database(self) -> str:
        """URL of a new, empty database."""
        import psycopg

        name = f"t{time.monotonic_ns()}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{self.url.rpartition('/')[0]}/{name}"


@contextmanager
def running_server() -> Iterator[Server]:
    """Run a server with its own data folder.

    Raises:
        FileNotFoundError: If no PostgreSQL server is installed.
    """
    initdb = program("initdb")
    if not (initdb and program("postgres")):
        raise FileNotFoundError("no PostgreSQL server is installed (Debian: postgresql)")
    root = Path(tempfile.mkdtemp(prefix="subsetsearch-pg-", dir="/tmp"))  # a socket's path must be short
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(root, "postgres")
        user = {"user": "postgres"}
    command = [initdb, "-D", str(root / "data"), "-U", "tester", "-A", "trust", "--no-sync"]
    subprocess.run(command, check=True, capture_output=True, cwd=root, **user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(root, port, user)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)
