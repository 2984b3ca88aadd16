"""What an encoder's files hold, by hashes of their content: wherever they lie, whoever copied them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from realign_core.encoder.files import INDEX, WEIGHTS, shard_names, tensor_places
from realign_core.encoder.sentence_modules import Find
from realign_core.support.errors import RealignError
from realign_core.support.files.cache import kept_value
from realign_core.support.files.disk import cache_dir
from realign_core.support.files.keys import content_key
from realign_core.support.files.size_limits import read_json

_TOKENIZER = "tokenizer.json"
_PARTS = ("model", "normalizer", "pre_tokenizer", "added_tokens")
"""Of that file; the rest is no part of how a text is cut."""

_VOCABULARIES = ("vocab.txt", "vocab.json", "merges.txt", "sentencepiece.bpe.model", "spm.model")
"""Files of tokenizers that have no such file."""

_CHUNK = 1 << 22
_MOST_TOKENIZER = 200_000_000
"""Bytes of a tokenizer: the largest that are known have 35 million."""


def encoder_content(find: Find) -> dict[str, str]:
    """Name weights and tokenizer by their content.

    Every weight is read, once: what was found is kept in the cache by the files' sizes and times.

    Args:
        find: Finds the encoder's files.

    Returns:
        ``weights`` and ``tokenizer`` to 16 hexadecimal digits each; what is not there is left out.

    Raises:
        EncoderError: If a file of weights is not whole.
    """
    digests = {}
    if weights := _weights(find):
        digests["weights"] = _remembered("weights", weights, hash_tensors)
    tokenizer = find(_TOKENIZER)
    if tokenizer is not None:
        digests["tokenizer"] = _remembered("tokenizer", [tokenizer], lambda files: _hash_tokenizer(files[0]))
    elif others := [file for name in _VOCABULARIES if (file := find(name)) is not None]:
        digests["tokenizer"] = _remembered("vocabulary", others, hash_files)
    return digests


def hash_tensors(files: Iterable[Path]) -> str:
    """Hash tensors by name, whatever file each is in.

    Args:
        files: In the safetensors format.

    Raises:
        EncoderError: If one is not whole.
    """
    places = {name: (file, entry) for file in files for name, entry in tensor_places(file).items()}
    digest = hashlib.sha256()
    for name in sorted(places):
        file, entry = places[name]
        digest.update(f"{name} {entry['dtype']} {entry['shape']}\n".encode())
        first, end = entry["data_offsets"]
        with file.open("rb") as stream:
            stream.seek(first)
            while first < end and (block := stream.read(min(_CHUNK, end - first))):
                digest.update(block)
                first += len(block)
    return digest.hexdigest()[:16]


def hash_cutting(tokenizer: Any) -> str:
    """Hash what decides how a fast tokenizer cuts a text."""
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    return content_key({part: content.get(part) for part in _PARTS})


def hash_files(files: Iterable[Path]) -> str:
    """Hash files by their bytes, in order."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def _hash_tokenizer(file: Path) -> str:
    try:
        content = read_json(file, _MOST_TOKENIZER)
        return content_key({part: content.get(part) for part in _PARTS})
    except (RealignError, AttributeError):  # loading it will say what is wrong
        return hash_files([file])


def _weights(find: Find) -> list[Path]:
    whole, index = find(WEIGHTS), None
    if whole is None and (index := find(INDEX)) is not None:
        return [file for name in shard_names(index) if (file := find(name)) is not None]
    return [] if whole is None else [whole]


def _remembered(kind: str, files: Sequence[Path], make: Callable[[Sequence[Path]], str]) -> str:
    """Read a hash from the cache, or make it: large files are read again only if they changed."""
    stats = [(str(file.resolve()), file.stat()) for file in files]
    now = [[name, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino] for name, s in stats]
    place = cache_dir() / "contents" / f"{content_key([kind, now])}.json"
    return str(kept_value(place, lambda: make(files), what="the hash of an encoder's files"))
