"""Labelled examples in a folder: which of the formats that are read it has, for which task."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from realign_core.data.labelled import AnyTaskReader, Split, TaskReader
from realign_core.support.errors import RealignError
from realign_core.support.files.text import text_lines
from subsetsearch.errors import count, some
from subsetsearch.languages import by_key
from subsetsearch.setup._columns import KINDS, READERS, find_columns, sample_rows
from subsetsearch.setup._names import SPLIT_WORDS, Layout, language_key, layouts, visible_files

SPLITS: tuple[Split, ...] = ("train", "dev", "test")
_UPOS = frozenset(
    "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()  # noqa: SIM905
)


@cache
def _readers() -> TypeAdapter[TaskReader]:
    """Makes readers of options; to make it takes longer than to look at a folder."""
    return TypeAdapter(AnyTaskReader)


@dataclass(frozen=True, slots=True)
class FoundLabelled:
    """Labelled examples that a reader understands.

    Args:
        place: Folder or file.
        kind: Kind of task.
        options: The reader's keys, but for ``path``.
        codes: Split -> the corpus's codes of languages that are known.
        unknown: Codes that name no language.
        assumed: What was assumed, in sentences.
    """

    place: Path
    kind: str
    options: Mapping[str, Any]
    codes: Mapping[Split, tuple[str, ...]]
    unknown: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def all_codes(self) -> tuple[str, ...]:
        """Codes of all splits, sorted."""
        return tuple(sorted({code for codes in self.codes.values() for code in codes}))

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        splits = ", ".join(f"{split} {len(codes)}" for split, codes in self.codes.items() if codes)
        languages = count(len(self.all_codes), "language")
        what = f"format '{self.options['format']}', task '{self.kind}'"
        return f"{what}, {languages} ({splits}): {some(self.all_codes)}"

    def reader(self) -> TaskReader:
        """The reader."""
        return _readers().validate_python({"path": str(self.place), **self.options})

    def source_code(self, source: str) -> str | None:
        """The corpus's code of the source language, if it has it."""
        return next((code for code in self.all_codes if language_key(code) == source), None)


def find_labelled(place: Path) -> FoundLabelled | None:
    """Recognise labelled examples in a folder, or in one table.

    Args:
        place: The folder itself, not one above it; or a file.
    """
    if place.is_file():
        return _table_file(place)
    by_suffix: dict[str, list[Path]] = {}
    for file in visible_files(place):
        by_suffix.setdefault(_suffix(file), []).append(file)
    corpora = [
        corpus
        for suffix, files in by_suffix.items()
        for look in _FORMATS.get(suffix, ())
        if (corpus := look(place, files, suffix)) is not None
    ]
    return max(corpora, key=lambda corpus: len(corpus.all_codes), default=None)


def _suffix(file: Path) -> str:
    parts = file.name.lower().removesuffix(".gz").rsplit(".", 1)
    return parts[1] if len(parts) == 2 else ""


def _recognise(
    place: Path, kind: str, options: Mapping[str, Any], assumed: Iterable[str] = ()
) -> FoundLabelled | None:
    """Ask the reader itself which languages it finds."""
    draft = FoundLabelled(place, kind, options, {}, (), tuple(assumed))
    try:
        reader = draft.reader()
        all_codes = {split: reader.languages(split) for split in SPLITS}
    except (RealignError, ValueError):
        return None
    codes = {
        split: tuple(sorted(by_key([code for code in codes if language_key(code)]).values()))
        for split, codes in all_codes.items()
    }
    unknown = {code for codes in all_codes.values() for code in codes if language_key(code) is None}
    if not any(codes.values()):
        return None
    return FoundLabelled(place, kind, options, codes, tuple(sorted(unknown)), tuple(assumed))


def _laid_out(place: Path, files: Sequence[Path], *, split: bool = True) -> Layout | None:
    """The template with most languages, by which every file has a language and a split."""
    needed_marks = ("{language}", "{split}") if split else ("{language}",)
    return next(
        (layout for layout in layouts(place, files) if all(mark in layout.pattern for mark in needed_marks)),
        None,
    )


def _with_layout(options: dict[str, Any], layout: Layout) -> dict[str, Any]:
    options["pattern"] = layout.pattern
    if layout.split_names:
        options["split_names"] = dict(layout.split_names)
    return options


def _best(corpora: Iterable[FoundLabelled | None]) -> FoundLabelled | None:
    return max(
        (corpus for corpus in corpora if corpus), key=lambda corpus: len(corpus.all_codes), default=None
    )


def _fixed(form: str, kind: str) -> Callable[[Path, Sequence[Path], str], FoundLabelled | None]:
    """Formats that say by themselves what they hold: by their usual pattern, else by the names of files."""

    def look(place: Path, files: Sequence[Path], suffix: str) -> FoundLabelled | None:  # noqa: ARG001
        layout = _laid_out(place, files)
        usual = _recognise(place, kind, {"format": form})
        options = _with_layout({"format": form}, layout) if layout else None
        return _best([usual, _recognise(place, kind, options) if options else None])

    return look


