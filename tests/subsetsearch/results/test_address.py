"""The database's address, which may hold a password that nobody is to see."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import subsetsearch as ss
from subsetsearch.cli.options import typed
from subsetsearch.errors import ConfigError
from subsetsearch.results.address import read_address, without_password


def test_a_file_holds_the_address(tmp_path: Path, toy_file: Path) -> None:
    place = tmp_path / "db.url"
    place.write_text("postgresql://me:secret@host/db\n", encoding="utf-8")
    assert read_address(f"@{place}") == "postgresql://me:secret@host/db"
    study = ss.load(toy_file, storage=f"@{place}")
    assert study.folder.storage == "postgresql://me:secret@host/db"
    assert "secret" not in f"{study.database} {study.folder}"
    assert read_address(None) is read_address("") is None
    assert read_address("sqlite:///x.db") == "sqlite:///x.db"


@pytest.mark.parametrize(
    ("content", "said"), [(None, "No such file"), (b"", "is empty"), (b"\xff\xfe", "it is no text")]
)
def test_a_file_without_an_address_is_an_error(tmp_path: Path, content: bytes | None, said: str) -> None:
    place = tmp_path / "db.url"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"db\.url: .*{said}.*; write the database's URL"):
        read_address(f"@{place}")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:s3:c/r@host:5432/db", "postgresql://me:***@host:5432/db"),
        ("--storage=postgresql://me:secret@host/db", "--storage=postgresql://me:***@host/db"),
        ("postgresql://host/db?user=me&password=secret&x=1", "postgresql://host/db?user=me&password=***&x=1"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("sqlite:////x/y.db", "sqlite:////x/y.db"),
        ("--set=a=b", "--set=a=b"),
    ],
)
def test_passwords_are_left_out(text: str, shown: str) -> None:
    assert without_password(text) == shown


def test_the_command_that_goes_on_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["x", "run", "s.toml", "--storage", "postgresql://me:secret@host/db"])
    assert typed() == "subsetsearch run s.toml --storage 'postgresql://me:***@host/db'"
