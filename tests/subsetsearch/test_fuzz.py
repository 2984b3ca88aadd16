"""What fuzzing found (``benchmarks/fuzz``) in files of settings and tables: the smallest file of each fault."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest

import subsetsearch as ss
from realign_core.encoder.files import shard_names, tensor_places
from realign_core.encoder.sentence_modules import copy_modules, published_files
from realign_core.recipe import Recipe
from realign_core.runs.tables.table import read_table
from realign_core.support.errors import ConfigError, DataError, EncoderError
from subsetsearch.config import load_study
from subsetsearch.errors import LanguageError, StudyError
from subsetsearch.languages import find_language, resolve
from subsetsearch.results.database.study_folder import LEFT_ASIDE, StudyFolder
from subsetsearch.results.tables.run_table import read_runs
from subsetsearch.strategies import read_pool
from subsetsearch.typology import read_csv_typology
from subsetsearch.typology._lang2vec_files import read_set

DEEP = "a." * 5000 + "a = 1\n"


@pytest.mark.parametrize(
    "content", [DEEP, f"a = {'[' * 5000}\n", f"a = {'9' * 5000}\n", f"name = {'{a=' * 3000}\n"]
)
def test_settings_that_are_too_deep_or_too_large_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "s.toml").write_text(content, encoding="utf-8")
    for read in (load_study, Recipe.from_toml):
        with pytest.raises(ConfigError, match=r"s\.toml"):
            read(tmp_path / "s.toml")


def test_a_study_file_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('name = "a"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text("name = \n", encoding="utf-8")
    (tmp_path / "c.toml").write_text('name = "a"\n', encoding="utf-8")
    (tmp_path / "d.toml").write_text("[tool]\nx = 1\n", encoding="utf-8")
    found = {line.name: (line.state, line.note) for line in ss.studies(tmp_path)}
    assert found.keys() == {"a", "b", "c"}
    assert found["a"][0] == "new"
    assert found["b"][0] == found["c"][0] == "damaged"
    assert "not valid TOML" in found["b"][1]
    assert "a.toml" in found["c"][1]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"trials": "x", "full_runs": 1}', "[" * 5000, '{"trials": 1e999, "full_runs": 1}'],
)
def test_a_note_of_what_was_left_aside_that_cannot_be_read_stops_nothing(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "left-aside-1").mkdir()
    (tmp_path / "left-aside-1" / LEFT_ASIDE).write_text(content, encoding="utf-8")
    (line,) = StudyFolder(tmp_path).left_aside
    assert "left-aside-1" in line


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"weight_map": {"a": "../x"}}',
        b'{"weight_map": {"a": 1}}',
        b'{"weight_map": {"a": "' + b"9" * 300 + b'"}}',
        b"[" * 5000,
        b"\xff",
    ],
)
def test_an_index_of_weights_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "i.json").write_bytes(content)
    with pytest.raises(EncoderError, match="not a list of files"):
        shard_names(tmp_path / "i.json")


@pytest.mark.parametrize("places", ["[0]", "[0, 1e999]", '["0", "4"]', "[4, 0]", "[-4, 0]", "null"])
def test_places_of_tensors_that_are_none(tmp_path: Path, places: str) -> None:
    header = f'{{"a": {{"dtype": "F32", "shape": [1], "data_offsets": {places}}}}}'.encode()
    (tmp_path / "m.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 8)
    with pytest.raises(EncoderError, match="not a safetensors file"):
        tensor_places(tmp_path / "m.safetensors")


@pytest.mark.parametrize("path", ["../x", "/x", "a\0b", "a" * 5000, "", None, 1, ["x"]])
def test_modules_of_odd_places_are_not_kept(tmp_path: Path, path: object) -> None:
    kind = "sentence_transformers.models.Transformer"
    modules = [{"path": "", "type": kind}, {"path": path, "type": kind}]
    _modules(tmp_path, json.dumps(modules))


@pytest.mark.parametrize("content", ["[]", "{}", "[1]", "[{}]", "null"])
def test_a_list_of_modules_that_is_none_is_not_kept(tmp_path: Path, content: str) -> None:
    _modules(tmp_path, content)


def _modules(folder: Path, content: str) -> None:
    (folder / "e").mkdir()
    (folder / "out").mkdir()
    (folder / "e" / "modules.json").write_text(content, encoding="utf-8")
    assert not copy_modules(published_files(str(folder / "e"), "main", offline=True), folder / "out")
    assert [*(folder / "out").iterdir()] == []


def test_a_damaged_file_of_lang2vec_is_our_error(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", langs=np.array(["deu"]), feats=np.array(["S_A"]), data=np.ones((1, 1, 1)))
    assert read_set("average", tmp_path / "a.npz").codes == ("deu",)
    whole = (tmp_path / "a.npz").read_bytes()
    for content in (b"", whole[:-30], whole[:60], whole.replace(b"data", b"dota")):
        (tmp_path / "b.npz").write_bytes(content)
        with pytest.raises(DataError, match="not a table of lang2vec"):
            read_set("average", tmp_path / "b.npz")
    with pytest.raises(DataError, match="not a table of lang2vec"):
        read_set("learned", tmp_path / "a.npz")


def test_a_pool_is_cut_at_line_feeds_and_read_as_text(tmp_path: Path) -> None:
    pool = tmp_path / "pool.txt"
    pool.write_bytes("\ufeffsw\r\nzul # a\u2028deu\n".encode())
    assert [language.iso639_3 for language in read_pool(str(pool))] == ["swh", "zul"]
    pool.write_bytes(b"sw\n\xff\n")
    with pytest.raises(DataError, match=r"pool\.txt:2: not UTF-8"):
        read_pool(str(pool))


def test_what_names_no_language_costs_little() -> None:
    assert find_language("sw") == resolve("swa")
    assert find_language("no such language") is None
    for text in ("x" * 1_000_000, "swahili " * 50):
        with pytest.raises(LanguageError, match="characters name no language"):
            resolve(text)
        assert find_language(text) is None


def test_a_wide_table_of_features_is_read_in_time(tmp_path: Path) -> None:
    """Each name of a feature was compared with those of all languages, to suggest the nearest."""
    names = [f"feature {n}" for n in range(20_000)]
    (tmp_path / "t.csv").write_text(
        f"x,{','.join(names)}\nsw{',1' * 20_000}\nzu{',0' * 20_000}\n", encoding="utf-8"
    )
    assert read_csv_typology(tmp_path / "t.csv").keys == ("swh_Latn", "zul_Latn")


def test_codes_of_no_language_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "languages.csv").write_text("ID,Glottocode\na,zulu1248\n", encoding="utf-8")
    rows = "".join(f"x{n},1A,1\n" for n in range(40))
    (tmp_path / "t.csv").write_text(f"Language_ID,Parameter_ID,Value\na,1A,1\n{rows}", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert read_csv_typology(tmp_path / "t.csv").keys == ("zul_Latn",)
    assert "40 codes of no language" in caplog.text


@pytest.mark.parametrize("cell", ["1_0", "٣", "0,5"])
def test_what_only_python_takes_for_a_number_is_none(tmp_path: Path, cell: str) -> None:
    (tmp_path / "t.csv").write_text(
        f'seed,method,final_eval_avg_accuracy\n1,baseline,"{cell}"\n', encoding="utf-8"
    )
    with pytest.raises(DataError, match=r"t\.csv:2: .*no number"):
        read_table(tmp_path / "t.csv")


def test_a_metric_with_a_nul_is_our_error(tmp_path: Path) -> None:
    header = (
        "study_fingerprint,recipe_hash,seed,realignment_langs,metric,seconds,final_eval_fur_Latn_accuracy"
    )
    (tmp_path / "e.csv").write_text(f"{header}\nf,r,17,swh_Latn,accur\0acy,1,0.5\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"e\.csv:2: no score of any target"):
        read_runs(tmp_path / "e.csv", split="test")
