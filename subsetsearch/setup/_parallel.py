"""Parallel text in a folder: which of the layouts that are read it has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from realign_core.data.parallel import AnyParallel, ParallelSource
from realign_core.support.errors import RealignError
from realign_core.support.files.text import text_lines
from subsetsearch.errors import count, some
from subsetsearch.languages import by_key
from subsetsearch.setup._names import language_key, visible_files

_STEMS = ("{source}-{language}", "{language}-{source}", "{source}_{language}", "{language}_{source}")
_MOSES = (
    *_STEMS, *(f"*.{stem}" for stem in _STEMS),
    "{pair}/*.{pair}", "{pair}/*", "*.{pair}",
    "{source}-{language}/*", "{language}-{source}/*", "{language}/*",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundParallel:
    """Parallel text that a reader understands.

    Args:
        place: Its folder.
        options: The reader's keys, but for ``path``.
        codes: The corpus's codes of languages that are known.
        unknown: Codes that name no language.
        uneven: Codes of files that are not aligned with the source's, and why.
        assumed: What was assumed, in sentences.
        merged: Codes of languages that another code stands for.
        unread: Files of pairs that are named in another way than those that are read.
    """

    place: Path
    options: Mapping[str, Any]
    codes: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    uneven: Mapping[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        languages = f"{count(len(self.codes), 'language')} beside the source"
        return f"format '{self.options['format']}', {languages}: {some(self.codes)}"

    def reader(self) -> ParallelSource:
        """The reader."""
        return _reader(self.place, self.options)


def find_parallel(folder: Path, source: str) -> FoundParallel | None:
    """Recognise parallel text in a folder.

    Args:
        folder: The folder itself, not one above it.
        source: Key of the source language.
    """
    tries: tuple[Callable[[Path, str], FoundParallel | None], ...] = (_folder, _pairs, _gettext)
    corpora = [corpus for look in tries if (corpus := look(folder, source)) is not None]
    best = max(corpora, key=lambda corpus: len(corpus.codes), default=None)
    if best is None:
        return None
    merged = {code for code in best.reader().languages() if language_key(code) not in (None, source)}
    return replace(best, merged=tuple(sorted(merged - {*best.codes})), unread=_unread(best, source))


def _unread(corpus: FoundParallel, source: str) -> tuple[str, ...]:
    """Files that name the source and another language, but in another way than those that are read."""
    options = corpus.options
    patterns = [options[key] for key in ("pattern", "source_pattern", "target_pattern") if key in options]
    if not patterns:
        return ()
    marks = {"source": options["source"], "language": "*", "pair": "*"}
    read = {file for pattern in patterns for file in corpus.place.glob(pattern.format(**marks))}
    names = [
        file.relative_to(corpus.place).as_posix() for file in visible_files(corpus.place) if file not in read
    ]
    return tuple(name for name in names if _is_pair(name, source))


def _is_pair(name: str, source: str) -> bool:
    keys = {key for part in re.split(r"[/._\-]", name) if (key := language_key(part))}
    return source in keys and len(keys) > 1


def source_codes(folder: Path, source: str) -> tuple[str, ...]:
    """Codes in the names of a folder's files that mean the source language, the most frequent first."""
    counts: dict[str, int] = {}
    for file in visible_files(folder):
        name = file.relative_to(folder).as_posix()
        parts = re.split(r"[/.\-]", name)
        for code in {*parts, *chain.from_iterable(part.split("_") for part in parts)}:
            if code and language_key(code) == source:
                counts[code] = counts.get(code, 0) + 1
    return tuple(sorted(counts, key=lambda code: (-counts[code], len(code), code)))


