"""The files of an encoder: whether they are there as a whole. Free of torch."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from realign_core.support.errors import EncoderError, RealignError
from realign_core.support.files.size_limits import read_json
from realign_core.support.settings.paths import can_be_named

_POINTER = b"version https://git-lfs"
"""A file of Git LFS that was not fetched begins so."""

_READ = (".safetensors", ".json", ".txt", ".model")
"""Kinds of files that a load reads."""

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
"""Names the files of weights that are more than one."""

_AGAIN = "copy or download the encoder again"

_LENGTH = struct.Struct("<Q")
"""The length of a safetensors file's header, with which the file begins."""

_LONGEST = 100_000_000
"""No header is longer, by the format's own rule."""


def check_files(folder: Path) -> None:
    """Check that the files of an encoder's folder are whole; of large ones only the beginning is read.

    Args:
        folder: Of encoder and tokenizer.

    Raises:
        EncoderError: If one was cut, was not fetched by Git LFS, is no such file, or is missing.
    """
    for file in sorted(folder.iterdir()):
        if file.suffix in _READ and file.is_file():
            _refuse_pointer(file)
    for file in weight_files(folder):
        tensor_places(file)


def weight_files(folder: Path) -> list[Path]:
    """List the files of weights, all those that their index names.

    Raises:
        EncoderError: If one of them is missing.
    """
    index = folder / INDEX
    whole = folder / WEIGHTS
    if whole.is_file() or not index.is_file():
        return [whole] if whole.is_file() else sorted(folder.glob("*.safetensors"))
    names = shard_names(index)
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise EncoderError(
            f"{len(missing)} of {len(names)} files of weights are missing: {', '.join(missing[:3])}",
            where=index,
            fix=_AGAIN,
        )
    return [folder / name for name in names]


def shard_names(index: Path) -> list[str]:
    """Read which files of weights an index names.

    Raises:
        EncoderError: If it is none.
    """
    try:
        return sorted({_name(name) for name in read_json(index)["weight_map"].values()})
    except (RealignError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise EncoderError("not a list of files", where=index, fix=_AGAIN) from error


def tensor_places(file: Path) -> Mapping[str, Mapping[str, Any]]:
    """Read which tensors a safetensors file holds, and where.

    Args:
        file: The file.

    Returns:
        Name to ``dtype``, ``shape`` and ``data_offsets``, which count from the file's beginning here.

    Raises:
        EncoderError: If it was cut, or is no such file.
    """
    size = file.stat().st_size
    with file.open("rb") as stream:
        start = stream.read(_LENGTH.size)
        length = _LENGTH.unpack(start)[0] if len(start) == _LENGTH.size else 0
        header = stream.read(min(length, _LONGEST))
    if header[:1] == b"{" and len(header) < length <= _LONGEST:
        raise _cut(file, size)
    begins = _LENGTH.size + length
    try:
        tensors = {
            name: {**entry, "data_offsets": _offsets(entry, begins)}
            for name, entry in _json(header).items()
            if name != "__metadata__"
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = "not a safetensors file, or a damaged one" if size else "an empty file"
        raise EncoderError(what, where=file, fix=_AGAIN) from error
    needed = max((entry["data_offsets"][1] for entry in tensors.values()), default=begins)
    if size < needed:
        raise _cut(file, size, f" of {needed:,}")
    return tensors


def _json(content: bytes) -> Any:
    """Parse JSON in UTF-8.

    Raises:
        ValueError: If it is none, or nested too deeply.
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _name(name: object) -> str:
    """Check the name of a file beside an index.

    Raises:
        ValueError: If it is none, or leads elsewhere.
    """
    if not isinstance(name, str) or not can_be_named(name) or Path(name).name != name:
        raise ValueError(f"{name!r:.60} is no name of a file")
    return name


def _offsets(entry: Mapping[str, Any], begins: int) -> list[int]:
    """Read where a tensor begins and ends.

    Raises:
        ValueError: If these are no two whole numbers from 0 on, in order.
    """
    first, end = entry["data_offsets"]
    if not {"dtype", "shape"} <= entry.keys():
        raise ValueError("neither dtype nor shape")
    if not (type(first) is type(end) is int and 0 <= first <= end):
        raise ValueError(f"no place of a tensor: {first!r:.30}, {end!r:.30}")
    return [begins + first, begins + end]


def _cut(file: Path, size: int, of: str = "") -> EncoderError:
    return EncoderError(f"the file was cut: {size:,}{of} bytes are there", where=file, fix=_AGAIN)


def _refuse_pointer(file: Path) -> None:
    with file.open("rb") as stream:
        if stream.read(len(_POINTER)) == _POINTER:
            raise EncoderError(
                "a pointer of Git LFS, not the file itself",
                where=file,
                fix="fetch it with 'git lfs pull' in the repository, or download the encoder again",
            )
