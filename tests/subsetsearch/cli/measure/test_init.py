"""The command ``init``: from files to a study file, to the dry run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _corpora(root: Path) -> None:
    words = [f"word{n}" for n in range(60)]
    for code in ("en", "sw", "yo"):
        (root / "text").mkdir(exist_ok=True)
        (root / "text" / f"{code}.txt").write_text(
            "".join(f"{code}{word} a\n" for word in words), encoding="utf-8"
        )
        for split in ("train",) if code == "en" else ("dev", "test"):
            rows = "".join(f"{code}{word},{'ab'[n % 2]}\n" for n, word in enumerate(words[:20]))
            (root / "topics" / code).mkdir(parents=True, exist_ok=True)
            (root / "topics" / code / f"{split}.csv").write_text(f"review,stars\n{rows}", encoding="utf-8")


def test_init_says_what_it_made_and_what_comes_next(
    cli: Callable[..., Any], tmp_path: Path, tiny_encoder: Path
) -> None:
    _corpora(tmp_path)
    file = tmp_path / "mine.toml"
    done = cli("init", tmp_path, "--encoder", tiny_encoder, "-o", file)
    assert done.code == 0, done.err
    said = " ".join(done.out.split())
    for sentence in ("mine.toml is written", "format 'folder', 2 languages", "format 'csv', task 'text'"):
        assert sentence in said
    assert f"next: subsetsearch run {file} --dry-run" in done.out
    short = ("--set", "recipe.encoder.max_length=32")  # the tiny encoder reads 80 tokens
    plan = cli("run", file, "--dir", tmp_path / "runs", "--dry-run", "--json", *short)
    assert "timing a few steps of each part of a run" in plan.err
    assert plan.code == 0, plan.err
    assert json.loads(plan.out)["pool"] == 2
    again = cli("init", tmp_path, "-o", file)
    assert (again.code, "--force" in again.err) == (1, True)
    as_json = cli(
        "init",
        "--parallel",
        tmp_path / "text",
        "--labelled",
        tmp_path / "topics",
        "-o",
        file,
        "--force",
        "--json",
    )
    assert json.loads(as_json.out)["file"] == str(file)
    wrong = cli(
        "init", "--parallel", tmp_path / "topics", "--labelled", tmp_path / "topics", "-o", file, "--force"
    )
    assert (wrong.code, "no parallel text" in wrong.err) == (2, True)
