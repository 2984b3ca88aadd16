"""The database's address, which may hold a password that nobody is to see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import subsetsearch as ss
from subsetsearch.cli.options import typed
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.results.database.address import (
    read_address,
    require_unseen,
    without_password,
    without_password_of,
)
from subsetsearch.results.measurements.store import MeasurementStore

PASSWORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=6).filter(
    lambda text: not any(text in words for words in ("postgresql", "127.0.0.1"))
)


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
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "is empty"),
        (b"\xff\xfe", "it is no text"),
        (b"x" * 99_999, "more than 64 kB"),
    ],
)
def test_a_file_without_an_address_is_an_error(tmp_path: Path, content: bytes | None, said: str) -> None:
    place = tmp_path / "db.url"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"db\.url: .*{said}.*; write the database's URL"):
        read_address(f"@{place}")


def test_what_has_no_end_is_not_read() -> None:
    with pytest.raises(ConfigError, match=r"/dev/zero: is no plain file; write"):
        read_address("@/dev/zero")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:s3:c/r@host:5432/db", "postgresql://me:***@host:5432/db"),
        ("--storage=postgresql://me:secret@host/db", "--storage=postgresql://me:***@host/db"),
        ("postgresql://host/db?user=me&password=secret&x=1", "postgresql://host/db?user=me&password=***&x=1"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("postgresql://me:p@ss w:rd@host/db", "postgresql://me:***@host/db"),
        ("postgresql://:secret@host/db", "postgresql://:***@host/db"),
        ("postgresql://host/db?PASSWORD=se cret", "postgresql://host/db?PASSWORD=***"),
        ("postgresql://host/db?user=x&p%61ssword=secret", "postgresql://host/db?user=x&p%61ssword=***"),
        (
            "postgresql://host/db?ssl%70assword=a&%50ASSWORD=b",
            "postgresql://host/db?ssl%70assword=***&%50ASSWORD=***",
        ),
        ("postgresql://host/db?user=x?password=secret", "postgresql://host/db?user=x?password=***"),
        ("sqlite:////x/y.db", "sqlite:////x/y.db"),
        ("--set=a=b", "--set=a=b"),
    ],
)
def test_passwords_are_left_out(text: str, shown: str) -> None:
    assert without_password(text) == shown


def test_the_command_that_goes_on_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["x", "run", "s.toml", "--storage", "postgresql://me:secret@host/db"])
    assert typed() == "subsetsearch run s.toml --storage 'postgresql://me:***@host/db'"


@given(PASSWORDS)
def test_no_password_is_shown_however_it_is_written(password: str) -> None:
    for written in (password, quote(password, safe="")):
        url = f"postgresql://me:{written}@host:5432/db"
        assert without_password(url) == "postgresql://me:***@host:5432/db"
    url = f"postgresql://host/db?user=me&password={quote(password, safe='')}"
    assert without_password(url) == "postgresql://host/db?user=me&password=***"


@given(PASSWORDS)
def test_what_a_driver_says_is_shown_without_the_password(password: str) -> None:
    said = f'could not translate host name "{password}" to address'
    for written in (password, quote(password, safe="")):
        assert password not in without_password_of(f"postgresql://me:{written}@host/db", said)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:p@XYZZY@host/db", "postgresql://me:p@XYZZY@127.0.0.1:1/db", "postgresql://me:secret@host:p0rt/db",
        "postgresql://sec:ret@ho:st@x:1/db",
    ],
)  # fmt: skip
def test_signs_that_would_make_a_part_of_the_password_the_host_are_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"--storage: the URL has .*; write signs .* %40") as caught:
        read_address(url)
    assert not any(part in str(caught.value) for part in ("XYZZY", "secret", "p0rt", "ho:st"))


@pytest.mark.parametrize(
    "url",
    ["postgresql://me:secret@127.0.0.1:1/x", "postgresql://me:secret@127.0.0.1:x/y", "mysql://me:secret@h/x",
     "postgresql://127.0.0.1:1/x?password=secret", "secret", "postgresql+nodriver://me:secret@h/x"],
)  # fmt: skip
def test_no_exception_shows_it_nor_those_behind_it(url: str) -> None:
    pytest.importorskip("psycopg", reason="needs the extra 'cluster'")
    with pytest.raises((ConfigError, StudyError)) as caught:
        MeasurementStore(url).read()
    error: BaseException | None = caught.value
    while error is not None:
        assert "secret" not in f"{error} {error!r} {error.args}"
        error = error.__cause__ or error.__context__


def test_a_password_on_the_command_line_is_refused_and_told_without_it(
    toy_file: Path, tmp_path: Path
) -> None:
    url = "postgresql://me:secret@127.0.0.1:1/db"
    command = [sys.executable, "-m", "subsetsearch", "status", str(toy_file)]
    typed_in = subprocess.run([*command, "--storage", url], capture_output=True, text=True, check=False)
    assert typed_in.returncode == 2
    assert "can be read by everybody on this machine; put the URL into" in typed_in.stderr
    place = tmp_path / "db.url"
    place.write_text(url, encoding="utf-8")
    by_file = subprocess.run(
        [*command, "--storage", f"@{place}"], capture_output=True, text=True, check=False
    )
    environment = os.environ | {"SUBSETSEARCH_STORAGE": url}
    by_name = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    for done in (by_file, by_name):
        assert "storage: the database cannot be opened" in done.stderr
    assert "secret" not in typed_in.stderr + by_file.stderr + by_name.stderr


def test_the_next_command_names_the_database_as_it_was_given(
    toy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, open_url, secret = tmp_path / "db.url", "postgresql://me@host/db", "postgresql://me:secret@host/db"
    place.write_text(secret, encoding="utf-8")

    def words(storage: str | None) -> tuple[str, ...]:
        return ss.load(toy_file, storage=storage).options

    monkeypatch.delenv("SUBSETSEARCH_STORAGE", raising=False)
    assert words(None) == ()
    assert words(open_url) == ("--storage", open_url)
    assert words(f"@{place}") == ("--storage", f"@{place}")
    assert words(secret) == ("--storage", "URL")
    for url in (open_url, secret, f"@{place}"):
        monkeypatch.setenv("SUBSETSEARCH_STORAGE", url)
        assert words(url) == ()
    assert words(open_url) == ("--storage", open_url)


def test_a_url_without_a_password_may_be_typed() -> None:
    with pytest.raises(ConfigError, match="can be read by everybody"):
        require_unseen("postgresql://host/db?p%61ssword=secret")
    require_unseen("postgresql://me@host/db")
    require_unseen("@db.url")
    require_unseen(None)
