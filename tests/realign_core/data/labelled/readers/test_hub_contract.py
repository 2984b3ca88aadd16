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


@pytest.mark.parametrize("cell", ["007", "null", "True", "none", "1e3"])
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


@pytest.mark.parametrize(
    ("cell", "label"),
    [("0", "no"), ("1.0", "yes"), ("yes", "yes"), ("si", "yes"), ("-1", None), ("-1.0", None), ("", None)],
)
def test_a_label_is_one_of_the_names(tmp_path: Path, cell: str, label: str | None) -> None:
    layout = LAYOUTS["numbers"]
    file = write(tmp_path, layout, [layout.row("a")])
    file.write_text(f"{layout.head}a,so,{cell}\nb,so,0\n", encoding="utf-8")
    reader = HubTask(folder=tmp_path, label_map={"si": "yes"}, **layout.options)
    examples, account = reader.read_account("swh", "test")
    assert [example.label for example in examples] == [*([label] if label else []), "no"]  # type: ignore[union-attr]
    assert account.dropped == ({} if label else {"unlabelled": 1})


@pytest.mark.parametrize("cell", ["Yes", "[0]", "-2", "0.5", "2", "n/a"])
def test_a_label_that_has_no_name_is_malformed(tmp_path: Path, cell: str) -> None:
    layout = LAYOUTS["numbers"]
    file = write(tmp_path, layout, [layout.row("a")])
    file.write_text(f"{layout.head}a,so,{cell}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"test\.csv:2: the label .* (is none of no, yes|has no name)"):
        HubTask(folder=tmp_path, **layout.options).read("swh", "test")


@pytest.mark.parametrize(("one", "other"), [(1, "1"), (1.0, 1), ("1 ", "1"), (0, "0")])
def test_ids_are_compared_as_text(tmp_path: Path, one: object, other: object) -> None:
    for code, identity in (("eng", one), ("swh", other)):
        (tmp_path / code).mkdir()
        row = _json(id=identity, text=f"{code} a") + _json(id="x", text=f"{code} b")
        (tmp_path / code / "train.jsonl").write_text(row, encoding="utf-8")
    text = HubParallel(folder=tmp_path, config="{language}", source="eng", layout="joined").read("swh")
    assert text.source == ("eng a", "eng b")


@pytest.mark.parametrize("identity", [None, "", "-", "-1", -1, "nan", float("nan"), True, [1]])
def test_what_stands_for_a_missing_id_is_none(tmp_path: Path, identity: object) -> None:
    for code in ("eng", "swh"):
        (tmp_path / code).mkdir()
        (tmp_path / code / "train.jsonl").write_text(_json(id=identity, text="a"), encoding="utf-8")
    with pytest.raises(DataError, match="row 0 of 'swh' has no id"):
        HubParallel(folder=tmp_path, config="{language}", source="eng", layout="joined").read("swh")
