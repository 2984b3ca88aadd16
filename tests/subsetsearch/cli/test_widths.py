"""In a terminal of 80 columns no table is cut, and languages are read by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rich.table import Table

from realign_core.support.program.console import results
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.statistics.seed_noise import PairedDifference
from subsetsearch.analysis.statistics.target_gains import TargetGain
from subsetsearch.analysis.subsets.compare import StudyColumn, StudyComparison, SubsetColumn
from subsetsearch.analysis.subsets.compare_by_typology import compare_by_typology
from subsetsearch.analysis.subsets.explain import Member
from subsetsearch.analysis.subsets.who_is_helped import ByTarget
from subsetsearch.cli.views.by_target import show_by_target
from subsetsearch.cli.views.compare import show_studies, show_subsets, show_typology
from subsetsearch.cli.views.explain import _members
from subsetsearch.cli.views.front import front_table
from subsetsearch.subset import NONE, Subset

Shown = Callable[[Callable[[], Any]], str]
GAP = PairedDifference(0.092, -0.084, 0.1, (17, 23, 31))
KEYS = "kab_Latn khk_Cyrl khm_Khmr kir_Cyrl kor_Hang swh_Latn tel_Telu tha_Thai"
LARGE = FrontRow(
    Subset(frozenset(KEYS.split())), 57_371, "sentence pairs", on_front=True, tied_with=NONE, diversity=0.39,
    full=FullRuns(0.554, 0.006, (17, 23), held_out=0.41),
)  # fmt: skip
BASE = FrontRow(NONE, 0, "sentence pairs", label="none", full=FullRuns(0.54, 0.0, (17, 23), held_out=0.4))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What is printed, 80 columns wide."""
    monkeypatch.setattr(results, "_width", 80)

    def read(show: Callable[[], Any]) -> str:
        with results.capture() as capture:
            made = show()
            if isinstance(made, Table):
                results.print(made)
        return capture.get()

    return read


def whole(text: str, *words: str) -> None:
    """No line is longer than the terminal, and these words are there uncut."""
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    for word in words:
        assert word in text


def test_of_few_targets_each_is_said_once() -> None:
    from subsetsearch.analysis.front.recommendation import Picked
    from subsetsearch.analysis.subsets.explain import Explanation

    keys = ("abk_Cyrl", "gla_Latn", "quy_Latn", "ckb_Arab", "kab_Latn", "wol_Latn")
    gap = PairedDifference(0.01, 0.005, 0.015, (1, 2, 3))
    gains = ByTarget(LARGE, tuple(TargetGain(key, 0.5, None, gap, 0.01) for key in keys))
    text = dict(Explanation(Picked(LARGE, "best"), {}, (), (), gains).lines())["helped"]
    assert text.startswith("6 of 6: Abkhazian +1.0 [+0.5, +1.5], ")
    assert text.count("Wolof") == 1


def test_the_front(shown: Shown) -> None:
    front = Front((BASE, LARGE))
    text = shown(lambda: front_table(front, front))
    whole(text, "accuracy %", "sentence", "diver-", "57,371", "55.4±0.6", "Mongolian", "Khmer")
    assert "none)" in text  # what it ties with
    assert "Cyrl" not in text


def test_the_members_of_a_subset(shown: Shown) -> None:
    near = ("abk_Cyrl", "gla_Latn", "quy_Latn", "ckb_Arab", "kab_Latn")
    member = Member("khk_Cyrl", 802.0, "kir_Cyrl", 0.19, near)
    text = shown(lambda: _members([member] * 2))
    whole(text, "Mongolian", "khk_Cyrl", "Mongolic-Khitan", "Kyrgyz", "0.19", "Abkhazian", "Scottish")
    assert "+ 2" in text
    assert "kir_Cyrl" not in text


def test_subsets_of_a_study(shown: Shown) -> None:
    columns = [
        SubsetColumn("none", BASE, 0, None, 0, 0),
        SubsetColumn("sw,te,mn,km,ky,ko", LARGE, 3, GAP, 25, 18),
    ]
    text = shown(lambda: show_subsets(columns, Front((BASE, LARGE))))
    whole(text, "points against", "targets", "sw,te,mn,km,ky,ko", "+9.2 [-8.4, +10.0]", "25 / 18")
    assert "proxy" not in text  # nothing was scored


def test_subsets_alone(shown: Shown) -> None:
    scores = compare_by_typology(["sw,te,mn", "xt_afri"])
    whole(
        shown(lambda: show_typology(scores)), "families", "scripts", "distance", "nearest pair", "languages"
    )


def test_studies(shown: Shown) -> None:
    columns = tuple(
        StudyColumn(name, "sentence pairs", 30, 5, 0.54, 0.542, LARGE, GAP, LARGE)
        for name in ("quickstart", "pos-calibration")
    )
    text = shown(lambda: show_studies(StudyComparison(columns, {"search.trials": [30, None]})))
    whole(text, "quickstart", "pos-calibration", "57,371 sentence pairs", "+9.2 [-8.4, +10.0]", "not set")


def test_targets_with_their_intervals_fit(shown: Shown) -> None:
    wide = PairedDifference(0.287, -0.112, 0.35, (17, 23, 31), 0.2)
    rows = (
        TargetGain("kab_Latn", 0.5, None, wide, 0.3, own=True, held_out=False),
        TargetGain("quy_Latn", 0.5, None, GAP, 0.01),
        TargetGain("wol_Latn", 0.5, None, PairedDifference(-0.03, None, None, (17,))),
        TargetGain("fur_Latn", 0.5, None, None),
    )
    text = shown(lambda: show_by_target(ByTarget(LARGE, rows)))
    whole(text.partition("points:")[0], "Kabyle (the target itself)", "-11.2, +35.0", "not known")
    assert "over 1 to 3 common seeds" in text
    lines = {line.split()[0]: line for line in text.splitlines() if line.strip()}
    assert "o" in lines["Wolof"].partition("-3.0")[2]
    assert "|" not in lines["Friulian"]
