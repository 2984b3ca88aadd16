"""What prints itself: an explanation and a comparison, in names, per cent and points."""

from __future__ import annotations

import json
from dataclasses import replace

from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.front.recommendation import Picked
from subsetsearch.analysis.statistics.seed_noise import PairedDifference
from subsetsearch.analysis.statistics.target_gains import TargetGain
from subsetsearch.analysis.subsets.compare import SubsetColumn
from subsetsearch.analysis.subsets.explain import Contrast, Explanation
from subsetsearch.analysis.subsets.who_is_helped import ByTarget
from subsetsearch.subset import NONE, Subset

ROW = FrontRow(Subset(frozenset({"swh_Latn"}), 300), 100.0, "pairs", 3, full=FullRuns(0.53, 0.01, (1, 2)))


def gain(key: str, mean: float, **known: bool) -> TargetGain:
    """A gain with an interval of a point on either side."""
    gap = PairedDifference(mean, mean - 0.01, mean + 0.01, (1, 2, 3))
    return TargetGain(key, 0.5, None, gap, 0.01 if abs(mean) > 0.011 else 0.2, **known)


GAP = PairedDifference(0.021, 0.01, 0.03, (1, 2))


def test_an_explanation_prints_reason_contrasts_and_gains() -> None:
    targets = (
        "wol_Latn",
        "yor_Latn",
        "zul_Latn",
        "hau_Latn",
        "ibo_Latn",
        "fin_Latn",
        "tam_Taml",
        "tur_Latn",
        "cym_Latn",
        "rus_Cyrl",
        "deu_Latn",
    )
    gains = ByTarget(ROW, tuple(gain(key, 0.05 - 0.01 * place) for place, key in enumerate(targets)))
    contrast = Contrast("none", NONE, ("swh_Latn",), (), 100.0, GAP)
    explanation = Explanation(Picked(ROW, "the knee"), {}, (contrast,), (), gains)
    assert repr(explanation).splitlines() == [
        "trial 3, 1 language, 300 pairs each, 100 pairs",
        "  why           the knee",
        "  languages     Swahili",
        "  against none  accuracy +2.1 points [+1.0, +3.0], better; costs 100 pairs more",
        "  targets       with Swahili, 300 pairs each, 4 of 11 targets are shown to be helped and 4 to be harmed "
        "(Holm over targets, 5 %)",
        "  helped        4 of 11: Wolof +5.0 [+4.0, +6.0], Yoruba +4.0 [+3.0, +5.0], Zulu +3.0 [+2.0, +4.0], "
        "Hausa +2.0 [+1.0, +3.0]",
        "  harmed        4 of 11: German -5.0 [-6.0, -4.0], Russian -4.0 [-5.0, -3.0], Welsh -3.0 [-4.0, -2.0], "
        "Turkish -2.0 [-3.0, -1.0]",
        "  not shown     3 of 11: Igbo +1.0 [0.0, +2.0], Finnish 0.0 [-1.0, +1.0], Tamil -1.0 [-2.0, 0.0]",
    ]
    plain = json.loads(json.dumps(explanation.to_dict()))
    assert plain["contrasts"][0] == {
        "name": "none", "languages": [], "pairs": None, "only_here": ["swh_Latn"], "only_there": [], "cost": 100.0,
        "accuracy": {"mean": 0.021, "low": 0.01, "high": 0.03, "seeds": [1, 2], "p": None}, "fresh": None,
    }  # fmt: skip


def test_targets_whose_own_data_the_subset_has_are_told_apart() -> None:
    row = replace(ROW, full=FullRuns(0.5, scores={"swh_Latn": 0.7, "wol_Latn": 0.5, "fin_Latn": 0.3}))
    gains = (gain("swh_Latn", 0.09, own=True), gain("wol_Latn", 0.02), gain("fin_Latn", 0.0, held_out=True))
    explanation = Explanation(Picked(row, "the knee"), {}, (), (), ByTarget(row, gains))
    lines = dict(explanation.lines())
    assert lines["helped"].startswith("2 of 3: Swahili (the target itself) +9.0 [+8.0, +10.0], Wolof +2.0")
    assert lines["not shown"] == "1 of 3: Finnish (held out) 0.0 [-1.0, +1.0]"
    assert lines["themselves"] == (
        "1 target is in the subset (Swahili): +9.0 points on average; the others +1.0"
    )
    assert explanation.to_dict()["themselves"] == ["swh_Latn"]


def test_a_comparison_prints_a_line_a_subset() -> None:
    assert repr(SubsetColumn("sw", ROW, 0, GAP, 1, 0)) == (
        "sw: 100 pairs, 53.0 ± 1.0 %, +2.1 points against the first (better)"
    )
    unscored = SubsetColumn("none", FrontRow(NONE, 0.0, "pairs"), 0, None, 0, 0)
    assert repr(unscored) == "none: 0 pairs, not measured"
    json.dumps([unscored.to_dict()])
