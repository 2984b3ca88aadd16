"""Labelled data in plain tables with named columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from realign_core.data.account import Account
from realign_core.data.examples import PairExample, QuestionExample, TextExample
from realign_core.data.labelled import CsvTask, JsonlTask, SquadTask, TsvTask, XnliTask
from realign_core.data.labelled.layouts.tables import NO_LABEL
from realign_core.data.labelled.readers.table import TableTask
from realign_core.support.errors import DataError
from realign_core.support.files import content

visible = (
    st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), min_size=1, max_size=9)
    .map(str.strip)
    .filter(lambda text: content.visible(text) and not content.missing(text))
)
plain = visible.filter(lambda text: not {*"\t\r\n"} & {*text})
labels = plain.filter(lambda text: text.lower() not in NO_LABEL)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _tsv(rows: Sequence[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def _jsonl(rows: Sequence[Sequence[str]]) -> str:
    names, *others = rows
    return "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in others)


FORMATS: dict[type[TableTask], tuple[Callable[[Sequence[Sequence[str]]], str], st.SearchStrategy[str]]] = {
    CsvTask: (_csv, visible),
    TsvTask: (_tsv, plain),
    JsonlTask: (_jsonl, visible),
}


def _put(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return root


@pytest.mark.parametrize("kind", FORMATS)
@given(data=st.data())
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, kind: type[TableTask], data: st.DataObject):
    write, text = FORMATS[kind]
    suffix = kind.model_fields["format"].default
    root = tmp_path_factory.mktemp(suffix)
    rows = data.draw(st.lists(st.tuples(text, text, labels), min_size=1, max_size=5))
    _put(root, f"sw/dev.{suffix}", write([("b", "a", "stars"), *rows]))
    assert kind(path=root, text="a", label="stars").read("sw", "dev") == [
        TextExample(second, label) for _, second, label in rows
    ]
    pairs = kind(path=root, premise="b", hypothesis="a", label="stars")
    assert pairs.read("sw", "dev") == [PairExample(*row) for row in rows]
    spans = [(str(n), f"{before} {answer}", answer) for n, (before, answer, _) in enumerate(rows)]
    _put(
        root,
        f"sw/dev.{suffix}",
        write([("id", "context", "answer", "asked"), *((*span, "?") for span in spans)]),
    )
    questions = kind(path=root, question="asked", id="id").read("sw", "dev")
    assert questions == [
        QuestionExample(name, "?", context, (answer,), (context.find(answer),))
        for name, context, answer in spans
    ]


def test_one_file_with_columns_for_language_and_split(tmp_path: Path):
    table = "lang,part,review,stars\nen,train,good,5\nsw,test,nzuri,5\nsw,valid,mbaya,1\n"
    _put(tmp_path, "reviews.csv", table)
    options: dict[str, Any] = {"language": "lang", "split": "part", "text": "review", "label": "stars"}
    options["split_names"] = {"dev": "valid"}
    for place in (tmp_path / "reviews.csv", tmp_path):
        reader = CsvTask(path=place, **options)
        assert [reader.languages(split) for split in ("train", "dev", "test")] == [("en",), ("sw",), ("sw",)]
        assert reader.read("sw", "dev") == [TextExample("mbaya", "1")]
    training = CsvTask(path=tmp_path / "reviews.csv", language="lang", text="review", label="stars")
    assert (training.languages("train"), training.languages("test")) == (("en", "sw"), ())
    with pytest.raises(DataError, match="one file, and nothing says which language"):
        CsvTask(path=tmp_path / "reviews.csv").languages("train")


def test_labels_that_stand_for_none_are_left_out_unless_mapped(tmp_path: Path):
    rows = [{"text": "a", "label": label} for label in ("x", "-", "", "_", "--", "-1", -1, None, 2, True)]
    _put(tmp_path, "sw/dev.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    read = [example.label for example in JsonlTask(path=tmp_path).read("sw", "dev")]
    assert read == ["x", "2", "true"]
    mapped = JsonlTask(path=tmp_path, label_map={"-1": "bad"}).read("sw", "dev")
    assert [example.label for example in mapped] == ["x", "bad", "bad", "2", "true"]
    _put(tmp_path, "sw/dev.csv", "text,label\nnull,NA\n01,1.0\n")
    assert CsvTask(path=tmp_path).read("sw", "dev") == [TextExample("null", "NA"), TextExample("01", "1.0")]
    nli = [{"premise": "a", "hypothesis": "b", "label": label} for label in (0, -1, "-")]
    _put(tmp_path, "xnli.dev.jsonl", "".join(json.dumps({"language": "sw", **row}) + "\n" for row in nli))
    reader = XnliTask(path=tmp_path, pattern="xnli.{split}.jsonl", label_map={"0": "entailment"})
    assert reader.read("sw", "dev") == [PairExample("a", "b", "entailment")]


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ("Text,label\na,x\n", r"dev\.csv:1: no column 'text'; did you mean 'Text'\? columns: Text, label"),
        ("text;label\na;x\n", r"dev\.csv:1: .* with commas between; it has semicolons"),
        ("text,text\na,x\n", r"dev\.csv:1: .* names 'text' twice"),
        ("", r"dev\.csv:1: .* must name the columns"),
        ('text,label\n"a\nb",x\nc\n', r"dev\.csv:4: 2 fields are needed, but got 1"),
        ('text,label\na,x\n"b,x\nc,x\n', r"dev\.csv:3: broken quoting: unexpected end of data"),
        ("text,label\n ,x\n", r"dev\.csv:2: the field 'text' must be text, but got ' '"),
        ("text,label\na\0b,x\n", r"dev\.csv:2: the field 'text' holds a NUL"),
    ],
)
def test_what_is_wrong_has_file_and_line(tmp_path: Path, table: str, what: str):
    _put(tmp_path, "sw/dev.csv", table)
    with pytest.raises(DataError, match=what):
        CsvTask(path=tmp_path).read("sw", "dev")


def test_lines_that_a_broken_quote_takes_with_it_all_count(tmp_path: Path):
    _put(tmp_path, "sw/dev.csv", 'text,label\na,x\n"b,x\nc,x\nd,x\n')
    with pytest.raises(DataError, match="broken quoting"):
        CsvTask(path=tmp_path, skip_bad=2).read("sw", "dev")
    assert CsvTask(path=tmp_path, skip_bad=3).read_account("sw", "dev") == (
        [TextExample("a", "x")],
        Account("sw", 4, {"malformed": 3}, "example"),
    )


def test_an_id_is_of_one_example(tmp_path: Path):
    _put(tmp_path, "sw/dev.csv", "key,text,label\n1,a,x\n2,b,x\n1,c,x\n")
    with pytest.raises(DataError, match=r"dev\.csv:4: the id '1' is .* another example, at .*dev\.csv:2"):
        CsvTask(path=tmp_path, id="key").read("sw", "dev")
    assert len(CsvTask(path=tmp_path).read("sw", "dev")) == 3
    asked = {"question": "?", "answers": [{"text": "b", "answer_start": 1}]}
    for ids, what in (
        ((1, "1"), r"qas\[1\]: the id '1' is .* qas\[0\]|qas\[1\]: the id"),
        ((None,), "no id"),
    ):
        questions = [{"id": identity, **asked} for identity in ids]
        content = {"data": [{"paragraphs": [{"context": "abc", "qas": questions}]}]}
        _put(tmp_path, "sw/dev.json", json.dumps(content))
        with pytest.raises(DataError, match=what):
            SquadTask(path=tmp_path).read("sw", "dev")


def test_answers(tmp_path: Path):
    rows = [
        {"id": 1, "answers": {"text": ["b", "c"], "answer_start": [1, 2]}},
        {"id": 2, "answers": ["c", "ab"]},
        {"id": 3, "answers": {"text": [], "answer_start": []}},
        {"id": 4, "answers": None},
    ]
    lines = [json.dumps({"question": "?", "context": "abc", **row}) + "\n" for row in rows]
    _put(tmp_path, "sw/dev.jsonl", "".join(lines))
    reader = JsonlTask(path=tmp_path, question="question", answer="answers", id="id")
    assert reader.read("sw", "dev") == [
        QuestionExample("1", "?", "abc", ("b", "c"), (1, 2)),
        QuestionExample("2", "?", "abc", ("c", "ab"), (2, 0)),
    ]
    _put(tmp_path, "sw/dev.csv", "question,context,answer,at\n?,abcb,b,3\n?,abc,b,2\n")
    found = CsvTask(path=tmp_path, question="question", answer_start="at", skip_bad=1)
    assert [example.answer_starts for example in found.read("sw", "dev")] == [(3,)]
    with pytest.raises(DataError, match=r"dev\.csv:3: the answer 'b' is not in the context at 2"):
        CsvTask(path=tmp_path, question="question", answer_start="at").read("sw", "dev")


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"text": "a", "premise": "b"}, "'text' has no effect where 'premise' is read"),
        ({"hypothesis": "b"}, "a pair needs 'premise'"),
        ({"question": "q", "label": "b"}, "'label' has no effect"),
        ({"question": "q", "label_map": {"a": "b"}}, "'label_map' has no effect"),
        ({"pattern": "{split}.csv"}, "must say a row's language"),
        ({"pattern": "{language}.csv"}, "must say which rows are train"),
        ({"pattern": "{language}/{split}.csv", "split": "part"}, "'split' names the column"),
    ],
)
def test_keys_without_effect_are_refused(tmp_path: Path, options: dict[str, Any], what: str):
    with pytest.raises(ValidationError, match=what):
        CsvTask(path=tmp_path, **options)


@pytest.mark.parametrize("named", ["Test", "tset", "tests", "TEST "])
def test_a_split_that_is_misspelt_is_not_passed_over(tmp_path: Path, named: str) -> None:
    path = tmp_path / "all.csv"
    path.write_text(f"text,label,language,split\na,x,sw,test\nb,x,sw,{named}\n", encoding="utf-8")
    options = {"path": path, "language": "language", "split": "split"}
    if named.strip() != "TEST":
        with pytest.raises(DataError, match=r"all\.csv:3: the split is '.*', but is 'test' meant"):
            CsvTask(**options).read("sw", "test")
    path.write_text("text,label,language,split\na,x,sw,test\nb,x,sw,extra\n", encoding="utf-8")
    assert len(CsvTask(**options).read("sw", "test")) == 1
