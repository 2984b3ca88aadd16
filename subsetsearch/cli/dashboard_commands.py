"""The command that opens Optuna's own dashboard on a study: ``dashboard``."""

from __future__ import annotations

from socketserver import ThreadingMixIn
from typing import Annotated
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import typer

from realign_core.support.console import results
from realign_core.support.extras import require
from subsetsearch.cli.common import RUNS, DirOption, OpenStudy, SetOption, StorageOption, StudyArgument
from subsetsearch.errors import StudyError


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(dashboard)


class _Server(ThreadingMixIn, WSGIServer):
    """A page asks for several things at once."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """Requests are no news."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def dashboard(
    study: StudyArgument,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 8080,
    host: Annotated[str, typer.Option("--host", help="Where to listen; by default this machine only.")] = (
        "127.0.0.1"
    ),
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
) -> None:
    """Open Optuna's dashboard on the stored study, until Ctrl-C (extra ``dashboard``).

    Each trial shows its languages, the rung it reached, and the proxies of every target language.

    **Examples**

    - subsetsearch dashboard studies/quickstart.toml

    - subsetsearch dashboard studies/quickstart.toml --port 9000
    """
    opened = OpenStudy.read(study, runs, storage, overrides)
    server_of = require("optuna_dashboard", extra="dashboard", purpose="show a study in the browser")
    import optuna

    from subsetsearch.results.storage import open_storage, require_stored

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    require_stored(opened.config, opened.folder, storage)
    application = server_of.wsgi(open_storage(opened.folder, storage))
    try:
        server = make_server(host, port, application, server_class=_Server, handler_class=_Quiet)
    except OSError as error:
        raise StudyError(
            f"cannot listen on {host}, port {port} ({error.strerror})", fix="choose another with --port"
        ) from error
    with server:
        results.print(f"http://{host}:{server.server_port}/dashboard (Ctrl-C ends it)", soft_wrap=True)
        server.serve_forever()
