from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.cost import AvailabilityCost, PairCount
from subsetsearch.errors import ConfigError, SelectionError
from subsetsearch.languages import resolve, resolve_all
from subsetsearch.strategies import (
    Basis,
    Distances,
    PoolFilter,
    Request,
    choose,
    named_pools,
    pool_languages,
    published_subsets,
    read_pool,
    rules,
    select,
    strategy_names,
)
from subsetsearch.strategies._objectives import make_objective
from subsetsearch.typology import load_typology

ENGLISH = resolve("eng")
TYPOLOGY = load_typology()
RULED = sorted(
    name
    for name, subset in published_subsets().items()
    if name in rules() and rules()[name].basis in (Basis.DISTANCES, Basis.SCRIPTS) and len(subset.keys) < 65
)
REPEATS = {"least_uriel_20", "least_uriel_40", "most_uriel_20", "most_uriel_40"}


def test_every_published_subset_resolves_to_as_many_languages() -> None:
    for subset in published_subsets().values():
        assert len(subset.keys) == len(subset.codes), subset.name
        assert set(subset.keys) <= {language.key for language in pool_languages("paper65")}
    assert len(published_subsets()["xt_afri"].keys) == 65
    for name in REPEATS:
        assert published_subsets()[name].keys == published_subsets()["xt_afri"].keys


@pytest.mark.parametrize("name", RULED)
def test_our_choice_is_never_below_the_published_one_on_the_rules_own_objective(name: str) -> None:
    published = published_subsets()[name]
    request = Request(name, k=len(published.keys), source=ENGLISH, solver="local")
    ours = choose(request, TYPOLOGY)
    rule = rules()[name]
    pool = [language for language in pool_languages(rule.pool or "paper65") if language.key != ENGLISH.key]
    if rule.same_script:
        pool = [language for language in pool if language.script == "Latn"]
    keys = [language.key for language in pool]
    distances = Distances(TYPOLOGY, rule.kind or "featural", None, request.caution)
    objective = make_objective(rule, request, pool, distances)
    their_value = objective.value([keys.index(key) for key in published.keys])
    our_value = objective.value([keys.index(key) for key in ours.keys])
    assert our_value >= their_value - 1e-9
    assert abs(our_value) == pytest.approx(ours.value)
    assert len(set(ours.keys) & set(published.keys)) <= len(published.keys)


def test_published_names_give_the_published_list_unless_asked_for_more() -> None:
    listed = choose(Request("most_uriel_en_10", source=ENGLISH), TYPOLOGY)
    assert listed.method == "given"
    assert listed.keys == published_subsets()["most_uriel_en_10"].keys
    chosen = choose(Request("most_uriel_en_10", source=ENGLISH, solver="exact"), TYPOLOGY)
    assert chosen.optimal
    assert len(chosen.keys) == 10


def test_the_badly_known_are_not_chosen_for_it() -> None:
    for k in (5, 10):
        assert "kaz_Cyrl" not in choose(Request("most_uriel", k=k, solver="exact"), TYPOLOGY).keys


def test_notes_say_where_a_name_misleads() -> None:
    assert "least_family_en_10_rerun" in choose(Request("least_family_en_10"), TYPOLOGY).notes[0]


@pytest.mark.parametrize("name", strategy_names())
def test_every_strategy_runs(name: str) -> None:
    rule = rules().get(name)
    k = 5 if rule is not None and rule.k is None and rule.basis is not Basis.ALL else None
    selection = choose(Request(name, k=k, source=ENGLISH, solver="greedy"), TYPOLOGY)
    assert list(selection.keys) == sorted(set(selection.keys))
    if k is not None:
        assert len(selection.keys) == 5


def test_none_and_all() -> None:
    assert choose(Request("none"), TYPOLOGY).keys == ()
    assert len(choose(Request("all"), TYPOLOGY).keys) == 65


def test_random_depends_on_the_seed_alone() -> None:
    one = choose(Request("random", k=10, seed=3), TYPOLOGY).keys
    assert one == choose(Request("random_10", seed=3), TYPOLOGY).keys
    assert one != choose(Request("random", k=10, seed=4), TYPOLOGY).keys
    assert len(one) == 10


def test_random_draws_every_language_equally_often() -> None:
    pool = read_pool("deu fra swh zul kat")
    counts = dict.fromkeys((language.key for language in pool), 0)
    for seed in range(500):
        for key in choose(Request("random", pool=pool, k=2, seed=seed), TYPOLOGY).keys:
            counts[key] += 1
    assert min(counts.values()) > 150
    assert max(counts.values()) < 250


