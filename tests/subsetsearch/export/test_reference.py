"""The call is parsed by a copy of the published script's own argument list."""

from __future__ import annotations

import argparse
import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from subsetsearch.export import Choice, choice_from_languages, export
from subsetsearch.subset import Subset


def published_arguments() -> argparse.ArgumentParser:
    """The arguments of scripts/2025_aacl/controlled_realignment.py, in its order."""
    parser = argparse.ArgumentParser()
    for name in ("translation_dir", "fastalign_dir", "dico_dir", "awesome_dir"):
        parser.add_argument(f"--{name}", type=str, default=None)
    for name in ("models", "tasks", "strategies"):
        parser.add_argument(f"--{name}", nargs="+", type=str)
    parser.add_argument("--left_lang", type=str, default="en")
    parser.add_argument("--right_langs", type=str, nargs="+", default=None)
    parser.add_argument("--n_realignment_langs", type=int, nargs="+", default=None)
    parser.add_argument("--eval_langs", type=str, nargs="+", default=None)
    for name in ("cache_dir", "sweep_id", "output_file", "checkpoint_path"):
        parser.add_argument(f"--{name}", type=str, default=None)
    for name in ("debug", "large_gpu", "use_wandb", "no_interleave"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--n_epochs", type=int, default=5)
    parser.add_argument("--n_seeds", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=None)
    parser.add_argument("--layers", type=int, nargs="+", default=[-1])
    parser.add_argument("--segmenter_port", type=int, default=9123)
    parser.add_argument("--realignment_steps", type=int, default=None)
    parser.add_argument("--project_name", type=str, default="")
    return parser


def call(choice: Choice, tmp_path: Path) -> argparse.Namespace:
    """Run the script in bash with a ``python`` that writes its arguments down."""
    script = export(choice, "reference-cli", tmp_path / "run.sh")[0]
    fake = tmp_path / "bin" / "python"
    fake.parent.mkdir(exist_ok=True)
    fake.write_text('#!/usr/bin/env bash\nprintf "%s\\0" "$@" > "$SEEN"\n')
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    environment = os.environ | {
        "PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}",
        "SEEN": str(tmp_path / "seen"),
        "TRANSLATION_DIR": "my data",
    }
    subprocess.run(["bash", str(script)], cwd=tmp_path, env=environment, check=True)
    seen = (tmp_path / "seen").read_text(encoding="utf-8").split("\0")[:-1]
    assert seen[0] == "scripts/2025_aacl/controlled_realignment.py"
    return published_arguments().parse_args(seen[1:])


@pytest.mark.parametrize("which", ["choice", "evil"])
def test_call_is_understood(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    choice: Choice = request.getfixturevalue(which)
    found = call(choice, tmp_path)
    assert found.right_langs == ["af", "swh_Latn"]
    assert found.eval_langs == ["wo", "yo"]
    assert found.seeds == [17, 23]
    assert found.realignment_steps == 24544
    assert found.translation_dir == "my data"
    assert os.path.dirname(found.output_file) == "results"  # noqa: PTH120 - as the script itself does


def test_one_output_file_a_subset(choice: Choice, tmp_path: Path) -> None:
    first = call(choice, tmp_path).output_file
    assert call(replace(choice, study="other"), tmp_path).output_file == first
    assert (
        call(
            replace(choice, row=replace(choice.row, subset=Subset(frozenset({"afr_Latn"})))), tmp_path
        ).output_file
        != first
    )


def test_published_codes_are_mixed(tmp_path: Path) -> None:
    found = call(choice_from_languages(["te", "sv", "zh", "ny"]), tmp_path)
    assert found.right_langs == ["nya_Latn", "sv", "tel_Telu", "zh"]
    assert found.seeds == [42, 66, 23, 17]
    assert found.n_epochs == 2


def test_task_follows_the_recipe(choice: Choice, tmp_path: Path) -> None:
    recipe = {"encoder": {"name": "bert-base-multilingual-cased"}, "task": {"train": {"format": "conllu"}}}
    found = call(replace(choice, recipe=recipe), tmp_path)
    assert (found.models, found.tasks, found.n_epochs) == (
        ["bert-base-multilingual-cased"],
        ["xtreme_r.udpos"],
        5,
    )


def test_what_stands_in_is_said(choice: Choice, tmp_path: Path) -> None:
    recipe = {
        "task": {"kind": "pos", "train": {"format": "conll"}, "source_language": "eng_Latn"},
        "realignment": {"strategy": "during", "aligner": {"kind": "dictionary"}},
    }
    odd = replace(choice, recipe=recipe)
    found = call(odd, tmp_path)
    assert (found.left_lang, found.tasks, found.models) == ("en", ["xtreme_r.udpos"], ["xlm-roberta-base"])
    head = (tmp_path / "run.sh").read_text(encoding="utf-8")
    assert "task (pos, conll): xtreme_r.udpos stands in for it" in head
    assert "encoder: xlm-roberta-base stands in for it" in head
    assert "realigns otherwise (during, dictionary aligner)" in head
