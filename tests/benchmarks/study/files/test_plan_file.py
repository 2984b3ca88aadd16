"""Plans: a damaged one is refused with one line, and never taken for none."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.study.files.plan_file import read_plan, write_plan
from benchmarks.study.tasks import TASKS
from subsetsearch.errors import StudyError

UD = TASKS["ud-pos"]
TEXT = UD.plan.read_text(encoding="utf-8")


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_the_committed_plans_are_whole_and_stay_as_they_are(task: Any, tmp_path: Path) -> None:
    plan = read_plan(task.plan)
    assert plan is not None
    assert plan.task == task.name
    assert plan.reads == 800
    write_plan(tmp_path / "plan.json", plan)
    assert (tmp_path / "plan.json").read_bytes() == task.plan.read_bytes()


def test_no_file_is_no_plan(tmp_path: Path) -> None:
    assert read_plan(tmp_path / "none.json") is None


def entry(plan: Any, name: str) -> Any:
    return next(one for one in plan["entries"] if one["name"] == name)


def without(plan: Any, name: str) -> None:
    plan["entries"] = [one for one in plan["entries"] if one["name"] != name]


DAMAGE: dict[str, tuple[Callable[[Any], object], str]] = {
    "no fingerprint": (lambda plan: plan.pop("fingerprint"), "fingerprint: Field required"),
    "a seed in quotes": (lambda plan: plan["seeds"].insert(0, "2001"), "seeds.0: Input should be a valid"),
    "a seed twice": (lambda plan: plan["seeds"].insert(0, 2001), "no seed, or one twice"),
    "no seed": (lambda plan: plan["seeds"].clear(), "no seed, or one twice"),
    "no languages": (lambda plan: entry(plan, "all").pop("languages"), "languages: Field required"),
    "an unknown key": (lambda plan: entry(plan, "all").update(cots=3), "a key that no plan has"),
    "languages of none": (lambda plan: entry(plan, "none")["languages"].append("x"), "languages of 'none'"),
    "a misspelt key": (lambda plan: plan.update(seedz=plan.pop("seeds")), "'seedz' is no key of a plan"),
    "an unknown key of a set": (
        lambda plan: plan["entries"][2].update(note2="x"),
        "lacks one: entries.2.note2",
    ),
    "an unknown kind": (
        lambda plan: entry(plan, "xt_only").update(kind="pubished"),
        "no kind 'pubished', only",
    ),
    "all for nothing": (lambda plan: entry(plan, "all").update(cost=0.0), "languages cannot cost 0"),
    "a price of none": (lambda plan: entry(plan, "none").update(cost=5.0), "0 languages cannot cost 5"),
    "a cut to nothing": (lambda plan: entry(plan, "all, 30 pairs each").update(pairs=0), "0 pairs of each"),
    "no route": (lambda plan: entry(plan, "routed").pop("route"), "'ours: routed' has no route"),
    "a route that lacks a target": (
        lambda plan: entry(plan, "routed")["route"].pop("cym_Latn"),
        "no route of the target 'cym_Latn'",
    ),
    "a language that is none": (
        lambda plan: entry(plan, "all")["languages"].append("xx_Latn"),
        "'xx_Latn' is no",
    ),
    "an expectation that is no number": (
        lambda plan: next(one for one in plan["entries"] if "expected" in one)["expected"].update(
            gain=math.nan
        ),
        "an expectation that is no number",
    ),
    "a budget below 0": (lambda plan: plan.update(budget=-1.0), "a budget of -1 minutes"),
    "a search of no time": (lambda plan: plan["search"].update(minutes=math.nan), "a search of nan minutes"),
    "runs that read nothing": (lambda plan: plan.update(reads=0), "a run that reads 0 pairs"),
    "no pick": (lambda plan: without(plan, "recommended"), "no set 'ours: recommended'"),
    "no routed pick": (lambda plan: without(plan, "routed"), "no set 'ours: routed'"),
    "a set twice": (
        lambda plan: plan["entries"].append(entry(plan, "all")),
        "the set 'all' is there 2 times",
    ),
    "a target renamed": (
        lambda plan: plan["targets"].update(dex_Latn=plan["targets"].pop("deu_Latn")),
        "names 'deu_Latn', which is no target",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_does_not_fit_is_named(name: str, tmp_path: Path) -> None:
    damage, told = DAMAGE[name]
    content, path = json.loads(TEXT), tmp_path / "plan.json"
    damage(content)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        read_plan(path)
    assert told in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "take the file back from the project's history" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", TEXT[:3000].encode()])
def test_what_is_no_plan_is_never_taken_for_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(StudyError, match="plan.json"):
        read_plan(path)


@given(cut=st.integers(0, len(TEXT.rstrip()) - 1))
def test_a_plan_that_was_cut_off_is_refused(cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "cut-plan.json"
    path.write_text(TEXT[:cut], encoding="utf-8")
    with pytest.raises(StudyError, match="no JSON"):
        read_plan(path)


def test_a_key_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(TEXT.replace('{\n "task"', '{\n "task": "topics",\n "task"', 1), encoding="utf-8")
    with pytest.raises(StudyError, match="the key 'task' is there twice"):
        read_plan(path)
