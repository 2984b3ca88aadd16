"""Which files of a local folder in the hub's layout are of a split: by what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from realign_core.support.errors import DataError
from realign_core.support.files.content import plain_name

ENDINGS = frozenset({".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".arrow"})
"""Of the names of files with rows; what else lies in the folder is left aside."""

_NO_ROWS = frozenset(
    {"config.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"}
)
_CARDS = ("README.md", ".huggingface.yaml", "dataset_infos.json")
_HEAD = 1 << 20
_NAMES_FILES = re.compile(rb"^[ \t]*(?:-[ \t]+)?data_files[ \t]*:", re.MULTILINE)

_KINDS = (
    frozenset({"train", "training"}),
    frozenset({"validation", "valid", "val", "dev"}),
    frozenset({"test", "testing", "eval", "evaluation"}),
)
"""Names of one split, as the hub knows them."""

_SHARD = re.compile(r"(.+)-([0-9]{5})-of-([0-9]{5})(?:-[0-9a-f]+)?")
_PART = re.compile(r"(.*?[^0-9])[-._ ]*([0-9]{1,6})")
_BETWEEN = re.compile(r"[-._ 0-9]+")


@dataclass(frozen=True, slots=True)
class _File:
    """A file with rows.

    Args:
        path: The file.
        folders: Between the data set's folder and the file.
        stem: Its name without endings and number.
        whole: Its name without endings.
        number: Its place among files of one stem, if it says so.
        of: How many there are, if it says so.
    """

    path: Path
    folders: tuple[str, ...]
    stem: str
    whole: str
    number: int | None
    of: int | None


def same_split(one: str, other: str) -> bool:
    """Whether two names are of one split, as the hub knows them: ``dev`` and ``validation`` are."""
    return other.casefold() in _names_like(one.casefold())


def split_files(folder: Path, split: str) -> tuple[Path, ...]:
    """Find the files of a split: a file or folder of its name, several where they are numbered.

    A name is the split's own (``dev.jsonl``, ``dev-00000-of-00002.parquet``, ``dev_1.csv``,
    ``dev/0000.parquet``), else it has it among others (``swh.dev.csv``), else it is another name of
    the same split (``validation``, ``valid``, ``val``, ``dev``). Where no file names a split, a single
    one is ``train``.

    Args:
        folder: Of one configuration.
        split: A split's name.

    Returns:
        The files in the order of their numbers.

    Raises:
        DataError: If there is none, or several things may be meant; both are named.
    """
    files = sorted(_files(folder), key=lambda file: file.path)
    for fits in (_is, _holds, _is_alike, _holds_alike):
        groups: dict[Path, list[_File]] = {}
        for file in files:
            if (match_place := fits(file, split.casefold(), folder)) is not None:
                groups.setdefault(match_place, []).append(file)
        if len(groups) > 1:
            raise _unclear(folder, split, [group[0] for group in groups.values()])
        for match_place, group in groups.items():
            return _in_order(group, folder, split, match_place)
    if (
        _split_kinds([split]) == {0}
        and not any(_split_kinds([*file.folders, file.stem]) for file in files)
        and files
    ):
        return _in_order(files, folder, split, None)
    names = ", ".join(_shown(file, folder) for file in files[:6])
    raise DataError(
        f"no file of the split '{split}'",
        where=folder,
        fix=f"it has {names}: name the split as its file, or rename the file"
        if files
        else "files with rows end in " + ", ".join(sorted(ENDINGS)),
    )


@dataclass(frozen=True, slots=True)
class Card:
    """What a folder says of itself.

    Args:
        is_there: Whether it says anything.
        names_files: Whether it says which files are of which split.
    """

    is_there: bool
    names_files: bool


def card_of(folder: Path) -> Card:
    """Look at the first bytes of a folder's own descriptions; a text without a head of YAML is none."""
    heads = []
    for name in _CARDS:
        if (folder / name).is_file():
            with (folder / name).open("rb") as stream:
                head = stream.read(_HEAD)
            if name.endswith(".md"):
                head = head.split(b"\n---", 1)[0] if head.startswith(b"---") else b""
            heads.append(head)
    return Card(any(heads), any(map(_NAMES_FILES.search, heads)))


