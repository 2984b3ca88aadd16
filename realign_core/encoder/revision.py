"""Which commit of the hub an encoder is: a branch moves, a commit does not."""

from __future__ import annotations

import re
from pathlib import Path

from realign_core.encoder.config import EncoderConfig

_COMMIT = re.compile(r"[0-9a-f]{40}")


def is_commit(revision: str | None) -> bool:
    """Whether a revision names a commit, and no branch or tag, which may be moved."""
    return revision is not None and _COMMIT.fullmatch(revision) is not None


def of_hub(config: EncoderConfig) -> bool:
    """Whether an encoder is one of the hub."""
    return config.name != "bundled" and config.source == config.name and not Path(config.source).is_dir()


def pinned(config: EncoderConfig) -> EncoderConfig:
    """Name the commit that is on this machine; nothing is asked, and other encoders stay as they are."""
    commit = None if is_commit(config.revision) else cached_commit(config)
    return config if commit is None else config.model_copy(update={"revision": commit})


def cached_commit(config: EncoderConfig) -> str | None:
    """Find the commit of an encoder of the hub in the hub's cache on this machine."""
    if not of_hub(config):
        return None
    from huggingface_hub import try_to_load_from_cache

    try:
        file = try_to_load_from_cache(config.name, "config.json", revision=config.revision or "main")
    except ValueError:  # a name that the hub does not know
        return None
    commit = Path(file).parent.name if isinstance(file, str) else ""
    return commit if is_commit(commit) else None
