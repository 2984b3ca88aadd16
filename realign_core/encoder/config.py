"""Settings of an encoder; free of torch, so that reading a study file stays quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from realign_core.support.config import Config
from realign_core.support.errors import EncoderError


def _ordered(bounds: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= bounds[0] < bounds[1]:
        raise ValueError("a layer range is [first, stop) with 0 <= first < stop")
    return bounds


LayerRange = Annotated[tuple[int, int], AfterValidator(_ordered)]
"""Half-open range of layers, counted from 0 at the input."""

Frozen = Literal["none", "front", "back"] | LayerRange
"""What is frozen: nothing, the half near the input, the half near the output, or a range."""


class EncoderConfig(Config):
    """Which encoder, and how much text it reads at once.

    Args:
        name: ``"bundled"`` (multilingual-e5-small in 4 bits, extra ``offline``), a local
            folder, or a hub id such as ``"xlm-roberta-base"``.
        revision: Branch, tag or commit on the hub.
        max_length: Longest input in tokens; longer texts are cut.
        offline: Never ask the hub, only its local cache.
    """

    name: str = "bundled"
    revision: str | None = None
    max_length: int = Field(default=128, ge=8, le=8192)
    offline: bool = False

    def require_folder(self) -> None:
        """Check that the encoder's folder is there, if its name is a path and no hub id.

        Raises:
            EncoderError: If it is not.
        """
        path = Path(self.name).expanduser()
        is_path = path.is_absolute() or self.name.startswith((".", "~")) or self.name.count("/") > 1
        if is_path and not path.is_dir():
            raise EncoderError(
                f"no such folder: '{self.name}'",
                where="encoder.name",
                fix="give a folder of model and tokenizer, a hub id such as 'xlm-roberta-base', or 'bundled'",
            )
