"""Readers of parallel text, links and dictionaries under fire."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.fuzz import counting
from benchmarks.fuzz.mutate import Files
from benchmarks.fuzz.subject import Subject
from realign_core.align import DictionaryAligner, PharaohAligner, WordText
from realign_core.align.dictionary import Dictionary, read_dictionary
from realign_core.align.pharaoh import read_pharaoh
from realign_core.data.examples import ParallelText
from realign_core.data.parallel import (
    FolderParallel,
    GettextParallel,
    MosesParallel,
    ParallelSource,
    TsvParallel,
)

SKIP = 3

_PO = r"""# Wörter
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#: a.py:1
#, python-format
msgid "%(count)s apple"
msgid_plural "%(count)s apples"
msgstr[0] "%(count)s manzána"
msgstr[1] "%(count)s manzanas"

#, fuzzy
msgid "a"
msgstr "b"

msgctxt "month"
msgid ""
"Two "
"words"
msgstr "Zwei Wörter"

msgid "not yet"
msgstr ""

#~ msgid "old"
#~ msgstr "alt"
"""


def _read(kind: type[ParallelSource], folder: Path, **options: Any) -> ParallelText:
    return kind(path=folder, **options).read("xx")  # type: ignore[call-arg]


def _reader(kind: type[ParallelSource], **options: Any) -> Callable[[Path], ParallelText]:
    return partial(_read, kind, **options)


def _lines_lost(ending: str) -> Callable[[ParallelText, Files], int | None]:
    """Count the lines of files whose names end so: what they have more or less is a fault."""

    def lost(text: ParallelText, files: Files) -> int | None:
        by_file = [counting.lines_of(content) for name, content in files.items() if name.endswith(ending)]
        if not by_file or None in by_file:
            return None
        return abs(sum(len(lines) for lines in by_file if lines is not None) - text.rows)

    return lost


def _entries_lost(text: ParallelText, files: Files) -> int | None:
    expected = [counting.entries(content) for content in files.values()]
    return None if None in expected else max(0, sum(n for n in expected if n) - text.rows)


def _links(folder: Path) -> object:
    read_pharaoh.cache_clear()
    aligner = PharaohAligner(path=folder, text="{language}.txt", links="{language}.links", min_found=0)
    text = WordText("xx", (("a", "b"), ("c",)), (("d", "e"), ("é",)))
    return aligner.align(text, lambda *_: [])


def _dictionary(folder: Path) -> Dictionary:
    read_dictionary.cache_clear()
    aligner = DictionaryAligner(path=folder, pattern="{language}.txt")
    aligner.align(WordText("xx", (("haus", "hund"),), (("house", "dog"),)), lambda *_: [])
    return read_dictionary(folder / "xx.txt")


def _translations_lost(entries: Dictionary, files: Files) -> int | None:
    """Count lines of two plain words."""
    lines = counting.lines_of(next(iter(files.values()), b"\xff"))
    if lines is None:
        return None
    plain = {tuple(line.split()) for line in lines if re.fullmatch("[a-z]+[ \t][a-z]+", line)}
    words = {pair for pair in plain if "nan" not in pair}  # which stands for no word
    return sum(pair[1] not in entries.get(pair[0], ()) for pair in words)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "folder",
        _reader(FolderParallel),
        (
            {"eng.txt": b"one\ntwo\nthree\n", "xx.txt": "én\nto\ntre\n".encode()},
            {"eng.txt": b"a b\r\nc\r\n", "xx.txt": "ab\u2028c\nd\n".encode()},
        ),
        (FolderParallel,),
        lost=_lines_lost("xx.txt"),
        words=(b"one\n", b"\n"),
    ),
    Subject(
        "moses",
        _reader(
            MosesParallel,
            source_pattern="{pair}/*.{pair}.{source}",
            target_pattern="{pair}/*.{pair}.{language}",
        ),
        (
            {
                "en-xx/a.en-xx.en": b"one\ntwo\n",
                "en-xx/a.en-xx.xx": "én\nto\n".encode(),
                "en-xx/b.en-xx.en": b"three\n",
                "en-xx/b.en-xx.xx": b"tre\n",
            },
        ),
        (MosesParallel,),
        lost=_lines_lost(".xx"),
        words=(b"one\n", b"\n"),
    ),
    Subject(
        "tsv pairs of sentences",
        _reader(TsvParallel, skip_bad=SKIP),
        ({"en-xx.tsv": "one\tén\ntwo\tto\nthree\ttre\n".encode()}, {"en-xx.tsv": b"a\tb\t0.5\nc\td\t1\n"}),
        (TsvParallel,),
        lost=_lines_lost(".tsv"),
        words=(b"\t", b"\n", b"\t\t"),
    ),
    Subject(
        "tsv with a header",
        _reader(TsvParallel, skip_bad=SKIP, header=True, source_column="en", target_column="xx"),
        ({"en-xx.tsv": "id\ten\txx\n1\tone\tén\n2\ttwo\tto\n".encode()},),
        (TsvParallel,),
        lost=lambda text, files: (
            None
            if (lines := counting.lines_of(next(iter(files.values()), b"\xff"))) is None
            else abs(max(0, len(lines) - 1) - text.rows)
        ),
        words=(b"id\ten\txx", b"en", b"xx"),
    ),
    Subject(
        "gettext",
        _reader(GettextParallel),
        ({"xx/LC_MESSAGES/a.po": _PO.encode()}, {"xx/LC_MESSAGES/a.po": b'msgid "a"\nmsgstr "b"\n'}),
        (GettextParallel,),
        lost=_entries_lost,
        words=(
            b'msgid "',
            b"msgstr",
            b"#~ ",
            b"#, fuzzy",
            b"nplurals=1; plural=0;",
            b"plural=n/0;",
            b"msgstr[9]",
        ),
    ),
    Subject(
        "pharaoh",
        _links,
        ({"xx.txt": "a b ||| d e\nc ||| é\n".encode(), "xx.links": b"0-0 1-1\n0-0\n"},),
        (PharaohAligner,),
        words=(b"0-0", b"1-2", b" ||| ", b"0-", b"-"),
        packed=False,
    ),
    Subject(
        "dictionary",
        _dictionary,
        ({"xx.txt": "haus house\nhund dog\nhund\thound\nfür for\nNew-York New_York\n".encode()},),
        (DictionaryAligner,),
        lost=_translations_lost,
        words=(b"haus house", b"\t", b" a b"),
        packed=False,
    ),
)
