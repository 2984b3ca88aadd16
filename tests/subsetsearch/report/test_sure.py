"""What the model of all runs says, on the page: the answer, the front, how sure, in this order."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import subsetsearch as ss
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.model.aims import AIMS
from subsetsearch.analysis.model.posterior import REACH, Judged
from subsetsearch.analysis.model.question import Question
from subsetsearch.analysis.text.wording import chance, points_between
from subsetsearch.report import ReportData, answer, render_html, render_markdown
from subsetsearch.report._summary import measured_words, reason, title
from subsetsearch.report._sure import MOST_JUDGED, UNIT, judged_json, judged_rows, sure_section
from subsetsearch.report._tables import point_columns
from subsetsearch.report._view import drawn, view
from subsetsearch.subset import NONE, Subset

ROOT = Path(__file__).parents[3]
ORDER = ("top", "who", "map", "groups", "front", "heatmap", "sure", "trust", "strategies", "search", "repeat")


def row_of(text: str, cost: float, known: Judged, **facts: object) -> FrontRow:
    full = FullRuns(0.5 + known.worth, 0.01, (1, 2))
    return FrontRow(Subset(frozenset(text.split())), cost, "pairs", full=full, expected=known, **facts)  # type: ignore[arg-type]


def expected_of(data: ReportData) -> Judged:
    assert data.answer is not None
    assert data.answer.expected is not None
    return data.answer.expected


def test_sections_and_links_come_in_the_order_of_the_questions(modelled: ReportData) -> None:
    page = render_html(modelled)
    assert tuple(re.findall(r'<section id="([a-z]+)"', page)) == ORDER
    assert tuple(re.findall(r'<a href="#([a-z]+)">', page.split("<nav")[1].split("</nav>")[0])) == ORDER


def test_the_answer_says_what_is_expected_and_the_score_stays(modelled: ReportData) -> None:
    known = expected_of(modelled)
    low, high = (100 * end for end in known.interval)
    text = answer(modelled)
    assert f"is expected to gain {100 * known.worth:+.1f} points over no realignment" in text
    assert f"(90 % interval {low:+.1f} to {high:+.1f})" in text
    assert "better than no realignment with" in text
    assert f"the best of all that were run with {chance(known.best)}" in text
    assert modelled.answer is not None
    assert f"{100 * (modelled.answer.accuracy or 0):.1f}" in measured_words(modelled)
    assert measured_words(modelled).startswith("Measured: ")
    assert measured_words(modelled).replace(" %", "\u00a0%").replace(" ± ", "\u00a0±\u00a0") in render_html(
        modelled
    )


def test_nothing_is_an_answer_by_the_model_too(modelled: ReportData) -> None:
    decision = modelled.front.decision
    assert decision is not None
    asked = replace(decision, question=Question(tolerance=0.5))
    rows = tuple(replace(row, recommended=row.subset == NONE) for row in modelled.front)
    found = replace(modelled, front=replace(modelled.front, rows=rows, decision=asked))
    assert answer(found).startswith(
        "Get nothing: no subset that was run is expected to gain more than 50 points over the untouched encoder; "
        "the best, buying "
    )
    assert reason(found) == ""
    assert found.leaned is not None
    assert found.leaned.subset == decision.leader
    assert f" with {title(found.leaned)}, against " in measured_words(found)
    instead = view(found)["instead"]
    assert drawn(found)[instead["row"]].subset == decision.leader
    assert instead["says"].startswith("No realignment is recommended; with ")
    assert view(modelled)["instead"] is None


def test_what_was_run_on_development_data_alone_is_an_answer(modelled: ReportData) -> None:
    rows = tuple(replace(row, full=None, measured_gain=None) for row in modelled.front)
    found = replace(modelled, front=replace(modelled.front, rows=rows), gains={}, groups=(), targets=())
    assert "is expected to gain" in answer(found)
    assert measured_words(found).endswith(" was run on development data only, not on test data yet.")
    page = render_html(found)
    assert "best guess" not in page.split("<script", 1)[0]
    assert view(found)["steps"]


def test_another_aim_is_named(modelled: ReportData) -> None:
    assert modelled.front.decision is not None
    asked = replace(modelled.front.decision, question=Question(AIMS["worst"]))
    found = replace(modelled, front=replace(modelled.front, decision=asked))
    assert "the gain of the target that gains least" in answer(found)
    assert "Expected worst gain" in render_html(found)
    assert view(found)["aim"]["ofMean"] is False
    assert "what was measured is in the list" in render_html(found)


def test_the_front_is_that_of_expected_gains(modelled: ReportData) -> None:
    content, rows = view(modelled), drawn(modelled)
    steps = [rows[i] for i in content["steps"]]
    assert steps == modelled.front.curve
    worths = [row.expected.worth for row in steps if row.expected]
    assert worths == sorted(set(worths))
    for row, plain in zip(rows, content["rows"], strict=True):
        assert plain.get("expected") == judged_json(row.expected)
        assert plain.get("gain") == row.measured_gain
    known = expected_of(modelled)
    worth, sd, *_ = content["rows"][content["chosen"]]["expected"]
    assert (worth / UNIT, sd / UNIT) == (
        pytest.approx(known.worth, abs=1e-5),
        pytest.approx(known.sd, abs=1e-5),
    )
    assert content["reach"] == REACH == pytest.approx(1.644854, abs=1e-6)


def test_the_list_has_expected_gains_and_chances(modelled: ReportData, data: ReportData) -> None:
    assert [c.name for c in point_columns(modelled)] == ["cost", "gain", "best", "score", "proxy"]
    assert [c.name for c in point_columns(data)] == ["size", "cost", "score", "proxy"]
    known = expected_of(modelled)
    cell = points_between(known.worth, *known.interval).replace("-", "−").replace(", ", ",\u00a0")
    assert f'data-cell="gain">{cell}</td>' in render_html(modelled)


def test_all_that_were_run_are_judged_best_first(modelled: ReportData) -> None:
    section = sure_section(modelled, {row.subset: i for i, row in enumerate(drawn(modelled))})
    assert section is not None
    lines = section["lines"]
    assert len(lines) == sum(row.expected is not None for row in modelled.front)
    places = [float(line["dot"]) for line in lines]
    assert places == sorted(places, reverse=True)
    for line in lines:
        assert float(line["range"][0]) <= float(line["dot"]) <= sum(map(float, line["range"])) + 0.1
    assert [line["chosen"] for line in lines].count(True) == 1
    none = next(line for line in lines if line["title"] == "no realignment")
    assert none["cells"][:2] == ("0.0", "–")
    assert none["dot"] == section["zero"]


def test_a_long_table_keeps_what_has_a_name() -> None:
    def known(worth: float) -> Judged:
        return Judged(worth, 0.01, 0.9, 0.1, 0.0, 0.0, 1)

    rows = [row_of(f"l{i}", i, known(0.5 - 0.001 * i)) for i in range(1, 301)]
    rows.append(row_of("", 0, known(0.0), label="none"))
    shown = judged_rows(ReportData(Front(tuple(rows))))
    assert len(shown) == MOST_JUDGED + 1
    assert shown[-1].label == "none"


def test_what_the_answer_rests_on_is_said_in_words(modelled: ReportData) -> None:
    page, text = render_html(modelled), render_markdown(modelled)
    assert "realigning at all +3.0, number of languages -1.0, typology +0.4" in text
    rows = re.findall(
        r'<tr class="(helped|harmed)"><th scope="row">(.*?)</th><td><span class="line bare">', page
    )
    assert ("helped", "realigning at all") in rows
    assert ("harmed", "number of languages") in rows


def test_without_a_model_the_page_says_why_and_is_as_before(data: ReportData) -> None:
    found = replace(data, front=replace(data.front, undecided="2 subsets with a full run, and it needs 3"))
    page, text = render_html(found), render_markdown(found)
    for said in (page, text):
        assert "There is no model of the runs: 2 subsets with a full run, and it needs 3." in said
    assert 'id="judged"' not in page
    assert "Expected gain" not in page.split("<script", 1)[0]
    assert "reaches" in answer(found)
    content = view(found)
    assert content["aim"] is None
    assert [drawn(found)[i] for i in content["steps"]] == found.front.steps
    assert not any("expected" in row for row in content["rows"])


def test_a_group_has_what_is_expected_for_it(modelled: ReportData) -> None:
    content = view(modelled)
    rows = drawn(modelled)
    for group, plain in zip(modelled.groups, content["groups"], strict=True):
        for row in group.front:
            place = next(i for i, other in enumerate(rows) if other.subset == row.subset)
            assert plain["rows"][str(place)][5:] == judged_json(row.expected)
            gain = plain["rows"][str(place)][4]
            assert gain is None or gain / UNIT == pytest.approx(row.measured_gain, abs=1e-5)
        assert [rows[i].subset for i in plain["steps"]] == [row.subset for row in group.front.curve]


@pytest.mark.offline
def test_the_page_says_what_the_study_says(tmp_path: Path) -> None:
    study = ss.load(ROOT / "studies" / "time-expressions.toml", runs=tmp_path)
    study.import_results(ROOT / "studies" / "results" / "time-expressions-evaluations.csv")
    text = study.report(tmp_path / "two.md").read_text("utf-8")
    row = study.front().pick("recommended").row
    assert row.expected is not None
    assert f"is expected to gain {100 * row.expected.worth:+.1f} points over no realignment" in text
    assert "What the expected gain of Turkmen rests on, in points: realigning at all +" in text
    single = [one.gain.mean for one in study.by_target("recommended") if one.gain]
    assert row.measured_gain == pytest.approx(sum(single) / 46)
