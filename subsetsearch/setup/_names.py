"""Languages and splits in the names of files: from a folder's files to the templates that find them."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from realign_core.data.labelled import Split
from subsetsearch.languages import find_language

SPLIT_WORDS: Mapping[str, Split] = {
    "train": "train", "training": "train",
    "dev": "dev", "valid": "dev", "validation": "dev", "val": "dev", "devel": "dev", "development": "dev",
    "test": "test", "testing": "test", "eval": "test",
}  # fmt: skip
"""What people call splits."""

_MOST_FILES = 20_000
_DEPTH = 3
_NO_LANGUAGE = frozenset({*SPLIT_WORDS, "txt", "csv", "tsv", "json", "jsonl", "ud", "all", "gz"})


@cache
def language_key(code: str) -> str | None:
    """Key of the language that a code or name means; ``None`` if it means none."""
    if code.lower() in _NO_LANGUAGE:
        return None
    language = find_language(code)
    return None if language is None else language.key


def visible_files(folder: Path) -> list[Path]:
    """Files below a folder, at most three levels down, hidden ones left out, in alphabetical order."""
    files: list[Path] = []
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and depth < _DEPTH - 1)
        files += [Path(place) / name for name in sorted(names) if not name.startswith((".", "~"))]
        if len(files) > _MOST_FILES:
            break
    return files


def visible_folders(folder: Path) -> list[Path]:
    """Folders in a folder, hidden ones left out, in alphabetical order."""
    return sorted(place for place in folder.iterdir() if place.is_dir() and not place.name.startswith("."))


@dataclass(frozen=True, slots=True)
class Layout:
    """A template for the files of a corpus, and what it finds.

    Args:
        pattern: With ``{language}`` or ``{split}`` or both.
        files: Language's code (empty without ``{language}``) and split (``train`` without ``{split}``) to
            the file.
        split_names: What the files call the splits, where it is another word.
    """

    pattern: str
    files: Mapping[tuple[str, Split], Path]
    split_names: Mapping[Split, str]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its languages, sorted."""
        return tuple(sorted({code for code, _ in self.files if code}))


def layouts(root: Path, files: Iterable[Path]) -> list[Layout]:
    """Derive templates from names of files, those that find most languages first.

    Args:
        root: Folder that the templates are relative to.
        files: Files below it.
    """
    by_pattern: dict[str, dict[tuple[str, str], Path]] = defaultdict(dict)
    for file in files:
        for pattern, code, word in _readings(file.relative_to(root).as_posix()):
            by_pattern[pattern].setdefault((code, word), file)
    found_layouts = [_layout(pattern, readings) for pattern, readings in by_pattern.items()]
    return sorted(found_layouts, key=lambda layout: (-len(layout.codes), -len(layout.files), layout.pattern))


def _layout(pattern: str, readings: Mapping[tuple[str, str], Path]) -> Layout:
    """Choose one word for each split: the one that most languages have."""
    words: dict[Split, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _, word in readings:
        words[SPLIT_WORDS[word.lower()] if word else "train"][word] += 1
    chosen = {split: max(sorted(counts), key=counts.__getitem__) for split, counts in words.items()}
    files = {
        (code, split): readings[code, word]
        for split, word in chosen.items()
        for code in sorted({code for code, _ in readings})
        if (code, word) in readings
    }
    names = {split: word for split, word in chosen.items() if word not in ("", split)}
    return Layout(pattern, files, names)


def _readings(name: str) -> Iterator[tuple[str, str, str]]:
    """Every way to read a path: ``(template, code, word of the split)``; both are empty where it has none.

    A path's first part must be read, or the corpus begins further down.
    """
    if re.search(r"[{}*?\[\]]", name):
        return
    tokens = [*re.finditer(r"[^/._@\-]+", name)]
    splits: list[tuple[int, int] | None] = [t.span() for t in tokens if t[0].lower() in SPLIT_WORDS]
    for language in [*_language_spans(name, tokens), None]:
        for split in splits or [None]:
            marks = {span: mark for span, mark in ((language, "{language}"), (split, "{split}")) if span}
            if not marks or (len(marks) == 2 and language and split and _overlap(language, split)):
                continue
            pattern = name
            for (start, end), mark in sorted(marks.items(), reverse=True):
                pattern = pattern[:start] + mark + pattern[end:]
            if "{" in pattern.split("/")[0]:
                yield (
                    pattern,
                    name[slice(*language)] if language else "",
                    name[slice(*split)] if split else "",
                )


def _language_spans(name: str, tokens: list[re.Match[str]]) -> list[tuple[int, int]]:
    """Places of languages in a path: longer ones hide those within; a file's last suffix is none."""
    spans: list[tuple[int, int]] = []
    last = name.rfind(".") + 1
    for i, first in enumerate(tokens):
        for width in (3, 2, 1):
            group = tokens[i : i + width]
            span = (first.start(), group[-1].end())
            text = name[slice(*span)]
            if len(group) < width or span[0] >= last > 0 or re.search(r"[/.]", text):
                continue
            if language_key(text) and not any(_overlap(span, other) for other in spans):
                spans.append(span)
                break
    return spans


def _overlap(span: tuple[int, int], other_span: tuple[int, int]) -> bool:
    return span[0] < other_span[1] and other_span[0] < span[1]
