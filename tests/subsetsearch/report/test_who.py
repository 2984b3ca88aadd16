"""Who is helped and who is harmed on the page: as text, as data, in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import subsetsearch as ss
from subsetsearch.analysis.statistics.seed_noise import PairedDifference
from subsetsearch.analysis.statistics.target_gains import TargetGain
from subsetsearch.analysis.subsets.who_is_helped import ByTarget
from subsetsearch.report import ReportData, render_html, render_markdown
from subsetsearch.report._view import view
from subsetsearch.report._who import who_section
from subsetsearch.subset import NONE

ROOT = Path(__file__).parents[3]


def test_it_stands_above_the_front_without_any_script(data: ReportData) -> None:
    page = render_html(data)
    assert page.index("Who is helped, who is harmed") < page.index("Data cost against zero-shot transfer")
    found = data.who
    assert found is not None
    for verdict in ("helped", "harmed", "not shown"):
        assert page.count(f'<tr class="{verdict.replace(" ", "-")}"') == len(found.having(verdict))
    assert found.having("helped")
    assert found.summary[1:] in page


def test_lines_lie_where_their_numbers_are(data: ReportData) -> None:
    section = who_section(data)
    assert section is not None
    lines = [line for half in section["halves"] for line in half]
    assert len(lines) == len(data.targets)
    places = [float(line["dot"]) for line in lines]
    assert places == sorted(places, reverse=True)
    assert all(float(line["range"][0]) <= place <= float(line["range"][0]) + float(line["range"][1]) + 0.2
               for line, place in zip(lines, places, strict=True))  # fmt: skip
    assert 0 < float(section["zero"]) < 100
    assert section["seeds"] == "4 common seeds"
    assert all(line["tick"] is not None for line in lines)


def test_the_script_gets_the_same(data: ReportData) -> None:
    content = view(data)
    names = [language["name"] for language in content["languages"]]
    found = data.who
    assert found is not None
    mine = content["who"][str(content["chosen"])]
    assert [names[line[0]] for line in mine["list"]] == [ss.resolve(row.key).name for row in found]
    assert [line[1] for line in mine["list"]] == [round(row.gain.mean, 6) for row in found if row.gain]
    assert len(content["who"]) == len(data.gains)
    group = content["groups"][0]
    assert group["rows"][str(group["chosen"])][0] == max(scores[0] for scores in group["rows"].values())
    assert group["chosen"] in group["steps"]
    (every,) = [i for i, row in enumerate(content["rows"]) if row.get("label") == "all"]
    assert group["rows"][str(every)][2:] == [group["chosen"], 1, None]


def test_where_nothing_is_known_nothing_is_said(data: ReportData) -> None:
    assert "Who is helped" not in render_html(replace(data, gains={}))
    some = next(iter(data.gains.values()))
    alone = ByTarget(some.row, (TargetGain("yor_Latn", 0.5, None, PairedDifference(0.1, None, None, (1,))),))
    one = replace(data, gains={data.answer.subset: alone} if data.answer else {})
    section = who_section(one)
    assert section is not None
    (line,) = section["halves"][0]
    assert (line["range"], line["verdict"]) == (None, "not known")


def test_where_no_realignment_is_recommended_the_best_subset_is_shown(data: ReportData) -> None:
    rows = tuple(replace(row, recommended=row.subset == NONE) for row in data.front)
    found = replace(data, front=replace(data.front, rows=rows)).who
    assert found is not None
    assert found.row.accuracy == max(one.row.accuracy or 0.0 for one in data.gains.values())
    assert found.summary.startswith("no realignment is recommended; ")


def test_markdown_says_it_too(data: ReportData) -> None:
    text = render_markdown(data)
    assert text.index("## Who is helped, who is harmed") < text.index("## Subsets")
    assert re.search(
        r"\| Wolof \(held out\) \| [+-]?\d+\.\d \\\[.*\\\] \| \d\d\.\d \| helped|harmed|not shown \|", text
    )


@pytest.mark.offline
def test_the_report_of_a_group_and_of_a_whole_study(tmp_path: Path) -> None:
    study = ss.load(ROOT / "studies" / "time-expressions.toml", runs=tmp_path)
    study.import_results(ROOT / "studies" / "results" / "time-expressions-evaluations.csv")
    whole = study.report(tmp_path / "whole.html").read_text("utf-8")
    assert "With Turkmen, 18 of 46 targets are shown to be helped and none to be harmed" in whole
    assert len(whole.encode()) < 1_500_000
    two = study.report(tmp_path / "two.md", targets="che,Uyghur", tolerance=0.1).read_text("utf-8")
    assert "for Chechen and Uyghur: 2 of 46 targets" in two.lower().replace(
        "for chechen and uyghur", "for Chechen and Uyghur"
    )
    assert "untouched encoder" in two
