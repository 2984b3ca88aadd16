"""The head: from unit vectors to label scores."""

from __future__ import annotations

import torch
from torch import nn

from realign_core.support.seeds import named_generator
from realign_core.tasks.first_token import FirstTokenHead


def linear_head(width: int, n_labels: int, seed: int) -> nn.Linear:
    """Build a head whose start depends on the seed alone.

    Args:
        width: Size d of unit vectors.
        n_labels: Number of labels.
        seed: The run's seed.

    Returns:
        Weights normal with standard deviation 0.02 (BERT's initialisation), bias 0.
    """
    head = nn.Linear(width, n_labels)
    weights = named_generator(seed, "head").normal(0.0, 0.02, size=(n_labels, width))
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(weights))
        head.bias.zero_()
    return head


def split_parameters(head: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Tell apart what starts from nothing and what was published with the encoder.

    Args:
        head: Of a task.
    """
    published = list(head.published) if isinstance(head, FirstTokenHead) else []
    published_ids = {id(p) for p in published}
    return [p for p in head.parameters() if id(p) not in published_ids], published