def test_most_distinct_scripts_have_different_scripts() -> None:
    chosen = choose(Request("most_distinct_script", k=8, solver="exact", time_limit=20), TYPOLOGY)
    assert len({resolve(key).script for key in chosen.keys}) == 8


def test_same_script_is_the_sources_script() -> None:
    chosen = choose(Request("most_same_script", k=5, source=ENGLISH), TYPOLOGY)
    assert {resolve(key).script for key in chosen.keys} == {"Latn"}
    assert len(chosen.left_out) == 24


def test_the_source_is_never_chosen() -> None:
    pool = read_pool("eng deu fra swh zul")
    assert "eng_Latn" not in choose(Request("most_uriel", pool=pool, k=4, source=ENGLISH), TYPOLOGY).keys


def test_languages_without_features_are_left_out_unless_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    pool = read_pool("deu fra swh zul tsn")
    request = Request("most_uriel", pool=pool, k=3, kind="phonological")
    selection = choose(request, TYPOLOGY)
    assert selection.left_out == {"tsn_Latn": "no known feature"}
    assert "tsn_Latn" in caplog.text
    kept = choose(Request("most_uriel", pool=pool, k=5, kind="phonological", keep_unknown=True), TYPOLOGY)
    assert "tsn_Latn" in kept.keys
    with pytest.raises(SelectionError, match="no known feature of tsn_Latn"):
        choose(
            Request("most_uriel", pool=pool, k=3, kind="phonological", include=resolve_all(["tsn"])), TYPOLOGY
        )
    with pytest.raises(SelectionError, match="k is 5, but only 4 languages"):
        choose(Request("most_uriel", pool=pool, k=5, kind="phonological"), TYPOLOGY)


def test_budget_and_scarcity_exclude_languages() -> None:
    pool = read_pool("deu fra smo luo zul")
    cost = AvailabilityCost()
    selection = choose(Request("most_uriel", pool=pool, k=3, cost=cost, pairs=100_000), TYPOLOGY)
    assert not {"smo_Latn", "luo_Latn"} & set(selection.keys)
    assert set(selection.left_out) == {"smo_Latn", "luo_Latn"}
    assert selection.cost == 300_000
    with pytest.raises(SelectionError, match="k is 4 and costs 400 or more, but the budget is 250"):
        choose(Request("most_uriel", pool=pool, k=4, cost=PairCount(), pairs=100, budget=250), TYPOLOGY)


