"""Freezing by layer range (AlignFreeze: Bakos et al., NAACL 2025)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from torch import nn

from realign_core.encoder.config import Frozen
from realign_core.encoder.layers import embedding_parameters, layer_stack
from realign_core.support.errors import EncoderError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def frozen_range(frozen: Frozen, n_layers: int) -> range:
    """Resolve to layer numbers.

    Args:
        frozen: What to freeze.
        n_layers: Number of layers of the encoder.

    Raises:
        EncoderError: If the range leaves the encoder or is empty.
    """
    range_of = {"none": range(0), "front": range(n_layers // 2), "back": range(n_layers // 2, n_layers)}
    if isinstance(frozen, str):
        return range_of[frozen]
    if frozen[1] > n_layers:
        raise EncoderError(f"layers {frozen[0]} to {frozen[1]} cannot be frozen: the encoder has {n_layers}")
    return range(*frozen)


@contextmanager
def freezing(
    model: PreTrainedModel, frozen: Frozen, *, embeddings: bool = False
) -> Iterator[list[nn.Parameter]]:
    """Freeze a part for the duration of a block; everything is trainable again after it.

    Args:
        model: An encoder of :mod:`transformers`.
        frozen: Layers to freeze.
        embeddings: Freeze the embeddings as well.

    Yields:
        The parameters that are still trained.

    Raises:
        EncoderError: If nothing is left to train, or the range does not fit the encoder.
    """
    stack = layer_stack(model)
    held = [p for index in frozen_range(frozen, len(stack)) for p in stack[index].parameters()]
    if embeddings:
        held += embedding_parameters(model)
    before = [(p, p.requires_grad) for p in model.parameters()]
    try:
        for parameter in held:
            parameter.requires_grad_(False)
        trained = [p for p in model.parameters() if p.requires_grad]
        if not trained:
            raise EncoderError("everything is frozen, so nothing can be trained", fix="freeze fewer layers")
        yield trained
    finally:
        for parameter, flag in before:
            parameter.requires_grad_(flag)
