"""The page as text: whole, small, quiet, and safe from the names in it."""

from __future__ import annotations

import base64
import gzip
import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.report import ReportData, render_html
from subsetsearch.report._html import packed_json
from subsetsearch.report._map import equal_earth
from subsetsearch.report._view import MOST_DOMINATED, drawn, view
from subsetsearch.subset import NONE, Subset

texts = st.text(st.characters(exclude_categories=("Cs",)))


class Tags(HTMLParser):
    """Collect elements and what they refer to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [
            value or "" for name, value in attrs if name in ("src", "href", "action", "data", "poster")
        ]


def parse(page: str) -> Tags:
    parser = Tags()
    parser.feed(re.sub(r"<script[^>]*>.*?</script>", "<script></script>", page, flags=re.S))
    return parser


def test_page_is_self_contained_and_small(data: ReportData) -> None:
    page = render_html(data)
    assert len(page.encode()) < 1_000_000
    found = parse(page)
    assert all(link.startswith(("#", "data:")) for link in found.links)
    assert found.tags.count("script") == 3
    assert "@import" not in page.split("<script", 1)[0]
    assert "url(" not in page.split("<script", 1)[0]


def test_markup_in_names_stays_text(evil: ReportData, data: ReportData) -> None:
    found, plain = parse(render_html(evil)), parse(render_html(data))
    assert not found.handlers
    assert found.tags.count("script") == plain.tags.count("script")
    assert found.tags.count("img") == 0
    assert found.tags.count("title") == 1


@given(
    st.recursive(
        texts | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(texts, inner)
    )
)
def test_data_cannot_leave_its_script(value: object) -> None:
    text = packed_json(value)
    assert json.loads(gzip.decompress(base64.b64decode(text))) == value
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", text)


def test_inserted_text_is_no_template(data: ReportData) -> None:
    page = render_html(replace(data, description="{{ 1 + 1 }} {% raw %}"))
    assert "<p>{{ 1 + 1 }} {% raw %}</p>" in page


@pytest.mark.parametrize("message", ["This study has no trials yet.", "None of 4 trials was finished <b>."])
def test_empty_study_says_so(message: str) -> None:
    page = render_html(ReportData(Front(name="empty"), messages=(message,)))
    assert 'data-state="empty"' in page
    assert message.replace("<b>", "&lt;b&gt;") in page
    assert "There is no answer yet" in page
    assert len(page) < 100_000


def test_everything_that_matters_is_drawn() -> None:
    many = [FrontRow(Subset(frozenset({"a"}), i + 1), float(i), "pairs", i, proxy=0.1) for i in range(10_000)]
    many[7] = replace(many[7], proxy=0.9, on_front=True)
    many[9] = FrontRow(NONE, 9.0, "pairs", label="none", full=FullRuns(0.4))
    shown = drawn(ReportData(Front(tuple(many))))
    assert {many[7].subset, NONE} <= {row.subset for row in shown}
    assert len(shown) <= MOST_DOMINATED + 2
    assert len(drawn(ReportData(Front(tuple(many[:100]))))) == 100


def test_view_can_be_written_without_nan(data: ReportData) -> None:
    content = view(data)
    json.dumps(content, allow_nan=False)
    assert content["rows"][content["chosen"]]["accuracy"] == max(
        r.accuracy
        for r in data.front
        if r.accuracy is not None and r.cost <= content["rows"][content["chosen"]]["cost"]
    )
    shares = content["frequency"]
    assert all(0 <= share <= 1 for share in [*shares["front"], *shares["all"]])


def test_numbers_that_are_not_finite_are_unknown() -> None:
    unknown = FrontRow(NONE, 0.0, "pairs", proxy=math.nan, full=FullRuns(0.4, scores={"b": math.nan}))
    known = FrontRow(Subset(frozenset({"a"})), 1.0, "pairs", full=FullRuns(0.5, math.nan))
    content = view(ReportData(Front((unknown, known)), targets=("b",), history=((0, math.nan), (1, 0.5))))
    json.dumps(content, allow_nan=False)
    assert "proxy" not in content["rows"][0]
    assert content["rows"][0].get("scores", {}) == {}
    assert content["history"] == [[1, 0.5]]
    assert "std" not in content["rows"][1]


def test_no_realignment_is_an_empty_list_of_languages() -> None:
    none = FrontRow(NONE, 0.0, "pairs", label="none", full=FullRuns(0.5))
    row = view(ReportData(Front((none,))))["rows"][0]
    assert row["languages"] == []
    assert "subject" not in row


def test_commands_are_quoted(evil: ReportData) -> None:
    subjects = [row["subject"] for row in view(evil)["rows"] if "subject" in row]
    assert any("'studies/it'\"'\"'s; rm -rf.toml' --pick trial=" in subject for subject in subjects)


def test_equal_earth_is_the_published_projection() -> None:
    """Šavrič, Patterson & Jenny 2019: extent of the world, and symmetry."""
    assert equal_earth(0, 0) == (0, 0)
    assert equal_earth(90, 0)[1] == pytest.approx(1.3173627591574)
    assert equal_earth(0, 180)[0] == pytest.approx(2.7066299836960748)
    x, y = equal_earth(40, 30)
    assert equal_earth(-40, -30) == pytest.approx((-x, -y))


def test_the_policy_lets_nothing_in(evil: ReportData, data: ReportData) -> None:
    for page in (render_html(data), render_html(evil), render_html(ReportData(Front(name="empty")))):
        (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
        rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == ["'none'"]
        assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/=]{44}'|'none'", each) for each in rules["script-src"])
        assert set(rules) == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}
        assert not re.search(r"https?:|\*|unsafe-eval", policy)
        assert page.index("Content-Security-Policy") < page.index("<style")
