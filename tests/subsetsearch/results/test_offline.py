"""Offline mode opens no connection: a real search, full runs and a report, watched by the system itself."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

WATCHED = """
import ctypes, json, struct, sys

seen = []
EVENTS = {
    "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
    "socket.sendto", "socket.sendmsg", "socket.bind", "urllib.Request", "http.client.connect", "ftplib.connect",
}

def watch(event, arguments):
    if event in EVENTS and arguments[1:] != (("::1", 0),):  # urllib3 looks whether there is IPv6
        seen.append(f"{event} {arguments[1:]!r}")

def forbid_connections():
    \"\"\"Have the kernel kill this process, and all that it starts, at the system call connect.\"\"\"
    number = {"x86_64": 42, "aarch64": 203}[sys.argv[1]]
    rules = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x80000000), (0x06, 0, 0, 0x7FFF0000)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
    program = Program(len(rules), ctypes.addressof(code))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    assert prctl(38, 1, 0, 0, 0) == 0
    assert prctl(22, 2, ctypes.byref(program), 0, 0) == 0

sys.addaudithook(watch)
if sys.argv[1] != "-":
    forbid_connections()
"""

COMMANDS = (
    WATCHED
    + """
assert not {"huggingface_hub", "transformers", "datasets", "torch"} & sys.modules.keys()
from subsetsearch.cli.main import main

assert not {"huggingface_hub", "transformers", "datasets", "torch"} & sys.modules.keys()
for words in json.loads(sys.argv[2]):
    sys.argv[:] = ["subsetsearch", "--offline", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, words
from huggingface_hub import constants

assert constants.HF_HUB_OFFLINE
print("seen:", json.dumps(seen))
"""
)


def run(code: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    free = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))
    }
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        check=False,
        env=free | variables,
    )


def guard() -> str:
    """The kind of processor, where the kernel can watch; else only Python's own sockets are."""
    known = sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")
    return platform.machine() if known else "-"


def test_search_full_runs_and_report_open_no_connection(toy_file: Path, tmp_path: Path) -> None:
    study = [str(toy_file), "--dir", str(tmp_path / "runs")]
    commands = [
        ["run", *study, "--trials", "3"],
        ["evaluate", *study, "--top", "1", "--seeds", "1"],
        ["report", *study],
        ["export", *study, "--pick", "best", "--to", "json", "-o", str(tmp_path / "chosen.json")],
    ]
    done = run(COMMANDS, guard(), json.dumps(commands))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "seen: []"
    assert (tmp_path / "runs" / "toy" / "report.html").is_file()
    assert (tmp_path / "runs" / "toy" / "evaluations.csv").is_file()


@pytest.mark.postgresql
def test_the_only_connection_is_that_to_the_database(server: str, toy_file: Path, tmp_path: Path) -> None:
    study = [str(toy_file), "--dir", str(tmp_path / "runs"), "--storage", server]
    done = run(COMMANDS, "-", json.dumps([["run", *study, "--trials", "1"]]))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "seen: []"  # the driver's own is opened in C


def test_the_watch_sees_what_it_should() -> None:
    connect = "import socket; socket.socket().connect(('127.0.0.1', 9))"
    seen = run(f"{WATCHED}try:\n    {connect}\nexcept OSError:\n    print(seen)", "-")
    assert "socket.connect" in seen.stdout
    if guard() != "-":
        assert run(WATCHED + connect, guard()).returncode == -31  # SIGSYS


def test_a_hub_encoder_is_not_looked_for(toy_file: Path, tmp_path: Path) -> None:
    words = [
        "run",
        str(toy_file),
        "--dir",
        str(tmp_path / "runs"),
        "--set",
        "recipe.encoder.name=org/nothing",
    ]
    done = run(COMMANDS, guard(), json.dumps([words]), HF_HOME=str(tmp_path / "hub"))
    assert done.returncode == 1
    assert "is not in the hub's cache on this machine, and the hub cannot be reached" in done.stderr


def test_the_variable_holds_for_python_and_comes_before_any_import() -> None:
    code = (
        "import {first}, os; print(os.environ.get('HF_HUB_OFFLINE'), os.environ.get('HF_DATASETS_OFFLINE'))"
    )
    for first in ("subsetsearch.config", "realign_core"):
        assert run(code.format(first=first), REALIGN_OFFLINE="1").stdout == "1 1\n"
        assert run(code.format(first=first), REALIGN_OFFLINE="0").stdout == "None None\n"
    late = run("import huggingface_hub.constants, realign_core", REALIGN_OFFLINE="1")
    assert "huggingface_hub is imported already, and would ask the network" in late.stderr
    again = run("import realign_core; import huggingface_hub; from realign_core.support.program.offline import go_offline; "
                "go_offline()", REALIGN_OFFLINE="1")  # fmt: skip
    assert again.returncode == 0
