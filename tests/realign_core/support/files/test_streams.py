"""Devices and pipes are written into, and never replaced by a file."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from realign_core.support.errors import ConfigError
from realign_core.support.files.writing import atomic_path, atomic_write, is_stream


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe, found = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    atomic_write(pipe, "words")
    reader.join()
    assert found == [b"words"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_nothing_takes_the_place_of_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ConfigError, match="a device or a pipe"), atomic_path(pipe) as draft:
        draft.write_text("words", encoding="utf-8")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert not list(tmp_path.glob(".pipe*"))


def test_what_is_a_stream(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert not any(is_stream(place) for place in (tmp_path, tmp_path / "file", tmp_path / "new"))
    assert is_stream(Path(os.devnull))
    assert is_stream(Path("/dev/stdout")) == Path("/dev/stdout").exists()
