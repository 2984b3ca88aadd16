"""Each kind of task has an example study: it loads, passes a dry run, and its formats are really read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import subsetsearch as ss

FOLDER = Path(__file__).resolve().parents[2] / "studies" / "examples"
REAL = ("pos", "ner", "classification")
QUICK = {
    "recipe.encoder.max_length": 64,
    "recipe.task.max_evaluation": 4,
    "recipe.realignment.steps": 2,
    "recipe.realignment.pairs_per_batch": 4,
    "recipe.finetuning.epochs": 1,
    "pool.min_pairs": 4,
    "evaluate.seeds": [1],
}


def question(text: str, answer: str) -> dict[str, object]:
    qas = [{"id": text, "question": text, "answers": [{"text": answer, "answer_start": 0}]}]
    return {"paragraphs": [{"context": f"{answer} is here", "qas": qas}]}


@pytest.fixture
def small_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files in the layouts of XNLI, MultiNLI, Moses, SQuAD and tab-separated pairs."""
    for name in ("XNLI_DATA", "NLI_PAIRS", "QA_DATA", "QA_PAIRS"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    labels = ("entailment", "neutral", "contradictory")
    rows = "".join(f"premise {i}\thypothesis {i}\t{labels[i % 3]}\n" for i in range(9))
    (tmp_path / "XNLI_DATA" / "multinli.train.en.tsv").write_text(f"premise\thypo\tlabel\n{rows}", "utf-8")
    gold = ("entailment", "neutral", "contradiction")
    lines = [f"{code}\t{gold[i % 3]}\tone {i}\ttwo {i}" for code in ("sw", "ur", "th") for i in range(6)]
    for split in ("dev", "test"):
        text = "\n".join(["language\tgold_label\tsentence1\tsentence2", *lines]) + "\n"
        (tmp_path / "XNLI_DATA" / f"xnli.{split}.tsv").write_text(text, "utf-8")
    for code in ("sw", "ur", "th"):
        for side in ("en", code):
            text = "".join(f"{side} sentence number {i}\n" for i in range(60))
            (tmp_path / "NLI_PAIRS" / f"en-{code}.{side}").write_text(text, "utf-8")
    for code, splits in {"en": ["train"], **{key: ["dev", "test"] for key in ("sw", "te", "fi")}}.items():
        (tmp_path / "QA_DATA" / code).mkdir()
        for split in splits:
            data = {"data": [question(f"who {i}?", f"{code} {i}") for i in range(8)]}
            (tmp_path / "QA_DATA" / code / f"{split}.json").write_text(json.dumps(data), "utf-8")
        if code != "en":
            pairs = "".join(f"sentence number {i}\t{code} number {i}\n" for i in range(60))
            (tmp_path / "QA_PAIRS" / f"en-{code}.tsv").write_text(pairs, "utf-8")


def test_each_kind_of_task_has_one_and_is_explained() -> None:
    names = {path.stem for path in FOLDER.glob("*.toml")}
    assert names == {"pos", "ner", "classification", "nli", "qa"}
    page = (FOLDER.parents[1] / "docs" / "examples.md").read_text(encoding="utf-8")
    assert all(f"`{name}.toml`" in page for name in names)


def check(name: str, encoder: Path, folder: Path, languages: list[str]) -> None:
    """A dry run as it stands, then a full run with a tiny encoder."""
    file = FOLDER / f"{name}.toml"
    assert ss.load(file, runs=folder).plan()["trials"] >= 30
    overrides = {**QUICK, "recipe.encoder.name": str(encoder), "targets.languages": languages}
    study = ss.load(file, overrides, runs=folder)
    runs = study.evaluate(languages=["sw"], seeds=[1])
    assert runs["mean"].between(0, 1).all()
    assert sum(column.startswith("final_eval_") for column in runs) >= len(languages)


@pytest.mark.slow
@pytest.mark.realdata
@pytest.mark.skipif("REALIGN_DATA" not in os.environ, reason="REALIGN_DATA names no corpora")
@pytest.mark.parametrize("name", REAL)
def test_examples_on_published_corpora(
    name: str, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    check(name, tiny_encoder, tmp_path / "runs", ["yor"])


@pytest.mark.slow
@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("name", ["nli", "qa"])
def test_examples_on_small_files(
    name: str, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    check(name, tiny_encoder, tmp_path / "runs", ["sw"])
