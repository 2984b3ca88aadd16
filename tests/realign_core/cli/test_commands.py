from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from realign_core import read_table
from realign_core.cli import commands


@pytest.fixture
def recipe_file(tiny_recipe: dict[str, Any], tmp_path: Path) -> Path:
    lines = []
    for table, values in tiny_recipe.items():
        inner = {k: v for k, v in values.items() if isinstance(v, dict)}
        lines.append(f"[{table}]")
        lines += [f"{k} = {json.dumps(v)}" for k, v in values.items() if k not in inner]
        for name, content in inner.items():
            lines.append(f"[{table}.{name}]")
            lines += [f"{k} = {json.dumps(v)}" for k, v in content.items()]
    path = tmp_path / "recipe.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["realign-core", *map(str, arguments)])
    try:
        commands.main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


Capture = pytest.CaptureFixture[str]


def test_run_writes_rows_once(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    output = tmp_path / "out" / "runs.csv"
    options = ["run", recipe_file, "-l", "xx,yy", "--seeds", "1,2", "-o", output]
    assert call(monkeypatch, *options, "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert [row["seed"] for row in first["runs"]] == [1, 2]
    assert first["average"][0]["n_seeds"] == 2
    assert first["about"]["environment"]["torch"]
    assert first["about"]["parallel"]["xx"]["pairs"] == 96
    beside = json.loads(output.with_suffix(".json").read_text(encoding="utf-8"))
    assert set(beside) == set(read_table(output)["recipe_hash"])

    monkeypatch.setattr(
        "realign_core.runs.running.batch.run_prepared", None
    )  # a second call must not run anything
    assert call(monkeypatch, *options, "--json") == 0
    assert json.loads(capsys.readouterr().out)["runs"] == first["runs"]
    assert len(read_table(output)) == 2


def test_held_out_targets_are_averaged_apart_and_tables_are_not_mixed(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    output = tmp_path / "runs.csv"
    options = ["run", recipe_file, "-l", "xx", "--seeds", "1", "-o", output]
    assert call(monkeypatch, *options) == 0
    code = next(name for name in read_table(output) if name.startswith("final_eval_")).split("_")[2]
    capsys.readouterr()
    apart = ["--set", f'groups.held_out=["{code}"]']
    assert call(monkeypatch, *options, *apart) == 1
    assert "the averages of these runs are of other targets" in capsys.readouterr().err
    assert call(monkeypatch, *options[:-1], tmp_path / "apart.csv", *apart) == 0
    shown = capsys.readouterr().out
    assert f"{code} (held out)" in shown
    assert "held out, their average" in shown
    row = read_table(tmp_path / "apart.csv").iloc[0]
    assert row["final_eval_held_out_accuracy"] == row[f"final_eval_{code}_accuracy"]
    rest = [
        row[c]
        for c in row.index
        if c.startswith("final_eval_") and c.split("_")[2] not in (code, "avg", "held")
    ]
    assert row["final_eval_avg_accuracy"] == pytest.approx(sum(rest) / len(rest))


def test_a_changed_setting_is_run_again(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    output = tmp_path / "runs.csv"
    assert call(monkeypatch, "run", recipe_file, "-l", "xx", "--seeds", "1", "-o", output) == 0
    assert "accuracy %" in capsys.readouterr().out
    assert (
        call(
            monkeypatch,
            "run",
            recipe_file,
            "-l",
            "xx",
            "--seeds",
            "1",
            "-o",
            output,
            "--set",
            "finetuning.epochs=2",
        )
        == 0
    )
    assert call(monkeypatch, "run", recipe_file, "--seeds", "1", "-o", output) == 0
    table = read_table(output)
    assert table["method"].tolist() == ["before_noaligner", "before_noaligner", "baseline"]
    assert table["recipe_hash"].nunique() == 3


def test_compare_reads_what_run_wrote(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    output = tmp_path / "runs.csv"
    for codes in ("none", "xx"):
        assert call(monkeypatch, "run", recipe_file, "-l", codes, "--seeds", "1,2,3", "-o", output) == 0
    capsys.readouterr()
    assert call(monkeypatch, "compare", output, "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["method"], found["n_seeds"]) == ("before_noaligner", 3)
    assert call(monkeypatch, "compare", output) == 0
    assert "Holm" in capsys.readouterr().out


def test_compare_says_what_it_leaves_out_and_writes_json_that_all_programs_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    output = tmp_path / "runs.csv"
    output.write_text(
        "seed,method,realignment_langs,final_eval_avg_accuracy\n"
        "17,baseline,,0.4\n17,before,sw,\n23,baseline,,\n23,before,sw,0.5\n17,before,te,0.5\n",
        encoding="utf-8",
    )
    assert call(monkeypatch, "compare", output) == 0
    assert "before sw: seeds that only one side has are left out: 17, 23" in capsys.readouterr().out
    assert call(monkeypatch, "compare", output, "--json") == 0

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    lost, single = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert (lost["n_seeds"], lost["mean"], lost["unpaired"]) == (0, None, [17, 23])
    assert (single["n_seeds"], single["mean"], single["p_value"]) == (1, 0.5, None)


def test_languages_and_align(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    assert call(monkeypatch, "languages", recipe_file, "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed == {
        "parallel": ["ww", "xx", "yy"],
        "dev": ["en", "ww", "xx", "yy"],
        "test": ["en", "ww", "xx", "yy"],
    }
    kind = "realignment.aligner.kind=encoder"
    assert call(monkeypatch, "align", recipe_file, "-l", "xx", "--set", kind, "--json") == 0
    (count,) = json.loads(capsys.readouterr().out)
    assert count["language"] == "xx"
    assert 0 < count["source_share"] <= 1
    assert call(monkeypatch, "align", recipe_file, "-l", "xx") == 1
    assert "aligns sentences, not words" in capsys.readouterr().err


def test_train_saves_an_encoder_once(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    options = ["train", recipe_file, "-l", "xx", "-o", tmp_path / "encoder", "--seed", "3"]
    assert call(monkeypatch, *options, "--json") == 0
    about = json.loads(capsys.readouterr().out)
    assert (about["languages"], about["seed"]) == (["xx"], 3)
    assert (tmp_path / "encoder" / "model.safetensors").is_file()
    assert call(monkeypatch, *options) == 1
    assert "there is one already" in capsys.readouterr().err
    assert call(monkeypatch, *options, "--force", "--task-model") == 0
    assert "AutoModel.from_pretrained" in capsys.readouterr().out
    assert (tmp_path / "encoder" / "task-model" / "model.safetensors").is_file()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["run"], 2, "RECIPE"),
        (["run", "none.toml"], 1, "none.toml: no such file"),
        (["run", "{recipe}", "--seeds", "x"], 2, "no list of whole numbers"),
        (["run", "{recipe}", "--split", "train"], 2, "neither dev nor test"),
        (["run", "{recipe}", "-l", "zz"], 1, "no data for language 'zz'"),
        (["run", "{recipe}", "--set", "steps"], 2, "is not key=value"),
        (["run", "{recipe}", "--set", "realignment.stepz=3"], 2, "did you mean 'realignment.steps'?"),
        (["nonsense"], 2, "nonsense"),
        (["compare", "none.csv"], 1, "none.csv: no such file"),
    ],
)
def test_wrong_calls_end_with_one_line(
    recipe_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    filled = [a.format(recipe=recipe_file) for a in arguments]
    assert call(monkeypatch, *filled) == status
    streams = capsys.readouterr()
    assert message in streams.err
    assert not streams.out
    assert "Traceback" not in streams.err


def test_a_file_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied", "/sealed/runs.csv")

    monkeypatch.setattr(commands, "app", refuse)
    assert call(monkeypatch, "run") == 1
    assert capsys.readouterr().err.startswith("error: /sealed/runs.csv: Permission denied; check the path")


def test_help_does_not_load_torch() -> None:
    script = "import sys; sys.argv = ['realign-core', 'run', '--help']\nfrom realign_core.cli import main\n"
    script += "try:\n    main()\nexcept SystemExit:\n    pass\nassert 'torch' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "realign-core run recipe.toml" in done.stdout


def test_a_dry_run_says_what_will_happen(
    recipe_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    options = ["run", recipe_file, "-l", "xx,yy", "--seeds", "1,2", "-o", tmp_path / "runs.csv", "--dry-run"]
    assert call(monkeypatch, *options) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "train en 48 examples" in shown
    assert "pairs xx 96, yy 96 sentence pairs" in shown
    assert "2 runs about" in shown
    assert "no problems found" in shown
    assert not (tmp_path / "runs.csv").exists()
    assert call(monkeypatch, *options, "--no-timing", "--json") == 0
    assert json.loads(capsys.readouterr().out)["seconds"] == {}


def test_a_dry_run_names_all_that_would_stop_a_run(
    recipe_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    options = ["--set", "encoder.max_length=500", "--set", "realignment.layer=9"]
    assert call(monkeypatch, "run", recipe_file, "-l", "xx", *options, "--dry-run") == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == ["error", "error"]
    assert "positions for 80" in said[0]
    assert "no hidden state 9" in said[1]
