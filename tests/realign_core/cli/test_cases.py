"""Small inputs that once went wrong without a word, through the command line, from the file to the plan or score."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from realign_core import read_table
from realign_core.__main__ import main

Recipe = dict[str, Any]
Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(
    tiny_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """Change tables of the tiny recipe and type a command about it; its status and all it printed."""

    def typed(command: str, *options: object, **tables: Any) -> tuple[int, str]:
        lines = []
        for table, values in (tiny_recipe | tables).items():
            inner = {key: value for key, value in values.items() if isinstance(value, dict)}
            lines.append(f"[{table}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in values.items() if key not in inner]
            for name, content in inner.items():
                lines.append(f"[{table}.{name}]")
                lines += [f"{json.dumps(key)} = {_toml(value)}" for key, value in content.items()]
        (tmp_path / "recipe.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["realign-core", command, "recipe.toml", *map(str, options)])
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("COLUMNS", "500")
        status = 0
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return typed


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value)


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


DRY = ("--dry-run", "--no-timing")

PAIRS = [
    ("a man reads", "someone reads", 0),
    ("a dog", "the dog runs", 2),
    ("it rains", "monday", 1),
    ("x", "y", -1),
]


def _nli(folder: Path, reader: str, code: str, split: str, last: str = "") -> dict[str, Any]:
    """Write pairs as a reader has them, the last without a gold label, and give the reader's options."""
    sign = "\t" if reader in ("xnli", "tsv") else ","
    if reader in ("jsonl", "hub"):
        rows = [dict(zip(("premise", "hypothesis", "label"), pair, strict=True)) for pair in PAIRS]
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        text += json.dumps({"premise": "p", "hypothesis": "h", "label": int(last)}) if last else ""
    else:
        rows_of_text = [sign.join(map(str, pair)) for pair in [("premise", "hypothesis", "label"), *PAIRS]]
        text = "".join(
            f"{row}\n" for row in [*rows_of_text, *([sign.join(("p", "h", last))] if last else [])]
        )
    ending = {"xnli": "tsv", "hub": "jsonl"}.get(reader, reader)
    put(folder, f"{code}/{split}.{ending}", text)
    place = {"folder" if reader == "hub" else "path": str(folder)}
    pattern = {} if reader == "hub" else {"pattern": f"{{language}}/{{split}}.{ending}"}
    columns = {"hub": {"task": "pair", "text_column": "premise", "label_names": ["0", "1", "2"]}, "xnli": {}}
    return {"format": reader, **place, **pattern, **columns.get(reader, {"premise": "premise"})}


@pytest.mark.parametrize("reader", ["xnli", "tsv", "csv", "jsonl", "hub"])
def test_minus_one_is_no_label_of_inference(call: Call, tmp_path: Path, reader: str) -> None:
    if reader == "hub":
        pytest.importorskip("datasets", reason="extra 'hub' is not installed")
    _nli(tmp_path / "n", reader, "fr", "test")
    task = {"kind": "nli", "source_language": "en", "train": _nli(tmp_path / "n", reader, "en", "train")}
    status, said = call("run", "-l", "xx", "--targets", "fr", *DRY, task=task)
    assert status == 0, said
    assert "training data: 3 of 4 examples in 1 language kept; left out: unlabelled 1; en 1 of 4" in said
    assert "test data: 3 of 4 examples in 1 language kept; left out: unlabelled 1; fr 1 of 4" in said
    if reader != "hub":  # whose names of labels are told above
        task["train"] = _nli(tmp_path / "n", reader, "en", "train", last="7")
        status, said = call("run", "-l", "xx", "--targets", "fr", *DRY, task=task)
        assert status == 1
        assert "inference has 2 or 3 labels, but these are 4: 0, 1, 2, 7" in said


