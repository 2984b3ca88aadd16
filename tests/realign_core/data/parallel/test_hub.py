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
    assert dict(text.dropped) == {"unmatched": 1}


def joined(folder: Path, source: list[object], target: list[object]) -> HubParallel:
    for code, ids in (("eng", source), ("swh", target)):
        store(folder / "h" / code, {"id": ids, "text": [f"{code} {i}" for i in ids]})
    return HubParallel(folder=folder / "h", config="{language}", source="eng", layout="joined")


def test_ids_are_compared_as_text(tmp_path: Path):
    text = joined(tmp_path, ["1", "2", "x"], [2, 1, 3]).read("swh")
    assert (text.source, dict(text.dropped)) == (("eng 2", "eng 1"), {"unmatched": 1})


@pytest.mark.parametrize(
    ("source", "target", "match"),
    [
        ([1, 2, 2], [1, 2, 3], "rows 1 and 2 of 'eng' have the same id, '2'"),
        ([1, 2, 3], [1, 3, 3], "rows 1 and 2 of 'swh' have the same id, '3'"),
        ([1, 2, 3], [1, None, 3], "row 1 of 'swh' has no id"),
        ([1, 2], [3, 4], "none of the ids of 'swh' is one of 'eng': 3, 4 and 1, 2; check id_column"),
    ],
)
def test_ids_that_join_wrong_rows_are_refused(
    tmp_path: Path, source: list[object], target: list[object], match: str
):
    with pytest.raises(DataError, match=match):
        joined(tmp_path, source, target).read("swh")


def test_cells_are_text(tmp_path: Path):
    (tmp_path / "c" / "en-nl").mkdir(parents=True)
    rows = "source,target\n007,tien\nnull,nul\nTrue,waar\n,leeg\n1.50,NA\n"
    (tmp_path / "c" / "en-nl" / "train.csv").write_text(rows, encoding="utf-8")
    text = HubParallel(folder=tmp_path / "c", layout="columns").read("nl")
    assert text.source == ("007", "null", "True", "1.50")
    assert text.target == ("tien", "nul", "waar", "NA")
    assert dict(text.dropped) == {"empty": 1}
    store(tmp_path / "j" / "en-nl", {"translation": [{"en": 10, "nl": "tien"}]})
    assert HubParallel(folder=tmp_path / "j").read("nl").source == ("10",)
    store(tmp_path / "l" / "en-nl", {"translation": [{"en": ["a"], "nl": "b"}]})
    with pytest.raises(DataError, match=r"row 0: text is needed, but got \['a'\]"):
        HubParallel(folder=tmp_path / "l").read("nl")
    store(tmp_path / "br[v2]" / "en-nl", {"translation": [{"en": "a", "nl": "b"}]})
    with pytest.raises(DataError, match=r"a name with \[ \] in it; rename the folder"):
        HubParallel(folder=tmp_path / "br[v2]").read("nl")


def test_options_of_another_layout_are_refused():
    with pytest.raises(ValidationError, match="'id_column' has no effect with layout = 'translation'"):
        HubParallel(dataset="Helsinki-NLP/opus-100", id_column="key")


def test_a_revision_of_a_local_folder_is_refused(tmp_path: Path):
    with pytest.raises(ValidationError, match="'revision' has no effect on a local 'folder'"):
        HubParallel(folder=tmp_path, revision="main")


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
        DataError, match=r"h/en-sw: no file of the split 'test'; it has train-00000-of-00001.parquet"
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
