"""Parquet and Arrow files that are damaged, or made to end whoever reads them."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from realign_core.data import _columns
from realign_core.data._columns import check_columns
from realign_core.data.examples import TextExample
from realign_core.data.labelled import HubTask
from realign_core.support.errors import DataError

pa = pytest.importorskip("pyarrow", reason="extra 'hub' is not installed")
TABLE = pa.table({"text": ["a", "é", "c"], "label": ["x", "y", "x"]})


def parquet(path: Path, table: Any = TABLE) -> Path:
    import pyarrow.parquet as pq

    pq.write_table(table, path)
    return path


def stream(path: Path, table: Any = TABLE) -> Path:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    return path


def stored(path: Path, table: Any = TABLE) -> Path:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    return path


KINDS = [(parquet, "a.parquet"), (stream, "a.arrow"), (stored, "a.arrow")]


@pytest.mark.parametrize(("write", "name"), KINDS)
def test_whole_files_pass_and_cut_ones_do_not(tmp_path: Path, write: Any, name: str) -> None:
    path = write(tmp_path / name)
    check_columns([path])
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match=rf"{name}: cannot be read: .*; fetch it, or write it, again"):
        check_columns([path])


@pytest.mark.parametrize(("write", "name"), KINDS)
def test_values_outside_of_the_file_are_refused(tmp_path: Path, write: Any, name: str) -> None:
    """Where a text begins is a number in the file: any other one may point into memory of the process."""
    path = write(tmp_path / name, pa.table({"text": ["abcdefgh"] * 40}))
    content = path.read_bytes()
    place = content.rfind((8).to_bytes(4, "little") + (16).to_bytes(4, "little"))
    if place < 0:
        assert write is parquet  # texts follow each other there
        return
    path.write_bytes(content[:place] + (1 << 30).to_bytes(4, "little") + content[place + 4 :])
    with pytest.raises(DataError, match="cannot be read"):
        check_columns([path])


def test_a_file_that_ends_its_reader_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "dies.py"
    program.write_text(f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})", encoding="utf-8")
    monkeypatch.setattr(_columns, "_PROGRAM", program)
    with pytest.raises(DataError, match=r"a\.parquet: what reads it dies of it \(SIGSEGV\): it is damaged"):
        check_columns([parquet(tmp_path / "a.parquet")])


@pytest.mark.parametrize(
    "rows", [pa.nulls(1 << 27), pa.array([0]).take(pa.nulls(1 << 23, pa.int8()).fill_null(0))]
)
def test_a_file_that_unpacks_to_far_more_than_it_is_is_refused(tmp_path: Path, rows: Any) -> None:
    write, name = (stream, "a.arrow") if len(rows) > 1 << 25 else (parquet, "a.parquet")
    path = write(tmp_path / name, pa.table({"text": rows}))
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match="it unpacks to far more than it is"):
        check_columns([path])


def test_a_file_is_looked_at_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = parquet(tmp_path / "a.parquet")
    check_columns([path])
    monkeypatch.setattr(_columns, "_PROGRAM", tmp_path / "no-such-program.py")
    check_columns([path])
    os.utime(path, (1, 1))
    with pytest.raises(DataError, match="cannot be read"):
        check_columns([path])


@pytest.mark.parametrize(("write", "name"), KINDS)
def test_hub_folders_of_such_files_are_read(tmp_path: Path, write: Any, name: str) -> None:
    pytest.importorskip("datasets", reason="extra 'hub' is not installed")
    (tmp_path / "h" / "xx").mkdir(parents=True)
    write(tmp_path / "h" / "xx" / name.replace("a.", "validation."))
    found = HubTask(folder=tmp_path / "h", task="text").read("xx", "dev")
    assert found == [TextExample("a", "x"), TextExample("é", "y"), TextExample("c", "x")]


def test_damage_is_noticed_before_the_other_library_reads(tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="extra 'hub' is not installed")
    (tmp_path / "xx").mkdir()
    parquet(tmp_path / "xx" / "train.parquet")
    (tmp_path / "xx" / "validation.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match=r"validation\.parquet: cannot be read"):
        HubTask(folder=tmp_path, task="text").read("xx", "dev")


CARD = "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: validation\n    path: {}\n---\n"


@pytest.mark.parametrize("name", ["a.txt", "a.parquet.gz", "a.h5"])
def test_files_of_other_kinds_are_refused(tmp_path: Path, name: str) -> None:
    """A card may name any file."""
    pytest.importorskip("datasets", reason="extra 'hub' is not installed")
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / name).write_bytes(b"a")
    (tmp_path / "xx" / "README.md").write_text(CARD.format(name), encoding="utf-8")
    with pytest.raises(DataError, match=rf"{name}: a name that ends in .* is of no kind that is read here"):
        HubTask(folder=tmp_path, task="text").read("xx", "dev")
