from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from realign_core.data._hub import OPUS_100
from realign_core.data.parallel import HubParallel
from realign_core.support.errors import DataError, MissingExtraError

datasets = pytest.importorskip("datasets")


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def store(folder: Path, rows: dict[str, list[object]], split: str = "train") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    datasets.Dataset.from_dict(rows).to_parquet(str(folder / f"{split}-00000-of-00001.parquet"))


def test_opus_100_layout(tmp_path: Path):
    store(tmp_path / "h" / "en-sw", {"translation": [{"en": "yes", "sw": "ndiyo"}, {"en": "no", "sw": None}]})
    store(tmp_path / "h" / "af-en", {"translation": [{"af": "ja", "en": "yes"}]})
    source = HubParallel(folder=tmp_path / "h")
    assert source.languages() == ("af", "sw")
    assert source.read("af").target == ("ja",)
    assert (source.read("sw").source, dict(source.read("sw").dropped)) == (("yes",), {"empty": 1})


def test_flores_layout_joins_on_the_id(tmp_path: Path):
    store(tmp_path / "h" / "eng_Latn", {"id": [1, 2, 3], "text": ["a", "b", "c"]}, "dev")
    store(tmp_path / "h" / "swh_Latn", {"id": [3, 1, 9], "text": ["z", "x", "w"]}, "dev")
    source = HubParallel(
        folder=tmp_path / "h", config="{language}", source="eng_Latn", split="validation", layout="joined"
    )
    assert source.languages() == ("swh_Latn",)
    text = source.read("swh_Latn")
    assert (text.source, text.target) == (("c", "a"), ("z", "x"))


def test_columns_and_limit(tmp_path: Path):
    store(tmp_path / "h" / "sw", {"english": ["a", "b", None], "non_english": ["x", "y", "z"]})
    options = {"config": "{language}", "layout": "columns"}
    columns = {"source_column": "english", "target_column": "non_english"}
    source = HubParallel(folder=tmp_path / "h", **options, **columns)
    assert dict(source.read("sw").dropped) == {"empty": 1}
    assert len(HubParallel(folder=tmp_path / "h", limit=1, **options, **columns).read("sw")) == 1
    with pytest.raises(DataError, match="no column 'target'; columns: english, non_english"):
        HubParallel(folder=tmp_path / "h", source_column="english", **options).read("sw")


def test_known_and_unknown_hub_data_sets():
    assert len(OPUS_100) == len(set(OPUS_100)) == 99
    assert HubParallel(dataset="Helsinki-NLP/opus-100").languages() == OPUS_100
    with pytest.raises(ValidationError, match="list the languages of 'a/b' in 'codes'"):
        HubParallel(dataset="a/b")
    with pytest.raises(ValidationError, match="either 'dataset', a hub id, or 'folder'"):
        HubParallel()


def test_errors_have_a_place_and_advice(tmp_path: Path):
    store(tmp_path / "h" / "en-sw", {"translation": [{"en": "yes", "sw": "ndiyo"}]})
    with pytest.raises(DataError, match="nearest codes: sw"):
        HubParallel(folder=tmp_path / "h").read("swh")
    with pytest.raises(
        DataError, match=r"configuration 'en-sw', split 'test': cannot be loaded.*check the names"
    ):
        HubParallel(folder=tmp_path / "h", split="test").read("sw")
    with pytest.raises(DataError, match="row 0 has no texts for 'eng' and 'sw'; check 'source'"):
        HubParallel(folder=tmp_path / "h", config="en-{language}", source="eng").read("sw")


def test_unreachable_hub(monkeypatch: pytest.MonkeyPatch):
    def unreachable(*args: object, **kwargs: object) -> None:
        raise ConnectionError("Couldn't reach the Hub")

    monkeypatch.setattr(datasets, "load_dataset", unreachable)
    with pytest.raises(DataError, match=r"opus-100.*cannot be reached; .* use a local copy"):
        HubParallel(dataset="Helsinki-NLP/opus-100").read("sv")


def test_script_data_sets_get_advice(monkeypatch: pytest.MonkeyPatch):
    def refuse(*args: object, **kwargs: object) -> None:
        raise RuntimeError("Dataset scripts are no longer supported, but found flores.py")

    monkeypatch.setattr(datasets, "load_dataset", refuse)
    with pytest.raises(DataError, match="needs a script, which is never run"):
        HubParallel(dataset="facebook/flores", codes=("swh_Latn",)).read("swh_Latn")


def test_missing_package_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "en-sw").mkdir()
    monkeypatch.setitem(__import__("sys").modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"subsetsearch\[hub\]"):
        HubParallel(folder=tmp_path).read("sw")
