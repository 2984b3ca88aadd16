"""The replay of published results: nothing of a left-out subset reaches its prediction."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
from sklearn.linear_model import Ridge

from benchmarks.common import page_of, read_json, results_of
from benchmarks.replay import data, measure, model
from benchmarks.replay.__main__ import main
from benchmarks.replay.table import markdown
from subsetsearch.errors import DataError
from subsetsearch.strategies import named_pools, published_subsets
from subsetsearch.typology import load_typology

LISTS = {
    "baseline": "",
    "both": "swh_Latn zul_Latn",
    "again": "zul_Latn swh_Latn",
    "european": "de fr it",
    "mixed": "de swh_Latn",
    "asian": "ja ko vi zh",
    "all": "de fr it ja ko vi zh swh_Latn zul_Latn yor_Latn",
    "african": "swh_Latn zul_Latn yor_Latn hau_Latn",
    "least_family_en_10": "de nl",
    "abla_random_joshi3": "af bg bn",
}
VALUES = {
    "baseline": 0.40, "both": 0.46, "again": 0.99, "european": 0.41, "mixed": 0.45, "asian": 0.42,
    "all": 0.47, "african": 0.48, "least_family_en_10": 0.47, "abla_random_joshi3": 0.4, "unlisted": 0.5,
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lists = [f"{name},{len(codes.split())},{codes},note" for name, codes in LISTS.items()]
    (tmp_path / "strategies.csv").write_text("\n".join(["strategy,n_langs,langs,comment", *lists]) + "\n")
    xnli = [
        f"xlm-roberta-base,{name},{value},{'1 seed' if name == 'asian' else 'raw'}"
        for name, value in VALUES.items()
    ]
    head = "model,strategy,afrixnli16_avg,afrixnli16_source"
    (tmp_path / "xnli_group_averages.csv").write_text("\n".join([head, *xnli]) + "\n")
    ner = [
        f"xlm-roberta-base,{task},{metric},{name},{value},0.01,17-23-42-66,"
        for name, value in VALUES.items()
        for task, metric in (("wikiann", "avg_f1"), ("wikiann", "avg"), ("xnli", "avg"))
    ]
    head = "model,task,metric,strategy,mean,std,seeds,note"
    (tmp_path / "averages.csv").write_text("\n".join([head, *ner]) + "\n")
    return tmp_path


@pytest.mark.parametrize("kernel", ["gp", "ridge"])
def test_a_left_out_value_does_not_change_its_prediction(kernel: str) -> None:
    rng = np.random.default_rng(0)
    features, values = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
    before = model.leave_one_out(model.Kernel(kernel), features, values)
    for row in range(len(values)):
        changed = values.copy()
        changed[row] += 1000.0
        after = model.leave_one_out(model.Kernel(kernel), features, changed)
        np.testing.assert_array_equal(after[row], before[row])
        assert not np.allclose(np.delete(after, row, 0), np.delete(before, row, 0))


@pytest.mark.parametrize("kernel", ["gp", "ridge"])
def test_neither_do_the_other_columns(kernel: str) -> None:
    rng = np.random.default_rng(1)
    features, values = rng.normal(size=(10, 3)), rng.normal(size=(10, 3))
    together = model.leave_one_out(model.Kernel(kernel), features, values)
    alone = model.leave_one_out(model.Kernel(kernel), features, values[:, 1:2])
    np.testing.assert_allclose(together[:, 1:2], alone, rtol=1e-9)


def test_the_gaussian_process_is_scikit_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    features, values, new = rng.normal(size=(15, 2)), rng.normal(size=(15, 1)), rng.normal(size=2)
    monkeypatch.setattr(model, "LENGTHS", (1.0,))
    monkeypatch.setattr(model, "NOISES", (0.3,))
    ours = model.predict(model.Kernel.GP, features, values, new)
    centre, scale = features.mean(0), features.std(0)
    peer = GaussianProcessRegressor(ConstantKernel(1.0) * RBF(math.sqrt(2)), alpha=0.3, optimizer=None)
    peer.fit((features - centre) / scale, values[:, 0] - values.mean())
    theirs = peer.predict(((new - centre) / scale)[None])[0] + values.mean()
    assert ours[0] == pytest.approx(theirs, rel=1e-6)


def test_the_linear_kernel_is_ridge_regression(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    features, values, new = rng.normal(size=(15, 4)), rng.normal(size=(15, 1)), rng.normal(size=4)
    monkeypatch.setattr(model, "NOISES", (0.5,))
    ours = model.predict(model.Kernel.RIDGE, features, values, new)
    centre, scale = features.mean(0), features.std(0)
    peer = Ridge(alpha=0.5 * 4).fit((features - centre) / scale, values[:, 0])
    assert ours[0] == pytest.approx(peer.predict(((new - centre) / scale)[None])[0], rel=1e-6)


def test_hyperparameters_have_the_largest_marginal_likelihood(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    features = rng.normal(size=(20, 2))
    values = np.sin(features[:, :1]) + 0.05 * rng.normal(size=(20, 1))
    new = np.array([0.2, 0.3])
    chosen = model.predict(model.Kernel.GP, features, values, new)
    known, rest = (features - features.mean(0)) / features.std(0), values[:, 0] - values.mean()
    best = (-np.inf, 0.0, 0.0)
    for length in model.LENGTHS:
        for noise in model.NOISES:
            matrix = model.covariance(model.Kernel.GP, known, known, length) + noise * np.eye(20)
            variance = rest @ np.linalg.solve(matrix, rest) / 20
            likelihood = -0.5 * (20 * math.log(variance) + np.linalg.slogdet(matrix)[1])
            best = max(best, (likelihood, length, noise))
    monkeypatch.setattr(model, "LENGTHS", (best[1],))
    monkeypatch.setattr(model, "NOISES", (best[2],))
    np.testing.assert_allclose(model.predict(model.Kernel.GP, features, values, new), chosen, rtol=1e-9)


def test_spearman_is_scipys() -> None:
    rng = np.random.default_rng(5)
    left, right = rng.integers(4, size=(9, 3)).astype(float), rng.normal(size=(9, 3))
    ours = measure.spearman(left, right)
    assert ours == pytest.approx([spearmanr(left[:, i], right[:, i]).statistic for i in range(3)])
    assert measure.spearman(np.ones((4, 1)), right[:4, :1]).tolist() == [0.0]


def test_baselines_by_hand() -> None:
    keys = ("deu_Latn", "swh_Latn", "zul_Latn")
    table = load_typology("lang2vec").distance_matrix(keys).values
    found = data.baselines(keys, ("swh_Latn", "yor_Latn", "zul_Latn"))
    assert found["subset size"] == 3
    assert found["overlap with the targets"] == 2
    assert found["mean URIEL distance"] == pytest.approx((table[0, 1] + table[0, 2] + table[1, 2]) / 3)
    assert data.mean_distance(("deu_Latn",)) == 0.0


def test_features_of_a_set_that_holds_the_targets() -> None:
    targets = ("swh_Latn", "zul_Latn")
    values = dict(zip(data.FEATURES, data.set_features(("rus_Cyrl", *targets), targets, "xlmr"), strict=True))
    assert values["coverage"] == pytest.approx(1.0)
    assert values["family"] == pytest.approx(1.0)
    assert values["log_size"] == pytest.approx(math.log2(3))
    assert values["seen"] == pytest.approx(2 / 3)
    assert values["source_script"] == pytest.approx(2 / 3)
    fewer = dict(zip(data.FEATURES, data.set_features(("rus_Cyrl",), targets, "xlmr"), strict=True))
    assert fewer["coverage"] < values["coverage"]
    assert fewer["family"] < values["family"]


def test_the_targets_are_those_of_the_published_evaluation() -> None:
    assert len(data.afrixnli()) == 16
    assert len(data.WIKIANN_47.split()) == 47
    assert len(data.wikiann()) == 47 + 20 - 2


def test_what_is_left_out_and_why(folder: Path) -> None:
    (results,) = data.read_results(folder, data.TASKS[0])
    assert [subset.name for subset in results.subsets] == [
        "both", "european", "mixed", "asian", "all", "african",
    ]  # fmt: skip
    assert results.left_out["again"] == "the same languages as both"
    assert "no realignment" in results.left_out["baseline"]
    assert "drawn anew" in results.left_out["abla_random_joshi3"]
    assert "not known" in results.left_out["unlisted"]
    assert "by mistake" in results.left_out["least_family_en_10"]
    assert [subset.name for subset in results.subsets if subset.single_seed] == ["asian"]
    (ner,) = data.read_results(folder, data.TASKS[1])
    assert {subset.name: subset.value for subset in ner.subsets}["african"] == 0.48


def test_the_script_from_end_to_end(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out" / "replay.json"
    assert main(["--data", str(folder), "--json", str(target), "--draws", "50"]) == 0
    result = json.loads(target.read_text(encoding="utf-8"))
    assert [(found["task"], found["n"]) for found in result["results"]] == [
        ("AfriXNLI-16 accuracy", 6), ("WikiANN F1", 6),
    ]  # fmt: skip
    xnli = result["results"][0]
    size = xnli["scores"]["subset size"]
    assert size["spearman"] == pytest.approx(
        spearmanr([2, 3, 2, 4, 10, 4], [0.46, 0.41, 0.45, 0.42, 0.47, 0.48]).statistic
    )
    assert xnli["several_seeds_only"]["n"] == 5
    for name, row in xnli["scores"].items():
        assert row["bootstrap_95"][0] <= row["bootstrap_95"][1]
        assert row["permutation_p"] is None if name == measure.SEARCH else 0 < row["permutation_p"] <= 1
    assert str(folder) not in target.read_text(encoding="utf-8")
    assert sorted(path.name for path in target.parent.iterdir()) == ["replay.json"]
    assert "| subset size |" in capsys.readouterr().out
    assert measure.measure(folder, 50) == result


def test_a_left_out_result_of_the_folder_does_not_change_its_prediction(folder: Path) -> None:
    before = {row["name"]: row for row in measure.measure(folder, 10)["results"][0]["subsets"]}
    file = folder / "xnli_group_averages.csv"
    file.write_text(file.read_text().replace("african,0.48", "african,0.10"))
    after = {row["name"]: row for row in measure.measure(folder, 10)["results"][0]["subsets"]}
    for name in (*measure.MODELS, measure.SEARCH):
        assert after["african"][name] == before["african"][name]
        assert after["both"][name] != before["both"][name]


def test_mistakes_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert main(["--data", str(folder / "nowhere")]) == 1
    assert "strategies.csv: no such file" in capsys.readouterr().err
    monkeypatch.delenv("REALIGN_PAPER", raising=False)
    with pytest.raises(SystemExit):
        main([])
    (folder / "averages.csv").write_text("model,strategy\nx,both\n")
    with pytest.raises(DataError, match=r"averages\.csv: columns mean, metric, model, strategy, task expect"):
        data.read_results(folder, data.TASKS[1])
    (folder / "xnli_group_averages.csv").write_text("model,strategy,afrixnli16_avg\nx,both,high\n")
    with pytest.raises(DataError, match=r"afrixnli16_avg of both is 'high', no number"):
        data.read_results(folder, data.TASKS[0])


def test_too_few_subsets_get_no_number(folder: Path) -> None:
    file = folder / "xnli_group_averages.csv"
    file.write_text("\n".join(file.read_text().splitlines()[:6]) + "\n")
    found = measure.measure(folder, 10)["results"][0]
    assert found["n"] < measure.FEWEST
    assert found["scores"] is None


def test_the_page_has_the_recorded_numbers() -> None:
    recorded = read_json(results_of("replay") / "replay.json")
    page = page_of("replay").read_text(encoding="utf-8")
    for line in markdown(recorded).splitlines():
        assert line in page


def test_the_recorded_numbers_are_those_of_the_published_results(paper: Path) -> None:
    recorded = read_json(results_of("replay") / "replay.json")
    again = measure.measure(paper, 20)
    for old, new in zip(recorded["results"], again["results"], strict=True):
        assert (old["task"], old["n"], old["left_out"]) == (new["task"], new["n"], new["left_out"])
        for name, row in new["scores"].items():
            assert row["spearman"] == pytest.approx(old["scores"][name]["spearman"], abs=0.02)


def test_the_stored_subsets_are_the_published_ones(paper: Path) -> None:
    published = {row["strategy"]: row["langs"].split() for row in data.read_rows(paper / "strategies.csv")}
    stored = {name: list(subset.codes) for name, subset in published_subsets().items()}
    fixed = {name: codes for name, codes in published.items() if codes and not name.startswith(data.DRAWN)}
    assert {name: codes for name, codes in stored.items() if codes} == fixed
    for name, codes in published.items():
        if name.startswith("abla_random_"):
            pool = named_pools()[name.removeprefix("abla_random_")]
            assert sorted(pool.codes) == sorted(codes), name
