"""What every reader of labelled files keeps, whatever its format; a new one cannot leave it out."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from realign_core.data.account import Account
from realign_core.data.labelled import (
    AnyTaskReader,
    CldrExpressions,
    CldrNames,
    ConllTask,
    ConlluTask,
    CsvTask,
    HubTask,
    Iob2Task,
    JsonlTask,
    SibTask,
    SquadTask,
    TaskReader,
    TsvTask,
    XnliTask,
)
from realign_core.data.labelled.layouts.sentences import SentenceReader
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.settings.config import validate_config

WITHOUT_FILES = {CldrExpressions, CldrNames, HubTask}
"""Two have no files; the layouts of the hub are held to it in ``test_hub_contract.py``."""


def _word(line: str) -> str:
    return f"{line}\n\n"


def _ud(word: str) -> str:
    return f"1\t{word}\t_\tNOUN\t_\t_\t0\troot\t_\t_\n\n"


def _row(text: str) -> str:
    return json.dumps({"text": text, "label": "x"}) + "\n"


def _question(identity: str, answer: str = "b") -> dict[str, object]:
    return {"id": identity, "question": "?", "answers": [{"text": answer, "answer_start": 1}]}


def _squad(*questions: object) -> str:
    return json.dumps({"data": [{"paragraphs": [{"context": "abc", "qas": questions}]}]})


FILES: dict[type[TaskReader], tuple[str, str, str]] = {
    ConllTask: (_word("a X"), _word("spoilt"), _word("b X")),
    ConlluTask: (_ud("a"), _word("spoilt"), _ud("b")),
    CsvTask: ("text,label\na,x\n", "spoilt\n", "b,x\n"),
    Iob2Task: (_word("1\ta\tO"), _word("spoilt"), _word("1\tb\tO")),
    JsonlTask: (_row("a"), "spoilt\n", _row("b")),
    SibTask: ("category\ttext\nx\ta\n", "spoilt\n", "x\tb\n"),
    SquadTask: (_squad(_question("1"), _question("2", "x"), _question("3")), "", ""),
    TsvTask: ("text\tlabel\na\tx\n", "spoilt\n", "b\tx\n"),
    XnliTask: ("premise\thypo\tlabel\na\tb\tx\n", "spoilt\n", "c\td\tx\n"),
}
"""Reader -> an example, a malformed one, another example."""

TEXTS: dict[type[TaskReader], Callable[[str], str]] = {
    ConllTask: lambda text: f"{text}\tX\n\n",
    ConlluTask: _ud,
    CsvTask: lambda text: f"text,label\n{text},x\n",
    Iob2Task: lambda text: f"1\t{text}\tO\n\n",
    JsonlTask: _row,
    SibTask: lambda text: f"category\ttext\nx\t{text}\n",
    SquadTask: lambda text: _squad({**_question("1"), "question": text}),
    TsvTask: lambda text: f"text\tlabel\n{text}\tx\n",
    XnliTask: lambda text: f"premise\thypo\tlabel\na\t{text}\tx\n",
}
"""Reader -> a file with a text in it."""

CLASSES = [*get_args(get_args(AnyTaskReader)[0])]


def test_every_reader_is_held_to_it():
    assert {*FILES} | WITHOUT_FILES == {*TEXTS} | WITHOUT_FILES == {*CLASSES}


@pytest.fixture(params=[*FILES], ids=lambda reader: reader.__name__)
def kind(request: pytest.FixtureRequest) -> type[TaskReader]:
    return request.param


def _write(folder: Path, kind: type[TaskReader], *, start: bytes = b"", packed: bool = False) -> str:
    """Write the file of a reader and return the pattern that finds it."""
    content = start + "".join(FILES[kind]).encode()
    name = "swh/dev.txt.gz" if packed else "swh/dev.txt"
    (folder / "swh").mkdir(exist_ok=True)
    (folder / name).write_bytes(gzip.compress(content) if packed else content)
    return name.replace("swh", "{language}").replace("dev", "{split}")


def test_malformed_examples_are_refused_or_counted(tmp_path: Path, kind: type[TaskReader]):
    options = {"path": tmp_path, "pattern": _write(tmp_path, kind)}
    with pytest.raises(DataError, match=r"swh/dev\.txt(:\d+|, data\[0\]\.\S+): .*skip_bad"):
        kind(**options).read("swh", "dev")
    examples, account = kind(**options, skip_bad=1).read_account("swh", "dev")
    assert (len(examples), account) == (2, Account("swh", 3, {"malformed": 1}, "example"))


@pytest.mark.parametrize("how", [{"start": b"\xef\xbb\xbf"}, {"packed": True}], ids=["mark", "gzip"])
def test_byte_order_mark_and_gzip_change_nothing(
    tmp_path: Path, kind: type[TaskReader], how: dict[str, object]
):
    plain = kind(path=tmp_path, pattern=_write(tmp_path, kind), skip_bad=1).read("swh", "dev")
    pattern = _write(tmp_path, kind, **how)
    assert kind(path=tmp_path, pattern=pattern, skip_bad=1).read("swh", "dev") == plain


@pytest.mark.parametrize(
    ("sign", "what"), [("\0", "a NUL"), ("\ufeff", "a byte-order mark")], ids=["NUL", "mark"]
)
def test_damaged_text_is_malformed(tmp_path: Path, kind: type[TaskReader], sign: str, what: str):
    path = tmp_path / "d.txt"
    path.write_text(TEXTS[kind](f"a{sign}b"), encoding="utf-8")
    with pytest.raises(DataError, match=rf"d\.txt.*holds {what}.*skip_bad"):
        kind(files={"swh": {"dev": [path]}}).read("swh", "dev")


@pytest.mark.parametrize("how", [lzma.compress, bz2.compress], ids=["xz", "bz2"])
def test_packed_files_are_found_and_read(
    tmp_path: Path, kind: type[TaskReader], how: Callable[[bytes], bytes]
):
    (tmp_path / "swh").mkdir()
    ending = {"lzma": "xz", "bz2": "bz2"}[how.__module__]
    (tmp_path / f"swh/dev.txt.{ending}").write_bytes(how(TEXTS[kind]("text").encode()))
    reader = kind(path=tmp_path, pattern="{language}/{split}.txt")
    assert len(reader.read("swh", "dev")) == 1


def test_other_content_is_named(tmp_path: Path, kind: type[TaskReader]):
    (tmp_path / "d.txt").write_bytes(TEXTS[kind]("text").encode("utf-16"))
    with pytest.raises(DataError, match=r"d\.txt.*UTF-16"):
        kind(files={"swh": {"dev": [tmp_path / "d.txt"]}}).read("swh", "dev")


def test_what_is_not_there_is_named(tmp_path: Path, kind: type[TaskReader]):
    reader = kind(path=tmp_path, pattern=_write(tmp_path, kind), skip_bad=1)
    assert reader.languages("dev") == ("swh",)
    assert reader.languages("test") == ()
    with pytest.raises(DataError, match="'swa'.*swh"):
        reader.read("swa", "dev")
    with pytest.raises(DataError, match="swh"):
        reader.read("swh", "test")
    with pytest.raises(ConfigError, match="did you mean 'skip_bad'"):
        validate_config(kind, {"path": str(tmp_path), "skipbad": 1})
    (tmp_path / "swh/dev.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="UTF-8"):
        reader.read("swh", "dev")


@pytest.mark.parametrize("kind", [SibTask, TsvTask, CsvTask, XnliTask])
def test_a_header_in_the_middle_is_no_example(tmp_path: Path, kind: type[TaskReader]):
    """As where files of several parts were joined by ``cat``."""
    path = tmp_path / "d.txt"
    path.write_text(TEXTS[kind]("one") + TEXTS[kind]("two"), encoding="utf-8")
    with pytest.raises(DataError, match=r"d\.txt:3: the line names the columns again"):
        kind(files={"swh": {"dev": [path]}}).read("swh", "dev")


@pytest.mark.parametrize("reader", [ConllTask(files={}, path="."), Iob2Task(path="."), ConlluTask(path=".")])
def test_a_tag_that_cannot_be_seen_is_malformed(tmp_path: Path, reader: TaskReader):
    path = tmp_path / "d.txt"
    content = {"conll": "a\t\u200b\n", "iob2": "1\ta\t\u200b\n", "conllu": _ud("a").replace("NOUN", "\u200b")}
    path.write_text(content[reader.format], encoding="utf-8")  # type: ignore[attr-defined]
    with pytest.raises(DataError, match=r"d\.txt:1: the tag has no character that can be seen"):
        type(reader)(files={"swh": {"dev": [path]}}).read("swh", "dev")


def test_lines_that_end_at_carriage_returns_only_are_no_lines(tmp_path: Path, kind: type[TaskReader]):
    if kind is SquadTask:
        pytest.skip("JSON reads such ends as blanks")
    path = tmp_path / "d.txt"
    path.write_bytes((TEXTS[kind]("one") + TEXTS[kind]("two")).encode().replace(b"\n", b"\r"))
    with pytest.raises(DataError, match=r"d\.txt: its lines end at carriage returns only; .*tr"):
        kind(files={"swh": {"dev": [path]}}).read("swh", "dev")


@pytest.mark.parametrize("sign", ["-", "--", "_", "-1", "NaN"])
def test_what_stands_for_a_missing_text_is_none(tmp_path: Path, kind: type[TaskReader], sign: str):
    if issubclass(kind, SentenceReader | SquadTask):
        pytest.skip("a word, or a question, may be such a sign")
    path = tmp_path / "d.txt"
    path.write_text(TEXTS[kind](sign), encoding="utf-8")
    with pytest.raises(DataError, match=rf"d\.txt:\d: the field '.*' has no text, but '{sign}'; .*skip_bad"):
        kind(files={"swh": {"dev": [path]}}).read("swh", "dev")