def test_moses_files_of_several_names_are_paired_by_name(call: Call, tmp_path: Path) -> None:
    for name in ("X.en-fr.en", "Y.en-fr.en", "Y.en-fr.fr", "Z.en-fr.fr"):
        put(tmp_path, f"a/en-fr/{name}", "one two\nthree four\n")
    for name, text in {
        "en.news": "good day",
        "fr.news": "bonjour",
        "zz-en.news": "where",
        "zz-fr.news": "ou",
    }.items():
        put(tmp_path, f"b/en-fr/{name}.txt", f"{text} a\n{text} b\n")
    moses = {"format": "moses", "path": "a", "source": "en", "source_pattern": "{pair}/*.{pair}.{source}"}
    moses |= {"target_pattern": "{pair}/*.{pair}.{language}"}
    status, said = call("run", "-l", "fr", "--targets", "xx", *DRY, parallel=moses)
    assert status == 1
    assert "no file of the other side belongs to X.en-fr.en, Z.en-fr.fr" in said
    moses |= {
        "path": "b",
        "source_pattern": "{pair}/*{source}.news.txt",
        "target_pattern": "{pair}/*{language}.news.txt",
    }
    status, said = call("run", "-l", "fr", "--targets", "xx", *DRY, parallel=moses)
    assert "4 of 4 rows in 1 language kept" in said
    moses |= {
        "source_pattern": "{pair}/**{source}.news.txt",
        "target_pattern": "{pair}/**{language}.news.txt",
    }
    status, said = call("run", "-l", "fr", "--targets", "xx", *DRY, parallel=moses)
    assert "4 of 4 rows in 1 language kept" in said
    moses |= {"target_pattern": moses["source_pattern"]}
    status, said = call("run", "-l", "fr", "--targets", "xx", *DRY, parallel=moses)
    assert status == 2 or "are the same pattern" in said
    assert "are the same pattern" in said


@pytest.mark.parametrize("long_sentences", ["windows", "cut"])
def test_words_beyond_the_longest_text_are_scored_or_told(
    call: Call, tmp_path: Path, long_sentences: str
) -> None:
    pytest.importorskip("seqeval", reason="extra 'ner' is not installed")
    put(tmp_path, "n/en/train.txt", "cat\tB-PER\ndog\tO\n\ndog\tO\ncat\tB-PER\n" * 8)
    put(tmp_path, "n/xx/test.txt", "dog\tO\n" * 200 + "cat\tB-PER\n\n" + "cat\tB-PER\ndog\tO\n")
    train = {"format": "conll", "path": "n", "pattern": "{language}/{split}.txt"}
    task = {"kind": "ner", "source_language": "en", "train": train, "long_sentences": long_sentences}
    options = ("-l", "xx", "--targets", "xx")
    status, said = call("run", *options, *DRY, task=task)
    assert status == 0, said
    told = "words of test data" in said and "beyond max_length" in said
    assert told == (long_sentences == "cut")
    status, said = call("run", *options, "--seeds", "1", "-o", "runs.csv", task=task)
    assert status == 0, said
    assert ("beyond max_length" in said) == (long_sentences == "cut")
    assert 0 <= read_table(tmp_path / "runs.csv")["final_eval_xx_f1"][0] <= 1


def test_links_of_a_finer_text_are_found_and_those_of_another_are_refused(call: Call, tmp_path: Path) -> None:
    put(tmp_path, "m/en-nl.en", "Good day!\nThank you, friend.\nSee you\n")
    put(tmp_path, "m/en-nl.nl", "Goede dag!\nDank je, vriend.\nTot dan\n")
    put(
        tmp_path,
        "m/nl.txt",
        "Good day ! ||| Goede dag !\nThank you , friend . ||| Dank je , vriend .\nSee you ||| Tot dan\n",
    )
    put(tmp_path, "m/nl.align", "0-0 1-1\n0-0 1-1\n0-0 1-1\n")
    parallel = {"format": "moses", "path": "m", "source": "en"}
    aligner = {"kind": "pharaoh", "path": "m", "text": "{language}.txt", "links": "{language}.align"}
    realignment = {"aligner": aligner}
    status, said = call("align", "-l", "nl", "--json", parallel=parallel, realignment=realignment)
    assert status == 0, said
    assert '"pairs": 3' in said
    assert '"links": 6' in said
    put(tmp_path, "m/nl.txt", "x ||| y\n" * 3)
    put(tmp_path, "m/nl.align", "0-0\n" * 3)
    status, said = call("align", "-l", "nl", parallel=parallel, realignment=realignment)
    assert status == 1
    assert "0 of 3 pairs of 'nl' found in this file" in said
