"""What a study says in the model card of its encoder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

import subsetsearch as ss
from realign_core.runs.saved.options import TrainOptions
from subsetsearch.analysis.statistics.target_gains import target_gains
from subsetsearch.config import StudyConfig
from subsetsearch.problem.pool import build_pool, build_targets
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.run.full_runs.card import card_notes
from subsetsearch.run.full_runs.realign import realign_subset
from subsetsearch.subset import NONE, Subset

CHOSEN = Subset(frozenset({"swh_Latn", "tel_Telu"}), 30)
BASE = {"swh_Latn": 0.50, "yor_Latn": 0.60, "wol_Latn": 0.40, "eng_Latn": 0.90}
GAINS = {"swh_Latn": 0.10, "yor_Latn": -0.20, "wol_Latn": -0.01, "eng_Latn": 0.0}


def run(subset: Subset, seed: int, scores: dict[str, float], *, fresh: bool = False) -> Measurement:
    luck = {1: 0.01, 2: -0.01, 3: 0.0}.get(seed, 0.02)
    noisy = {key: score + luck + 0.001 * seed * (not subset.languages) for key, score in scores.items()}
    apart = {"held_out": frozenset({"wol_Latn"}), "source": frozenset({"eng_Latn"})}
    return Measurement("f", "r", subset, 3, "test", seed, "accuracy", noisy, fresh=fresh, **apart)


def runs(seeds: Sequence[int] = (1, 2, 3), *, fresh: bool = False) -> list[Measurement]:
    better = {key: score + GAINS[key] for key, score in BASE.items()}
    pairs = [(NONE, BASE), (CHOSEN, better)]
    return [run(subset, seed, scores, fresh=fresh) for seed in seeds for subset, scores in pairs]


def notes_of(study: StudyConfig, found: Sequence[Measurement], reason: str = "the best"):  # type: ignore[no-untyped-def]
    return card_notes(study, build_pool(study), build_targets(study, "test"), CHOSEN, reason, found)


def test_targets_come_with_gain_and_interval_best_first() -> None:
    rows = target_gains(runs(), CHOSEN)
    assert [row.key for row in rows] == ["swh_Latn", "eng_Latn", "wol_Latn", "yor_Latn"]
    first, last = rows[0], rows[-1]
    assert first.score == pytest.approx(0.6)
    assert first.interval is not None
    assert first.interval[0] < 0.6 < first.interval[1]
    assert first.gain is not None
    assert first.gain.mean == pytest.approx(0.098)
    assert last.loses
    assert last.verdict == "harmed"
    assert not first.loses
    assert [row.key for row in rows if row.held_out] == ["wol_Latn"]
    assert [row.key for row in rows if row.source] == ["eng_Latn"]
    assert target_gains([], CHOSEN) == []
    assert all(row.gain is None for row in target_gains([r for r in runs() if r.subset == CHOSEN], CHOSEN))
    assert all(row.gain is None for row in target_gains(runs(), NONE))


def test_the_card_says_scores_gains_and_who_is_harmed(toy_study: StudyConfig) -> None:
    notes = notes_of(toy_study, [*runs(), *runs((7, 8), fresh=True)])
    assert "Chosen out of 8 languages of the study `toy`: the best." in notes.chosen
    assert "seeds 1, 2, 3 on test data" in notes.chosen
    mean = "**Mean over 2 targets: 50.0**, gain -5.2 [-5.5, -4.9] points (worse)"
    assert re.sub(r"\[.*?\]", "[]", mean) in re.sub(r"\[.*?\]", "[]", notes.scores)
    held, source = notes.scores.index("Held-out targets"), notes.scores.index("learnt in")
    assert notes.scores.index("Yoruba") < held < notes.scores.index("Wolof") < source
    assert source < notes.scores.index("English")
    assert "**With seeds 7, 8, which no choice has seen: 52.0**" in notes.scores
    harmed, unsure = notes.limits[0], notes.limits[1]
    assert harmed.startswith("Languages that it harms, in points: Yoruba -20.2")
    assert "Swahili" not in harmed + unsure
    assert notes.hub_languages == ("en", "sw", "te")
    assert notes.names["tel"] == "Telugu"
    assert set(notes.by_seed) == {1, 2, 3, 7, 8}


def test_what_was_not_measured_is_not_said(toy_study: StudyConfig) -> None:
    nothing = notes_of(toy_study, [], reason="")
    assert nothing.chosen == "Named by hand, out of 8 languages of the study `toy`."
    assert (
        nothing.scores == "The study has no full run of these languages: nothing was measured on test data."
    )
    assert nothing.limits == ("Languages that it harms: not measured, and there may be some.",)
    alone = notes_of(toy_study, [r for r in runs((1,)) if r.subset == CHOSEN])
    assert "not measured" in alone.scores
    assert "[" not in alone.scores.split("\n\n", 1)[1]
    better = [
        replace(r, scores={k: v + 0.5 * bool(r.subset.languages) for k, v in r.scores.items()})
        for r in runs()
    ]
    assert "none of the 4 that were measured lost on average" in notes_of(toy_study, better).limits[0]


def test_the_saved_card_holds_it(toy_study: StudyConfig, tmp_path: Path) -> None:
    realign_subset(toy_study, CHOSEN, tmp_path / "e", TrainOptions(seed=2), reason="the best", runs=runs())
    card = ModelCard.load(tmp_path / "e" / "README.md")
    assert card.data.language == ["multilingual", "en", "sw", "te"]
    assert "Languages it was realigned with: Swahili (`swa`), Telugu (`tel`)." in card.text
    assert "| Swahili | `swa` | 16 |" in card.text
    assert "The weights of this encoder are those of seed 2" in card.text
    assert "Languages that it harms, in points: Yoruba" in card.text


def test_a_pick_of_no_realignment_is_a_sentence(toy_file: Path, tmp_path: Path) -> None:
    study = ss.load(toy_file, runs=tmp_path / "runs")
    with pytest.raises(ss.RealignError, match="there is nothing to realign"):
        study.realign(NONE, tmp_path / "e")
    with pytest.raises(ss.RealignError, match="is 'mean'|pooling"):  # a model for texts needs another head
        study.realign(NONE, tmp_path / "e", task_model=True)
