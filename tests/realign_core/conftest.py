"""Runs that are killed in the middle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from realign_core.runs.workspace.workspace import Workspace

Killing = Callable[["Workspace", Path, int], list[int]]
"""Takes a workspace, a folder of checkpoints and a step; gives the steps that are taken, now and later."""


class _KilledError(Exception):
    pass


@pytest.fixture
def run_killed_at(monkeypatch: pytest.MonkeyPatch) -> Killing:
    """Run with seed 1, and kill the run at a step of its optimiser; later runs are let live."""
    from realign_core.runs.running.run import run_prepared
    from realign_core.training.optimiser import Optimiser

    original: Callable[..., None] = Optimiser.advance

    def run(space: Workspace, folder: Path, step: int) -> list[int]:
        taken: list[int] = []

        def dying(self: Any, **names: Any) -> None:
            taken.append(len(taken) + 1)
            if len(taken) == step:
                raise _KilledError
            original(self, **names)

        monkeypatch.setattr(Optimiser, "advance", dying)
        with pytest.raises(_KilledError):
            run_prepared(space, ["xx"], seed=1, checkpoints=folder)
        return taken

    return run
