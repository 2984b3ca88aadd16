"""The disk: where the cache is, and whether something fits."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from realign_core.support.errors import ConfigError


def cache_dir() -> Path:
    """Return the cache folder: ``$REALIGN_CACHE``, else ``~/.cache/realign_core``.

    The folder is created when something is written, not here.
    """
    chosen = os.environ.get("REALIGN_CACHE")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "realign_core"


def require_space(folder: Path, needed: float, what: str) -> None:
    """Check, before hours of work, that something fits on the disk; nothing is created.

    Args:
        folder: Where it will be; it need not be there yet.
        needed: Bytes, by estimate.
        what: It, for the message.

    Raises:
        ConfigError: If there is less space.
    """
    nearest = next((place for place in (folder, *folder.absolute().parents) if place.exists()), Path())
    free = shutil.disk_usage(nearest).free
    if needed > free:
        raise ConfigError(
            f"{what} will take about {size(needed)}, but {size(free)} are free on this disk",
            where=folder,
            fix="make room, or choose another folder",
        )


def size(number: float) -> str:
    """Write a number of bytes: ``12 MB``, ``3.4 GB``."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"
