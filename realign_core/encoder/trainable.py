"""An encoder as the engine sees it: token ids in, hidden states out."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor, nn

from realign_core.encoder.arithmetic import apply_kernel, autocast
from realign_core.encoder.kernel import Kernel
from realign_core.encoder.layers import check_layers
from realign_core.encoder.padding import pad, token_types
from realign_core.support.arrays import Int

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class TrainableEncoder(Protocol):
    """What is trained: a whole encoder, or its top layers on cached states."""

    model: PreTrainedModel
    kernel: Kernel
    device: torch.device

    def hidden(self, texts: Sequence[Int], layer: int = -1) -> tuple[Tensor, Tensor]:
        """Encode texts.

        Args:
            texts: Token ids with special tokens, one array a text.
            layer: Which hidden state: -1 is the last one (the output of the last layer),
                0 the embeddings' output, i the output of the i-th layer.

        Returns:
            States (n, longest, d) and mask (n, longest).
        """
        ...

    def states(self, texts: Sequence[Int], layers: Sequence[int]) -> tuple[list[Tensor], Tensor]:
        """Encode texts once and read several hidden states.

        Args:
            texts: As for :meth:`hidden`.
            layers: Which hidden states, numbered as for :meth:`hidden`.

        Returns:
            One tensor (n, longest, d) a layer, and the mask (n, longest).

        Raises:
            EncoderError: If the encoder has no such layer.
        """
        ...

    def frozen_copy(self) -> TrainableEncoder:
        """Return a copy that stays as the encoder is now."""
        ...


class WholeEncoder:
    """All layers.

    Args:
        model: The encoder.
        pad_id: Padding token.
        kernel: Number format and attention implementation; applied to ``model``.
        device: Where it runs.
        separator: Token after which a pair's tokens are of type 1, where there are types.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        pad_id: int,
        kernel: Kernel,
        device: torch.device,
        separator: int | None = None,
    ) -> None:
        self.model = model
        nn.Module.to(model, device)
        self.pad_id = pad_id
        self.kernel = kernel
        self.device = device
        self.separator = separator
        apply_kernel(kernel, self.model)

    def hidden(self, texts: Sequence[Int], layer: int = -1) -> tuple[Tensor, Tensor]:
        """Encode texts (see :class:`TrainableEncoder`)."""
        (hidden,), mask = self.states(texts, (layer,))
        return hidden, mask

    def states(self, texts: Sequence[Int], layers: Sequence[int]) -> tuple[list[Tensor], Tensor]:
        """Encode texts once and read several hidden states (see :class:`TrainableEncoder`)."""
        ids, mask = pad(texts, self.pad_id, self.device)
        inputs = {"input_ids": ids, "attention_mask": mask}
        if self.separator is not None:
            inputs["token_type_ids"] = token_types(ids, self.separator)
        with autocast(self.kernel, self.device):
            if tuple(layers) == (-1,):
                return [self.model(**inputs).last_hidden_state], mask
            check_layers(self.model, layers)
            states = self.model(**inputs, output_hidden_states=True).hidden_states
            return [states[layer] for layer in layers], mask

    def fork(self) -> WholeEncoder:
        """Return a copy whose training leaves this one as it is."""
        return WholeEncoder(copy.deepcopy(self.model), self.pad_id, self.kernel, self.device, self.separator)

    def frozen_copy(self) -> WholeEncoder:
        """Return a copy that stays as the encoder is now."""
        copied = self.fork()
        copied.model.requires_grad_(False)
        return copied
