"""A study with pairs per language, end to end on toy corpora with a tiny encoder."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from optuna.trial import TrialState
from typer.testing import CliRunner

from realign_core.support.seeds import DATA_SEED
from subsetsearch.cli.main import app
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.problem.pairs import PAIRS, pair_choices
from subsetsearch.problem.pool import build_pool, build_targets
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import means_by_seed
from subsetsearch.results.tables.import_file import ResultsFile
from subsetsearch.results.tables.study_store import export_runs, open_store
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.results.trials.trial_record import TrialRecord, read_trials
from subsetsearch.run.planning.plan import describe_plan
from subsetsearch.run.search.search import run_search
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.ladder import Ladder, open_ladder
from subsetsearch.rungs.linear.statistics import build_statistics
from subsetsearch.rungs.measured import Measured
from subsetsearch.rungs.short import ShortProxy
from subsetsearch.sampler.warm_starts import warm_starts
from subsetsearch.subset import NONE, Subset

LEVELS = 'pairs_per_language = [10, 20, "all"]'


@pytest.fixture
def axis_file(edited: Callable[[str, str], Path]) -> Path:
    edited("pairs = 20\ndev_examples", "pairs = 40\ndev_examples")
    edited("pairs = 20\nepochs", "pairs = 40\nepochs")
    return edited("max_size = 4", f"max_size = 4\n{LEVELS}")


@pytest.fixture
def ladder(axis_file: Path, tmp_path: Path) -> Ladder:
    return open_ladder(load_study(axis_file), StudyFolder(tmp_path / "runs" / "toy"))


def test_the_axis_leaves_fingerprints_as_they_were(toy_study: StudyConfig) -> None:
    with_levels = toy_study.search.model_copy(update={PAIRS: (10, "all")})
    assert toy_study.model_copy(update={"search": with_levels}).fingerprint() == toy_study.fingerprint()


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ('["all", 10]', "distinct and rise"),
        ("[20, 10]", "distinct and rise"),
        ("[10, 10]", "distinct and rise"),
        ("[1, 10]", "greater than or equal to 2"),
        ('[10, "most"]', "search.pairs_per_language"),
    ],
)
def test_pairs_are_checked(edited: Callable[[str, str], Path], pairs: str, message: str) -> None:
    file = edited("max_size = 4", f"max_size = 4\npairs_per_language = {pairs}")
    with pytest.raises(ConfigError, match=message):
        load_study(file)


def test_a_level_that_cuts_nothing_is_refused(edited: Callable[[str, str], Path]) -> None:
    study = load_study(edited("max_size = 4", "max_size = 4\npairs_per_language = [10, 40]"))
    with pytest.raises(ConfigError, match=r'no language has more than 40 pairs.*write "all"'):
        pair_choices(study, build_pool(study))
    file = edited("pairs_per_batch = 8", "pairs_per_batch = 8\npairs_per_language = 30")
    with pytest.raises(ConfigError, match=r"names 40 pairs, but recipe.*no more than 30 of a language"):
        load_study(file)


def test_a_rung_that_cannot_tell_levels_apart_is_told(
    edited: Callable[[str, str], Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    study = load_study(edited("max_size = 4", f"max_size = 4\n{LEVELS}"))
    with caplog.at_level(logging.WARNING):
        open_ladder(study, StudyFolder(tmp_path / "x"))
    assert "proxy.linear.pairs is 20, so its scores are the same at 20 and all" in caplog.text
    assert "proxy.short.pairs is 20" in caplog.text


def test_warm_starts_come_at_several_levels(ladder: Ladder) -> None:
    starts = dict(warm_starts(ladder.problem, ladder.first.score))
    assert starts["none"] == NONE
    assert starts["all"] == Subset(frozenset(ladder.problem.pool.keys))
    assert len(set(starts.values())) == len(starts)
    assert len({s.pairs for name, s in starts.items() if name.startswith("diverse")}) > 1


def test_a_study_searches_both_axes_and_pays_for_nothing_twice(ladder: Ladder) -> None:
    run_search(ladder, 16)
    again = run_search(open_ladder(ladder.problem.config, ladder.folder), 2)
    assert (again.before, again.after) == (16, 18)
    stored = require_stored(ladder.problem.config, ladder.folder)
    trials = stored.get_trials(states=(TrialState.COMPLETE,))
    proposed = [trial.subset for trial in map(TrialRecord.of, trials) if trial.subset is not None]
    assert proposed == [ladder.problem.space.subset(trial.params) for trial in trials]
    assert len(set(proposed)) == len(proposed)
    assert len({c.pairs for c in proposed}) > 1
    for trial, found in zip(trials, proposed, strict=True):
        assert trial.params[PAIRS] in (10, 20, "all")
        assert trial.values[0] == len(found.languages) * (found.pairs or 40)
        assert trial.user_attrs[PAIRS] == (found.pairs or "all")
        if trial.user_attrs.get("origin") not in ("none", "all"):
            assert ladder.problem.space.allows(found)


@pytest.mark.parametrize("sampler", ["nsga2", "tpe", "gp", "random"])
def test_optunas_samplers_take_the_level_as_a_parameter(
    axis_file: Path, tmp_path: Path, sampler: str
) -> None:
    study = load_study(axis_file, {"search.sampler": sampler, "search.max_size": 8})
    ladder = open_ladder(study, StudyFolder(tmp_path / sampler))
    assert run_search(ladder, 14).after == 14
    trials = read_trials(require_stored(study, ladder.folder))
    scored = [trial.subset for trial in trials if 1 in trial.seconds]
    assert len(set(scored)) == len(scored)


def test_a_stored_study_keeps_its_levels(
    ladder: Ladder, axis_file: Path, edited: Callable[[str, str], Path]
) -> None:
    run_search(ladder, 1)
    changed = load_study(edited(LEVELS, "pairs_per_language = [10]"))
    with pytest.raises(
        StudyError, match=r"pairs per language are \[10, 20, 'all'\], but the study file has \[10\]"
    ):
        run_search(open_ladder(changed, ladder.folder), 1)


def test_rung_1_keeps_statistics_of_each_level(ladder: Ladder) -> None:
    proxy, codes = ladder.first.probe, sorted(ladder.problem.pool.codes.values())[:3]
    statistics = proxy.statistics
    assert set(statistics.prefixes) == {10, 20}
    some = frozenset(ladder.problem.pool.keys[:3])
    assert ladder.first.scores(Subset(some, 10)).keys() == set(ladder.problem.targets.searched)
    assert len({statistics.at(n).grams.tobytes() for n in (10, 20, None)}) == 3
    with pytest.raises(KeyError):
        proxy.scores(codes, 15)
    # Levels are kept beside the moments of all pairs, and do not move them.
    plain = build_statistics(ladder.first.data.workspace, 40, ladder.folder.cache)
    assert len(list(ladder.folder.cache.glob("statistics-*/"))) == 2
    assert not plain.prefixes
    assert plain.every.grams.tobytes() == statistics.every.grams.tobytes()
    assert replace(proxy, statistics=plain).scores(codes) == proxy.scores(codes)


def test_rung_2_reads_the_first_pairs_only(ladder: Ladder) -> None:
    codes = sorted(ladder.problem.pool.codes.values())[:2]
    texts = {
        ladder.problem.pool.codes[key]: text.take(10, DATA_SEED)
        for key, text in ladder.problem.pool.texts.items()
    }
    small = replace(ladder.top.proxy, workspace=replace(ladder.top.proxy.workspace, parallel=texts))
    assert ladder.top.proxy.scores(codes, 10) == small.scores(codes)


def test_what_a_rung_cannot_tell_apart_is_run_once(
    axis_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []

    def measure(_: ShortProxy, __: object, pairs: int | None = None) -> Measured:
        asked.append(pairs)
        return Measured({"swh_Latn": 0.5}, {})

    monkeypatch.setattr(ShortProxy, "measure", measure)
    ladder = open_ladder(load_study(axis_file, {"proxy.short.pairs": 20}), StudyFolder(tmp_path / "runs"))
    some = frozenset(ladder.problem.pool.keys[:2])
    for pairs in (10, 20, None, 10):
        ladder.top.score(Subset(some, pairs))
    assert asked == [10, None]


def test_full_runs_at_two_levels_are_two_runs(ladder: Ladder) -> None:
    some = frozenset(ladder.problem.pool.keys[:2])
    store = open_store(ladder.problem.config, ladder.folder)
    full = FullRuns(ladder.problem.on("test"), store)
    todo = full.missing([Subset(some), Subset(some, 10)], (1,))
    assert len(todo) == 2
    full.run(todo)
    assert full.missing([Subset(some), Subset(some, 10)], (1,)) == []
    rows = store.read()
    assert {row.subset for row in rows} == {Subset(some), Subset(some, 10)}
    assert len({row.recipe_hash for row in rows}) == 2
    assert len(means_by_seed(rows)) == 2
    export_runs(ladder.problem.config, ladder.folder)
    text = ladder.folder.evaluations.read_text(encoding="utf-8")
    assert "10.0," not in text.partition("\n")[2].split(",")[5]
    frame = pd.read_csv(ladder.folder.evaluations)
    assert sorted(frame[PAIRS].fillna(0)) == [0, 10]
    # The table is read as results made elsewhere, pairs and all.
    targets = build_targets(ladder.problem.config, "test")
    read = ResultsFile(ladder.folder.evaluations, ladder.problem.config, ladder.problem.pool, targets).read()
    assert [run.subset for run in read.runs] == [run.subset for run in rows]


def test_the_plan_counts_candidates(ladder: Ladder) -> None:
    plan = describe_plan(ladder)
    assert plan[PAIRS] == [10, 20, "all"]
    assert plan["candidates"] == 3 * plan["subsets_of_allowed_sizes"]
    search = ladder.problem.config.search.model_copy(update={PAIRS: ()})
    study = ladder.problem.config.model_copy(update={"search": search})
    without = describe_plan(open_ladder(study, ladder.folder))
    assert PAIRS not in without
    assert "candidates" not in without


def test_commands_show_and_take_levels(axis_file: Path, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(app, [words[0], *words[1:], "--dir", str(tmp_path / "runs")])
        assert done.exit_code == 0, done.output
        return done.stdout

    study = str(axis_file)
    run("run", study, "--trials", "4")
    run("evaluate", study, "--languages", "swa,tel", "--pairs", "10", "--seeds", "1")
    run("evaluate", study, "--languages", "swa,tel", "--seeds", "1")
    rows = json.loads(run("pareto", study, "--json"))
    measured = [row for row in rows if row["accuracy"] is not None]
    assert {row["pairs_per_language"] for row in measured} == {10, None}
    assert {row["cost"] for row in measured} == {20.0, 80.0}
    assert "pairs" in run("pareto", study)
    compared = json.loads(run("compare", "swa,tel", "swa,tel@10", "--study", study, "--json"))
    assert [column["cost"] for column in compared] == [80.0, 20.0]
    out = tmp_path / "chosen.json"
    run("export", study, "--pick", "cost<=20", "--to", "json", "-o", str(out))
    assert json.loads(out.read_text(encoding="utf-8"))["pairs_per_language"] == 10
    run("report", study, "-o", str(tmp_path / "r.md"))
    assert "10 pairs each" in (tmp_path / "r.md").read_text(encoding="utf-8")
    assert run("status", study)
