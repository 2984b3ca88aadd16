from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.support.errors import DataError, count, printable, verb


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain — ünï", "plain — ünï"),
        ("two\n  lines\r\n", "two   lines "),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\u202eb\u2066", "a\\u202eb\\u2066"),
        ("a\ud800", "a\\ud800"),
        ("a\u2028b\0", "a\\u2028b\\x00"),
    ],
)
def test_what_a_terminal_cannot_show_is_spelt_out(text: str, shown: str) -> None:
    assert printable(text) == shown
    error = DataError(text, where=Path(f"/{text}"), fix=text)
    assert str(error).count("\\") == 3 * shown.count("\\")
    str(error).encode("utf-8")


@given(st.text(st.characters(), max_size=50))
def test_messages_are_one_line_and_stay_as_they_are(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    assert len(once.splitlines()) < 2


def test_long_parts_are_cut_in_the_middle() -> None:
    message = str(DataError("a" * 100_000 + "z", where="x", line=1))
    assert len(message) < 1_100
    assert message.startswith("x:1: aaa")
    assert message.endswith("az")
    assert len(str(DataError("\x1b" * 100_000))) < 1_100


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "0 families are, 0 keys have"),
        (1, "1 family is, 1 key has"),
        (2_000, "2,000 families are, 2,000 keys have"),
    ],
)
def test_nouns_and_verbs_agree_with_their_number(number: int, told: str) -> None:
    assert (
        f"{count(number, 'family')} {verb(number, 'is')}, {count(number, 'key')} {verb(number, 'has')}"
        == told
    )
