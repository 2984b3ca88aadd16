"""Readers of labelled examples under fire."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.fuzz import counting
from benchmarks.fuzz.mutate import Files
from benchmarks.fuzz.subject import Subject
from realign_core.data.account import Account
from realign_core.data.examples import Example, TokenExample
from realign_core.data.labelled import (
    ConllTask,
    ConlluTask,
    CsvTask,
    Iob2Task,
    JsonlTask,
    SibTask,
    SquadTask,
    TaskReader,
    TsvTask,
    XnliTask,
)

SKIP = 3
"""Malformed rows that are left out, so that what comes after them is read, too."""

Read = tuple[list[Example], Account]
_UD = "{}\t{}\t_\t{}\t_\t_\t0\troot\t_\t_\n"


def _ud(*words: str) -> str:
    return "".join(_UD.format(number, word, "NOUN") for number, word in enumerate(words, start=1)) + "\n"


def _json(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _question(number: int, **other: Any) -> dict[str, Any]:
    answers = [{"text": "b", "answer_start": 1}]
    return {"id": str(number), "question": "ist b?", "answers": answers, **other}


def _squad(*paragraphs: dict[str, Any]) -> bytes:
    return json.dumps({"version": "1", "data": [{"title": "t", "paragraphs": paragraphs}]}, indent=1).encode()


def _read(kind: type[TaskReader], folder: Path, *, split: Any = "dev", **options: Any) -> Read:
    return kind(path=folder, skip_bad=SKIP, **options).read_account("xx", split)  # type: ignore[call-arg]


def _reader(kind: type[TaskReader], **options: Any) -> Callable[[Path], Read]:
    return partial(_read, kind, **options)


def _read_table(folder: Path, split_column: str) -> Read:
    """Read one file of several languages and splits."""
    file = next(folder.glob("all.tsv*"), folder / "all.tsv")
    reader = TsvTask(path=file, skip_bad=SKIP, language="language", split=split_column)
    return reader.read_account("xx", "dev")


def _missing(expected: int | None, read: Read) -> int | None:
    return None if expected is None else max(0, expected - read[1].rows)


def _of(files: Files) -> bytes:
    """The one file of a case that is one."""
    return next(iter(files.values())) if len(files) == 1 else b"\xff"


def _rows_lost(count: Callable[[bytes], int | None]) -> Callable[[Read, Files], int | None]:
    return lambda read, files: _missing(count(_of(files)), read)


def _words_lost(word: str) -> Callable[[Read, Files], int | None]:
    """Count words, where no sentence was left out whole."""

    def lost(read: Read, files: Files) -> int | None:
        expected = counting.words_in(_of(files), word)
        if expected is None or read[1].lost:
            return None
        n_words = sum(len(one.tokens) for one in read[0] if isinstance(one, TokenExample))
        return max(0, expected - n_words)

    return lost


def _table(content: bytes, delimiter: str = ",", *, quoted: bool = True) -> int | None:
    rows = counting.records(content, delimiter) if quoted else counting.plain_rows(content, delimiter)
    return None if rows is None else max(0, len(rows) - 1)


def _rows_of_language(content: bytes) -> int | None:
    """Rows of a table without quotes that are in the language ``xx``, or of which that cannot be told."""
    rows = counting.plain_rows(content, "\t")
    if not rows or "language" not in rows[0]:
        return None
    header, place = rows[0], rows[0].index("language")
    return sum(
        len(row) != len(header) or row == header or row[place].strip() in ("xx", "") for row in rows[1:]
    )


def _rows_of_part(content: bytes) -> int | None:
    """Rows of a table without quotes that are development data of ``xx``, or of which that cannot be told."""
    rows = counting.plain_rows(content, "\t")
    if not rows or not {"language", "part"} <= {*rows[0]}:
        return None
    header = rows[0]
    language, part = header.index("language"), header.index("part")
    return sum(
        len(row) != len(header)
        or row == header
        or row[language].strip() == ""
        or (row[language].strip() == "xx" and row[part].strip() in ("dev", ""))
        for row in rows[1:]
    )


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "conll",
        _reader(ConllTask),
        (
            {"xx/dev.txt": "# ein Satz\nDas DET\nHaus NOUN\n\nbá X\n\n-DOCSTART- -X- O\n\nc X\n".encode()},
            {"xx/dev.txt": b"a b\t_\tB-X\nc\t_\tO\n\nd\t_\tI-X\n"},
        ),
        (ConllTask,),
        lost=_words_lost(r"(?!-DOCSTART-|\s*#)\s*\S.*[ \t]+\S"),
        words=(b"-DOCSTART-", b"# ", b"token\ttag", b"B-X", b"\n\n"),
    ),
    Subject(
        "conllu",
        _reader(ConlluTask, pattern="{language}/{split}.conllu"),
        (
            {
                "xx/dev.conllu": f"# text = ab c\n1-2\tab{'	_' * 8}\n{_ud('a', 'b', 'cé')}{_ud('d')}".encode()
            },
            {"xx/dev.conllu": f"{_ud('d')}# x\n{_ud('e', 'f')}8.1\tg{'	_' * 8}\n\n{_ud('h')}".encode()},
        ),
        (ConlluTask,),
        lost=_words_lost(r"[1-9][0-9]*\t"),
        words=(b"1-2", b"8.1", b"NOUN", b"\t_", b"\n\n"),
    ),
    Subject(
        "iob2",
        _reader(Iob2Task, pattern="{language}_a-ud-{split}.iob2"),
        ({"xx_a-ud-dev.iob2": "# a\n1\tAnnà\tB-PER\t-\n2\tb\tO\t-\n\n1\tc\tO\t-\n".encode()},),
        (Iob2Task,),
        lost=_words_lost(r"[0-9]+\t"),
        words=(b"B-PER", b"I-", b"O", b"#", b"\n\n"),
    ),
    Subject(
        "sib",
        _reader(SibTask),
        (
            {"xx/dev.tsv": 'index_id\tcategory\ttext\n1\tx\t"say ""é"""\n2\ty\tb\n3\tx\tc\n'.encode()},
            {"xx/dev.tsv": b'category\ttext\nx\t"two\nlines"\nz\td\n'},
        ),
        (SibTask,),
        lost=_rows_lost(partial(_table, delimiter="\t")),
        words=(b"category", b"text", b"index_id\tcategory\ttext", b'\t"', b"-1"),
    ),
    Subject(
        "xnli tsv",
        _reader(XnliTask),
        (
            {
                "xnli.dev.tsv": (
                    b"language\tgold_label\tsentence1\tsentence2\tpairID\nxx\tneutral\ta\tb\t1\n"
                    b"en\tneutral\ta\tb\t1\nxx\tcontradiction\tc\td\t2\nxx\t-\te\tf\t3\n"
                )
            },
        ),
        (XnliTask,),
        lost=_rows_lost(_rows_of_language),
        words=(b"gold_label", b"xx", b"language", b"xx\tneutral\ta"),
    ),
    Subject(
        "xnli lines",
        _reader(XnliTask, pattern="xnli.{split}.jsonl"),
        (
            {
                "xnli.dev.jsonl": _json(
                    *(
                        {"language": "xx", "sentence1": t, "sentence2": "b", "gold_label": "c", "pairID": n}
                        for n, t in enumerate("aéu")
                    )
                )
            },
        ),
        (XnliTask,),
        words=(b'"gold_label"', b'"language": "xx"', b'"sentence1": null'),
    ),
    Subject(
        "squad",
        _reader(SquadTask),
        (
            {
                "xx/dev.json": _squad(
                    {"context": "abc", "qas": [_question(1), _question(2)]},
                    {"context": "éb", "qas": [_question(3), _question(4, is_impossible=True, answers=[])]},
                )
            },
            {
                "xx/dev.json": json.dumps(
                    {
                        "data": [
                            _question(1, context="abc"),
                            _question(2, context="a\u2028b c", answers={"text": ["c"], "answer_start": [4]}),
                        ]
                    }
                ).encode()
            },
        ),
        (SquadTask,),
        lost=_rows_lost(counting.questions),
        words=(b'"answers"', b'"answer_start": 1', b'"paragraphs": []', b'"is_impossible": true', b'"data"'),
    ),
    Subject(
        "csv",
        _reader(CsvTask, id="id"),
        (
            {"xx/dev.csv": 'id,text,label\n1,"a, é",x\n2,"b\nb",y\n3,"c ""c""",x\n4,d,\n'.encode()},
            {"xx/dev.csv": b"label,id,text\r\nx,1,one\r\ny,2,two\r\n"},
        ),
        (CsvTask,),
        lost=_rows_lost(_table),
        words=(b"id,text,label", b'"', b',"', b"x", b"nan"),
    ),
    Subject(
        "csv questions",
        _reader(CsvTask, question="q", context="c", answer="a", answer_start="at", delimiter=";"),
        ({"xx/dev.csv": "q;c;a;at\nwo?;im Häus;Häus;3\nwer?;abc;b;1\nwas?;abc;;\n".encode()},),
        (CsvTask,),
        lost=_rows_lost(partial(_table, delimiter=";")),
        words=(b"q;c;a;at", b";-1", b";0", b"b"),
    ),
    Subject(
        "tsv",
        partial(_read_table, split_column="part"),
        ({"all.tsv": "language\tpart\ttext\tlabel\nxx\tdev\tá\tx\nyy\tdev\tb\ty\nxx\tdev\tb\ty\n".encode()},),
        (TsvTask,),
        lost=_rows_lost(_rows_of_part),
        words=(b"language", b"xx", b"dev", b"train", b"part"),
    ),
    Subject(
        "tsv pairs",
        _reader(TsvTask, quoted=True, premise="p", hypothesis="h", label_map={"0": "no", "-1": "odd"}),
        ({"xx/dev.tsv": 'p\th\tlabel\n"é ""a"""\tb\t0\nc\td\t-1\ne\tf\t\n'.encode()},),
        (TsvTask,),
        lost=_rows_lost(partial(_table, delimiter="\t")),
        words=(b"p\th\tlabel", b'"', b"-1"),
    ),
    Subject(
        "jsonl",
        _reader(JsonlTask),
        (
            {
                "xx/dev.jsonl": _json(
                    {"text": "á", "label": 1}, {"text": "b", "label": None}, {"text": "c", "label": True}
                )
            },
        ),
        (JsonlTask,),
        lost=_rows_lost(counting.filled_lines),
        words=(b'"text"', b'"label": NaN', b'{"text": "a", "label": "x"}', b'"label": [1]'),
    ),
    Subject(
        "jsonl questions",
        _reader(JsonlTask, question="question", answer_start="at"),
        (
            {
                "xx/dev.jsonl": _json(
                    {"question": "?", "context": "abc", "answer": ["b"], "at": [1]},
                    {"question": "?", "context": "éabc", "answer": {"text": ["b"], "answer_start": [2]}},
                    {"question": "?", "context": "abc", "answer": "c", "at": 2},
                )
            },
        ),
        (JsonlTask,),
        lost=_rows_lost(counting.filled_lines),
        words=(b'"at": [1]', b'"answer": []', b'"answer": [["b"]]', b'"at": "1"', b'"is_impossible": 2'),
    ),
)
