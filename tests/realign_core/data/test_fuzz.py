"""Damaged files end in an error of our family or in examples, never in anything else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realign_core.data.labelled import (
    ConllTask,
    ConlluTask,
    CsvTask,
    Iob2Task,
    JsonlTask,
    SibTask,
    SquadTask,
    TsvTask,
    XnliTask,
)
from realign_core.data.parallel import FolderParallel, GettextParallel, TsvParallel
from realign_core.support.errors import RealignError

PO = r"""msgid ""
msgstr "Plural-Forms: nplurals=2; plural=(n != 1);\n"

#, fuzzy
msgid "a"
msgid_plural "b"
msgstr[0] "c"
"""
WORD = "1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n"
UD = f"# text\n1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n{WORD}\n{WORD}"
QUESTION = '{"id": "1", "question": "?", "answers": [{"text": "b", "answer_start": 1}]}'
JSON = f'{{"data": [{{"paragraphs": [{{"context": "abc", "qas": [{QUESTION}]}}]}}]}}'
NLI = '{"language": "xx", "sentence1": "a", "sentence2": "b", "gold_label": "c"}\n'
SIB = 'index_id\tcategory\ttext\n1\tx\t"say ""a"""\n2\ty\tb\n'

READERS: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "conll": ("xx/dev.txt", "a X\nb Y\n\nc X\n", lambda p: ConllTask(path=p, skip_bad=1).read("xx", "dev")),
    "conllu": ("UD_X/xx_a-ud-dev.conllu", UD, lambda p: ConlluTask(path=p, skip_bad=1).read("xx", "dev")),
    "iob2": (
        "xx_a-ud-dev.iob2",
        "# a\n1\ta\tB-X\t-\n\n",
        lambda p: Iob2Task(path=p, skip_bad=1).read("xx", "dev"),
    ),
    "sib": ("xx/dev.tsv", SIB, lambda p: SibTask(path=p, skip_bad=1).read("xx", "dev")),
    "xnli": (
        "xnli.dev.jsonl",
        NLI * 2,
        lambda p: XnliTask(path=p, pattern="xnli.{split}.jsonl", skip_bad=1).read("xx", "dev"),
    ),
    "squad": ("xx/dev.json", JSON, lambda p: SquadTask(path=p, skip_bad=1).read("xx", "dev")),
    "csv": (
        "xx/dev.csv",
        'text,label\na,x\n"b\n""c",y\n',
        lambda p: CsvTask(path=p, skip_bad=1).read("xx", "dev"),
    ),
    "jsonl": (
        "xx/dev.jsonl",
        '{"question": "?", "context": "abc", "answer": ["b"], "at": [1]}\n' * 2,
        lambda p: JsonlTask(path=p, skip_bad=1, question="question", answer_start="at").read("xx", "dev"),
    ),
    "table": (
        "dev.tsv",
        "l\ttext\tlabel\nxx\ta\tx\nxx\tb\ty\n",
        lambda p: TsvTask(path=p, skip_bad=1, language="l").read("xx", "dev"),
    ),
    "tsv": ("en-xx.tsv", "a\tb\nc\td\n", lambda p: TsvParallel(path=p, skip_bad=1).read("xx")),
    "folder": ("xx.txt", "a\nb\n", lambda p: FolderParallel(path=p).read("xx")),
    "gettext": ("xx/LC_MESSAGES/a.po", PO, lambda p: GettextParallel(path=p).read("xx")),
}

edits = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 4),
        st.sampled_from(
            [
                b"",
                b"\t",
                b"\n",
                b"\\",
                b'"',
                b"\xff",
                b"\x00",
                b"{",
                b"]",
                b"1",
                b"#",
                b"\xe2\x80\xa8",
                b"msgid",
            ]
        ),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None, max_examples=60)
@given(edits=edits)
def test_damaged_files(
    tmp_path_factory: pytest.TempPathFactory, name: str, edits: list[tuple[float, int, bytes]]
):
    if name == "gettext":
        pytest.importorskip("polib")
    place, content, read = READERS[name]
    data = content.encode()
    for where, length, new in edits:
        start = int(where * len(data))
        data = data[:start] + new + data[start + length :]
    root = tmp_path_factory.mktemp(name)
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_bytes(data)
    (root / "eng.txt").write_text("x\ny\n")
    with contextlib.suppress(RealignError):
        read(root)


@pytest.mark.parametrize("name", READERS)
def test_undamaged_files_are_read(tmp_path: Path, name: str):
    place, content, read = READERS[name]
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(content, encoding="utf-8")
    (tmp_path / "eng.txt").write_text("x\ny\n")
    read(tmp_path)
