"""Offline mode: libraries that would ask the network are told not to, before they are imported."""

from __future__ import annotations

import os
import sys

from realign_core.support.errors import ConfigError

OFFLINE = "REALIGN_OFFLINE"
"""Environment variable that asks for it; the packages look at it when they are imported."""

_TOLD = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
"""Variables that the libraries read when they are imported."""

_LIBRARY = "huggingface_hub.constants"


def go_offline() -> None:
    """Set the variables, for this process and those that it starts.

    Raises:
        ConfigError: If a library is imported already, and has read that it may ask.
    """
    os.environ.update(_TOLD)
    os.environ[OFFLINE] = "1"
    library = sys.modules.get(_LIBRARY)
    if library is not None and not library.HF_HUB_OFFLINE:
        raise ConfigError(
            "huggingface_hub is imported already, and would ask the network",
            where=OFFLINE,
            fix=f"import this package first, or set {OFFLINE}=1 before Python starts",
        )


def asked_offline() -> bool:
    """Whether the environment asks for it."""
    return os.environ.get(OFFLINE, "").lower() in ("1", "true", "yes", "on")
