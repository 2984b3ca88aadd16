from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from realign_core.support.settings.config import flatten, validate_config
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.config.study import STUDY_VERSION
from subsetsearch.errors import (
    ConfigError,
    DataError,
    LanguageError,
    RealignError,
    SelectionError,
    StudyError,
)
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.pool import build_pool, build_targets, resolve_subset
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.rungs.ladder import open_ladder
from subsetsearch.subset import NONE, Subset


def test_corpus_codes_become_keys(toy_study: StudyConfig) -> None:
    pool, targets = build_pool(toy_study), build_targets(toy_study)
    assert pool.keys == (
        "eus_Latn", "fin_Latn", "khk_Cyrl", "swh_Latn", "tel_Telu", "wol_Latn", "yor_Latn", "zul_Latn",
    ) or len(pool.keys) == 8  # fmt: skip
    assert pool.codes["swh_Latn"] == "swa"
    assert targets.searched == ("swh_Latn", "yor_Latn")
    assert targets.held_out == {"wol_Latn"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("max_size = 4", "max_sise = 4", r"toy\.toml:\d+: unknown key 'search\.max_sise'; did you mean 'search\.max_size'"),
        ("[search]", "[serch]", r"unknown key 'serch'; did you mean 'search'"),
        ("steps = 4", "steps = 0", r"toy\.toml:\d+: 'recipe\.realignment\.steps'.*greater than or equal to 1.*got 0"),
        ("max_size = 4", "max_size = 4\nmin_size = 9", "min_size 9 is larger than max_size 4"),
        ('name = "toy"', 'name = "../toy"', "'name'"),
        ("steps = 4", "steps = ", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_mistaken_study_file_names_key_line_and_remedy(
    edited: Callable[[str, str], Path], old: str, new: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        load_study(edited(old, new))


def test_overrides_go_over_the_file(toy_file: Path) -> None:
    assert load_study(toy_file, {"search.max_size": 3}).search.max_size == 3
    with pytest.raises(ConfigError, match="unknown key 'search.maxsize'"):
        load_study(toy_file, {"search.maxsize": 3})


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        ("min_pairs = 10", 'min_pairs = 10\nlanguages = ["swa", "qqq"]', LanguageError, "pool.languages: unknown language 'qqq'"),
        ("min_pairs = 10", 'min_pairs = 10\nlanguages = ["swa"]', ConfigError, "the pool has 1 language, but 2 are needed; name more"),
        ("min_pairs = 10", 'min_pairs = 10\nexclude = ["Suahili"]', LanguageError, "pool.exclude: unknown language 'Suahili'"),
        ("min_pairs = 10", 'min_pairs = 10\nlanguages = ["swa", "deu"]', LanguageError, "no parallel data for deu_Latn"),
        ("min_pairs = 10", 'min_pairs = 10\nlanguages = ["sw", "swa"]', LanguageError, "one language"),
        ("min_pairs = 10", 'min_pairs = 41\nlanguages = ["swa", "wol"]', ConfigError, "40 sentence pairs, but 41"),
        ("min_pairs = 10", "min_pairs = 999", ConfigError, "the pool has 0 of the 8 languages, but 2 are needed; lower pool.min_pairs"),
    ],
)  # fmt: skip
def test_a_pool_that_cannot_be(
    edited: Callable[[str, str], Path], old: str, new: str, error: type[RealignError], message: str
) -> None:
    with pytest.raises(error, match=message):
        build_pool(load_study(edited(old, new)))


def test_a_pool_without_a_sentence_pair_asks_for_the_source_language(toy_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    shutil.copytree(str(load_study(toy_file).recipe.parallel.path), folder)  # other tests read that one
    study = load_study(toy_file, {"recipe.parallel.path": str(folder)})
    for path in folder.iterdir():
        path.write_text("\n" * len(path.read_text("utf-8").splitlines()), encoding="utf-8")
    with pytest.raises(ConfigError, match="no sentence pair at all: is the source language's file empty"):
        build_pool(study)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('held_out = ["wol"]', 'held_out = ["wool"]', "targets.held_out: unknown language 'wool'"),
        (
            'held_out = ["wol"]\nheld_out_in_pool = true',
            'unlabelled = ["qqq"]',
            "targets.unlabelled: unknown language 'qqq'",
        ),
        (
            "max_size = 4",
            'max_size = 4\nexclude = ["Yoruuba"]',
            "search.exclude: unknown .* did you mean yor_Latn",
        ),
        (
            "max_size = 4",
            'max_size = 4\nmust_include = ["yo", "yor"]',
            "search.must_include: 'yo' and 'yor' are one",
        ),
        (
            "max_size = 4",
            'max_size = 4\nmust_include = ["de"]',
            "search.must_include: not in the pool: deu_Latn",
        ),
    ],
)
def test_a_mistaken_language_is_named_with_its_key(
    edited: Callable[[str, str], Path], tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(LanguageError, match=message):
        _ = open_ladder(load_study(edited(old, new)), StudyFolder(tmp_path / "runs")).space


@pytest.mark.parametrize("key", ["proxy.short.seeds", "proxy.full.seeds", "evaluate.seeds"])
def test_a_seed_counts_once(toy_file: Path, key: str) -> None:
    with pytest.raises(ConfigError, match="the seed 5 is named twice"):
        load_study(toy_file, {key: [5, 6, 5]})


def test_a_folder_for_results_must_be_one(tmp_path: Path) -> None:
    StudyFolder(tmp_path / "not" / "there" / "yet").require_writable()
    assert not list(tmp_path.iterdir())
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StudyError, match="file: a file, where a folder is needed"):
        StudyFolder(file / "toy").require_writable()


