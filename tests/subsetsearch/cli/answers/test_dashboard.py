"""Optuna's world: trials as a data frame, and the dashboard served to a client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest

Cli = Callable[..., Any]


def test_the_data_frame_of_trials_makes_sense(measured: Any) -> None:
    stored = optuna.load_study(
        study_name="measured", storage=f"sqlite:///{measured.runs / 'measured' / 'study.db'}"
    )
    assert stored.metric_names == ["data cost", "proxy accuracy"]
    frame = stored.trials_dataframe()
    done = frame[frame.state == "COMPLETE"]
    assert len(done) == 8
    for _, row in done.iterrows():
        chosen = [n.split("_", 1)[1].split(":")[-1] for n in frame if n.startswith("params_") and row[n]]
        assert len(row.user_attrs_languages) == row.user_attrs_n_languages == len(chosen)
    assert done.user_attrs_rung1.notna().all()
    measured_by_rung_2 = done[done.user_attrs_rung == 2]
    assert (measured_by_rung_2["user_attrs_rung2"] == measured_by_rung_2["values_proxy accuracy"]).all()
    none = done[done.user_attrs_n_languages == 0].iloc[0]
    assert none["values_data cost"] == 0


def test_the_dashboard_is_served(measured: Any) -> None:
    pytest.importorskip("optuna_dashboard", reason="extra dashboard")
    command = [sys.executable, "-m", "subsetsearch", "dashboard", *measured.args, "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().split()[0]
            assert url.startswith("http://127.0.0.1:")
            root = url.removesuffix("/dashboard")
            with urllib.request.urlopen(f"{root}/api/studies", timeout=120) as answer:
                (study,) = json.load(answer)["study_summaries"]
            assert study["study_name"] == "measured"
            with urllib.request.urlopen(f"{root}/api/studies/{study['study_id']}", timeout=120) as answer:
                detail = json.load(answer)
            assert detail["objective_names"] == ["data cost", "proxy accuracy"]
            keys = {a["key"] for t in detail["trials"] if t["state"] == "Complete" for a in t["user_attrs"]}
            assert {"languages", "rung", "rung1", "rung2"} <= keys
        finally:
            process.terminate()


def test_a_port_in_use_and_a_missing_study(cli: Cli, measured: Any, toy_file: Path, tmp_path: Path) -> None:
    pytest.importorskip("optuna_dashboard", reason="extra dashboard")
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = cli("dashboard", *measured.args, "--port", taken.getsockname()[1])
    assert done.code == 1
    assert "choose another with --port" in done.err
    done = cli("dashboard", toy_file, "--dir", tmp_path / "runs")
    assert done.code == 1
    assert "has no results yet" in done.err


def test_without_the_extra_it_is_named(cli: Cli, measured: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna_dashboard", None)
    done = cli("dashboard", *measured.args)
    assert done.code == 1
    assert "dashboard" in done.err


@pytest.mark.parametrize(
    ("host", "warned"), [("127.0.0.1", False), ("localhost", False), ("127.1.2.3", False), ("0.0.0.0", True)]
)
def test_it_listens_to_this_machine_unless_told_and_says_what_else_means(
    measured: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, host: str, warned: bool
) -> None:
    pytest.importorskip("optuna_dashboard", reason="extra dashboard")
    from subsetsearch.results.trials import dashboard

    monkeypatch.setattr(dashboard._Server, "serve_forever", lambda self: told.append(self.server_address))
    told: list[Any] = []
    storage = optuna.storages.InMemoryStorage()
    dashboard.serve(storage, host, 0, told.append)
    assert ("has no password" in caplog.text) == warned
    assert told[1][0] == ("127.0.0.1" if host == "localhost" else host)
