"""What is said of a pool before a run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from realign_core.data.examples import ParallelText
from subsetsearch.problem.notes import pool_notes, script_notes, twin_notes
from subsetsearch.problem.pool import Pool
from subsetsearch.rungs.ladder import Ladder


def test_a_code_that_vanishes_into_another_is_named(
    opened: Callable[..., Ladder], toy_root: Path, tmp_path: Path
) -> None:
    assert list(pool_notes(opened({}).problem)) == []
    folder = tmp_path / "parallel"
    shutil.copytree(toy_root / "parallel", folder)
    text = next(path for path in folder.iterdir() if path.stem.startswith("yor"))
    for code in ("aka_Latn", "twi_Latn"):
        shutil.copy(text, folder / f"{code}{text.suffix}")
    problem = opened({"recipe.parallel.path": str(folder), "targets.held_out_in_pool": False}).problem
    held_out, merged = pool_notes(problem)
    assert held_out.startswith("not in the pool, as they are held out: wol_Latn")
    assert merged == "one language under two codes in the parallel data: aka_Latn (left aside) and twi_Latn"
    assert problem.pool.codes["twi_Latn"] == "twi_Latn"


def test_the_source_language_under_another_code_is_not_in_the_pool(
    opened: Callable[..., Ladder], toy_root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "parallel"
    shutil.copytree(toy_root / "parallel", folder)
    text = next(path for path in folder.iterdir() if path.stem.startswith("yor"))
    shutil.copy(text, folder / f"eng-GB{text.suffix}")
    problem = opened({"recipe.parallel.path": str(folder)}).problem
    assert "not in the pool, as they are the source language: eng-GB" in [*pool_notes(problem)]
    assert "eng_Latn" not in problem.pool.codes
    named = {"recipe.parallel.path": str(folder), "pool.languages": ["eng-GB", "fin", "zul"]}
    assert "eng_Latn" in opened(named).problem.pool.codes  # who names it has it


def test_names_of_files_that_are_codes_are_questioned(
    opened: Callable[..., Ladder], toy_root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "parallel"
    shutil.copytree(toy_root / "parallel", folder)
    for name in ("dev", "test"):
        shutil.copy(folder / "fin.txt", folder / f"{name}.txt")
    said = [*pool_notes(opened({"recipe.parallel.path": str(folder)}).problem)]
    assert "taken for languages in the parallel data, but names of files too: dev (Domung)" in said
    assert "no language's code in the parallel data: test" in said


def test_text_in_another_script_is_questioned() -> None:
    """As where the columns of one file are the other way round."""
    sides = {"arb_Arab": "Good morning", "swh_Latn": "Habari", "zho_Hans": "你好", "rus_Cyrl": "Привет 12 km"}
    sides |= {"zho_Hant": "这个时候我们说", "yue_Hant": "這個時候我們說"}
    texts = {key: ParallelText(key, ("x",), (text,)) for key, text in sides.items()}
    said = [*script_notes(Pool({key: key for key in texts}, texts))]
    assert said == [
        "the parallel text is not in the language's script: arb_Arab (latin letters), "
        "zho_Hant (simplified characters); check files and columns"
    ]


def test_languages_with_too_few_pairs_or_one_side_are_named(
    opened: Callable[..., Ladder], toy_root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "moses"
    folder.mkdir()
    lines = (toy_root / "parallel/eng.txt").read_text(encoding="utf-8").splitlines()
    for code, number in (("fin", 40), ("zul", 40), ("yor", 9)):
        (folder / f"en-{code}.en").write_text("\n".join(lines[:number]), encoding="utf-8")
        (folder / f"en-{code}.{code}").write_text("\n".join(f"z{line}" for line in lines[:number]))
    (folder / "en-tel.tel").write_text("a", encoding="utf-8")
    moses = {"format": "moses", "path": str(folder), "source": "en"}
    problem = opened({"recipe.parallel": moses, "pool.min_pairs": 10}).problem
    said = [*pool_notes(problem)]
    assert problem.pool.keys == ("fin_Latn", "zul_Latn")
    assert "not in the pool, as they have too few sentence pairs: yor_Latn 9" in said
    assert "only one side in the parallel data: tel" in said


def test_one_text_under_several_codes_is_questioned() -> None:
    """As where a file was copied, or linked, under another name."""
    sides = {"swh_Latn": ("moja", "mbili"), "zul_Latn": ("moja", "mbili"), "yor_Latn": ("moja",)}
    texts = {key: ParallelText(key, ("one", "two")[: len(side)], side, {}) for key, side in sides.items()}
    assert [*twin_notes(Pool(dict.fromkeys(texts, "x"), texts))] == [
        "the same sentences under several codes: swh_Latn = zul_Latn; check the files"
    ]
    assert not [*twin_notes(Pool({}, {key: texts[key] for key in ("swh_Latn", "yor_Latn")}))]
