"""A split of a local folder is found by what its files are called, by every reader of such folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from realign_core.data._hub import HubPlace
from realign_core.data._hub_splits import split_files
from realign_core.data.labelled import AnyTaskReader, HubTask
from realign_core.data.parallel import AnyParallel, HubParallel
from realign_core.support.errors import DataError

datasets = pytest.importorskip("datasets", reason="extra 'hub' is not installed")


@pytest.fixture(autouse=True)
def _private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("split", "names", "found"),
    [
        ("dev", ["dev.jsonl", "train.jsonl"], ["dev.jsonl"]),
        ("dev", ["dev.jsonl", "validation.jsonl"], ["dev.jsonl"]),
        ("validation", ["dev.jsonl", "validation.jsonl"], ["validation.jsonl"]),
        ("validation", ["dev.jsonl", "test.jsonl"], ["dev.jsonl"]),
        ("dev", ["val.csv", "test.csv"], ["val.csv"]),
        ("devtest", ["dev.jsonl", "devtest.jsonl"], ["devtest.jsonl"]),
        ("dev", ["dev.jsonl", "dev-test.jsonl"], ["dev.jsonl"]),
        ("dev-test", ["dev.jsonl", "dev-test.jsonl"], ["dev-test.jsonl"]),
        ("dev", ["swh.dev.tsv", "swh.test.tsv"], ["swh.dev.tsv"]),
        ("corrections", ["corrections.jsonl.gz", "train.jsonl"], ["corrections.jsonl.gz"]),
        (
            "dev",
            ["data/dev-00001-of-00002.parquet", "data/dev-00000-of-00002.parquet"],
            ["data/dev-00000-of-00002.parquet", "data/dev-00001-of-00002.parquet"],
        ),
        ("train", ["train-00000-of-00001-0a1b2c.parquet"], ["train-00000-of-00001-0a1b2c.parquet"]),
        ("dev", ["dev_2.csv", "dev_10.csv", *(f"dev_{n}.csv" for n in (1, 3, 4, 5, 6, 7, 8, 9))],
         [f"dev_{n}.csv" for n in range(1, 11)]),
        ("validation", ["dev/0000.parquet", "dev/0001.parquet", "test/0000.parquet"],
         ["dev/0000.parquet", "dev/0001.parquet"]),
        ("train", ["sw.jsonl"], ["sw.jsonl"]),
        ("train", ["sw.jsonl", ".train.jsonl", "__x__/train.jsonl", "README.md", "config.json"], ["sw.jsonl"]),
        ("test2018", ["test2018.csv", "test2019.csv"], ["test2018.csv"]),
        ("TEST", ["Test.csv"], ["Test.csv"]),
    ],
)  # fmt: skip
def test_the_files_of_a_split(tmp_path: Path, split: str, names: list[str], found: list[str]) -> None:
    files = split_files(put(tmp_path, *names), split)
    assert [file.relative_to(tmp_path).as_posix() for file in files] == found


@pytest.mark.parametrize(
    ("split", "names"),
    [
        ("validation", ["dev.jsonl", "val.jsonl"]),
        ("dev", ["dev.csv", "dev.jsonl"]),
        ("dev", ["dev.jsonl", "dev.jsonl.gz"]),
        ("dev", ["dev.jsonl", "old/dev.jsonl"]),
        ("dev", ["dev.jsonl", "dev/a.jsonl"]),
        ("dev", ["a.dev.jsonl", "b.dev.jsonl"]),
        ("dev", ["dev.jsonl", "dev_1.jsonl"]),
        ("dev", ["Dev.jsonl", "dev.jsonl"]),
        ("test", ["test2018.jsonl", "test2019.jsonl"]),
        ("dev", ["dev-00000-of-00001.parquet", "dev-00000-of-00002.parquet"]),
        ("train", ["a.jsonl", "b.jsonl"]),
        ("train", ["data/a.jsonl", "data/b.jsonl"]),
        ("dev", ["dev/a.jsonl", "dev/b.csv"]),
        ("dev", ["dev/en/a.jsonl", "dev/fr/a.jsonl"]),
    ],
)
def test_what_may_mean_two_things_is_refused_with_both_names(
    tmp_path: Path, split: str, names: list[str]
) -> None:
    with pytest.raises(DataError, match=f"may both be the split '{split}'") as told:
        split_files(put(tmp_path, *names), split)
    assert all(f"'{name}'" in str(told.value) for name in names)


@pytest.mark.parametrize(
    ("split", "names", "match"),
    [
        ("dev", ["train.jsonl", "test.jsonl"], "no file of the split 'dev'; it has test.jsonl, train.jsonl"),
        ("dev", ["sw.jsonl"], "no file of the split 'dev'; it has sw.jsonl"),
        ("dev", ["dev-test.jsonl", "train.csv"], "no file of the split 'dev'"),
        ("dev", ["test/dev-test.jsonl"], "no file of the split 'dev'"),
        ("train", ["notes.txt"], r"no file of the split 'train'; files with rows end in .*\.jsonl"),
        ("train", ["train-00000-of-00003.parquet", "train-00002-of-00003.parquet"], "file 1 of 3 of 'train' is"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused(tmp_path: Path, split: str, names: list[str], match: str) -> None:
    with pytest.raises(DataError, match=match):
        split_files(put(tmp_path, *names), split)


def _texts(folder: Path, split: str) -> list[object]:
    reader = HubTask(folder=folder, task="text", split_names={"dev": split})
    return [example.text for example in reader.read("swh", "dev")]  # type: ignore[union-attr]


def _sources(folder: Path, split: str) -> list[object]:
    source = HubParallel(folder=folder, config="{language}", layout="columns", split=split,
                         source_column="text", target_column="label")  # fmt: skip
    return [*source.read("swh").source]


READ: dict[type[HubPlace], Callable[[Path, str], list[object]]] = {HubTask: _texts, HubParallel: _sources}


def test_every_reader_of_such_folders_is_held_to_it() -> None:
    chosen = [*get_args(get_args(AnyTaskReader)[0]), *get_args(get_args(AnyParallel)[0])]
    assert {*READ} == {one for one in chosen if issubclass(one, HubPlace)}


@pytest.fixture(params=READ, ids=lambda kind: kind.__name__)
def read(request: pytest.FixtureRequest) -> Callable[[Path, str], list[object]]:
    return READ[request.param]


def _store(folder: Path, name: str, texts: list[str]) -> None:
    (folder / "swh").mkdir(exist_ok=True)
    rows = [{"text": text, "label": "eneo"} for text in texts]
    if name.endswith(".parquet"):
        datasets.Dataset.from_list(rows).to_parquet(str(folder / "swh" / name))
    else:
        content = "".join(f"{json.dumps(row)}\n" for row in rows)
        (folder / "swh" / name).write_text(content, encoding="utf-8")


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_every_reader_finds_a_split_by_its_files_name(
    tmp_path: Path, read: Callable[[Path, str], list[object]], ending: str
) -> None:
    for name in ("train", "dev", "test", "corrections"):
        _store(tmp_path, f"{name}.{ending}", [f"{name} one"])
    for split in ("train", "dev", "test", "corrections", "validation"):
        assert read(tmp_path, split) == [f"{'dev' if split == 'validation' else split} one"]
    _store(tmp_path, f"val.{ending}", ["other"])
    with pytest.raises(DataError, match=rf"'dev\.{ending}' and 'val\.{ending}' may both be"):
        read(tmp_path, "validation")


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_every_reader_goes_by_the_card_where_it_names_files(
    tmp_path: Path, read: Callable[[Path, str], list[object]], ending: str
) -> None:
    _store(tmp_path, f"dev.{ending}", ["wrong"])
    _store(tmp_path, f"a.{ending}", ["right"])
    card = (
        f"---\nconfigs:\n- config_name: default\n  data_files:\n  - split: dev\n    path: a.{ending}\n---\n"
    )
    (tmp_path / "swh/README.md").write_text(card, encoding="utf-8")
    assert read(tmp_path, "dev") == ["right"]
    with pytest.raises(DataError, match="the card names no split 'test'; its splits: dev"):
        read(tmp_path, "test")


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_every_reader_compares_rows_with_what_the_card_says(
    tmp_path: Path, read: Callable[[Path, str], list[object]], ending: str
) -> None:
    for split in ("dev", "test"):
        _store(tmp_path, f"{split}.{ending}", ["one", "two"])
    row = "  - name: {}\n    num_bytes: 1\n    num_examples: {}\n"
    card = "---\ndataset_info:\n  splits:\n" + row.format("dev", "{}") + row.format("test", 2) + "---\n"
    (tmp_path / "swh/README.md").write_text(card.format(2), encoding="utf-8")
    assert read(tmp_path, "dev") == read(tmp_path, "test") == ["one", "two"]
    (tmp_path / "swh/README.md").write_text(card.format(3), encoding="utf-8")
    with pytest.raises(DataError, match="2 rows, but its card says 3"):
        read(tmp_path, "dev")


@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_names_of_labels_in_the_card_hold_for_files_of_any_name(tmp_path: Path, ending: str) -> None:
    (tmp_path / "swh").mkdir()
    row = {"text": "one", "label": 1}
    content = json.dumps(row) if ending == "jsonl" else json.dumps([row])
    (tmp_path / f"swh/corrections.{ending}").write_text(content, encoding="utf-8")
    names = "  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': hapana\n          '1': si\n"
    card = f"---\ndataset_info:\n  features:\n  - name: text\n    dtype: string\n{names}---\n"
    (tmp_path / "swh/README.md").write_text(card, encoding="utf-8")
    reader = HubTask(folder=tmp_path, task="text", split_names={"dev": "corrections"})
    assert [example.label for example in reader.read("swh", "dev")] == ["si"]  # type: ignore[union-attr]


def test_a_text_that_speaks_of_data_files_is_no_card_that_names_them(tmp_path: Path) -> None:
    _store(tmp_path, "dev.jsonl", ["one"])
    (tmp_path / "swh/README.md").write_text("# About\n\ndata_files: see below\n", encoding="utf-8")
    assert _texts(tmp_path, "dev") == ["one"]
