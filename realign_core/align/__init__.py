"""What is pulled together: whole sentences, or words by one of several aligners."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from realign_core.align.base import WordAligner, WordText
from realign_core.align.dictionary import DictionaryAligner
from realign_core.align.eflomal import EflomalAligner
from realign_core.align.encoder import EncoderAligner
from realign_core.align.pharaoh import PharaohAligner
from realign_core.align.sentence import SentenceAligner

AnyAligner = Annotated[
    SentenceAligner | DictionaryAligner | PharaohAligner | EflomalAligner | EncoderAligner,
    Field(discriminator="kind"),
]
"""Any aligner, chosen by its ``kind``, for use in a configuration."""

__all__ = [
    "AnyAligner",
    "DictionaryAligner",
    "EflomalAligner",
    "EncoderAligner",
    "PharaohAligner",
    "SentenceAligner",
    "WordAligner",
    "WordText",
]
