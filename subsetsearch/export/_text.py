"""Quoting: free text that stays text, whatever format it is put into."""

from __future__ import annotations

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": "'",
}  # fmt: skip


def one_line(text: str) -> str:
    r"""Write control characters and line breaks as escapes (``\n``), so that text fits on one line."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def comment(*lines: str) -> str:
    """Turn texts into ``#`` comment lines, one a text."""
    return "".join(f"# {one_line(line)}\n" if line else "#\n" for line in lines)


def latex(text: str) -> str:
    """Escape text for LaTeX."""
    return "".join(_LATEX.get(c, c) for c in one_line(text))
