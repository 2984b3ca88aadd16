"""Find an encoder's parts by structure, never by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from torch import nn

from realign_core.support.errors import EncoderError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def layer_stack(model: PreTrainedModel) -> nn.ModuleList:
    """Return the transformer layers, first to last.

    It is the module list that has ``config.num_hidden_layers`` members of one class, which
    holds for BERT, XLM-R, RoBERTa, DistilBERT and DeBERTa-v2 alike.

    Args:
        model: An encoder of :mod:`transformers`.

    Raises:
        EncoderError: If there is no such list, or more than one.
    """
    config = model.config
    depth = getattr(config, "num_hidden_layers", None) or getattr(config, "n_layers", None)
    stacks = [
        module
        for module in model.modules()
        if isinstance(module, nn.ModuleList)
        and len(module) == depth
        and len({type(member) for member in module}) == 1
    ]
    if len(stacks) != 1:
        raise EncoderError(
            f"{type(model).__name__} has {len(stacks)} stacks of {depth} layers, but one is needed",
            fix="use an encoder-only model (BERT, XLM-R, DistilBERT, DeBERTa, ...)",
        )
    return stacks[0]


def check_layers(model: PreTrainedModel, layers: Sequence[int]) -> None:
    """Check that the encoder has these hidden states: 0 to its number of layers, or -1 and below.

    Raises:
        EncoderError: If it does not.
    """
    depth = len(layer_stack(model))
    for layer in layers:
        if not -depth - 1 <= layer <= depth:
            raise EncoderError(
                f"there is no hidden state {layer} in an encoder of {depth} layers",
                fix=f"use 0 (embeddings) to {depth}, or -1 for the last one",
            )


def embedding_parameters(model: PreTrainedModel) -> list[nn.Parameter]:
    """Return the parameters of the part that stands before the layers.

    Args:
        model: An encoder of :mod:`transformers`.

    Raises:
        EncoderError: If the input embedding is not a part of a module beside the layers.
    """
    tokens = model.get_input_embeddings()
    stack = layer_stack(model)
    parts = [
        child
        for child in model.children()
        if any(module is tokens for module in child.modules())
        and not any(m is stack for m in child.modules())
    ]
    if len(parts) != 1:
        raise EncoderError(f"the embeddings of {type(model).__name__} are not one part beside its layers")
    return list(parts[0].parameters())
