"""What there is in some folders: parallel text, labelled examples, encoders, and what is none of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from subsetsearch.errors import ConfigError, count, some
from subsetsearch.setup._labelled import FoundLabelled, find_labelled
from subsetsearch.setup._names import language_key, visible_files, visible_folders
from subsetsearch.setup._parallel import FoundParallel, find_parallel

_LEVELS = 3
_WEIGHTS = ("model.safetensors", "pytorch_model.bin", "model.safetensors.index.json")


@dataclass(slots=True)
class Survey:
    """What was found.

    Args:
        parallel: Parallel corpora.
        labelled: Labelled corpora.
        encoders: Folders of encoders.
        other: What could not be used, in sentences.
    """

    parallel: list[FoundParallel] = field(default_factory=list)
    labelled: list[FoundLabelled] = field(default_factory=list)
    encoders: list[Path] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


def is_encoder(folder: Path) -> bool:
    """Whether a folder holds a model for transformers."""
    return (folder / "config.json").is_file() and any((folder / name).is_file() for name in _WEIGHTS)


def survey(folders: Iterable[Path], source: str) -> Survey:
    """Look through folders, and through those in them where they are no corpus themselves.

    Args:
        folders: Folders, or single tables of labelled examples.
        source: Key of the source language.

    Raises:
        ConfigError: If one is not there.
    """
    result = Survey()
    for folder in folders:
        if not folder.exists():
            raise ConfigError("no such folder", where=folder, fix="check the path")
        before = len(result.parallel) + len(result.labelled) + len(result.encoders)
        _look(folder, source, result, _LEVELS)
        if len(result.parallel) + len(result.labelled) + len(result.encoders) == before:
            result.other.append(describe(folder, source))
    return result


def _look(place: Path, source: str, result: Survey, levels: int) -> None:
    if place.is_dir() and is_encoder(place):
        result.encoders.append(place)
        return
    labelled = find_labelled(place)
    parallel = find_parallel(place, source) if place.is_dir() else None
    if labelled is not None and parallel is not None:  # one folder of files is one corpus
        fewer = len(labelled.all_codes) < len(parallel.codes)
        labelled, parallel = (None, parallel) if fewer else (labelled, None)
    result.labelled += [labelled] if labelled else []
    result.parallel += [parallel] if parallel else []
    if labelled or parallel or not place.is_dir() or levels == 0:
        return
    for inner in [*visible_folders(place), *_tables(place)]:
        _look(inner, source, result, levels - 1)


def _tables(folder: Path) -> list[Path]:
    """Single tables in a folder, which may hold several languages."""
    endings = (".csv", ".tsv", ".jsonl", ".csv.gz", ".tsv.gz", ".jsonl.gz")
    return sorted(place for place in folder.iterdir() if place.is_file() and place.name.endswith(endings))


def describe(folder: Path, source: str) -> str:
    """Say what is in a folder that is no corpus: how many files of which kind, which languages."""
    if folder.is_file():
        return f"{folder}: no table with columns of text, label and language"
    files = visible_files(folder)
    if not files:
        return f"{folder}: no files"
    kinds = Counter(file.suffix or "without suffix" for file in files)
    names = {part for file in files for part in (file.name.split(".")[0], file.parent.name)}
    codes = sorted(name for name in names if language_key(name))
    other_names = sorted(name for name in names - {folder.name} if name not in codes)
    kind_counts = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common(4))
    recognised = f"languages in their names: {some(codes, 6)}" if codes else "no language in their names"
    unread = f"; no language: {some(other_names, 6)}" if other_names else ""
    lacks = "" if any(language_key(name) == source for name in codes) else "; none of the source language"
    summary = f"{folder}: {count(len(files), 'file')} ({kind_counts}), in no layout that is read"
    return f"{summary}; {recognised}{unread}{lacks}"
