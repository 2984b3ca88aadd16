"""The head of transformers' classes for whole texts, which read a text at its first token."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from realign_core.encoder.load import switch_off_dropout
from realign_core.support.errors import EncoderError
from realign_core.support.seeds import named_generator

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class _States(nn.Module):
    """Stands for the encoder in a model that has one: its states are given, not computed.

    Args:
        pooler: The encoder's own map of the first state, where the model's class has one.
    """

    def __init__(self, pooler: nn.Module | None) -> None:
        super().__init__()
        self.pooler = pooler

    def forward(self, *_: Any, inputs_embeds: Tensor, **__: Any) -> Any:
        from transformers.modeling_outputs import BaseModelOutputWithPooling

        pooled = None if self.pooler is None else self.pooler(inputs_embeds)
        return BaseModelOutputWithPooling(last_hidden_state=inputs_embeds, pooler_output=pooled)


class FirstTokenHead(nn.Module):
    """What an encoder's ``AutoModelForSequenceClassification`` computes after the encoder.

    Dense layers, activations and poolers are those of the family's own class, so that the trained head
    can be saved as that class. Dropout is off, as in the encoder.

    Args:
        config: The encoder's, of :mod:`transformers`.
        labels: Label names.
        seed: Names the start of all weights that were not published.
        pooler: Published weights of the encoder's pooler, used where the class has one.

    Raises:
        EncoderError: If the family has no such class, or its class reads more than the first token.
    """

    def __init__(
        self, config: Any, labels: Sequence[str], seed: int, pooler: Mapping[str, Tensor] | None = None
    ) -> None:
        super().__init__()
        with torch.device("meta"):  # of the model's encoder only the pooler is made
            model = text_model(config, labels)
        base = model.base_model
        states = _States(getattr(base, "pooler", None))
        setattr(model, model.base_model_prefix, states)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(named_generator(seed, "head").integers(2**62)))
            model.to_empty(device="cpu").apply(model._init_weights)  # the family's own start
        self.published: tuple[nn.Parameter, ...] = ()
        if states.pooler is not None and pooler:
            states.pooler.load_state_dict(pooler)
            self.published = tuple(states.pooler.parameters())
        switch_off_dropout(model)
        self.model = model
        self._check(int(config.hidden_size))

    def forward(self, units: Tensor) -> Tensor:
        """Score labels: first tokens' states (n, d) to (n, labels)."""
        return self._scores(units.unsqueeze(1))

    def _scores(self, states: Tensor) -> Tensor:
        scores: Tensor = self.model(inputs_embeds=states).logits
        return scores

    def _check(self, width: int) -> None:
        """Check that other tokens than the first change nothing."""
        states = torch.linspace(-1, 1, 2 * 3 * width).reshape(2, 3, width)
        with torch.inference_mode():
            same = torch.allclose(self._scores(states), self._scores(states[:, :1]), atol=1e-6)
        if not same:
            raise EncoderError(
                f"{type(self.model).__name__} reads more than the first token",
                where="task.pooling",
                fix="set task.pooling = 'mean'",
            )


def text_model(config: Any, labels: Sequence[str]) -> PreTrainedModel:
    """Make an encoder family's own model for the classification of texts, with new weights.

    Args:
        config: The encoder's; not changed.
        labels: Label names, which the model's config gets.

    Raises:
        EncoderError: If the family has none.
    """
    from transformers import AutoModelForSequenceClassification

    try:
        model: PreTrainedModel = AutoModelForSequenceClassification.from_config(with_labels(config, labels))
    except ValueError as error:
        raise EncoderError(
            f"transformers has no class that classifies texts with an encoder of type '{config.model_type}'",
            where="task.pooling",
            fix="set task.pooling = 'mean'",
        ) from error
    return model


def with_labels(config: Any, labels: Sequence[str]) -> Any:
    """Copy an encoder's config and give it label names."""
    labelled = copy.deepcopy(config)
    labelled.id2label = dict(enumerate(labels))
    labelled.label2id = {label: number for number, label in enumerate(labels)}
    return labelled
