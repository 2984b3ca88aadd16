"""A front as a sequence, a table, a text and a picture."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns, mark_front
from subsetsearch.analysis.text.wording import listed, number, points, short_list, subset_name
from subsetsearch.errors import count
from subsetsearch.subset import NONE, Subset

FRONT = Front(
    tuple(
        mark_front(
            [
                FrontRow(NONE, 0, "pairs", label="none", full=FullRuns(0.4, 0.01, (1, 2), {"wol_Latn": 0.4})),
                FrontRow(Subset(frozenset({"swh_Latn"})), 100, "pairs", 3, proxy=0.3, proxy_rung=2, recommended=True,
                         full=FullRuns(0.53, 0.012, (1, 2), {"wol_Latn": 0.53}, held_out=0.2)),
                FrontRow(Subset(frozenset({"swh_Latn", "zul_Latn"}), 300), 200, "pairs", 4, proxy=0.35, proxy_rung=2,
                         tied_with=NONE, fresh=FullRuns(0.5, None, (9,))),
                FrontRow(Subset(frozenset({"yor_Latn"})), 150, "pairs", 5, proxy=0.2, proxy_rung=1),
            ]
        )
    ),
    "toy",
    "f1",
)  # fmt: skip


def test_a_front_is_a_sequence() -> None:
    assert len(FRONT) == 4
    assert [row.cost for row in FRONT] == [0, 100, 150, 200]
    assert FRONT[1].trial == 3
    assert FRONT[-2:] == FRONT.rows[-2:]
    assert FRONT.labelled("none") is FRONT.find(NONE) is FRONT[0]
    assert FRONT.labelled("all") is None
    assert [row.cost for row in FRONT.steps] == [0, 100]
    assert [row.cost for row in FRONT.shown] == [0, 100, 200]


def test_the_table_has_the_documented_columns_and_types() -> None:
    frame = FRONT.to_frame()
    assert list(frame.columns) == list(FRONT[0].to_dict())
    assert list(frame["languages"]) == ["", "swh_Latn", "yor_Latn", "swh_Latn zul_Latn"]
    assert frame["trial"].dropna().tolist() == [3, 5, 4]
    assert frame["tied_with"].tolist()[3] == "none"
    assert "300" in frame.to_csv().splitlines()[4].split(",")
    assert frame["accuracy"].tolist()[:2] == [0.4, 0.53]
    assert list(Front().to_frame().columns) == list(frame.columns)
    json.dumps([row.to_dict() for row in FRONT])


def test_people_read_names_and_per_cent() -> None:
    text = repr(FRONT)
    assert text.startswith("Front of toy: 4 subsets, 3 on the front (*), 2 measured")
    assert "F1 (test), %" in text
    assert "53.0 ± 1.2" in text
    assert "Swahili, Zulu, 300 pairs each" in text
    assert "Yoruba" not in text
    html = FRONT._repr_html_()
    assert "<td>no realignment</td>" in html
    assert repr(Front()).startswith("Front of a study: 0 subsets")


def test_a_subset_with_data_of_targets_themselves_is_marked() -> None:
    full = FullRuns(0.5, None, (1,), {"swh_Latn": 0.6, "arb_Latn": 0.5, "wol_Latn": 0.4})
    row = FrontRow(Subset(frozenset({"swh_Latn", "arb_Arab", "fin_Latn"})), 100, "pairs", full=full)
    assert row.served == ("arb_Latn", "swh_Latn")
    assert FrontRow(NONE, 0, "pairs", full=full).served == ()
    front = Front((row,))
    assert "; ^ has data of targets themselves" in repr(front)
    assert repr(front).splitlines()[-1].endswith("^")
    assert "^" not in repr(FRONT)


def test_the_shortlist_spreads_over_the_costs_of_the_proxys_front() -> None:
    rows = [
        FrontRow(Subset(frozenset({f"l{i}"})), float(i), "pairs", i, proxy=i / 10 if i != 3 else 0.1)
        for i in range(1, 8)
    ]
    front = Front((FrontRow(NONE, 0.0, "pairs", label="none"), *rows))
    names = [" ".join(subset.languages) for subset in front.shortlist(3)]
    assert names == ["", "l7", "l1", "l4"]
    assert len(front.shortlist(99)) == 7  # l3 is dominated
    # What is expected goes before what one run said; who is not on its front comes by worth.
    worth = {row.subset: 0.1 * (row.cost == 3) - 0.01 * row.cost for row in rows}
    names = [" ".join(subset.languages) for subset in front.shortlist(4, worth)]
    assert names == ["", "l3", "l1", "l2", "l4"]
    del worth[rows[2].subset]
    assert [" ".join(subset.languages) for subset in front.shortlist(2, worth)] == ["", "l1", "l2"]


def test_it_can_be_drawn() -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra report)")
    figure = FRONT.plot()
    assert [axis.get_ylabel() for axis in figure.axes] == ["test F1, %", "proxy\n(dev), %"]
    assert Front().plot().axes == []
    shown = figure._repr_png_()  # type: ignore[attr-defined]  # how a notebook asks for a picture
    assert shown.startswith(b"\x89PNG")


def test_words() -> None:
    assert (number(0.5349), number(0.5, 0.01)) == ("53.5", "50.0 ± 1.0")
    assert (points(0.012), points(-0.0004), points(0.0001)) == ("+1.2", "0.0", "0.0")
    assert (count(1, "subset"), count(2, "subset")) == ("1 subset", "2 subsets")
    assert listed(["swh_Latn", "zul_Latn", "xx"]) == "Swahili, Zulu and xx"
    assert listed(list("abcdef"), most=3) == "a, b and 4 more"
    assert short_list(list("abcd")) == "a, b + 2"
    assert subset_name(Subset(frozenset("abcd"), 1000), "all") == "all 4 languages, 1,000 pairs each"


def test_neither_torch_nor_optuna_is_loaded() -> None:
    code = (
        "import sys, subsetsearch.analysis.front.front, subsetsearch.analysis.subsets.explain, subsetsearch.report, subsetsearch.export\n"
        "assert not {'torch', 'optuna', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
