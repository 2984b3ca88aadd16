"""Alignment by the encoder's own word similarities."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from realign_core.align.base import WordAligner, WordText, WordVectors
from realign_core.align.matching import argmax_links, itermax_links
from realign_core.support.arrays import Int

_BLOCK = 1024
"""Pairs whose word vectors are held at once."""


class Matcher(StrEnum):
    """How links are read off similarities: mutual best words, or two rounds of them."""

    ARGMAX = "argmax"
    ITERMAX = "itermax"


class EncoderAligner(WordAligner):
    """Links words whose vectors in the encoder, before realignment, are most similar.

    Args:
        matcher: ``argmax`` (exact) or ``itermax`` (more links).
        layer: Hidden state that words are compared at. Layers in the upper middle are best
            (8 of 12 in SimAlign); the default is two thirds of the way up.
    """

    pair_alone: ClassVar[bool] = True
    kept: ClassVar[bool] = True

    kind: Literal["encoder"] = "encoder"
    matcher: Matcher = Matcher.ARGMAX
    layer: int | None = Field(default=None, ge=0)

    def align(self, text: WordText, vectors: WordVectors) -> list[Int]:
        """Compare all words of each pair."""
        match = argmax_links if self.matcher is Matcher.ARGMAX else itermax_links
        aligned: list[Int] = []
        for start in range(0, len(text), _BLOCK):
            source, target = (side[start : start + _BLOCK] for side in (text.source, text.target))
            rows = vectors([*source, *target], self.layer)
            aligned += [match(rows[i] @ rows[len(source) + i].T) for i in range(len(source))]
        return aligned
