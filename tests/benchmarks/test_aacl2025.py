"""Study files of the published protocol: what they ask for, and that they pass a dry run on stand-ins."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import subsetsearch as ss
from benchmarks.aacl2025.__main__ import main
from benchmarks.aacl2025.layout import NEEDS, PARALLEL, VARIABLE, missing, published_codes, write_parallel
from benchmarks.aacl2025.stand_in import ROWS, write_stand_ins
from benchmarks.common import ROOT
from subsetsearch.run.full_runs.chosen import EvaluationRequest
from subsetsearch.strategies import strategy_subsets

STUDIES = sorted((ROOT / "studies").glob("aacl2025-*.toml"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stand-ins, with their folder of parallel text."""
    pytest.importorskip("datasets", reason="local copies of the hub's data sets are read by datasets")
    root = tmp_path_factory.mktemp("aacl2025")
    main(["stand-in", str(root)])
    return root


def test_there_is_a_study_for_each_published_task() -> None:
    names = {path.stem.removeprefix("aacl2025-") for path in STUDIES}
    assert names == {"wikiann", "wikiann-mbert", "udpos", "xnli"}


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_a_study_is_as_published_and_passes_a_dry_run(
    path: Path, data: Path, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(data))
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    plain = ss.load(path, runs=tmp_path).config
    rate = 2e-5 if "mbert" in path.stem else 7.5e-6
    assert plain.name == path.stem
    assert plain.recipe.realignment.steps == 24_544
    assert plain.recipe.realignment.pairs_per_batch == 16
    assert plain.recipe.realignment.learning_rate == plain.recipe.finetuning.learning_rate == rate
    assert plain.recipe.encoder.name == (
        "bert-base-multilingual-cased" if "mbert" in path.stem else "xlm-roberta-base"
    )
    assert plain.evaluate.seeds == (17, 23, 31, 42, 66)
    assert "benchmarks.aacl2025 needs" in path.read_text(encoding="utf-8")
    if "mbert" in path.stem:  # the same data as without
        return
    small = {"recipe.encoder.name": str(tiny_encoder), "recipe.encoder.max_length": 32}
    plan = ss.load(path, small, runs=tmp_path).plan(timing=False)
    assert plan.passed, plan
    assert plan["pool"] == 65


def test_the_pool_has_every_published_strategy(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(data))
    pool = ss.load(STUDIES[0]).config.recipe.parallel.languages()
    assert set(pool) == set(published_codes())
    assert len(strategy_subsets(_keys(pool))["xt_afri"]) == 65


def _keys(codes: tuple[str, ...]) -> list[str]:
    from subsetsearch.languages import resolve

    return [resolve(code).key for code in codes]


def test_pairs_are_of_the_corpus_of_their_code_and_written_once(data: Path, tmp_path: Path) -> None:
    english, zulu = (
        (data / PARALLEL / "en-zul_Latn.tsv").read_text(encoding="utf-8").splitlines()[0].split("\t")
    )
    assert english.split()[0].startswith("riveren")
    assert zulu.split()[0].startswith("riverzu")
    english, amharic = (
        (data / PARALLEL / "en-amh_Ethi.tsv").read_text(encoding="utf-8").splitlines()[0].split("\t")
    )
    assert english.split()[0].startswith("riveren")  # though English is the file's second column
    assert amharic.split()[0].startswith("riveram")
    assert write_parallel(data) == {}
    copy = tmp_path / "copy"
    write_stand_ins(copy)
    assert write_parallel(copy, most=10)["af"] == 10
    shutil.rmtree(copy / PARALLEL)
    assert write_parallel(copy)["zul_Latn"] == ROWS


def test_it_says_what_is_missing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert missing(tmp_path) == [*NEEDS]
    with pytest.raises(SystemExit):
        main(["needs"])
    assert "hf download Helsinki-NLP/opus-100" in capsys.readouterr().out
    monkeypatch.setenv(VARIABLE, str(data))
    main(["needs"])
    assert "all 6 folders are there" in capsys.readouterr().out
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(SystemExit, match="names no folder"):
        main(["needs"])
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(SystemExit, match="error"):
        main(["parallel"])


def test_the_script_asks_for_what_there_is(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("there is no shell here")
    command = tmp_path / "subsetsearch"
    command.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> "{tmp_path / "asked"}"\n', encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(data))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    subprocess.run([shell, "studies/aacl2025.sh", "--dry-run"], cwd=ROOT, check=True, capture_output=True)
    lines = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    for line in lines:
        verb, study, *words = line.split()
        assert verb == "evaluate"
        assert words[-1] == "--dry-run"
        settings = dict(word.split("=") for word in words if word.startswith("recipe."))
        config = ss.load(ROOT / study, {key: int(value) for key, value in settings.items()}).config
        assert config.recipe.realignment.steps == 245
        strategies = words[words.index("--strategies") + 1]
        assert EvaluationRequest.of(strategies=strategies, fresh_seeds=1).strategies == strategies
