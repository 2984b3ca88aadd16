"""A study's problem is read from its file and its corpora, without an encoder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from subsetsearch.analysis.front.build_front import full_runs
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import ConfigError, LanguageError, SelectionError, StudyError
from subsetsearch.problem.pool import build_pool, build_targets, held_out_note
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.legacy_names import legacy_fingerprint
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.tables.run_table import read_runs, write_runs
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.rungs.full import FullRuns
from subsetsearch.subset import NONE


def test_it_has_pool_targets_prices_and_constraints(toy_study: StudyConfig) -> None:
    problem = Problem.build(toy_study)
    assert problem.space.keys == problem.pool.keys
    assert problem.targets.searched == ("swh_Latn", "yor_Latn")
    assert problem.targets.held_out == {"wol_Latn"}
    assert problem.cost(NONE) == 0
    assert problem.space.max_size == 4
    assert problem.space.families["swh_Latn"] == problem.space.families["zul_Latn"]


def test_a_pool_in_which_all_costs_nothing_is_refused(toy_file: Path, tmp_path: Path) -> None:
    prices = tmp_path / "prices.csv"
    rows = "".join(f"{code},0\n" for code in ("swa", "yor", "tel", "eus", "fin", "zul", "wol"))
    money = {"cost.model": "money", "cost.prices": str(prices)}
    prices.write_text(f"language,price\n{rows}mon,0\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="all prices are 0"):
        Problem.build(load_study(toy_file, money))
    prices.write_text(f"language,price\n{rows}mon,2\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="every language of the pool costs 0, so there is nothing to weigh"):
        Problem.build(load_study(toy_file, {**money, "pool.exclude": ["mon"]}))
    assert Problem.build(load_study(toy_file, money)).cost.prices["swh_Latn"] == 0


OUT = {"targets.held_out_in_pool": False}


def test_a_corpus_is_listed_a_few_times_however_many_languages_it_has(
    toy_study: StudyConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(toy_study.recipe.parallel)
    listed, list_all = [], kind.languages
    monkeypatch.setattr(kind, "languages", lambda self: listed.append(1) or list_all(self))
    assert len(build_pool(toy_study).keys) > 3
    assert 1 <= len(listed) <= 3


def test_held_out_targets_leave_the_pool(toy_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="subsetsearch")
    pool = Problem.build(load_study(toy_file, OUT)).pool
    assert "wol_Latn" not in pool.keys
    assert (pool.withheld, pool.relatives) == (("wol_Latn",), ())
    assert "left out of the pool, as they are held-out targets: wol_Latn" in caplog.text
    kept = Problem.build(load_study(toy_file)).pool
    assert "wol_Latn" in kept.keys
    assert (kept.withheld, kept.relatives) == ((), ("wol_Latn",))


def test_another_script_or_member_of_the_macro_language_is_the_same_language(
    toy_root: Path, toy_file: Path, tmp_path: Path
) -> None:
    parallel = shutil.copytree(toy_root / "parallel", tmp_path / "parallel")
    for code in ("wol_Arab", "arz"):  # Wolof in Arabic script; Egyptian Arabic
        shutil.copy(parallel / "fin.txt", parallel / f"{code}.txt")
    topics = shutil.copytree(toy_root / "topics", tmp_path / "topics")
    shutil.copytree(topics / "wol_Latn", topics / "arb_Arab")
    changes = {**OUT, "targets.held_out": ["wol", "arb"]}
    changes |= {"recipe.parallel.path": str(parallel), "recipe.task.train.path": str(topics)}
    pool = Problem.build(load_study(toy_file, changes)).pool
    assert pool.withheld == ("arz_Arab", "wol_Arab", "wol_Latn")
    assert not set(pool.withheld) & set(pool.keys)


@pytest.mark.parametrize("targets", [["swh", "yor"], None])
def test_files_that_the_pattern_does_not_find_are_told(
    toy_file: Path, tmp_path: Path, targets: list[str] | None
) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "swh.tsv").write_text("a")
    changes = {
        "targets.held_out": [],
        "targets.held_out_in_pool": False,
        "recipe.task.train.path": str(tmp_path / "topics"),
    }
    study = load_study(toy_file, changes | ({} if targets is None else {"targets.languages": targets}))
    if targets is None:
        study = study.model_copy(update={"targets": study.targets.model_copy(update={"languages": None})})
    with pytest.raises((LanguageError, ConfigError), match=r"files like '\{language\}/dev.tsv' in ") as told:
        build_targets(study)
    assert "0 languages" not in str(told.value)


def test_where_held_out_targets_may_be_chosen_it_is_said(toy_file: Path) -> None:
    assert "held-out targets stay in the pool" in held_out_note(load_study(toy_file))
    assert held_out_note(load_study(toy_file)).endswith("Wolof")
    assert held_out_note(load_study(toy_file, OUT)) == ""
    assert (
        held_out_note(load_study(toy_file, {"targets.held_out": [], "targets.held_out_in_pool": False})) == ""
    )


def test_the_pool_is_part_of_a_studys_name_where_it_held_something_out(toy_file: Path) -> None:
    nothing = {"targets.held_out": [], "targets.held_out_in_pool": False}
    kept, out = load_study(toy_file), load_study(toy_file, OUT)
    assert kept.fingerprint() != out.fingerprint()
    assert (kept.held_out_matters, out.held_out_matters) == (False, True)  # the probe asks no pool
    assert legacy_fingerprint(kept) != legacy_fingerprint(out)
    gap = load_study(toy_file, {"proxy.linear.measure": "gap"})
    assert gap.held_out_matters
    assert load_study(toy_file, nothing).fingerprint() == load_study(toy_file, OUT | nothing).fingerprint()


@pytest.fixture
def with_english(toy_root: Path, toy_file: Path, tmp_path: Path) -> Path:
    """The toy study, on labelled data that have English dev and test files too, under another code."""
    topics = shutil.copytree(toy_root / "topics", tmp_path / "topics")
    for split in ("dev", "test"):
        (topics / "en").mkdir(exist_ok=True)
        shutil.copy(topics / "yor_Latn" / f"{split}.tsv", topics / "en")
    text = toy_file.read_text(encoding="utf-8").replace(f"{toy_root.as_posix()}/topics", topics.as_posix())
    toy_file.write_text(text, encoding="utf-8")
    return toy_file


def test_the_source_language_is_no_target(with_english: Path) -> None:
    for split in ("dev", "test"):
        targets = Problem.build(load_study(with_english), split=split).targets  # type: ignore[arg-type]
        assert targets.searched == ("swh_Latn", "yor_Latn")
        assert "eng_Latn" not in targets.codes


def test_a_source_language_that_is_named_is_apart(with_english: Path) -> None:
    study = load_study(with_english, {"targets.languages": ["English", "sw"]})
    targets = Problem.build(study).targets
    assert (targets.searched, targets.source) == (("swh_Latn",), {"eng_Latn"})
    assert targets.codes["eng_Latn"] == "en"
    held = load_study(with_english, {"targets.held_out": ["en", "wol"]})
    assert Problem.build(held).targets.held_out == {"wol_Latn"}
    alone = load_study(
        with_english,
        {"targets.languages": ["eng"], "targets.held_out": [], "targets.held_out_in_pool": False},
    )
    with pytest.raises(ConfigError, match="no target languages for the search"):
        Problem.build(alone)


def test_full_runs_report_the_source_language_apart(with_english: Path, tmp_path: Path) -> None:
    study = load_study(
        with_english,
        {"targets.languages": ["eng", "swh"], "targets.held_out": [], "targets.held_out_in_pool": False},
    )
    store = MeasurementStore(f"sqlite:///{tmp_path}/study.db")
    FullRuns(Problem.build(study, split="test"), store).run([(NONE, 1)])
    (run,) = store.read()
    assert (run.source, run.held_out) == ({"eng_Latn"}, frozenset())
    assert run.mean == run.scores["swh_Latn"]
    assert run.source_scores == {"eng_Latn": run.scores["eng_Latn"]}
    write_runs(tmp_path / "runs.csv", [run])
    (again,) = read_runs(tmp_path / "runs.csv", split="test")
    assert (again.source, again.scores, again.mean) == (run.source, run.scores, run.mean)
    row = full_runs([run])
    assert (row.accuracy, row.source, dict(row.scores)) == (
        run.mean, run.scores["eng_Latn"], {"swh_Latn": run.mean}
    )  # fmt: skip


def test_scores_that_count_the_source_language_are_not_mixed_with_others(
    with_english: Path, tmp_path: Path
) -> None:
    study, folder = load_study(with_english), StudyFolder(tmp_path / "runs")
    scores = {"eng_Latn": 0.9, "swh_Latn": 0.5}
    old = Measurement(study.fingerprint(), "h", NONE, 3, "test", 1, "accuracy", scores)
    open_store(study, folder).add([old])
    with pytest.raises(StudyError, match=r"count eng_Latn as a target.*new name"):
        open_store(study, folder)


@pytest.mark.parametrize(
    ("constraint", "error"),
    [('must_include = ["de"]', LanguageError), ("min_size = 2\nbudget = 1", SelectionError)],
)
def test_constraints_that_nothing_fits_are_refused(
    edited: Callable[[str, str], Path], constraint: str, error: type[Exception]
) -> None:
    path = edited("[search]", f"[search]\n{constraint}")
    with pytest.raises(error, match=r"search\.(must_include|budget)"):
        Problem.build(load_study(path))


def test_it_loads_no_torch() -> None:
    code = "import sys, subsetsearch.problem.problem; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
