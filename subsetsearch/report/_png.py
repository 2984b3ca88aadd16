"""The front as a picture, for slides and papers."""

from __future__ import annotations

import io

from subsetsearch.report.data import ReportData


def render_png(data: ReportData, *, dpi: int = 160) -> bytes:
    """Draw the front as :meth:`subsetsearch.analysis.front.front.Front.plot` does.

    Args:
        data: What is shown. Without rows, a picture that says so.
        dpi: Dots per inch; the picture is 8 × 5.5 inches.

    Returns:
        A PNG file.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    out = io.BytesIO()
    figure = data.front.plot()
    figure.savefig(out, format="png", dpi=dpi, metadata={"Title": "front", "Software": "subsetsearch"})
    return out.getvalue()
