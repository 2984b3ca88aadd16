"""BoTorch compiles a kernel once; a run killed meanwhile leaves a lock, and later ones wait for ever."""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path

from torch.utils.cpp_extension import get_default_build_root

KERNEL = "logei_fused_ext"
"""What BoTorch calls it."""

OLD = 600.0
"""Seconds after which no compiler can still be at work: it takes about one minute."""


def free_kernel() -> list[Path]:
    """Delete locks that a killed run has left, and warn of each.

    PyTorch waits until such a file is gone, without a word and without an end.

    Returns:
        What was deleted.
    """
    root = Path(os.environ.get("TORCH_EXTENSIONS_DIR") or get_default_build_root())
    stale = [path for path in root.glob(f"**/{KERNEL}/lock") if time.time() - path.stat().st_mtime > OLD]
    for path in stale:
        path.unlink(missing_ok=True)
        warnings.warn(f"deleted {path}: a run that was killed had left this lock", stacklevel=2)
    return stale
