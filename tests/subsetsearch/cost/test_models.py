from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.cost import (
    AvailabilityCost,
    CostModel,
    LanguageCount,
    MoneyCost,
    PairCount,
    TokenCount,
    available_pairs,
    cost_model,
    read_prices,
)
from subsetsearch.errors import ConfigError, DataError
from subsetsearch.languages import opus_pairs, resolve

KEYS = ["deu_Latn", "swh_Latn", "wol_Latn", "smo_Latn"]
MODELS: list[CostModel] = [
    LanguageCount(),
    PairCount(),
    TokenCount(20.0, {"deu_Latn": 30.0}),
    MoneyCost({5: 0.1, 0: 0.5}, {"wol_Latn": 0.9}),
    AvailabilityCost(),
]


def test_each_model_by_hand() -> None:
    pairs = {"deu_Latn": 100, "swh_Latn": 50, "wol_Latn": 10}
    expected = [3, 160, 100 * 30 + 60 * 20, 100 * 0.1 + 50 * 0.5 + 10 * 0.9, 160]
    for model, cost in zip(MODELS, expected, strict=True):
        assert model.cost(list(pairs), pairs) == pytest.approx(cost)
        assert model.unit


@given(
    first=st.sets(st.sampled_from(KEYS)),
    second=st.sets(st.sampled_from(KEYS)),
    pairs=st.fixed_dictionaries({key: st.integers(0, 300) for key in KEYS}),
)
def test_costs_are_additive_monotone_and_free_for_nothing(
    first: set[str], second: set[str], pairs: dict[str, int]
) -> None:
    for model in MODELS:
        assert model.cost([], pairs) == 0
        union = model.cost(sorted(first | second), pairs)
        assert union >= model.cost(sorted(first), pairs) - 1e-9
        if not first & second:
            total = model.cost(sorted(first), pairs) + model.cost(sorted(second), pairs)
            assert union == pytest.approx(total)


def test_more_than_exists_is_infeasible_not_cheap() -> None:
    model = AvailabilityCost()
    there = model.available("smo_Latn")
    assert 0 < there < 10_000
    assert model.cost(["smo_Latn"], {"smo_Latn": there}) == there
    assert model.cost(["smo_Latn"], {"smo_Latn": there + 1}) == math.inf


def test_available_pairs_are_those_of_one_code_as_they_are_read() -> None:
    assert available_pairs("deu_Latn") > 100_000_000
    assert available_pairs("por_Latn") == opus_pairs()["pt"]  # not pt, pt_br and pt_BR together
    assert available_pairs("zho_Hant") == opus_pairs()[resolve("zho_Hant").code("opus")]
    assert available_pairs("aab_Latn") == 0


def test_one_corpus_of_opus() -> None:
    pytest.importorskip("opustools", reason="needs the extra 'opus'")
    assert 0 < available_pairs("deu_Latn", "Europarl") < available_pairs("deu_Latn")
    assert available_pairs("wol_Latn", "Europarl") == 0
    with pytest.raises(DataError, match="no corpus 'Europarll' with English; did you mean Europarl"):
        available_pairs("deu_Latn", "Europarll")


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("language,price\nswa,x\n", "prices.csv:2: 'x' is not a price"),
        ("language,price\nswa,-1\n", "prices.csv:2: a price of at least 0 expected, but got -1"),
        ("language,price\nswa,1\nsw,2\n", "prices.csv:3: swh_Latn is named twice"),
        ("language,price\nqqq,1\n", "prices.csv:2: unknown language 'qqq'"),
        ("code,price\nswa,1\n", "the columns language and price are needed, but got code, price"),
        ("Language,Price\nswa,1\n", "needed, but got Language, Price; write them in lower case"),
        ("language,price\nswa,\n", "prices.csv:2: the price is missing; give one"),
        ("language,price\nyor,1\nswa,nan\n", "prices.csv:3: the price is missing"),
        ("language,price\nswa,inf\n", "prices.csv:2: a price of at least 0 expected"),
        (
            'language,price\nswa,"0,1"\n',
            "prices.csv:2: '0,1' is not a price; write a plain number with a point",
        ),
        ('language,price\nswa,"1,000"\n', "prices.csv:2: '1,000' is not a price"),
        ("language,price\nswa,$0.1\n", "prices.csv:2: '\\$0.1' is not a price"),
        ("language;price\nswa;0,1\n", "prices.csv:1: semicolons separate the cells; use commas"),
        ("language,price\nswa,0.1,a\n", "prices.csv:2: 2 fields expected, but got 3"),
    ],
)
def test_bad_prices_are_errors_with_the_line(tmp_path: Path, text: str, match: str) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=match):
        read_prices(path)


def test_prices_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("language,price\nSwahili,0.25\n", encoding="utf-8")
    model = cost_model("money", prices=path)
    assert model.cost(["swh_Latn"], {"swh_Latn": 8}) == 2
    assert model.cost(["wol_Latn"], {"wol_Latn": 8}) == math.inf
    with pytest.raises(DataError, match="no such file"):
        read_prices(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("by_class", "by_key"), [({0: 0.0, 5: 0.0}, {}), ({}, {"swh_Latn": 0.0}), ({5: 0}, {"a": 0})]
)
def test_prices_that_are_all_0_weigh_nothing(by_class: dict[int, float], by_key: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="all prices are 0, so there is nothing to weigh"):
        MoneyCost(by_class, by_key)
    some = MoneyCost(by_class, {**by_key, "yor_Latn": 2.0})  # data that one has already
    assert some.cost(["yor_Latn", *by_key], {"yor_Latn": 3, **dict.fromkeys(by_key, 3)}) == 6


@pytest.mark.parametrize(
    ("name", "options", "where"),
    [("pairs", {"prices": Path("p.csv")}, "prices"), ("tokens", {"by_class": {5: 1.0}}, "by_class"),
     ("money", {"by_class": {5: 1.0}, "corpus": "NLLB"}, "corpus")],
)  # fmt: skip
def test_an_option_of_another_model_is_refused(name: str, options: dict[str, object], where: str) -> None:
    with pytest.raises(ConfigError, match=f"{where}: has no effect on the cost '{name}', only on '"):
        cost_model(name, **options)  # type: ignore[arg-type]


def test_wrong_models_are_errors() -> None:
    with pytest.raises(ConfigError, match="unknown cost 'hours'"):
        cost_model("hours")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no prices"):
        cost_model("money")
    with pytest.raises(ConfigError, match="a price is negative"):
        MoneyCost({5: -1.0})
    with pytest.raises(ConfigError, match="no number of sentence pairs for swh_Latn"):
        PairCount().cost(["swh_Latn"], {})
    with pytest.raises(ConfigError, match="a negative number of sentence pairs"):
        PairCount().cost(["swh_Latn"], {"swh_Latn": -1})


def test_a_class_that_no_language_has_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"no language has the resource class 6, 9.*0 \(least data\) to 5"):
        MoneyCost({0: 1.0, 6: 1.0, 9: 1.0})