def _words(place: Path, files: Sequence[Path], suffix: str) -> FoundLabelled | None:  # noqa: ARG001
    layout = _laid_out(place, files)
    if layout is None:
        return None
    kind = _kind_of_words([*layout.files.values()][:3])
    return (kind and _recognise(place, kind, _with_layout({"format": "conll"}, layout))) or None


def _kind_of_words(files: Iterable[Path]) -> str | None:
    """Tell tags of words apart: parts of speech, names, or no tagged words at all."""
    tags: set[str] = set()
    blank = False
    for file in files:
        try:
            lines = [line for _, line in islice(text_lines(file), 400)]
        except RealignError:
            return None
        for line in lines:
            fields = line.replace("\t", " ").split()
            blank |= not fields
            if fields and not line.startswith("-DOCSTART-"):
                if len(fields) < 2 or len(fields[-1]) > 20:
                    return None
                tags.add(fields[-1])
    if not blank or not tags:
        return None
    if all(re.fullmatch(r"O|[BIESLU]-\S+", tag) for tag in tags) and len(tags) > 1:
        return "ner"
    return "pos" if len(tags & _UPOS) >= len(tags) / 2 or len(tags) < 60 else None


def _table(place: Path, files: Sequence[Path], suffix: str) -> FoundLabelled | None:
    """Tables of a language and split a file, or with columns for the one or the other."""
    suffix = _JSON_LINES.get(suffix, suffix)
    layout = _laid_out(place, files)
    file = next(iter(layout.files.values())) if layout else files[0]
    try:
        rows, options = sample_rows(file, suffix)
    except RealignError:
        return None
    columns, assumed = find_columns(rows)
    if not columns:
        return None
    kind = next(KINDS[key] for key in KINDS if key in columns)
    base = {"format": suffix, **options}
    if layout is not None:
        content_columns = {key: column for key, column in columns.items() if key not in ("language", "split")}
        return _recognise(place, kind, _with_layout({**base, **content_columns}, layout), assumed)
    stems = {file.name.split(".")[0] for file in files}
    splits = {SPLIT_WORDS[word.lower()]: word for word in sorted(stems) if word.lower() in SPLIT_WORDS}
    if "language" in columns and splits:
        columns.pop("split", None)
        names = {split: word for split, word in splits.items() if word != split}
        extra = {"pattern": "{split}" + "".join(files[0].suffixes)} | (
            {"split_names": names} if names else {}
        )
        return _recognise(place, kind, {**base, **columns, **extra}, assumed)
    by_language = _laid_out(place, files, split=False)
    if "split" in columns and by_language is not None:
        columns.pop("language", None)
        words = _split_words(_all_rows(file, suffix, options), columns["split"])
        return _recognise(place, kind, {**base, **columns, **words, "pattern": by_language.pattern}, assumed)
    return None


def _all_rows(file: Path, suffix: str, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    return READERS[suffix](path=file.parent, skip_bad=20, **options).sample(file)


def _split_words(rows: Sequence[Mapping[str, Any]], column: str) -> dict[str, Any]:
    words = {str(row.get(column)) for row in rows}
    names = {SPLIT_WORDS[word.lower()]: word for word in sorted(words) if word.lower() in SPLIT_WORDS}
    renamed = {split: word for split, word in names.items() if word != split}
    return {"split_names": renamed} if renamed else {}


def _table_file(file: Path) -> FoundLabelled | None:
    """One table with columns of language and split."""
    suffix = _suffix(file)
    suffix = _JSON_LINES.get(suffix, suffix)
    if suffix not in READERS:
        return None
    try:
        rows, options = sample_rows(file, suffix)
    except RealignError:
        return None
    columns, assumed = find_columns(rows)
    if "language" not in columns:
        return None
    kind = next(KINDS[key] for key in KINDS if key in columns)
    words = _split_words(_all_rows(file, suffix, options), columns["split"]) if "split" in columns else {}
    return _recognise(file, kind, {"format": suffix, **options, **columns, **words}, assumed)


_JSON_LINES: Mapping[str, str] = {"ndjson": "jsonl"}
_FORMATS: Mapping[str, Sequence[Callable[[Path, Sequence[Path], str], FoundLabelled | None]]] = {
    "conllu": (_fixed("conllu", "pos"),),
    "iob2": (_fixed("iob2", "ner"),),
    "json": (_fixed("squad", "qa"),),
    "csv": (_table,),
    "jsonl": (_table,),
    "ndjson": (_table,),
    "tsv": (_table, _words),
    **dict.fromkeys(("txt", "conll", "bio", "iob", "pos", "ner", ""), (_words,)),
}
"""Suffix -> what a folder of such files may be."""
