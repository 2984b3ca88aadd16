"""What no file of the two packages may do: run what it reads, or hand a secret or a command to a shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("realign_core", "subsetsearch")

MODULES = {
    *(
        "pickle",
        "cPickle",
        "_pickle",
        "dill",
        "cloudpickle",
        "joblib",
        "shelve",
        "marshal",
        "jsonpickle",
        "pandas.io.pickle",
    ),
    *("tarfile", "zipfile", "xml", "lxml", "telnetlib", "ftplib", "webbrowser", "code", "codeop", "pty"),
}
"""Modules that run what they read, unpack archives, or fetch and open what nobody asked for."""

CALLS = {
    *("eval", "exec", "compile", "__import__", "breakpoint", "input"),
    *("torch.load", "torch.save", "torch.hub.load", "np.fromfile", "pd.read_pickle", "frame.to_pickle"),
    *("yaml.load", "yaml.unsafe_load", "yaml.full_load", "yaml.load_all", "yaml.dump"),
    *("os.system", "os.popen", "os.execv", "os.execvp", "subprocess.getoutput", "subprocess.getstatusoutput"),
    *("shutil.unpack_archive", "tempfile.mktemp", "importlib.reload"),
}
"""Functions, as they are written."""

NEEDS = {
    "np.load": {"allow_pickle": False},
    "np.save": {"allow_pickle": False},
    "np.savez": {"allow_pickle": False},
    "np.savez_compressed": {"allow_pickle": False},
    "AutoModel.from_pretrained": {"use_safetensors": True},
}
"""Functions that must be given these values in so many words."""

NEVER = {
    "trust_remote_code": True,
    "allow_pickle": True,
    "shell": True,
    "weights_only": False,
    "verify": False,
}
"""Arguments that must never have these values; ``trust_remote_code`` may be nothing but False."""

SUBPROCESSES = {"subsetsearch/run/preparation/process.py", "realign_core/data/_columns.py"}
"""Files that start processes: of our own modules, to which secrets come by standard input only."""


def name_of(node: ast.expr) -> str:
    """Write a called function as the file does."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{name_of(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else "?"


def faults(text: str, file: str = "") -> Iterator[str]:
    """Say what a file must not do."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import() | ast.ImportFrom():
                yield from _of_import(node, file)
            case ast.Call():
                yield from _of_call(node)
            case ast.Dict():
                yield from _of_options(node)


def _of_import(node: ast.Import | ast.ImportFrom, file: str) -> Iterator[str]:
    for name in [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]:
        starts = name == "subprocess" and file not in SUBPROCESSES
        if starts or name in MODULES or name.partition(".")[0] in MODULES:
            yield f"{node.lineno}: import {name}"


def _of_call(node: ast.Call) -> Iterator[str]:
    called = name_of(node.func)
    given = {word.arg: getattr(word.value, "value", "?") for word in node.keywords}
    if called in CALLS:
        yield f"{node.lineno}: {called}"
    for word, value in NEEDS.get(called, {}).items():
        if given.get(word, "missing") is not value:
            yield f"{node.lineno}: {called} without {word}={value}"
    for word, value in NEVER.items():
        if word in given and given[word] is not (not value):
            yield f"{node.lineno}: {word}={given[word]}"


def _of_options(node: ast.Dict) -> Iterator[str]:
    for key, value in zip(node.keys, node.values, strict=True):
        named = isinstance(key, ast.Constant) and key.value == "trust_remote_code"
        if named and getattr(value, "value", "?") is not False:
            yield f"{node.lineno}: trust_remote_code"


def test_no_file_runs_what_it_reads() -> None:
    files = {
        file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
    }
    assert len(files) > 300
    assert {name: told for name, text in files.items() if (told := [*faults(text, name)])} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from pickle import loads", "import joblib.memory", "eval('1')", "torch.load(file)",
        "torch.load(file, weights_only=True)", "np.load(file)", "np.load(file, allow_pickle=True)", "yaml.load(text)",
        "AutoModel.from_pretrained(x, trust_remote_code=True)", "AutoModel.from_pretrained(x, trust_remote_code=a)",
        "x = {'trust_remote_code': True}", "subprocess.run(x, shell=True)", "import subprocess", "import zipfile",
        "AutoModel.from_pretrained(x)", "shutil.unpack_archive(x)", "load(file, weights_only=False)",
    ],
)  # fmt: skip
def test_the_faults_are_found(line: str) -> None:
    assert [*faults(line)]


@pytest.mark.parametrize(
    "line",
    ["model.eval()", "np.load(file, allow_pickle=False)", "x = {'trust_remote_code': False}", "import pickletools",
     "AutoModel.from_pretrained(x, use_safetensors=True, trust_remote_code=False)", "yaml.safe_load(text)"],
)  # fmt: skip
def test_what_is_no_fault_is_none(line: str) -> None:
    assert not [*faults(line)]