def _known(codes: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kept_codes = tuple(sorted(by_key([code for code in codes if language_key(code)]).values()))
    return kept_codes, tuple(code for code in sorted(codes) if language_key(code) is None)


def _folder(folder: Path, source: str) -> FoundParallel | None:
    """``<code><suffix>``, line by line."""
    by_suffix: dict[str, dict[str, Path]] = {}
    for file in sorted(place for place in folder.iterdir() if place.is_file() and place.name[0] != "."):
        code, dot, suffix = file.name.partition(".")
        by_suffix.setdefault(dot + suffix, {})[code] = file
    best: tuple[int, str, str] | None = None
    for suffix, files in by_suffix.items():
        of_source = [code for code in files if language_key(code) == source]
        others = [code for code in files if language_key(code) not in (None, source)]
        if of_source and len(others) >= 2 and suffix and (best is None or len(others) > best[0]):
            best = len(others), suffix, min(of_source, key=lambda code: (len(code), code))
    if best is None:
        return None
    _, suffix, source_code = best
    files = by_suffix[suffix]
    if _tabbed(files[source_code]):
        return None
    lines = {code: _lines(file) for code, file in files.items()}
    kept_codes, unknown = _known([code for code in files if language_key(code) != source])
    uneven = {
        code: f"{lines[code]:,} lines, {files[source_code].name} has {lines[source_code]:,}"
        for code in kept_codes
        if lines[code] != lines[source_code]
    }
    if len(uneven) == len(kept_codes):
        return None
    options = {"format": "folder", "source": source_code, "suffix": suffix}
    return FoundParallel(folder, options, kept_codes, unknown, uneven)


def _lines(file: Path) -> int:
    return sum(1 for _ in text_lines(file))


def _tabbed(file: Path) -> bool:
    """Whether a file looks like a table or like words with tags, not like running text."""
    first = [line for (_, line), _ in zip(text_lines(file), range(20), strict=False)]
    return sum("\t" in line for line in first) > len(first) / 2


def _pairs(folder: Path, source: str) -> FoundParallel | None:
    """Moses pairs and tab-separated pairs, by the templates that find most languages."""
    corpora: list[tuple[int, FoundParallel]] = []
    for options, assumed in _pair_options(folder, source):
        reader = _reader(folder, options)
        kept_codes, unknown = _known([code for code in reader.languages() if language_key(code) != source])
        if len(kept_codes) >= 2:
            corpora.append(
                (len(kept_codes), FoundParallel(folder, options, kept_codes, unknown, {}, assumed))
            )
    return max(corpora, key=lambda entry: entry[0], default=(0, None))[1]


def _pair_options(folder: Path, source: str) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    for code in source_codes(folder, source):
        for stem in _MOSES:
            patterns = {"source_pattern": f"{stem}.{{source}}", "target_pattern": f"{stem}.{{language}}"}
            yield {"format": "moses", "source": code, **patterns}, ()
        for stem in (*_STEMS, *(f"*.{stem}" for stem in _STEMS)):
            for suffix in (".tsv", ".tsv.gz"):
                pattern = stem + suffix
                file = next(iter(sorted(folder.glob(pattern.format(source=code, language="*")))), None)
                if file is not None:
                    first = stem.index("{source}") < stem.index("{language}")
                    yield _tsv_options(code, pattern, file, source, first=first)


def _tsv_options(
    code: str, pattern: str, file: Path, source: str, *, first: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read columns off the header, or off the order in the file's name."""
    row = next((line for _, line in text_lines(file)), "").split("\t")
    heads = [language_key(cell.strip()) for cell in row]
    options: dict[str, Any] = {"format": "tsv", "source": code, "pattern": pattern}
    if source in heads and len(heads) > 1 and all(len(cell.split()) == 1 for cell in row[:2]):
        column = heads.index(source) + 1
        columns = (column, 2 if column == 1 else 1)
        assumed: tuple[str, ...] = ()
        options["header"] = True
    else:
        columns = (1, 2) if first else (2, 1)
        assumed = (f"column {columns[0]} of the pairs is the source language, as in their files' names",)
    return options | {"source_column": columns[0], "target_column": columns[1]}, assumed


def _gettext(folder: Path, source: str) -> FoundParallel | None:
    if not any(folder.glob("*/LC_MESSAGES/*.po")):
        return None
    options = {"format": "gettext"}
    try:
        codes = _reader(folder, options).languages()
    except RealignError:
        return None
    kept_codes, unknown = _known([code for code in codes if language_key(code) != source])
    assumed = ("the catalogues' msgid is English",)
    return FoundParallel(folder, options, kept_codes, unknown, {}, assumed) if len(kept_codes) >= 2 else None


def _reader(folder: Path, options: Mapping[str, Any]) -> ParallelSource:
    return _readers().validate_python({"path": str(folder), **options})


@cache
def _readers() -> TypeAdapter[ParallelSource]:
    """Makes readers of options; to make it takes longer than to look at a folder."""
    return TypeAdapter(AnyParallel)
