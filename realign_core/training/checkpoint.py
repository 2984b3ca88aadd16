"""Checkpoints of a training run: safetensors and JSON, written at once, resumed exactly."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from realign_core.support.errors import CheckpointError
from realign_core.support.files.cache import damage_of, keeping
from realign_core.support.program.interrupts import ends_after_this_step
from realign_core.training.distributed import replicas
from realign_core.training.loop import Phase, Position

logger = logging.getLogger(__name__)

_TENSORS = "tensors.safetensors"
_STATE = "state.json"
_FIX = "delete this folder to start the run again"


class CheckpointStore:
    """Keeps the last checkpoint of one run (see :class:`realign_core.training.loop.Saver`).

    Args:
        folder: The run's own folder.
        key: Names the run's inputs; a checkpoint of other inputs is refused.
        modules: What is trained, by name; only parameters that can be trained are kept.
        every: Steps between checkpoints.
    """

    def __init__(self, folder: Path, key: str, modules: Mapping[str, nn.Module], every: int) -> None:
        self.folder, self.key, self.every = folder, key, every
        self.parameters = {
            f"{module}.{name}": parameter
            for module, owner in modules.items()
            for name, parameter in owner.named_parameters()
            if parameter.requires_grad
        }
        self.total = 0

    def save(self, position: Position) -> None:
        """Count a step, and write a checkpoint if one is due, or if this step is the last one."""
        self.total += 1
        if (self.total % self.every == 0 or ends_after_this_step()) and replicas().first:
            self.write(position)

    def write(self, position: Position) -> None:
        """Write a checkpoint and drop the one before it."""
        tensors = {f"parameter.{name}": p.detach() for name, p in self.parameters.items()}
        for phase, optimiser in position.optimisers.items():
            tensors |= {f"optimiser.{phase}.{name}": t for name, t in optimiser.tensors().items()}
        state = {
            "key": self.key,
            "total": self.total,
            "segment": position.segment,
            "step": position.step,
            "optimisers": list(position.optimisers),
            "losses": position.losses,
            "seconds": position.seconds,
        }
        place = self.folder / f"step-{self.total:08d}"
        with keeping(place) as draft:
            # Tied parameters share memory, which the format refuses: each is stored on its own.
            save_file({name: t.cpu().clone().contiguous() for name, t in tensors.items()}, draft / _TENSORS)
            (draft / _STATE).write_text(json.dumps(state), encoding="utf-8")
        for other in self._stored():
            if other != place:
                shutil.rmtree(other, ignore_errors=True)

    def restore(self, phases: Mapping[str, Phase]) -> Position | None:
        """Load the last checkpoint into the modules.

        Args:
            phases: Make the optimizers that the checkpoint fills.

        Returns:
            Where to go on; None if there is no checkpoint, or a damaged one, which the log says.

        Raises:
            CheckpointError: If it is not safetensors, or of another run.
        """
        stored = self._stored()
        if not stored:
            return None
        if damage := damage_of(stored[-1]):
            logger.warning("the checkpoint is damaged (%s: %s): the run begins again", stored[-1], damage)
            return None
        state, tensors = _read(stored[-1])
        if state.get("key") != self.key:
            raise CheckpointError(
                "this checkpoint is of a run with other settings or data", where=stored[-1], fix=_FIX
            )
        try:
            position = self._fill(state, tensors, phases)
        except (KeyError, IndexError, RuntimeError, ValueError) as error:
            raise CheckpointError(f"does not fit this run ({error})", where=stored[-1], fix=_FIX) from error
        logger.info("going on from step %d (%s)", self.total, stored[-1])
        return position

    def _fill(
        self, state: Mapping[str, Any], tensors: Mapping[str, Tensor], phases: Mapping[str, Phase]
    ) -> Position:
        """Copy a checkpoint's content into modules and new optimizers."""
        values = {name: tensors[f"parameter.{name}"] for name in self.parameters}
        misshapen = [n for n, value in values.items() if value.shape != self.parameters[n].shape]
        if misshapen:
            raise ValueError(f"{misshapen[0]} has shape {tuple(values[misshapen[0]].shape)}")
        with torch.no_grad():
            for name, value in values.items():
                self.parameters[name].copy_(value)
        position = Position(state["segment"], state["step"], {}, state["losses"], state["seconds"])
        for phase in state["optimisers"]:
            prefix = f"optimiser.{phase}."
            position.optimisers[phase] = phases[phase].optimiser()
            phase_state = {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}
            position.optimisers[phase].restore(phase_state)
        self.total = int(state["total"])
        return position

    def clear(self) -> None:
        """Drop the checkpoints of a run that is over."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _stored(self) -> list[Path]:
        return sorted(p for p in self.folder.glob("step-*") if p.is_dir())


def _read(place: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    if not (place / _TENSORS).is_file():
        raise CheckpointError(
            f"no {_TENSORS}; other formats can run code when they are loaded", where=place, fix=_FIX
        )
    try:
        return json.loads((place / _STATE).read_text(encoding="utf-8")), load_file(place / _TENSORS)
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointError(f"damaged ({error})", where=place, fix=_FIX) from error


def trained_bytes(parameters: int) -> float:
    """Bytes of a checkpoint, about: weights, and the optimizer's two means of each."""
    return 3 * 4.0 * parameters
