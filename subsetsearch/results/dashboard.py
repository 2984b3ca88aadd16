"""Optuna's own dashboard on a stored study."""

from __future__ import annotations

from collections.abc import Callable
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import optuna

from realign_core.support.extras import require
from subsetsearch.errors import StudyError


class _Server(ThreadingMixIn, WSGIServer):
    """A page asks for several things at once."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """Requests are no news."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


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
    with server:
        ready(f"http://{host}:{server.server_port}/dashboard")
        server.serve_forever()
