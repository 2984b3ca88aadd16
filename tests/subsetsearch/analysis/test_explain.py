"""What prints itself: an explanation and a comparison, in names, per cent and points."""

from __future__ import annotations

import json
from dataclasses import replace

from subsetsearch.analysis.compare import SubsetColumn
from subsetsearch.analysis.explain import Contrast, Explanation
from subsetsearch.analysis.front_row import FrontRow, FullRuns
from subsetsearch.analysis.noise import PairedDifference
from subsetsearch.analysis.pick import Picked
from subsetsearch.subset import NONE, Subset

ROW = FrontRow(Subset(frozenset({"swh_Latn"}), 300), 100.0, "pairs", 3, full=FullRuns(0.53, 0.01, (1, 2)))
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
    gains = {key: 0.05 - 0.01 * place for place, key in enumerate(targets)}
    contrast = Contrast("none", NONE, ("swh_Latn",), (), 100.0, GAP)
    explanation = Explanation(Picked(ROW, "the knee"), {}, (contrast,), (), gains, ())
    assert repr(explanation).splitlines() == [
        "trial 3, 1 language, 300 pairs each, 100 pairs",
        "  why           the knee",
        "  languages     Swahili",
        "  against none  accuracy +2.1 points [+1.0, +3.0], better; costs 100 pairs more",
        "  targets       5 of 11 targets gain against no realignment, in points. Most: Wolof +5.0, Yoruba +4.0, "
        "Zulu +3.0, Hausa +2.0, Igbo +1.0. Least: German -5.0, Russian -4.0, Welsh -3.0, Turkish -2.0, Tamil -1.0",
    ]
    plain = json.loads(json.dumps(explanation.to_dict()))
    assert plain["contrasts"][0] == {
        "name": "none", "languages": [], "pairs": None, "only_here": ["swh_Latn"], "only_there": [], "cost": 100.0,
        "accuracy": {"mean": 0.021, "low": 0.01, "high": 0.03, "seeds": [1, 2]}, "fresh": None,
    }  # fmt: skip


def test_targets_whose_own_data_the_subset_has_are_told_apart() -> None:
    row = replace(ROW, full=FullRuns(0.5, scores={"swh_Latn": 0.7, "wol_Latn": 0.5, "fin_Latn": 0.3}))
    gains = {"swh_Latn": 0.09, "wol_Latn": 0.02, "fin_Latn": 0.0}
    explanation = Explanation(Picked(row, "the knee"), {}, (), (), gains, ("fin_Latn",))
    lines = dict(explanation.lines())
    assert "Swahili (the target itself) +9.0, Wolof +2.0, Finnish (held out) 0.0" in lines["targets"]
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
