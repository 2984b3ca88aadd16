"""What once passed in silence: small inputs, each of a kind, with what is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from realign_core.data.examples import PairExample, TokenExample
from realign_core.data.labelled import (
    ConllTask,
    ConlluTask,
    HubTask,
    Iob2Task,
    JsonlTask,
    SibTask,
    SquadTask,
    TaskReader,
    XnliTask,
)
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.settings.config import validate_config

CONTEXT = "Der Fluss 🏞 heißt Aare. Er fließt durch Bern, und Bern liegt am Fluss."


def _read(reader: type[TaskReader], folder: Path, content: str, **options: Any) -> list[Any]:
    path = folder / "data"
    path.write_text(content, encoding="utf-8")
    return reader(files={"xx": {"test": [path]}}, **options).read("xx", "test")


def _ud(*rows: tuple[str, str, str]) -> str:
    return "".join(f"{n}\t{word}\t_\t{tag}\t_\t_\t0\troot\t_\t_\n" for n, word, tag in rows)


NLI = {
    "numbers in TSV": "premise\thypothesis\tlabel\na\tb\t0\nc\td\t2\ne\tf\t1\ng\th\t-1\n",
    "numbers in JSON": "".join(
        json.dumps({"premise": p, "hypothesis": h, "label": label}) + "\n"
        for p, h, label in (("a", "b", 0), ("c", "d", 2), ("e", "f", 1), ("g", "h", -1))
    ),
}


@pytest.mark.parametrize("name", NLI)
def test_no_gold_label_is_no_class_and_numbers_are_mapped(tmp_path: Path, name: str):
    names = {"0": "entailment", "1": "neutral", "2": "contradiction"}
    path = tmp_path / ("d.jsonl" if "JSON" in name else "d.tsv")
    path.write_text(NLI[name])
    reader = XnliTask(files={"xx": {"test": [path]}}, label_map=names)
    assert reader.read("xx", "test") == [
        PairExample("a", "b", "entailment"),
        PairExample("c", "d", "contradiction"),
        PairExample("e", "f", "neutral"),
    ]


def test_a_key_that_is_twice_in_an_object_is_malformed(tmp_path: Path):
    with pytest.raises(DataError, match=r"data:1: not JSON: the key 'label' is there twice"):
        _read(JsonlTask, tmp_path, '{"text": "a", "label": "x", "label": "y"}\n')
    with pytest.raises(DataError, match="the key 'data' is there twice"):
        _read(SquadTask, tmp_path, '{"data": [], "data": []}')


@pytest.mark.parametrize("hidden", ["\u200b\u200d", "\u2060"])
def test_a_text_that_cannot_be_seen_is_malformed(tmp_path: Path, hidden: str):
    with pytest.raises(DataError, match=r"data:1: .*no character that can be seen"):
        _read(JsonlTask, tmp_path, json.dumps({"text": hidden, "label": "x"}) + "\n")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("Ana B-PER\nMei\n", 2, "'token TAG' is needed"),
        ("Ana B-PER\nMei NNP O\n", 2, "2 columns are needed, as in the file's first word, but got 3"),
        ("Ana\tB-PER\n\tO\n", 2, "the word is empty"),
        ("Ana B-PER\nMei _\n", 2, "the word has no tag, but '_'"),
        ("Ana B-PER\nMei --\n", 2, "the word has no tag, but '--'"),
        ("Ana\tB-PER\nMei\t\n", 2, "'token TAG' is needed"),
        ("token\ttag\nAna\tB-PER\n", 1, "names the columns"),
        ("A\0na B-PER\n", 1, "holds a NUL"),
        ("_ NOUN\n_ VERB\n", 1, "every word of this sentence is '_'"),
    ],
)
def test_malformed_words_of_columns(tmp_path: Path, text: str, line: int, what: str):
    with pytest.raises(DataError, match=rf"data:{line}: .*{what}"):
        _read(ConllTask, tmp_path, text)


def test_a_line_with_a_tab_is_cut_at_tabs_and_comments_are_no_words(tmp_path: Path):
    assert _read(ConllTask, tmp_path, "New York\tB-LOC\nMei\tO\n") == [
        TokenExample(("New York", "Mei"), ("B-LOC", "O"))
    ]
    assert _read(ConllTask, tmp_path, "# sent 1\nAna B-PER \n# O\n") == [
        TokenExample(("Ana", "#"), ("B-PER", "O"))
    ]
    assert _read(ConllTask, tmp_path, "Mei _\nx O\n", tag_map={"_": "O"})[0].tags == ("O", "O")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (
            _ud(("1", "Hola", "INTJ")) + "# next\n" + _ud(("1", "Adiós", "INTJ")),
            3,
            "word number 1 comes after 1",
        ),
        (_ud(("1", "Hola", "X"), ("2", "a", "X"), ("2", "a", "X")), 3, "word number 2 comes after 2"),
        (_ud(("1", "Hola", "X"), ("3", "a", "X")), 2, "word number 3 comes after 1"),
        (_ud(("1", "_", "DET"), ("2", "_", "NOUN")), 1, "every word of this sentence is '_'"),
        (_ud(("1", "Hola", "_")), 1, "the word has no tag"),
        (_ud(("1", "Hola", "intj")), 1, "'intj' is no universal part-of-speech tag; map it"),
    ],
)
def test_malformed_treebanks(tmp_path: Path, text: str, line: int, what: str):
    with pytest.raises(DataError, match=rf"data:{line}: {what}"):
        _read(ConlluTask, tmp_path, text)


def test_tags_that_are_mapped_need_not_be_the_formats_own(tmp_path: Path):
    found = _read(ConlluTask, tmp_path, _ud(("1", "Hola", "intj")), tag_map={"intj": "INTJ"})
    assert found[0].tags == ("INTJ",)
    assert _read(Iob2Task, tmp_path, "1\tAna\tPER\n", tag_map={"PER": "B-PER"})[0].tags == ("B-PER",)


def _squad(*questions: dict[str, Any]) -> str:
    return json.dumps({"data": [{"paragraphs": [{"context": CONTEXT, "qas": questions}]}]})


def _question(identity: object, answers: object, **other: object) -> dict[str, Any]:
    return {"id": identity, "question": "Wo?", "answers": answers, **other}


def _at(start: object, text: str = "Bern") -> list[dict[str, object]]:
    return [{"text": text, "answer_start": start}]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (_squad(_question("7", _at(40)), _question("7", _at(18, "Aare"))), r"qas\[1\]: the id '7'.*qas\[0\]"),
        (_squad(_question(None, _at(40))), "the question has no id, but None"),
        (_squad(_question("1", _at(45))), "not in the context at 45; .*counted in bytes"),
        (_squad(_question("1", _at(41))), "not in the context at 41; .*counted in UTF-16 units"),
        (_squad(_question("1", [*_at(40), *_at(40, "in Bern")])), "'in Bern' is not in the context at 40"),
    ],
)
def test_malformed_questions(tmp_path: Path, content: str, what: str):
    with pytest.raises(DataError, match=what):
        _read(SquadTask, tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        _squad(_question("1", _at(40))),
        _squad(_question("1", _at("40"))),
        _squad(_question("1", _at(39, " Bern"))),
        _squad(_question("1", {"text": ["Bern"], "answer_start": [40]})),
        _squad(_question("1", _at(40), is_impossible="false"), _question("2", _at(40), is_impossible="true")),
        _squad(_question("1", _at(40)), _question("2", _at(-1, ""))),
        json.dumps(
            {"data": [{**_question("1", {"text": ["Bern"], "answer_start": [40]}), "context": CONTEXT}]}
        ),
    ],
    ids=["plain", "start as text", "space", "lists", "flags", "no answer", "flat"],
)
def test_all_layouts_of_questions_are_read_alike(tmp_path: Path, content: str):
    (example,) = _read(SquadTask, tmp_path, content)
    assert (example.id, example.answers, example.answer_starts) == ("1", ("Bern",), (40,))


def test_options_without_effect_are_refused(tmp_path: Path):
    with pytest.raises(ValidationError, match="'second_column' has no effect with task = 'text'"):
        HubTask(folder=tmp_path, task="text", second_column="b")
    with pytest.raises(ValidationError, match="'label_names' has no effect with task = 'question'"):
        HubTask(folder=tmp_path, task="question", label_names=("a",))
    with pytest.raises(ValidationError, match="'language_column' has no effect"):
        XnliTask(path=tmp_path, pattern="{language}.{split}.tsv", language_column="code")
    with pytest.raises(ValidationError, match="'split_names' has no effect"):
        ConllTask(path=tmp_path, pattern="{language}.txt", split_names={"dev": "valid"})


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"tokens": ["Ana", None], "ner_tags": ["B-PER", "O"]}, "a token must be text, but got None"),
        ({"tokens": ["", "Bo"], "ner_tags": ["O", "B-PER"]}, "a token must be text, but got ''"),
        ({"tokens": ["Ana", "x"], "ner_tags": ["B-PER"]}, "train.jsonl:1: 2 tokens have 1 tags"),
        ({"tokens": ["Ana"], "ner_tags": ["-"]}, "a word has no tag, but '-'"),
        ({"tokens": ["_", "_"], "ner_tags": ["O", "O"]}, "every word of this sentence is '_'"),
    ],
)
def test_malformed_sentences_of_hub_folders(tmp_path: Path, row: dict[str, Any], what: str, monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "h" / "xx").mkdir(parents=True)
    (tmp_path / "h" / "xx" / "train.jsonl").write_text(json.dumps(row) + "\n")
    reader = HubTask(folder=tmp_path / "h", task="token", text_column="tokens", label_column="ner_tags")
    with pytest.raises(DataError, match=what):
        reader.read("xx", "train")


def test_label_numbers_of_hub_tables_are_named_and_missing_ones_left_out(tmp_path: Path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "h" / "xx").mkdir(parents=True)
    (tmp_path / "h" / "xx" / "train.csv").write_text("text,label\nyes,1\nnull,0\nperhaps,\n")
    reader = HubTask(folder=tmp_path / "h", task="text", label_names=("no", "yes"))
    assert [(e.text, e.label) for e in reader.read("xx", "train")] == [("yes", "yes"), ("null", "no")]


IDS = {
    SibTask: "index_id\tcategory\ttext\n7\tx\ta\n8\tx\tb\n{}\tx\tc\n",
    XnliTask: "pairID\tsentence1\tsentence2\tgold_label\n7\ta\tb\tx\n8\tc\td\tx\n{}\te\tf\tx\n",
}


@pytest.mark.parametrize("reader", IDS)
def test_an_id_that_is_there_twice_names_both_places(tmp_path: Path, reader: type[TaskReader]):
    with pytest.raises(DataError, match=r"data:4: the id '7' is that of another example, at .*data:2"):
        _read(reader, tmp_path, IDS[reader].format(7))
    assert len(_read(reader, tmp_path, IDS[reader].format(9))) == 3


@pytest.mark.parametrize("column", ["id", "index_id"])
def test_ids_of_hub_rows_are_there_once(tmp_path: Path, column: str, monkeypatch):
    rows = [{column: n, "text": text, "label": "x"} for n, text in ((1, "a"), (2, "b"), (1, "c"))]
    (tmp_path / "sw").mkdir()
    (tmp_path / "sw" / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    reader = HubTask(folder=tmp_path, task="text")
    with pytest.raises(DataError, match="the id '1' is that of another example"):
        reader.read("sw", "test")


def test_where_nothing_is_found_the_pattern_is_told(tmp_path: Path):
    (tmp_path / "odd.txt").write_text("a b")
    reader = ConlluTask(path=tmp_path)
    assert reader.sought("test").startswith("'UD_*/{language}_*-ud-test.conllu' in ")
    with pytest.raises(DataError, match=r"nor for any other.*found as UD_\*/wo_\*-ud-test.conllu"):
        reader.read("wo", "test")


def test_a_file_that_is_listed_twice_is_refused(tmp_path: Path):
    (tmp_path / "a.txt").write_text("a\tX\n\n", encoding="utf-8")
    files = {"sw": {"dev": ["a.txt", "./a.txt"]}}
    with pytest.raises(ConfigError, match=r"'files' has .*a\.txt twice for 'sw', split 'dev'"):
        validate_config(ConllTask, {"files": files}, folder=tmp_path)
    once = {"sw": {"dev": ["a.txt"], "test": ["a.txt"]}}  # which the dry run questions
    assert len(validate_config(ConllTask, {"files": once}, folder=tmp_path).read("sw", "test")) == 1
