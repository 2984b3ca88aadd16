from __future__ import annotations

from pathlib import Path

import pytest

from realign_core.data.examples import PairExample, QuestionExample, TextExample, TokenExample
from realign_core.data.labelled import HubTask
from realign_core.support.errors import DataError

datasets = pytest.importorskip("datasets")


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def store(
    root: Path, rows: dict[str, list[object]], split: str = "validation", features: object = None
) -> Path:
    (root / "h" / "sw").mkdir(parents=True, exist_ok=True)
    table = datasets.Dataset.from_dict(rows, features=features)
    table.to_parquet(str(root / "h" / "sw" / f"{split}-00000-of-00001.parquet"))
    return root / "h"


def test_text_with_the_data_sets_own_label_names(tmp_path: Path):
    names = datasets.ClassLabel(names=["sports", "travel"])
    features = datasets.Features({"text": datasets.Value("string"), "label": names})
    folder = store(tmp_path, {"text": ["a", "b"], "label": [1, 0]}, features=features)
    reader = HubTask(folder=folder, task="text")
    assert reader.languages("dev") == ("sw",)
    assert reader.read("sw", "dev") == [TextExample("a", "travel"), TextExample("b", "sports")]


def test_pair_with_given_label_names_and_bad_rows(tmp_path: Path):
    rows = {"premise": ["a", "", "c"], "hypothesis": ["x", "y", "z"], "label": [0, 1, -1]}
    folder = store(tmp_path, rows)
    options = {"folder": folder, "task": "pair", "text_column": "premise", "label_names": ("yes", "no")}
    with pytest.raises(DataError, match=r"\(sw, dev\), row 1: the field 'premise' must be text"):
        HubTask(**options).read("sw", "dev")
    assert HubTask(**options, skip_bad=1).read("sw", "dev") == [PairExample("a", "x", "yes")]
    with pytest.raises(DataError, match="row 0: the label 0 has no name; list the names"):
        HubTask(**options | {"label_names": ()}).read("sw", "dev")
    with pytest.raises(DataError, match="no column 'text'; columns: premise"):
        HubTask(folder=folder, task="text").read("sw", "dev")


def test_tokens(tmp_path: Path):
    tags = datasets.List(datasets.ClassLabel(names=["O", "B-DATE"]))
    features = datasets.Features({"tokens": datasets.List(datasets.Value("string")), "ner_tags": tags})
    folder = store(tmp_path, {"tokens": [["Leo", "ni"]], "ner_tags": [[1, 0]]}, "test", features)
    columns = {"text_column": "tokens", "label_column": "ner_tags"}
    reader = HubTask(folder=folder, task="token", label_map={"B-DATE": "O"}, **columns)
    assert reader.read("sw", "test") == [TokenExample(("Leo", "ni"), ("O", "O"))]


def test_questions(tmp_path: Path):
    rows = {
        "id": ["1", "2"],
        "question": ["Nini?", "Wapi?"],
        "context": ["Nairobi ni mji", "Kenya"],
        "answers": [{"text": ["mji"], "answer_start": [11]}, {"text": [], "answer_start": []}],
    }
    reader = HubTask(folder=store(tmp_path, rows), task="question")
    assert reader.read("sw", "dev") == [QuestionExample("1", "Nini?", "Nairobi ni mji", ("mji",), (11,))]


def test_missing_split_and_language(tmp_path: Path):
    folder = store(tmp_path, {"text": ["a"], "label": ["x"]})
    with pytest.raises(DataError, match="no file of the split 'test'; it has validation-00000-of-00001"):
        HubTask(folder=folder, task="text").read("sw", "test")
    with pytest.raises(DataError, match="nearest codes: sw"):
        HubTask(folder=folder, task="text").read("swh", "dev")