def _files(folder: Path) -> Iterator[_File]:
    for path in folder.rglob("*"):
        *folders, name = path.relative_to(folder).parts
        unpacked_name = plain_name(name)
        hidden = any(part.startswith((".", "__")) for part in (*folders, name))
        if (
            hidden
            or unpacked_name in _NO_ROWS
            or Path(unpacked_name).suffix.lower() not in ENDINGS
            or not path.is_file()
        ):
            continue
        whole = Path(unpacked_name).stem
        if shard := _SHARD.fullmatch(whole):
            yield _File(path, tuple(folders), shard[1], whole, int(shard[2]), int(shard[3]))
        elif part := _PART.fullmatch(whole):
            yield _File(path, tuple(folders), part[1].rstrip("-._ ") or whole, whole, int(part[2]), None)
        elif whole.isascii() and whole.isdigit():
            yield _File(path, tuple(folders), "", whole, int(whole[:9]), None)
        else:
            yield _File(path, tuple(folders), whole, whole, None, None)


def _is(file: _File, split: str, folder: Path) -> Path | None:
    """A file or folder of the split's own name; what it is part of."""
    if file.whole.casefold() == split:
        return file.path.parent / file.whole
    return _of_name(file, {split}, folder)


def _is_alike(file: _File, split: str, folder: Path) -> Path | None:
    """A file or folder of another name of the split."""
    return _of_name(file, _names_like(split), folder)


def _of_name(file: _File, names: Iterable[str], folder: Path) -> Path | None:
    if file.stem.casefold() in names:
        return file.path.parent / file.stem
    for depth, part in enumerate(file.folders, start=1):
        below = [*file.folders[depth:], file.stem]
        if part.casefold() in names and _split_kinds(below) <= _split_kinds([part]):
            return folder.joinpath(*file.folders[:depth])
    return None


def _holds(file: _File, split: str, folder: Path) -> Path | None:
    """A file or folder whose name has the split among other words."""
    return _with_word(file, {split}, folder)


def _holds_alike(file: _File, split: str, folder: Path) -> Path | None:
    """A file or folder whose name has another name of the split among other words."""
    return _with_word(file, _names_like(split), folder)


def _with_word(file: _File, names: Iterable[str], folder: Path) -> Path | None:
    parts = [*file.folders, file.stem]
    if len(_split_kinds(parts)) > 1:  # "dev-test" is neither
        return None
    for depth, part in enumerate(parts, start=1):
        if _words(part) & set(names):
            return folder.joinpath(*parts[:depth])
    return None


def _words(name: str) -> set[str]:
    return set(_BETWEEN.split(name.casefold()))


def _names_like(split: str) -> frozenset[str]:
    return next((kind for kind in _KINDS if split in kind), frozenset())


def _split_kinds(parts: Iterable[str]) -> set[int]:
    words = set().union(*map(_words, parts))
    return {number for number, kind in enumerate(_KINDS) if words & kind}


def _in_order(files: Sequence[_File], folder: Path, split: str, what: Path | None) -> tuple[Path, ...]:
    """Order the files of a split by their numbers, none of which is missing or there twice.

    Only a folder that is named after the split (``what``) may hold files of several names.
    """
    ordered: list[Path] = []
    ends = {Path(plain_name(file.path.name)).suffix.lower(): file for file in files}
    if len(ends) > 1:
        raise _unclear(folder, split, [*ends.values()])

    def stem(file: _File) -> tuple[Path, str]:
        return file.path.parent, file.stem

    named: dict[tuple[Path, str], _File] = {}
    for key, members in groupby(sorted(files, key=stem), key=stem):
        group = sorted(members, key=lambda file: -1 if file.number is None else file.number)
        named[key] = group[0]
        _check_numbers(group, folder, split)
        ordered += [file.path for file in group]
    if len(named) > 1 and {file.path.parent for file in files} != {what}:
        raise _unclear(folder, split, [*named.values()])
    return tuple(ordered)


def _check_numbers(group: Sequence[_File], folder: Path, split: str) -> None:
    numbers = [file.number for file in group]
    wholes = {file.of for file in group}
    if len(group) == 1 and group[0].of is None:
        return
    if len(wholes) > 1 or None in numbers or len(set(numbers)) < len(group):
        raise _unclear(folder, split, group)
    total = next(iter(wholes))
    first = 0 if total is not None or 0 in numbers else 1
    expected = range(first, first + (len(group) if total is None else total))
    missing = [number for number in expected if number not in numbers]
    if missing and total is None:
        raise _unclear(folder, split, group)
    if missing:
        raise DataError(
            f"file {missing[0]} of {total} of '{group[0].stem}' is missing (the first is 0)",
            where=group[0].path.parent,
            fix="fetch the data set again",
        )


def _unclear(folder: Path, split: str, files: Sequence[_File]) -> DataError:
    one, other = (_shown(file, folder) for file in files[:2])
    return DataError(
        f"'{one}' and '{other}' may both be the split '{split}'",
        where=folder,
        fix="keep one of them there, or give the split the whole name of one",
    )


def _shown(file: _File, folder: Path) -> str:
    return file.path.relative_to(folder).as_posix()
