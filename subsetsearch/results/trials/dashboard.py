"""Optuna's own dashboard on a stored study."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import optuna

from realign_core.support.program.extras import require
from subsetsearch.errors import StudyError

logger = logging.getLogger(__name__)


class _Server(ThreadingMixIn, WSGIServer):
    """A page asks for several things at once."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """Requests are no news."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(storage: optuna.storages.BaseStorage, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the dashboard until it is interrupted.

    Args:
        storage: Of the study.
        host: Where to listen.
        port: 0 takes any that is free.
        ready: Told the page's address.

    Raises:
        MissingExtraError: If the dashboard is not installed.
        StudyError: If the port is taken.
    """
    dashboard = require("optuna_dashboard", extra="dashboard", purpose="show a study in the browser")
    try:
        server = make_server(host, port, dashboard.wsgi(storage), server_class=_Server, handler_class=_Quiet)
    except OSError as error:
        raise StudyError(
            f"cannot listen on {host}, port {port} ({error.strerror})", fix="choose another with --port"
        ) from error
    if not _loopback(host):
        logger.warning(
            "the dashboard listens on %s and has no password: whoever reaches it may read, change and "
            "delete the studies of this database", host,
        )  # fmt: skip
    with server:
        ready(f"http://{host}:{server.server_port}/dashboard")
        server.serve_forever()
