"""Settings of an encoder; free of torch, so that reading a study file stays quick."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    SerializationInfo,
    field_serializer,
    field_validator,
    model_validator,
)

from realign_core.support.errors import EncoderError
from realign_core.support.settings.config import Config
from realign_core.support.settings.idle import Needs, refuse_idle
from realign_core.support.settings.paths import (
    ABSOLUTE_PATHS,
    WITHOUT_PLACES,
    expand,
    folder_of,
    locate,
    moved,
)


def _ordered(bounds: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= bounds[0] < bounds[1]:
        raise ValueError("a layer range is [first, stop) with 0 <= first < stop")
    return bounds


LayerRange = Annotated[tuple[int, int], AfterValidator(_ordered)]
"""Half-open range of layers, counted from 0 at the input."""

Frozen = Literal["none", "front", "back"] | LayerRange
"""What is frozen: nothing, the half near the input, the half near the output, or a range."""


ENCODER_NEEDS: Mapping[str, Needs] = {
    "revision": Needs(
        lambda table: table.of_hub, "with the bundled encoder or a local folder, which have none"
    )
}
"""Key of ``encoder`` to what it needs."""


class EncoderConfig(Config):
    """Which encoder, and how much text it reads at once.

    Args:
        name: ``"bundled"`` (multilingual-e5-small in 4 bits, extra ``offline``), a local
            folder (relative to the file), or a hub id such as ``"xlm-roberta-base"``.
        revision: Branch, tag or commit on the hub.
        max_length: Longest input in tokens; longer texts are cut.
        offline: Never ask the hub, only its local cache.
    """

    name: str = "bundled"
    revision: str | None = None
    max_length: int = Field(default=128, ge=8, le=8192)
    offline: bool = False
    _place: Path | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any, /) -> None:
        """Find a local folder, before the name loses the file that it stood in."""
        name = os.path.expandvars(self.name)
        place = locate(name, None if self.name.startswith("$") else folder_of(context))
        is_path = Path(name).is_absolute() or name.startswith((".", "~")) or name.count("/") > 1
        if is_path or (name != "bundled" and place.is_dir()):
            self._place = place

    @model_validator(mode="after")
    def _every_key_matters(self) -> Self:
        refuse_idle(self, ENCODER_NEEDS)
        return self

    @field_validator("name")
    @classmethod
    def _variables_are_set(cls, name: str) -> str:
        expand(name)
        return name

    @property
    def of_hub(self) -> bool:
        """Whether the name is a hub id."""
        return self._place is None and self.name != "bundled"

    @property
    def source(self) -> str:
        """Absolute path of a local folder, else the hub id or ``"bundled"``."""
        return self.name if self._place is None else str(self._place)

    @property
    def title(self) -> str:
        """Name for tables and pages: of a local folder its own name, wherever it lies."""
        return self.name if self._place is None else self._place.name

    @field_serializer("name", when_used="json")
    def _write_name(self, name: str, info: SerializationInfo) -> str:
        if info.context == WITHOUT_PLACES and self._place is not None:
            return ""
        if info.context and (folder := info.context.get("file_in")) is not None and self._place is not None:
            return moved(name, self._place, folder)
        return self.source if info.context == ABSOLUTE_PATHS else name

    def require_folder(self) -> None:
        """Check that the encoder's folder is there, if its name is a path and no hub id.

        Raises:
            EncoderError: If it is not.
        """
        if self._place is not None and not self._place.is_dir():
            raise EncoderError(
                f"no such folder: '{self._place}'",
                where="encoder.name",
                fix="give a folder of model and tokenizer, a hub id such as 'xlm-roberta-base', or 'bundled'",
            )
