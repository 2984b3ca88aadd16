from __future__ import annotations

import shlex
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.export._text import comment, latex, one_line
from subsetsearch.export._words import words

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(text)
def test_one_line_is_one_line(line: str) -> None:
    assert len(f"x{one_line(line)}x".splitlines()) == 1


@given(text)
def test_comment_stays_a_comment(line: str) -> None:
    assert all(part.startswith("#") for part in comment(line).splitlines())


def test_comment_is_harmless_in_bash() -> None:
    script = comment("x\necho broken; $(echo broken)") + "echo fine\n"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "fine\n"
    assert shlex.split("a # b", comments=True) == ["a"]


def test_latex_escapes_everything_active() -> None:
    assert latex("a_b & c% {d} #1 $x$ ^ ~ \\") == (
        r"a\_b \& c\% \{d\} \#1 \$x\$ \textasciicircum{} \textasciitilde{} \textbackslash{}"
    )


@given(text)
def test_words_fit_the_format(sentence: str) -> None:
    found = words(sentence)
    assert all(word and word != "|||" and "|||" not in word and not word.isspace() for word in found)
    assert " ".join(found).split() == found
    assert len(" ".join(found).splitlines()) <= 1


def test_words_of_several_scripts() -> None:
    assert words("Don't go, 3.5 times!") == ["Don't", "go", ",", "3.5", "times", "!"]
    assert words("नमस्ते दुनिया।") == ["नमस्ते", "दुनिया", "।"]
    assert words("我们走。") == ["我", "们", "走", "。"]
    assert words("a ||| b") == ["a", "|", "|", "|", "b"]
    assert words(" \t\n") == []
