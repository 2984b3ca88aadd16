"""What is checked of an encoder and its tokenizer before they are used: one function a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from torch import nn

from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.layers import layer_stack
from realign_core.support.errors import EncoderError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Check = Callable[["PreTrainedModel", Any, EncoderConfig], None]


def check_entries(model: PreTrainedModel, tokenizer: Any, config: EncoderConfig) -> None:  # noqa: ARG001
    """Check that the tokenizer is there: without its files, one of special tokens only is made up.

    Raises:
        EncoderError: If it has no other entries.
    """
    if len(tokenizer) <= len(set(tokenizer.all_special_ids)):
        raise EncoderError(
            f"the tokenizer has {len(tokenizer)} entries, all of them special: its files are missing",
            where=config.source,
            fix="save the tokenizer beside the model: tokenizer.save_pretrained(folder)",
        )


def check_fast(model: PreTrainedModel, tokenizer: Any, config: EncoderConfig) -> None:  # noqa: ARG001
    """Check that the tokenizer knows which word a token is of.

    Raises:
        EncoderError: If it does not.
    """
    if not tokenizer.is_fast:
        raise EncoderError(
            "no fast tokenizer, so there are no word ids",
            where=config.name,
            fix="use an encoder whose tokenizer has a fast version (tokenizer.json)",
        )


def check_padding(model: PreTrainedModel, tokenizer: Any, config: EncoderConfig) -> None:  # noqa: ARG001
    """Check that texts of different lengths can be in one batch.

    Raises:
        EncoderError: If the tokenizer has no padding token.
    """
    if tokenizer.pad_token_id is None:
        raise EncoderError(
            "the tokenizer has no padding token",
            where=config.source,
            fix="give it the one that the encoder was trained with: tokenizer.pad_token = '<pad>'",
        )


def check_positions(model: PreTrainedModel, tokenizer: Any, config: EncoderConfig) -> None:  # noqa: ARG001
    """Check that the longest input has a vector for each position.

    Raises:
        EncoderError: If ``encoder.max_length`` is beyond the encoder's table.
    """
    most = position_limit(model)
    if most is not None and config.max_length > most:
        raise EncoderError(
            f"{config.max_length} tokens are asked for, but the encoder has positions for {most}",
            where="encoder.max_length",
            fix=f"write {most} or fewer",
        )


def check_stack(model: PreTrainedModel, tokenizer: Any, config: EncoderConfig) -> None:  # noqa: ARG001
    """Check that it is an encoder of one stack of layers.

    Raises:
        EncoderError: If it is not.
    """
    layer_stack(model)


CHECKS: Mapping[str, Check] = {
    "tokenizer's files": check_entries,
    "fast tokenizer": check_fast,
    "padding token": check_padding,
    "positions": check_positions,
    "layers": check_stack,
}
"""All that every encoder must pass when it is loaded."""


def position_limit(model: PreTrainedModel) -> int | None:
    """Say how many tokens the encoder has positions for; ``None`` where it has no table of them."""
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding):
            first = 0 if module.padding_idx is None else module.padding_idx + 1  # XLM-R counts from there
            return module.num_embeddings - first
    return None


def check_rows(highest: int, rows: int, entries: int) -> None:
    """Check that each token in use has a row in the embedding.

    Args:
        highest: The highest token id in use.
        rows: Rows of the embedding.
        entries: Entries of the tokenizer.

    Raises:
        EncoderError: If one has none.
    """
    if highest >= rows:
        raise EncoderError(
            f"the data use token {highest}, but the encoder's embedding has {rows} rows "
            f"and its tokenizer {entries} entries",
            where="encoder.name",
            fix="they do not belong together: take the tokenizer that the encoder was published with, "
            "or enlarge it with model.resize_token_embeddings(len(tokenizer))",
        )
