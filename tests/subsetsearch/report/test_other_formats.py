"""Markdown and PNG, read back."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.analysis.front.front import Front
from subsetsearch.report import ReportData, render_markdown, render_png
from subsetsearch.report._markdown import plain


def test_markdown_has_all_parts(data: ReportData) -> None:
    text = render_markdown(data)
    for heading in (
        "# african-pos",
        "## Subsets",
        "## The answer",
        "## How far the proxies",
        "## To repeat it",
    ):
        assert f"{heading}" in text
    assert "| no realignment | 0 | " in text
    assert re.search(r"\| Wolof \\\* \| \d\d\.\d \|", text)
    assert "--to mtdata" in text


def test_markdown_tables_have_equal_rows(data: ReportData, evil: ReportData) -> None:
    for text in (render_markdown(data), render_markdown(evil)):
        for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.M):
            counts = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(counts) == 1, block


def test_markdown_renders_names_as_text(evil: ReportData) -> None:
    markdown_it = pytest.importorskip(
        "markdown_it", reason="markdown-it-py is not installed (comes with rich)"
    )
    html = markdown_it.MarkdownIt("commonmark").enable("table").render(render_markdown(evil))
    assert "<script" not in html
    assert "<img" not in html
    assert "onclick=x&gt;" in html
    assert html.count("<h1>") == 1


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_plain_is_one_line_of_text(text: str) -> None:
    markdown_it = pytest.importorskip("markdown_it")
    inline = markdown_it.MarkdownIt("commonmark").parseInline(f"x{plain(text)}x")[0]
    assert {child.type for child in inline.children} <= {"text", "text_special"}


def test_png_is_a_picture(data: ReportData, evil: ReportData) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra report)")
    image = pytest.importorskip("PIL.Image")
    for one in (data, evil, ReportData(Front(name="empty")), ReportData(Front(name="$x_{$"))):
        picture = image.open(io.BytesIO(render_png(one, dpi=60)))
        assert picture.format == "PNG"
        assert picture.size == (480, 330)
    colours = image.open(io.BytesIO(render_png(data))).convert("RGB").getcolors(1 << 24)
    assert {(0, 114, 178), (213, 94, 0), (0, 158, 115), (230, 159, 0)} <= {colour for _, colour in colours}


def test_png_draws_what_is_expected(modelled: ReportData) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra report)")
    axis = modelled.front.plot().axes[0]
    assert axis.get_ylabel() == "expected gain, points\n(90 % interval)"
    ran = [row for row in modelled.front if row.expected]
    bars = [bar for container in axis.containers for bar in container.lines[2][0].get_segments()]
    ends = sorted(round(float(bar[k][1]), 6) for bar in bars for k in (0, 1))
    assert ends == sorted(round(100 * end, 6) for row in ran if row.expected for end in row.expected.interval)
    hollow = sorted(round(float(y), 6) for _, y in axis.collections[0].get_offsets())
    assert hollow == sorted(round(100 * row.measured_gain, 6) for row in ran if row.measured_gain is not None)
