"""Held-out pairs: which ones, and that nothing of them is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from realign_core.data.examples import ParallelText
from subsetsearch.config import load_study
from subsetsearch.errors import ConfigError
from subsetsearch.problem.pool import build_pool, build_targets
from subsetsearch.problem.retrieval_pairs import HeldOut, hold_out

STUDIES = Path(__file__).parents[3] / "studies"


def text(language: str, rows: range, prefix: str = "") -> ParallelText:
    return ParallelText(
        language, tuple(f"source {i}" for i in rows), tuple(f"{prefix or language} {i}" for i in rows)
    )


def test_targets_of_one_corpus_share_their_held_out_sources() -> None:
    texts = {"a": text("a", range(100)), "b": text("b", range(100)), "c": text("c", range(100))}
    found = hold_out(texts, ["b", "a"], ["c"], 30)
    assert len(found.sources) == 30
    assert set(found.pairs) == {"a", "b", "c"}
    for key, pairs in found.pairs.items():
        assert set(pairs.source) == found.sources
        assert all(t == s.replace("source", key) for s, t in zip(pairs.source, pairs.target, strict=True))


def test_fewer_pairs_are_some_of_more_and_do_not_depend_on_the_order() -> None:
    whole = text("a", range(90))
    shuffled = ParallelText("a", whole.source[::-1], whole.target[::-1])
    many = hold_out({"a": whole}, ["a"], [], 50).pairs["a"]
    few = hold_out({"a": shuffled}, ["a"], [], 20).pairs["a"]
    assert few.source == many.source[:20]
    assert few.target == many.target[:20]


def test_held_out_sentences_are_in_no_language_on_either_side() -> None:
    repeated = ParallelText(
        "a", ("other", *text("a", range(60)).source), ("a 5", *text("a", range(60)).target)
    )
    texts = {"a": repeated, "b": text("b", range(30, 90))}
    found = hold_out(texts, ["a"], [], 40)
    left = {key: found.without(key, t) for key, t in texts.items()}
    for key, kept in left.items():
        assert not set(kept.source) & found.sources
        assert len(kept) < len(texts[key])
    assert not set(left["a"].target) & set(found.pairs["a"].target)
    assert left["b"].target == tuple(t for s, t in zip(texts["b"].source, texts["b"].target, strict=True)
                                     if s not in found.sources)  # fmt: skip


def test_a_sentence_that_recurs_is_no_question() -> None:
    twice = ParallelText(
        "a", ("s", "s", *text("a", range(40)).source), ("x", "y", *text("a", range(40)).target)
    )
    found = hold_out({"a": twice}, ["a"], [], 40)
    assert "s" not in found.sources


def test_labelled_languages_add_no_held_out_sentence() -> None:
    texts = {"a": text("a", range(100)), "b": text("b", range(50, 150)), "c": text("c", range(95, 200))}
    alone, joined = hold_out(texts, ["a"], [], 60), hold_out(texts, ["a"], ["b", "c"], 60)
    assert joined.sources == alone.sources
    assert set(joined.pairs["b"].source) == alone.sources & set(texts["b"].source)
    assert "c" not in joined.pairs  # too few of its sentences are held out


@pytest.mark.parametrize(("n", "fix"), [(30, "lower proxy.retrieval.pairs to 30"), (3, "leave it out")])
def test_too_few_pairs(n: int, fix: str) -> None:
    with pytest.raises(ConfigError, match=f"a has {n} different sentence pairs, but 50.*{fix}"):
        hold_out({"a": text("a", range(n))}, ["a"], [], 50)


def test_nothing_is_held_out_of_a_study_without_unlabelled_targets(toy_file: Path) -> None:
    pool = build_pool(load_study(toy_file))
    assert pool.held_out == {}
    assert all(len(t) == 40 for t in pool.texts.values())
    whole = text("a", range(5))
    assert HeldOut().without("a", whole) is whole


def test_a_target_need_not_be_in_the_pool(toy_file: Path) -> None:
    overrides = {"targets.unlabelled": ["Zulu"], "pool.exclude": ["zul"], "proxy.retrieval.pairs": 12}
    study = load_study(toy_file, overrides)
    pool = build_pool(study)
    assert "zul_Latn" not in pool.keys
    assert len(pool.held_out["zul_Latn"]) == 12
    assert all(len(t) == 28 for t in pool.texts.values())
    assert build_targets(study).unlabelled == ("zul_Latn",)
    assert build_targets(study).searched == ("swh_Latn", "yor_Latn")


def test_a_task_may_have_no_labelled_target(toy_file: Path) -> None:
    overrides = {
        "targets.unlabelled": ["zul"],
        "targets.languages": [],
        "targets.held_out": [],
        "targets.held_out_in_pool": False,
    }
    for split in ("dev", "test"):
        targets = build_targets(load_study(toy_file, overrides), split)  # type: ignore[arg-type]
        assert (targets.searched, dict(targets.codes)) == ((), {})


def test_unlabelled_targets_move_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REALIGN_DATA", "/data")
    plain = load_study(STUDIES / "african-pos.toml")
    unlabelled = load_study(STUDIES / "african-pos.toml", {"targets.unlabelled": ["xho"]})
    assert plain.fingerprint() != unlabelled.fingerprint()
