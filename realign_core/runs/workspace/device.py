"""The device of a run."""

from __future__ import annotations

import torch

from realign_core.support.errors import ConfigError
from realign_core.training.distributed import replicas


def find_device(device: str) -> torch.device:
    """Find the device that a recipe wants, or the best one where it wants ``auto``.

    Raises:
        ConfigError: If there is no CUDA device and one is wanted.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise ConfigError("no CUDA device here", where="compute.device", fix="use 'auto' or 'cpu'")
    group = replicas()
    if not group.alone and device != "cpu":
        return torch.device(group.state.device)
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(device)
