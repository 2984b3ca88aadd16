"""No word alignment: sentences are pulled together as wholes."""

from __future__ import annotations

from typing import Literal

from realign_core.support.settings.config import Config


class SentenceAligner(Config):
    """Align whole sentences by the masked mean of their tokens (the default).

    It needs no aligner, and works for languages that are not split by spaces.
    """

    kind: Literal["sentence"] = "sentence"