def test_a_folder_for_results_must_be_writable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(StudyError, match="may not be written to; choose another --dir"):
        StudyFolder(tmp_path / "toy").require_writable()


HELD_OUT = 'held_out = ["wol"]\nheld_out_in_pool = true'


def test_targets_that_cannot_be(edited: Callable[[str, str], Path]) -> None:
    path = edited(HELD_OUT, 'languages = ["wol", "deu"]')
    with pytest.raises(LanguageError, match="no labelled dev data for deu_Latn"):
        build_targets(load_study(path))


def test_an_empty_target_set_is_refused(edited: Callable[[str, str], Path]) -> None:
    with pytest.raises(ConfigError, match="no target languages"):
        build_targets(load_study(edited(HELD_OUT, "languages = []")))


def test_sides_of_different_length_are_refused(
    edited: Callable[[str, str], Path], tmp_path: Path, toy_root: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in (toy_root / "parallel").iterdir():
        lines = file.read_text(encoding="utf-8").splitlines()
        (broken / file.name).write_text(
            "\n".join(lines[: -2 if file.stem == "wol" else None]), encoding="utf-8"
        )
    path = edited(f'path = "{toy_root.as_posix()}/parallel"', f'path = "{broken.as_posix()}"')
    with pytest.raises(DataError, match="wol"):
        build_pool(load_study(path))


def test_subsets_must_lie_in_the_pool(toy_study: StudyConfig) -> None:
    pool = build_pool(toy_study)
    assert resolve_subset(["sw", "Yoruba"], pool) == {"swh_Latn", "yor_Latn"}
    with pytest.raises(LanguageError, match="not in the pool: deu_Latn"):
        resolve_subset(["de"], pool)


def test_costs(toy_study: StudyConfig, edited: Callable[[str, str], Path]) -> None:
    pool = build_pool(toy_study)
    cost = PoolCost.build(toy_study, pool)
    assert (cost(Subset(frozenset({"swh_Latn", "yor_Latn"}))), cost.unit) == (80, "sentence pairs")
    assert cost(NONE) == 0
    by_language = load_study(edited("[search]", '[cost]\nmodel = "languages"\n\n[search]'))
    assert PoolCost.build(by_language, pool)(Subset(frozenset({"swh_Latn", "yor_Latn"}))) == 2


def test_the_fingerprint_moves_with_what_decides_numbers_alone(toy_file: Path) -> None:
    base = load_study(toy_file).fingerprint()
    assert load_study(toy_file, {"search.trials": 99, "evaluate.top": 1}).fingerprint() == base
    for key, value in (
        ("recipe.realignment.steps", 5),
        ("proxy.short.steps", 4),
        ("cost.model", "languages"),
    ):
        assert load_study(toy_file, {key: value}).fingerprint() != base


def test_a_changed_default_raises_the_version_of_the_fingerprint() -> None:
    """Equal fingerprints would else name other numbers. New keys may come; these keep their defaults."""
    assert STUDY_VERSION == 2, "write the defaults of the new version into the file below"
    path = Path(__file__).with_name("study-defaults-2.json")
    defaults = json.loads(path.read_text(encoding="utf-8"))
    now = flatten(StudyConfig(name="x").model_dump(mode="json"))
    assert {key: now[key] for key in defaults} == defaults


def test_a_new_key_at_its_default_leaves_the_fingerprint() -> None:
    plain = StudyConfig(name="x")
    spelt = StudyConfig.model_validate({"name": "y", "pool": {"min_pairs": 50}, "cost": {"model": "pairs"}})
    assert plain.fingerprint() == spelt.fingerprint()


@pytest.mark.parametrize(
    ("options", "key", "model"),
    [
        ({"prices": "p.csv"}, "prices", "money"),
        ({"model": "tokens", "by_class": {5: 0.1}}, "by_class", "money"),
        ({"model": "money", "by_class": {5: 0.1}, "tokens_per_pair": 30}, "tokens_per_pair", "tokens"),
        ({"model": "languages", "corpus": "NLLB"}, "corpus", "availability"),
    ],
)
def test_an_option_of_another_cost_is_refused(options: dict[str, object], key: str, model: str) -> None:
    with pytest.raises(ConfigError, match=f"'{key}' has no effect with model = '.*', only with '{model}'"):
        validate_config(StudyConfig, {"name": "x", "cost": options})


def test_shipped_study_files_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("REALIGN_DATA", "AACL2025_DATA"):
        monkeypatch.setenv(folder, "/somewhere")
    files = sorted((Path(__file__).parents[3] / "studies").glob("*.toml"))
    assert {file.stem for file in files} >= {"quickstart", "african-pos"}
    for file in files:
        study = load_study(file)
        assert study.name == file.stem
        assert study.description


def test_an_unset_corpus_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REALIGN_DATA", raising=False)
    with pytest.raises(ConfigError, match="environment variable REALIGN_DATA is not set"):
        load_study(Path(__file__).parents[3] / "studies" / "african-pos.toml")


def test_a_budget_that_buys_nothing(toy_file: Path, tmp_path: Path) -> None:
    from subsetsearch.results.database.study_folder import StudyFolder
    from subsetsearch.rungs.ladder import open_ladder

    study = load_study(toy_file, {"search.budget": 10})
    with pytest.raises(SelectionError, match=r"search\.budget: the cheapest allowed subset costs 40"):
        open_ladder(study, StudyFolder(tmp_path / "runs"))


def test_a_recipe_that_says_at_most_keeps_languages_with_fewer_pairs(toy_file: Path) -> None:
    exact = {"recipe.realignment.pairs_per_language": 60}
    with pytest.raises(ConfigError, match="the pool has 0 of the 8 languages"):
        build_pool(load_study(toy_file, exact))
    study = load_study(toy_file, exact | {"recipe.realignment.all_if_fewer": True})
    pool = build_pool(study)
    assert len(pool.keys) == 8
    assert PoolCost.build(study, pool)(Subset(frozenset({"swh_Latn"}))) == 40


def test_a_study_means_the_same_from_every_folder(
    toy_text: str, toy_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "project" / "toy.toml"
    file.parent.mkdir()
    (file.parent / "data").symlink_to(toy_root)
    (file.parent / "prices.csv").write_text("language,price\nswa,1\n", encoding="utf-8")
    text = toy_text.replace(toy_root.as_posix(), "data")
    file.write_text(text + '\n[cost]\nmodel = "money"\nprices = "prices.csv"\n', encoding="utf-8")
    here = load_study(file)
    monkeypatch.chdir(tmp_path)
    there = load_study(Path("project") / "toy.toml")
    assert there == here
    assert there.fingerprint() == here.fingerprint()
    assert there.folder == file.parent
    stored = validate_config(StudyConfig, there.model_dump(mode="json"), folder=there.folder)
    assert stored == there  # what a worker is sent
    assert stored.fingerprint() == there.fingerprint()
    assert len(build_pool(there).keys) == 8
    assert there.cost.prices == file.parent / "prices.csv"
    other = {"recipe.parallel.path": "elsewhere"}
    with pytest.raises(DataError, match=f"{file.parent}/elsewhere"):
        build_pool(load_study(file, other))


def test_the_old_name_of_the_table_on_retrieval_is_read(edited: Callable[[str, str], Path]) -> None:
    file = edited("[proxy.linear]", "[proxy.alignment]\npairs = 33\n\n[proxy.linear]")
    assert load_study(file).proxy.retrieval.pairs == 33
    assert load_study(file, {"proxy.alignment.pairs": 34}).proxy.retrieval.pairs == 34
    with pytest.raises(ConfigError, match="unknown key 'proxy.alignment'; did you mean 'proxy"):
        load_study(file, {"proxy.retrieval.pairs": 34})
    with pytest.raises(ConfigError, match="unknown key 'proxy.pears'.* Unknown too: 'seed'$"):
        load_study(file, {"proxy.alignment.pears": 34, "seed": 5})


@pytest.mark.parametrize(
    "name", ["..", ".", "../x", "a/b", "/tmp/x", "", ".hidden", "a b", "a\\b", "x\n", "-x", "é"]
)
def test_no_name_of_a_study_leaves_the_folder_of_results(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        StudyConfig(name=name)
    assert StudyConfig(name="a.b-c_1").name == "a.b-c_1"
