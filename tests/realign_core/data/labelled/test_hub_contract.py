"""Local folders in the layouts of the hub keep what every reader of files keeps (``test_contract.py``)."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from realign_core.data.account import Account
from realign_core.data.examples import PairExample, QuestionExample, TextExample, TokenExample
from realign_core.data.labelled import HubTask
from realign_core.data.parallel import HubParallel
from realign_core.support.errors import DataError

pytest.importorskip("datasets", reason="extra 'hub' is not installed")


@dataclass(frozen=True)
class Layout:
    """A kind of file, and what is read of its rows."""

    ending: str
    head: str
    row: Callable[[str], str]
    options: dict[str, Any]
    read: Callable[[str], object]


def _json(**row: Any) -> str:
    return json.dumps(row) + "\n"


def _question(text: str) -> str:
    answers = {"text": ["b"], "answer_start": [1]}
    return _json(id=f"q{text}", question=text, context="abc", answers=answers)


LAYOUTS = {
    "lines": Layout(
        "jsonl", "", lambda t: _json(text=t, label="x"), {"task": "text"}, lambda t: TextExample(t, "x")
    ),
    "numbers": Layout(
        "csv",
        "premise,hypothesis,label\n",
        lambda t: f"{t},so,1\n",
        {"task": "pair", "text_column": "premise", "label_names": ("no", "yes")},
        lambda t: PairExample(t, "so", "yes"),
    ),
    "tabs": Layout(
        "tsv", "text\tlabel\n", lambda t: f"{t}\tx\n", {"task": "text"}, lambda t: TextExample(t, "x")
    ),
    "questions": Layout(
        "jsonl",
        "",
        _question,
        {"task": "question"},
        lambda t: QuestionExample(f"q{t}", t, "abc", ("b",), (1,)),
    ),
    "words": Layout(
        "json",
        "",
        lambda t: _json(tokens=[t], tags=[0]),
        {"task": "token", "text_column": "tokens", "label_column": "tags", "label_names": ("O",)},
        lambda t: TokenExample((t,), ("O",)),
    ),
}


@pytest.fixture(params=[*LAYOUTS])
def layout(request: pytest.FixtureRequest) -> Layout:
    return LAYOUTS[request.param]


def write(folder: Path, layout: Layout, rows: Sequence[str], pack: str = "") -> Path:
    (folder / "swh").mkdir(exist_ok=True)
    file = folder / "swh" / f"test.{layout.ending}{pack}"
    content = (layout.head + "".join(rows)).encode()
    how = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}[pack]
    file.write_bytes(how(content))
    return file


def test_a_malformed_row_is_refused_with_its_line_or_counted(tmp_path: Path, layout: Layout) -> None:
    write(tmp_path, layout, [layout.row("a"), "spoilt\n", layout.row("b")])
    line = 2 + bool(layout.head)
    with pytest.raises(DataError, match=rf"swh/test\.{layout.ending}:{line}: .*skip_bad"):
        HubTask(folder=tmp_path, **layout.options).read("swh", "test")
    examples, account = HubTask(folder=tmp_path, skip_bad=1, **layout.options).read_account("swh", "test")
    assert examples == [layout.read("a"), layout.read("b")]
    assert account == Account("swh", 3, {"malformed": 1}, "example")


@pytest.mark.parametrize("pack", [".gz", ".xz", ".bz2"])
def test_packed_files_are_read(tmp_path: Path, layout: Layout, pack: str) -> None:
    write(tmp_path, layout, [layout.row("a")], pack)
    assert HubTask(folder=tmp_path, **layout.options).read("swh", "test") == [layout.read("a")]


def test_a_byte_order_mark_at_the_beginning_changes_nothing(tmp_path: Path, layout: Layout) -> None:
    file = write(tmp_path, layout, [layout.row("a")])
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert HubTask(folder=tmp_path, **layout.options).read("swh", "test") == [layout.read("a")]


@pytest.mark.parametrize("cell", ["007", "null", "True", "nan", "1e3"])
def test_cells_are_the_text_that_they_are(tmp_path: Path, layout: Layout, cell: str) -> None:
    write(tmp_path, layout, [layout.row(cell)])
    assert HubTask(folder=tmp_path, **layout.options).read("swh", "test") == [layout.read(cell)]


@pytest.mark.parametrize("sign", ["\0", "a\ufeff", "\u200b"], ids=["NUL", "mark", "invisible"])
def test_damaged_and_empty_text_is_malformed(tmp_path: Path, layout: Layout, sign: str) -> None:
    counts = layout is LAYOUTS["words"] and sign == "\u200b"  # a word that cannot be seen is a word
    write(tmp_path, layout, [layout.row("a"), layout.row(sign)])
    _, account = HubTask(folder=tmp_path, skip_bad=1, **layout.options).read_account("swh", "test")
    assert account.dropped == ({} if counts else {"malformed": 1})


def test_other_content_is_named(tmp_path: Path, layout: Layout) -> None:
    file = write(tmp_path, layout, [layout.row("a")])
    file.write_bytes(file.read_bytes().decode().encode("utf-16"))
    with pytest.raises(DataError, match=r"swh/test\..*UTF-16"):
        HubTask(folder=tmp_path, **layout.options).read("swh", "test")


def test_what_is_not_there_is_named(tmp_path: Path, layout: Layout) -> None:
    write(tmp_path, layout, [layout.row("a")])
    with pytest.raises(DataError, match="'swa'.*swh"):
        HubTask(folder=tmp_path, **layout.options).read("swa", "test")
    with pytest.raises(DataError, match="validation"):
        HubTask(folder=tmp_path, **layout.options).read("swh", "dev")


def test_parallel_rows_of_another_shape_are_refused_with_their_line(tmp_path: Path) -> None:
    for code in ("eng", "swh"):
        (tmp_path / code).mkdir()
        (tmp_path / code / "train.csv").write_text(f"id,text\n1,{code} a\n2\n3,{code} b\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"train\.csv:3: 2 fields are needed, but got 1"):
        HubParallel(folder=tmp_path, config="{language}", source="eng", layout="joined", id_column="id").read(
            "swh"
        )
