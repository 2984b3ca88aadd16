"""What an encoder that was trained further is made of, and under which licence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from realign_core.encoder.config import EncoderConfig
from realign_core.support.files.size_limits import MOST_SETTINGS

_BUNDLED = "intfloat/multilingual-e5-small"
"""Where the bundled encoder is from."""


@dataclass(frozen=True, slots=True)
class BaseModel:
    """The encoder before training.

    Args:
        name: Name for people.
        hub_id: Its name on the hub, where it has one.
        license: What its own card says, by the hub's names (``mit``); ``None`` if it says nothing.
        license_name: What it calls a licence that the hub has no name for.
        license_link: Where that is.
    """

    name: str
    hub_id: str | None = None
    license: str | None = None
    license_name: str | None = None
    license_link: str | None = None


def describe_base(config: EncoderConfig) -> BaseModel:
    """Find out about an encoder from its own card; nothing is guessed.

    Args:
        config: Which encoder.
    """
    if config.name == "bundled":
        return BaseModel(_BUNDLED, _BUNDLED, "mit")
    folder = Path(config.source)
    local = folder.is_dir()
    card = folder / "README.md" if local else _published_card(config)
    name, hub_id = (folder.name, None) if local else (config.name, config.name)
    if card is None or not card.is_file() or card.stat().st_size > MOST_SETTINGS:
        return BaseModel(name, hub_id)
    from huggingface_hub import ModelCard

    try:
        data = ModelCard.load(card).data
    except Exception:  # of several libraries, each with its own; metadata that cannot be read say nothing
        return BaseModel(name, hub_id)
    above = _text(data.base_model) if local else None
    licence = (data.license, data.license_name, data.license_link)
    return BaseModel(name, above or hub_id, *map(_text, licence))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _published_card(config: EncoderConfig) -> Path | None:
    """The card of an encoder of the hub, if it can be read."""
    from huggingface_hub import hf_hub_download

    try:
        return Path(
            hf_hub_download(
                config.name,
                "README.md",
                revision=config.revision,
                local_files_only=config.offline,
                etag_timeout=5,
            )
        )
    except (OSError, ValueError):  # no network, no such file, a name that the hub does not know
        return None


def rounded(parameters: int, digits: int = 0) -> str:
    """Say how many parameters there are, as in ``118 million``; fewer than a million in thousands.

    Args:
        parameters: Their number.
        digits: Of millions, behind the point.
    """
    if parameters < 1_000_000:
        return f"{parameters / 1e3:,.1f} thousand"
    return f"{parameters / 1e6:,.{digits}f} million"
