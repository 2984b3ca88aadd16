"""A study's dry run: each check provoked, what it says of subsets and runs, and its estimate of time."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import subsetsearch as ss
from realign_core.support.duration import Estimate, between
from realign_core.support.errors import RealignError
from subsetsearch.run.planning.plan_sheet import CheckedSheet
from subsetsearch.run.preparation.checks import LATER, RUNGS

Edit = Callable[[str, str], Path]


def plan_of(file: Path, tmp_path: Path, **overrides: Any) -> CheckedSheet:
    return ss.load(file, overrides, runs=tmp_path / "runs").plan(timing=False)


def only(plan: CheckedSheet, name: str) -> str:
    """What one check found, and no other did."""
    assert {finding.check for finding in plan.findings} == {name}, plan
    return " | ".join(map(str, plan.findings))


@pytest.fixture
def own_topics(edited: Edit, toy_root: Path, tmp_path: Path) -> Path:
    """A copy of the labelled data, to be spoilt; the study file names it."""
    shutil.copytree(toy_root / "topics", tmp_path / "topics")
    edited(f"{toy_root.as_posix()}/topics", (tmp_path / "topics").as_posix())
    return tmp_path / "topics"


def test_a_dry_run_says_what_there_is(toy_file: Path, tmp_path: Path) -> None:
    plan = plan_of(toy_file, tmp_path)
    assert plan.passed
    shown = dict(plan.lines())
    assert shown["train data"] == "eng_Latn 40 examples"
    assert shown["dev data"] == "swh_Latn 20, yor_Latn 20 examples"
    assert shown["test data"] == "swh_Latn 20, wol_Latn 20, yor_Latn 20 examples"
    assert "4 layers of width 16, vocabulary of 104; cpu" in shown["encoder"]
    assert shown["settings"].startswith(
        "own: realignment.steps 4, realignment.pairs_per_batch 8, finetuning.epochs 1; "
    )
    assert "default of 'text': realignment.learning_rate 2e-05, " in shown["settings"]
    assert plan.to_dict()["settings"]["values"]["finetuning.epochs"] == 1
    assert shown["all in all"] == "unknown: nothing was timed yet"
    assert not (tmp_path / "runs").exists()


def test_a_dry_run_times_a_few_steps_and_keeps_nothing(
    toy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = itertools.count()  # a clock that no busy machine disturbs: each look is a hundredth later
    monkeypatch.setattr(time, "perf_counter", lambda: next(looks) / 100)
    study = ss.load(toy_file, runs=tmp_path / "runs")
    for rung in (1, 2, 3):
        plan = ss.load(toy_file, {"search.top_rung": rung}, runs=tmp_path / "runs").plan()
        low, high = plan["search_range"]
        assert 0 < low <= plan["search_seconds"] <= high
        assert plan["study_range"][1] > high
        assert plan["full_run_seconds"] > 0
    evaluation = study.plan(evaluate={"languages": "sw,te", "seeds": [1, 2]})
    assert evaluation["full_runs"] == 2
    assert evaluation["range"][0] > 0
    assert json.loads(json.dumps(evaluation.to_dict()))["passed"]
    assert not (tmp_path / "runs").exists()


def test_labelled_text_in_another_script(toy_file: Path, own_topics: Path, tmp_path: Path) -> None:
    file = own_topics / "swh_Latn" / "dev.tsv"
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    cyrillic = ["\t".join([*row.split("\t")[:2], "Привет"]) for row in rows]
    file.write_text("\n".join([head, *cyrillic]) + "\n", encoding="utf-8")
    said = only(plan_of(toy_file, tmp_path), "scripts")
    assert "'swh_Latn' is taken for swh_Latn, but has cyrillic letters" in said


def test_test_data_that_are_development_data(toy_file: Path, own_topics: Path, tmp_path: Path) -> None:
    shutil.copy(own_topics / "swh_Latn" / "dev.tsv", own_topics / "swh_Latn" / "test.tsv")
    said = only(plan_of(toy_file, tmp_path), "test overlap")
    assert "examples of the test data that are development data too: swh_Latn 20 of 20" in said


def test_a_label_that_is_mapped_and_occurs_nowhere(toy_file: Path, own_topics: Path, tmp_path: Path) -> None:
    file = own_topics / "swh_Latn" / "test.tsv"
    file.write_text(file.read_text("utf-8").replace("\tplaces\t", "\tPlaces\t"), encoding="utf-8")
    labels = {"Places": "places", "animal": "animals"}  # one in the test data only, one in nothing
    said = only(plan_of(toy_file, tmp_path, **{"recipe.task.train.label_map": labels}), "mapped labels")
    assert "'animal' (but 'animals') occurs nowhere" in said
    assert "training data, development data and test data" in said


def test_garbled_test_data(toy_file: Path, own_topics: Path, tmp_path: Path) -> None:
    file = own_topics / "swh_Latn" / "test.tsv"
    head, row, *rows = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([head, f"{row} cafÃ©", *rows]) + "\n", encoding="utf-8")
    said = only(plan_of(toy_file, tmp_path), "garbled text")
    assert said.startswith(
        "test data: garbled text, which is read as it stands: swh_Latn: 1 of 20 texts (5 %:"
    )


def test_a_pool_of_two_has_four_subsets(toy_file: Path, tmp_path: Path) -> None:
    two = {
        "pool.languages": ["sw", "te"],
        "targets.held_out": [],
        "targets.held_out_in_pool": False,
        "evaluate.top": 9,
    }
    plan = plan_of(toy_file, tmp_path, **two)
    assert plan["possible_subsets"] == 4  # none, each, both
    assert plan["full_runs"] == 4 * 2
    assert plan["trials_possible"] == 4
    assert "12, at most 4 of them possible" in dict(plan.lines())["trials"]


def test_a_split_without_the_source_language(toy_file: Path, own_topics: Path, tmp_path: Path) -> None:
    (own_topics / "eng_Latn" / "train.tsv").rename(own_topics / "eng_Latn" / "dev.tsv")
    said = only(plan_of(toy_file, tmp_path), "training data")
    assert "no train data for language 'eng_Latn', only dev" in said
    with pytest.raises(RealignError, match="no train data for language 'eng_Latn'"):
        ss.load(toy_file, runs=tmp_path / "runs").run()
    assert not (tmp_path / "runs").exists()  # before anything was made


def test_labels_that_only_the_test_data_have(toy_file: Path, own_topics: Path, tmp_path: Path) -> None:
    with (own_topics / "wol_Latn" / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("99\tmusic\tu\n")
    plan = plan_of(toy_file, tmp_path)
    assert plan.passed  # the search can begin
    said = only(plan, "test data")
    assert said.startswith("full runs (evaluate) would stop here: wol_Latn (test): labels that the training")
    study = ss.load(toy_file, runs=tmp_path / "runs")
    assert only(study.plan(evaluate={"languages": "sw"}), "evaluation data")
    for work in (
        lambda: study.evaluate(languages="sw"),
        lambda: study.realign(["sw"], tmp_path / "encoder"),
    ):
        with pytest.raises(RealignError, match=r"wol_Latn \(test\): labels"):
            work()


def test_targets_with_one_label_only(toy_file: Path, own_topics: Path, tmp_path: Path) -> None:
    for split in ("dev", "test"):
        file = own_topics / "yor_Latn" / f"{split}.tsv"
        file.write_text(
            file.read_text(encoding="utf-8").replace("\tplaces\t", "\tanimals\t"), encoding="utf-8"
        )
    plan = plan_of(toy_file, tmp_path)
    assert plan.passed
    said = [str(finding) for finding in plan.findings]
    assert [text.split(": a model")[0] for text in said] == [
        "yor_Latn (dev): every label is 'animals'",
        "yor_Latn (test): every label is 'animals'",
    ]


def test_short_runs_of_more_layers_than_there_are(toy_file: Path, tmp_path: Path) -> None:
    said = only(plan_of(toy_file, tmp_path, **{"proxy.short.layers": 4}), "short runs")
    assert "write 3 or fewer" in said
    assert plan_of(toy_file, tmp_path, **{"proxy.short.layers": 4, "search.top_rung": 1}).passed


def test_a_disk_that_is_full(toy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 1000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    said = only(plan_of(toy_file, tmp_path), "disk")
    assert "what the rungs encode once will take about" in said
    assert "the study's database will take about" in said


def test_every_check_of_a_study_is_provoked_above() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in {**LATER, **RUNGS} if f'"{name}")' not in text]


@pytest.mark.parametrize("work", ["run", "evaluate", "realign"])
def test_the_first_word_comes_before_the_encoder(
    toy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    events: list[str] = []

    def load(*_: object) -> None:
        events.append("encoder")
        raise RealignError("stop")

    monkeypatch.setattr("realign_core.runs.workspace.workspace.load_encoder", load)
    study = ss.load(toy_file, runs=tmp_path / "runs", tell=events.append)
    calls: dict[str, Callable[[], object]] = {
        "run": study.run,
        "evaluate": lambda: study.evaluate(languages="sw"),
        "realign": lambda: study.realign(["sw"], tmp_path / "encoder"),
    }
    with pytest.raises(RealignError, match="stop"):
        calls[work]()
    assert events[0].startswith("reading corpora and encoder")
    assert events[-1] == "encoder"


@pytest.mark.parametrize(
    "args", [["run"], ["run", "--dry-run"], ["evaluate"], ["evaluate", "--dry-run"], ["calibrate"]]
)
def test_the_first_word_comes_before_the_heavy_packages(
    toy_file: Path, tmp_path: Path, args: list[str]
) -> None:
    script = (
        "import sys\n"
        "from subsetsearch import cli\n"
        "from subsetsearch.cli import options\n"
        "def first(sentence):\n"
        "    heavy = {'torch', 'transformers', 'sqlalchemy', 'pandas'} & set(sys.modules)\n"
        "    print(sentence, sorted(heavy))\n"
        "    sys.exit()\n"
        "options.note = first\n"
        "cli.main()\n"
    )
    words = [sys.executable, "-c", script, args[0], str(toy_file), "--dir", str(tmp_path), *args[1:]]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert re.fullmatch(r"(reading|checking) corpora and encoder \.\.\. \[\]\n", done.stdout), done.stderr


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (40, 55, "40 to 55 s"), (41.8, 42.1, "42 s"), (80, 95, "1.3 to 1.6 min"), (720, 1080, "12 to 18 min"),
        (3600, 9000, "1.0 to 2.5 h"), (0, 0, "0 s"),
    ],
)  # fmt: skip
def test_times_are_told_in_one_unit(low: float, high: float, written: str) -> None:
    assert between(low, high) == written


def test_an_estimate_is_no_surer_than_its_measurements() -> None:
    even, odd = Estimate.of([10, 10, 10]), Estimate.of([5, 10, 15])
    assert (even.low, even.high) == pytest.approx((8.5, 11.5))  # nothing timed in seconds is surer
    assert odd.low < even.low
    assert odd.high > even.high
    both = Estimate.total([even, odd])
    assert both.seconds == pytest.approx(20)
    assert both.high - both.low >= odd.high - odd.low
    assert str(even.times(60)) == "about 8 to 12 min"
