"""Train only the embedding rows that the data uses; the result is exactly the same.

A multilingual vocabulary has 250,000 rows, a study touches some 20,000. Rows without a
gradient never move, so they are left out while training: the optimizer's work and memory
for embeddings fall by an order of magnitude.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from realign_core.support.arrays import Int
from realign_core.support.errors import EncoderError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class CompactVocabulary:
    """A renumbering of the token ids in use.

    Ids up to the padding id keep their numbers, because some encoders (XLM-R) compute
    positions from it.

    Args:
        used: Arrays of token ids.
        pad_id: The padding token's id.
    """

    def __init__(self, used: Iterable[Int], pad_id: int) -> None:
        present = [np.unique(ids) for ids in used]
        self.kept: Int = np.unique(np.concatenate([*present, np.arange(pad_id + 1)]).astype(np.int64))

    def __len__(self) -> int:
        return len(self.kept)

    def key(self) -> str:
        """Hash which ids are in use: equal rows of two vocabularies are other tokens."""
        return hashlib.sha256(self.kept.tobytes()).hexdigest()[:16]

    def renumber(self, ids: Int) -> Int:
        """Map token ids to rows of the compact embedding.

        Args:
            ids: Token ids, any shape.

        Raises:
            EncoderError: If an id is not among those in use.
        """
        rows = np.searchsorted(self.kept, ids)
        rows = np.minimum(rows, len(self.kept) - 1)
        if not np.array_equal(self.kept[rows], ids):
            raise EncoderError(
                "a token outside the prepared data", fix="prepare the workspace with all its data"
            )
        return rows.astype(np.int64)

    def renumbered(self, token: int | None) -> int | None:
        """Map one token id, if there is one."""
        return None if token is None else int(self.renumber(np.array([token]))[0])

    def shrink(self, model: PreTrainedModel) -> None:
        """Replace the input embedding of ``model`` by its rows in use (in place)."""
        full = model.get_input_embeddings()
        assert isinstance(full, nn.Embedding)
        small = nn.Embedding(len(self), full.embedding_dim, padding_idx=full.padding_idx)
        with torch.no_grad():
            small.weight.copy_(full.weight[torch.from_numpy(self.kept)])
        model.set_input_embeddings(small)

    def restore(self, trained: PreTrainedModel, whole: PreTrainedModel) -> None:
        """Copy what was trained into an encoder with its whole vocabulary (in place).

        Args:
            trained: Shrunk by :meth:`shrink`, then trained.
            whole: The same encoder as it was loaded; rows that are not in use stay as they are.
        """
        small = trained.get_input_embeddings().weight
        places = whole.state_dict()  # the parameters themselves
        with torch.no_grad():
            for name, parameter in trained.named_parameters():
                values = parameter.detach().to(places[name].device)
                if parameter is small:
                    places[name][torch.from_numpy(self.kept)] = values
                else:
                    places[name].copy_(values)
