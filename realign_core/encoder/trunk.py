"""Split an encoder: the lower layers' states are computed once, the top layers are trained.

States are kept in memory-mapped files, keyed by content, and shared by all processes.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from realign_core.encoder.arithmetic import autocast
from realign_core.encoder.layers import embedding_parameters, layer_stack
from realign_core.encoder.padding import budget_batches, pad
from realign_core.encoder.trainable import WholeEncoder
from realign_core.support.arrays import Int
from realign_core.support.errors import EncoderError
from realign_core.support.files.cache import kept_folder
from realign_core.support.files.disk import require_space
from realign_core.support.files.keys import content_key
from realign_core.support.program.interrupts import between_steps
from realign_core.support.progress import NoProgress, Progress

_STATES = "states.f16"
_INDEX = "index.npz"


class TrunkStates:
    """Hidden states of many texts at one depth, looked up by token ids.

    Args:
        states: Shape (all tokens, d), float16, usually memory-mapped.
        places: Token ids (as bytes) to first row and number of rows.
    """

    def __init__(self, states: npt.NDArray[np.float16], places: dict[bytes, tuple[int, int]]) -> None:
        self.states = states
        self.places = places

    def batch(self, texts: Sequence[Int], device: torch.device) -> Tensor:
        """Collect states of some texts, padded with zeros: (n, longest, d), float32.

        Raises:
            EncoderError: If a text was not cached.
        """
        longest = max(len(text) for text in texts)
        rows = np.zeros((len(texts), longest, self.states.shape[1]), dtype=np.float32)
        for row, text in enumerate(texts):
            place = self.places.get(text.tobytes())
            if place is None:
                raise EncoderError(
                    "a text outside the cached trunk", fix="build the trunk with all its texts"
                )
            rows[row, : place[1]] = self.states[place[0] : place[0] + place[1]]
        return torch.from_numpy(rows).to(device)


def trunk_states(
    encoder: WholeEncoder,
    texts: Iterable[Int],
    depth: int,
    folder: Path,
    *,
    key: str,
    max_tokens: int = 2048,
    progress: Progress | None = None,
) -> TrunkStates:
    """Open the cached states of ``texts`` at ``depth``, computing them the first time.

    Args:
        encoder: The whole encoder.
        texts: Token ids; equal texts are stored once.
        depth: Number of layers after which states are kept (0: the embeddings' output).
        folder: Cache folder; safe for several processes.
        key: Names encoder, vocabulary and kernel (a workspace's fingerprint, and its vocabulary's key).
        max_tokens: Padded tokens a batch.
        progress: Shows texts.

    Returns:
        The states, memory-mapped.
    """
    unique = sorted({text.tobytes() for text in texts})
    name = content_key([key, depth, _digest(unique)])
    place = kept_folder(
        folder / f"trunk-{name}",
        lambda draft: _compute(encoder, unique, depth, draft, max_tokens, progress),
        what="the store of the lower layers' states",
    )
    index = np.load(place / _INDEX, allow_pickle=False)
    width = int(encoder.model.config.hidden_size)
    states = np.memmap(place / _STATES, dtype=np.float16, mode="r").reshape(-1, width)
    starts = index["starts"]
    places = {raw: (int(starts[i]), len(raw) // 8) for i, raw in enumerate(unique)}
    return TrunkStates(states, places)


def _digest(unique: list[bytes]) -> str:
    digest = hashlib.sha256()
    for raw in unique:
        digest.update(len(raw).to_bytes(4, "big"))
        digest.update(raw)
    return digest.hexdigest()


def _compute(
    encoder: WholeEncoder,
    unique: list[bytes],
    depth: int,
    folder: Path,
    max_tokens: int,
    progress: Progress | None,
) -> None:
    texts = [np.frombuffer(raw, dtype=np.int64) for raw in unique]
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    width = int(encoder.model.config.hidden_size)
    require_space(folder, 2.0 * width * lengths.sum(), "hidden states of the lower layers")
    states = np.memmap(folder / _STATES, dtype=np.float16, mode="w+", shape=(int(lengths.sum()), width))
    encoder.model.eval()
    lower = lower_layers(encoder, depth)
    with (
        torch.inference_mode(),
        autocast(encoder.kernel, encoder.device),
        (progress or NoProgress()).track("trunk", len(texts)) as advance,
    ):
        for batch in budget_batches(lengths, max_tokens):
            hidden, _ = lower.hidden([texts[i] for i in batch])
            rows = hidden.to(torch.float16).cpu().numpy()
            for row, i in enumerate(batch):
                states[starts[i] : starts[i] + lengths[i]] = rows[row, : lengths[i]]
            advance(len(batch))
            between_steps()
    states.flush()
    np.savez(folder / _INDEX, allow_pickle=False, starts=starts)
    (folder / "about.json").write_text(json.dumps({"depth": depth, "texts": len(texts)}), encoding="utf-8")


def lower_layers(encoder: WholeEncoder, depth: int) -> WholeEncoder:
    """Cut an encoder off above its first layers, which share their weights with it.

    Args:
        encoder: The whole encoder.
        depth: Layers that are kept; 0 leaves the embeddings.
    """
    memo = {id(p): p for p in encoder.model.parameters()}
    lower = copy.deepcopy(encoder.model, memo)
    del layer_stack(lower)[depth:]
    return WholeEncoder(lower, encoder.pad_id, encoder.kernel, encoder.device, encoder.separator)


class TopLayers:
    """The top layers of an encoder, fed from a cached trunk.

    The lower layers are gone; the embeddings are skipped by handing the cached states to the
    first layer that is left. Works for every encoder whose layers take hidden states first.

    Args:
        encoder: The whole encoder, which stays as it is; the rest of it is shared.
        states: Cached states at ``depth``.
        depth: Layers below.
    """

    def __init__(self, encoder: WholeEncoder, states: TrunkStates, depth: int) -> None:
        stack = layer_stack(encoder.model)
        if not 0 < depth < len(stack):
            raise EncoderError(
                f"a trunk of {depth} layers in an encoder of {len(stack)}", fix="train fewer layers"
            )
        below = [p for index in range(depth) for p in stack[index].parameters()]
        below += embedding_parameters(encoder.model)
        shared = {id(p): nn.Parameter(p.detach(), requires_grad=False) for p in below}  # the same memory
        self.model = copy.deepcopy(encoder.model, shared)
        top = layer_stack(self.model)
        del top[:depth]
        self.model.config.num_hidden_layers = len(top)
        self.trunk, self.depth, self.pad_id = states, depth, encoder.pad_id
        self.kernel, self.device = encoder.kernel, encoder.device
        self._injected: Tensor | None = None
        top[0].register_forward_pre_hook(self._inject, with_kwargs=True)
        trainable = {id(p) for p in top.parameters()}
        for parameter in self.model.parameters():
            if id(parameter) not in trainable:
                parameter.requires_grad_(False)

    def _inject(
        self,
        module: object,  # noqa: ARG002
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> tuple[Any, dict[str, Any]]:
        """Hand the cached states to the first layer instead of the embeddings' output."""
        if args:
            return (self._injected, *args[1:]), kwargs
        return args, kwargs | {"hidden_states": self._injected}

    def hidden(self, texts: Sequence[Int], layer: int = -1) -> tuple[Tensor, Tensor]:
        """Encode texts from their cached states.

        Raises:
            EncoderError: If a text is not cached, or another than the last state is asked for.
        """
        (hidden,), mask = self.states(texts, (layer,))
        return hidden, mask

    def states(self, texts: Sequence[Int], layers: Sequence[int]) -> tuple[list[Tensor], Tensor]:
        """Encode texts from their cached states, as :meth:`hidden`."""
        if tuple(layers) != (-1,):
            raise EncoderError(
                f"only the last hidden state is there, but got layer {', '.join(map(str, layers))}"
            )
        ids, mask = pad(texts, self.pad_id, self.device)
        self._injected = self.trunk.batch(texts, self.device)
        try:
            with autocast(self.kernel, self.device):
                return [self.model(input_ids=ids, attention_mask=mask).last_hidden_state], mask
        finally:
            self._injected = None

    def frozen_copy(self) -> TopLayers:
        """Return a copy that stays as the layers are now; what is never trained is shared."""
        shared = {id(p): p for p in self.model.parameters() if not p.requires_grad}
        copied = copy.deepcopy(self, {id(self.trunk): self.trunk, **shared})
        copied.model.requires_grad_(False)
        return copied
