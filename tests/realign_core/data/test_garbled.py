"""Text that was garbled before is counted, and proper text of any language is not."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.garbled import describe_garbled, find_garbled, is_misread, log_garbled

PROPER = [
    "naïve «café» – “œuvre”… €5",
    "ĐẸP HÀNG ĐẦU",
    "São João, ação, IRMÃ: Ô!",
    "þæð ÿ ÆØÅ ßß",
    "Привет, мир",
    "北京。",
    "ñ",
    "50 % · 3 µm ± ½",
]


@pytest.mark.parametrize("text", PROPER)
def test_proper_text_is_not_garbled_until_it_is_misread(text: str) -> None:
    assert not is_misread(text)
    assert find_garbled({"xx": [text]}) == ()
    if any("\u00c0" <= sign <= "\u024f" for sign in text) or not text.isascii():
        raw = text.encode("utf-8")
        assert is_misread(raw.decode("latin-1"))


@given(st.text(st.characters(min_codepoint=0x80, blacklist_categories=["Cs", "Cn"]), min_size=1, max_size=9))
def test_whatever_is_read_as_latin_1_is_found(text: str) -> None:
    assert is_misread(f"a {text.encode('utf-8').decode('latin-1')} b")


def test_windows_1252_is_found_too() -> None:
    assert is_misread("It’s".encode().decode("cp1252"))
    assert "â€™" in "It’s".encode().decode("cp1252")


def test_texts_are_counted_by_language_and_kind(caplog: pytest.LogCaptureFixture) -> None:
    good = ["good"] * 100
    found = find_garbled({"aa": good, "bb": [*good[:8], "a\ufffdb", "cafÃ©"], "cc": [*good, *good, "Ã©"]})
    assert [one.language for one in found] == ["bb", "cc"]
    assert str(found[0]) == "bb: 2 of 10 texts (20 %: 1 with U+FFFD, 1 with UTF-8 read as Latin-1)"
    assert describe_garbled(found) == str(found[0])  # the other is below 1 %
    assert describe_garbled(found[1:]) == str(found[1])
    assert describe_garbled([]) == ""
    with caplog.at_level(logging.INFO):
        log_garbled(logging.getLogger("x"), "pairs", {"cc": [*good, "Ã©"]})
        log_garbled(logging.getLogger("x"), "pairs", {"bb": ["Ã©"]})
        log_garbled(logging.getLogger("x"), "pairs", {"aa": good})
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING"]
