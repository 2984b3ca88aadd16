"""Local folders in the layouts of the hub under fire."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.fuzz import columns, counting
from benchmarks.fuzz.labelled import Read
from benchmarks.fuzz.mutate import Files
from benchmarks.fuzz.subject import Subject
from realign_core.data.examples import ParallelText
from realign_core.data.labelled import HubTask
from realign_core.data.parallel import HubParallel

SKIP = 3
_CARD = b"---\nconfigs:\n- config_name: default\n  data_files:\n  - split: validation\n    path: v.csv\n---\n# A set\n"


def _json(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _task(folder: Path, **options: Any) -> Read:
    return HubTask(folder=folder, skip_bad=SKIP, **options).read_account("xx", "dev")


def _pairs(folder: Path, **options: Any) -> ParallelText:
    return HubParallel(folder=folder, source="en", **options).read("xx")


def _lost(count: Callable[[bytes], int | None]) -> Callable[[Read, Files], int | None]:
    def lost(read: Read, files: Files) -> int | None:
        if len(files) != 1:
            return None
        expected = count(next(iter(files.values())))
        return None if expected is None else max(0, expected - read[1].rows)

    return lost


def _table(content: bytes) -> int | None:
    rows = counting.records(content)
    return None if rows is None else max(0, len(rows) - 1)


def _pairs_lost(text: ParallelText, files: Files) -> int | None:
    expected = [counting.filled_lines(content) for content in files.values()]
    return None if len(expected) != 1 or expected[0] is None else max(0, expected[0] - text.rows)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "hub, table",
        partial(_task, task="text", label_names=("no", "yes")),
        (
            {"xx/validation.csv": 'text,label,id\n"á, a",1,a\nb,0,b\n"c\nc",yes,c\n'.encode()},
            {"xx/validation.csv": b"label,text\nyes,a\nno,b\n", "xx/README.md": b"# A set\n"},
        ),
        (HubTask,),
        modules=("realign_core.data._local_rows",),
        lost=_lost(_table),
        words=(b"text,label", b'"', b"-1", b"99", b"configs:"),
        share=0.25,
    ),
    Subject(
        "hub, words",
        partial(_task, task="token", text_column="tokens", label_column="tags"),
        (
            {
                "xx/validation.jsonl": _json(
                    {"tokens": ["a", "é"], "tags": ["X", "O"], "id": 1},
                    {"tokens": ["c"], "tags": ["X"], "id": 2},
                )
            },
        ),
        (HubTask,),
        lost=_lost(counting.filled_lines),
        words=(b'"tokens": []', b'["a", 1]', b"null", b'"tags"'),
        share=0.25,
    ),
    Subject(
        "hub, questions",
        partial(_task, task="question"),
        (
            {
                "xx/validation.jsonl": _json(
                    {
                        "id": "1",
                        "question": "?",
                        "context": "éb",
                        "answers": {"text": ["b"], "answer_start": [1]},
                    },
                    {
                        "id": "2",
                        "question": "?",
                        "context": "ab",
                        "answers": {"text": [], "answer_start": []},
                    },
                )
            },
        ),
        (HubTask,),
        lost=_lost(counting.filled_lines),
        words=(b'"answers": null', b'"answer_start": [-1]', b'"text": [["b"]]'),
        share=0.25,
    ),
    Subject(
        "hub, translations",
        partial(_pairs, config="{pair}"),
        (
            {
                "en-xx/train.jsonl": _json(
                    {"translation": {"en": "a", "xx": "é"}}, {"translation": {"en": "b", "xx": "c"}}
                )
            },
        ),
        (HubParallel,),
        lost=_pairs_lost,
        words=(b'"translation"', b'"xx": null', b'"en": [1]'),
        share=0.5,
    ),
    Subject(
        "hub, joined",
        partial(_pairs, layout="joined", config="{language}"),
        (
            {
                "en/train.csv": b"id,text\n1,a\n2,b\n3,c\n",
                "xx/train.csv": "id,text\n1,é\n2,f\n".encode(),
            },
        ),
        (HubParallel,),
        words=(b"id,text", b"1", b'"', b"id"),
        share=0.5,
    ),
    Subject(
        "hub, other files",
        partial(_task, task="text"),
        (
            {
                "xx/validation.json": json.dumps(
                    [{"text": "a", "label": "x"}, {"text": "b", "label": "y"}], indent=1
                ).encode()
            },
            {"xx/v.csv": b"text,label\na,x\nb,y\n", "xx/README.md": _CARD},
        ),
        (HubTask,),
        modules=("realign_core.data._hub", "realign_core.data._hub_splits"),
        words=(b"data_files:", b"- split:", b"path:", b"../", b"*", b"dataset_info:", b"features:"),
        share=0.25,
    ),
    Subject(
        "hub, columns",
        partial(_task, task="text"),
        (
            {"xx/validation.parquet": columns.PARQUET},
            {"xx/validation.parquet": columns.PACKED},
            {"xx/validation.arrow": columns.STREAM},
            {"xx/validation.arrow": columns.FILE, "xx/train.arrow": columns.STREAM},
        ),
        (HubTask,),
        modules=("realign_core.data._columns", "realign_core.data._columns_probe"),
        words=(
            b"PAR1",
            b"ARROW1",
            b"\xff\xff\xff\xff",
            b"\xff\xff\xff\x7f",
            b"\x80" * 9 + b"\x01",
            b"\x15\x02",
        ),
        packed=False,
        share=0.01,
    ),
)
