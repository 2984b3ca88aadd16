"""Build SentencePiece's ``precompiled_charsmap`` from a table of replacements.

The blob is ``u32 trie bytes``, a Darts double-array trie over UTF-8 keys, and the
replacements, each ended by a zero byte; a key's value is its replacement's offset
(sentencepiece, ``src/normalizer.cc``; darts-clone, ``include/darts.h``).
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Mapping
from itertools import count
from typing import Any

_LEAF_BIT = 1 << 8
_VALUE_BIT = 1 << 31
_OFFSET_SHIFT = 10
_MAX_OFFSET = 1 << 21
_PATIENCE = 256
"""Failed slots after which the search leaves a crowded region for good (time over space)."""


def with_compositions(replacements: Mapping[str, str]) -> dict[str, str]:
    """Add the canonical compositions (``e`` + acute accent to ``é``) that NFKC implies.

    The table of single characters cannot hold them, and normalisation by NFKC needs them.

    Args:
        replacements: Replacement of each character.

    Returns:
        A larger table, with keys of two or more characters as well.
    """
    table = dict(replacements)
    for code in range(0xA0, 0x30000):
        char = chr(code)
        if char in replacements:
            continue
        spread = unicodedata.normalize("NFD", char)
        if spread != char and len(spread) > 1 and unicodedata.normalize("NFC", spread) == char:
            table.setdefault(spread, char)
            partly = unicodedata.normalize("NFC", spread[:-1]) + spread[-1]
            table.setdefault(partly, char)
    return table


def build_charsmap(replacements: Mapping[str, str]) -> bytes:
    """Compile a table of replacements for :class:`tokenizers.normalizers.Precompiled`.

    Args:
        replacements: Keys (one or more characters) and what replaces each.

    Returns:
        The binary map.
    """
    blob = bytearray()
    offsets: dict[str, int] = {}
    root: dict[int, Any] = {}
    for key, replacement in sorted(replacements.items()):
        if replacement not in offsets:
            offsets[replacement] = len(blob)
            blob += replacement.encode("utf-8") + b"\0"
        node = root
        for byte in key.encode("utf-8"):
            node = node.setdefault(byte, {})
        node[0] = offsets[replacement]
    units = _DoubleArray().build(root)
    trie = struct.pack(f"<{len(units)}I", *units)
    return struct.pack("<I", len(trie)) + trie + bytes(blob)


class _DoubleArray:
    """First-fit construction: a child of node ``n`` by label ``c`` stands at ``base(n) ^ c``."""

    def __init__(self) -> None:
        self.units: list[int] = [0]
        self.used: set[int] = {0}
        self.bases: set[int] = set()
        self.search_from = 1

    def build(self, root: Mapping[int, Any]) -> list[int]:
        pending: list[tuple[int, Mapping[int, Any]]] = [(0, root)]
        while pending:
            index, node = pending.pop()
            base = self._place(index, sorted(node))
            offset = base ^ index
            self.units[index] |= offset << _OFFSET_SHIFT
            for label, child in node.items():
                position = base ^ label
                if label == 0:
                    self.units[position] = _VALUE_BIT | child
                    self.units[index] |= _LEAF_BIT
                else:
                    self.units[position] = label
                    pending.append((position, child))
        return self.units

    def _place(self, index: int, labels: list[int]) -> int:
        """Find a base whose children are all free, and reserve them."""
        slot = self.search_from
        for attempt in count(1):
            base = slot ^ labels[0]
            if (
                base not in self.bases
                and (base ^ index) < _MAX_OFFSET
                and not any((base ^ label) in self.used for label in labels)
            ):
                break
            slot += 1
            if attempt % _PATIENCE == 0:
                self.search_from = slot
        self.bases.add(base)
        self.used.update(base ^ label for label in labels)
        top = max(base ^ label for label in labels)
        # Padded to a whole block of 256 so that base ^ byte never leaves the array.
        missing = (max(top, base) | 0xFF) + 1 - len(self.units)
        self.units.extend([0] * max(0, missing))
        while self.search_from in self.used:
            self.search_from += 1
        return base