@pytest.mark.parametrize(
    ("request_", "error", "match"),
    [
        (Request("most_urial", k=3), ConfigError, "unknown strategy 'most_urial'; did you mean most_uriel"),
        (Request("most_uriel"), ConfigError, "'most_uriel' needs a size; give k"),
        (Request("most_uriel", k=99), SelectionError, "k is 99, but only 65 languages can be chosen"),
        (Request("most_uriel_en", k=5), ConfigError, "needs the source language"),
        (Request("xt_afri", k=5), ConfigError, "'xt_afri' is a published list, not a rule"),
        (Request("most_uriel", k=3, include=resolve_all(["abk"])), SelectionError, "not in the pool: abk_Cyrl"),
        (Request("most_uriel", k=3, include=resolve_all(["sw"]), exclude=resolve_all(["swa"])), SelectionError,
         "both included and excluded: swh_Latn"),
    ],
)  # fmt: skip
def test_wrong_requests_are_errors(request_: Request, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        choose(request_, TYPOLOGY)


def test_pools_by_name_file_and_list(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "pool.txt"
    path.write_text("sw  # Swahili\n\nzul\n", encoding="utf-8")
    assert read_pool(str(path)) == read_pool("zul,sw") == resolve_all(["swh", "zul"])
    assert len(read_pool("paper65")) == 65
    with pytest.raises(ConfigError, match="unknown pool 'paper64'; did you mean 'paper65'"):
        read_pool("paper64")
    for missing in ("pool.txt", "folder/pool"):
        with pytest.raises(ConfigError, match=f"{missing}: no such file of languages; check the path"):
            read_pool(missing)


def test_filters_of_the_papers_own_pools_agree_with_ours() -> None:
    paper = pool_languages("paper65")
    assert PoolFilter(unseen="mbert").keep(paper) == pool_languages("unseen_mbert")
    assert PoolFilter(seen="mbert").keep(paper) == pool_languages("seen_mbert")
    assert PoolFilter(unseen="xlmr").keep(paper) == pool_languages("unseen_xlmr")
    assert PoolFilter(frozenset({4, 5})).keep(paper) == pool_languages("joshi45")
    assert PoolFilter(frozenset({3})).keep(paper) == pool_languages("joshi3")
    assert PoolFilter(frozenset({0, 1, 2})).keep(paper) == pool_languages("joshi2")
    with pytest.raises(SelectionError, match="no language of the pool passes the filters"):
        PoolFilter(script="Ethi", seen="mbert").keep(paper)


def test_named_pools_say_what_they_are() -> None:
    assert all(pool.what and pool.codes for pool in named_pools().values())


def test_coverage_of_targets_prefers_their_relatives() -> None:
    pool = read_pool("deu fra zul kat tur")
    targets = resolve_all(["nld", "swe"])
    request = Request("most_uriel", pool=pool, k=1, objective="facility-location", targets=targets, kind="genetic",
                      solver="exact")  # fmt: skip
    selection = choose(request, TYPOLOGY)
    assert selection.keys == ("deu_Latn",)
    assert selection.optimal


def test_the_unknown_do_not_cover_targets_either() -> None:
    pool = read_pool("kaz deu fra zul")
    request = Request(
        "most_uriel", pool=pool, k=1, objective="facility-location", targets=pool_languages("xnli")
    )
    assert choose(request, TYPOLOGY).keys != ("kaz_Cyrl",)


def test_values_are_those_of_the_printed_matrix() -> None:
    selection = choose(Request("most_uriel", k=6, solver="exact"), TYPOLOGY)
    table = TYPOLOGY.distance_matrix(selection.keys).cautious().values
    assert selection.value == pytest.approx(table[np.triu_indices(6, 1)].sum())


def test_the_front_door_takes_names_and_gives_what_a_request_gives() -> None:
    request = Request(
        "most_uriel", read_pool("deu fra swh zul tam"), 3, ENGLISH, exclude=resolve_all(["zul"])
    )
    front = select(k=3, pool=["de", "French", "sw", "zul", "tam"], exclude=["zu"])
    assert front.keys == choose(request, TYPOLOGY).keys
    assert select("most_uriel_en_5").keys == published_subsets()["most_uriel_en_5"].keys
    unseen = select("all", only=PoolFilter(unseen="xlmr")).keys
    assert unseen
    assert not any("xlmr" in resolve(key).seen_in for key in unseen)
    assert select(k=2, pool="deu zul", cost="pairs", pairs=10).cost == 20
    with pytest.raises(ConfigError, match="a budget needs a unit"):
        select(k=5, budget=3)


def test_a_selection_shows_itself_as_a_line_and_a_table() -> None:
    selection = select(k=2, pool="deu fra zul")
    lines = repr(selection).splitlines()
    assert lines[0].startswith("most_uriel: 2 of 3 languages; max-sum")
    assert len(lines) == 2 + len(selection.keys)
    frame = selection.to_frame()
    assert list(frame["key"]) == list(selection.keys)
    assert "<td>zul_Latn</td>" in selection._repr_html_()
    assert repr(select("none")) == "none: 0 of 65 languages"


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_selection_keeps_to_what_was_asked_for(data: st.DataObject) -> None:
    everyone = [language.key for language in pool_languages("paper65")]
    pool = data.draw(st.lists(st.sampled_from(everyone), min_size=6, max_size=15, unique=True))
    include = data.draw(st.lists(st.sampled_from(pool), max_size=2, unique=True))
    exclude = data.draw(st.lists(st.sampled_from(sorted({*pool} - {*include})), max_size=2, unique=True))
    k = data.draw(st.integers(max(1, len(include)), len(pool) - len(exclude)))
    asked: dict[str, Any] = {
        "k": k,
        "source": None,
        "include": include,
        "exclude": exclude,
        "solver": "greedy",
        "keep_unknown": True,
    }
    selection = select(pool=pool, **asked)
    assert len(selection.keys) == k
    assert {*include} <= {*selection.keys} <= {*pool} - {*exclude}
    shuffled = select(pool=data.draw(st.permutations(pool)), **asked)
    assert shuffled.keys == selection.keys
    assert shuffled.value == selection.value
