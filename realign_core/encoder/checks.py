"""What is checked of an encoder and its tokenizer before they are used: one function a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.layers import layer_stack
from realign_core.support.errors import EncoderError, count

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_LEAST_SHARE = 0.5
"""A tokenizer with fewer entries than this share of the embedding's rows is of another encoder."""

_SAME = 1e-6
"""States that differ by less, in units of the largest, are one."""

_POOLER = "pooler."
_KINDS = (".weight", ".bias")
_BELONG = "take weights and config.json from the same place: model.save_pretrained(folder) writes both"

_POSITIONS = ("position_embeddings", "embed_positions")
"""What families call their table of positions."""

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


def check_vocabulary(model: PreTrainedModel, tokenizer: Any, config: EncoderConfig) -> None:
    """Check that tokenizer and embedding are of one size; an embedding may have some rows to spare.

    Raises:
        EncoderError: If the tokenizer has more entries than the embedding has rows, or fewer than half.
    """
    embedding, entries = model.get_input_embeddings(), len(tokenizer)
    assert isinstance(embedding, nn.Embedding)
    rows = embedding.num_embeddings
    if entries > rows or entries < _LEAST_SHARE * rows:
        raise EncoderError(
            f"the tokenizer has {entries:,} entries, but the encoder's embedding {rows:,} rows",
            where=config.source,
            fix="they do not belong together: take the tokenizer that the encoder was published with"
            + (
                ", or enlarge the embedding with model.resize_token_embeddings(len(tokenizer))"
                if entries > rows
                else ""
            ),
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


def check_sight(model: PreTrainedModel, tokenizer: Any, config: EncoderConfig) -> None:  # noqa: ARG001
    """Check that a token sees those after it: two texts that differ at their end must differ at their start.

    Raises:
        EncoderError: If it does not, as in a causal model.
    """
    layer_stack(model)
    free = [i for i in range(4) if i != model.config.pad_token_id]
    texts = torch.tensor([[free[0], free[1], free[1]], [free[0], free[1], free[2]]])
    with torch.no_grad():
        first, second = model(input_ids=texts, attention_mask=torch.ones_like(texts))[0][:, 0]
    if torch.allclose(first, second, rtol=0, atol=_SAME * float(first.abs().max())):
        raise EncoderError(
            f"a causal model ({type(model).__name__}): no token sees those after it",
            where=config.source,
            fix="use an encoder-only model (BERT, XLM-R, DistilBERT, DeBERTa, ...)",
        )


def check_weights(model: PreTrainedModel, info: Mapping[str, Any], config: EncoderConfig) -> None:
    """Check that the published weights are the encoder's, all of them; pooler and heads are left aside.

    Args:
        model: The encoder.
        info: What ``transformers`` says of its load.
        config: Which encoder.

    Raises:
        EncoderError: If one is missing, which would then be random, or has no place in the encoder.
    """
    parameters = {name for name, _ in model.named_parameters() if not name.startswith(_POOLER)}
    for name, stored, needed in sorted(info["mismatched_keys"]):
        if name in parameters:
            raise EncoderError(
                f"the weight '{name}' has the shape {tuple(stored)}, not {tuple(needed)} as config.json says",
                where=config.source,
                fix=_BELONG,
            )
    missing = sorted(parameters & set(info["missing_keys"]))
    unused = sorted(name for name in info["unexpected_keys"] if name.endswith(_KINDS))
    if missing:
        other = f", where the file has '{unused[0]}'" if len(missing) == len(parameters) and unused else ""
        raise EncoderError(
            f"{len(missing)} of {len(parameters)} weights are missing, as '{missing[0]}'{other}: "
            "they would be random, and others at each start",
            where=config.source,
            fix="save the whole encoder under the names of its own class: model.save_pretrained(folder)"
            if other
            else _BELONG,
        )
    parts = tuple(f"{part}." for part, _ in model.named_children() if f"{part}." != _POOLER)
    prefix = f"{model.base_model_prefix}."
    unplaced = [name for name in unused if name.removeprefix(prefix).startswith(parts)]
    if unplaced:
        raise EncoderError(
            f"{count(len(unplaced), 'weight')} in the file have no place in the encoder, as '{unplaced[0]}'",
            where=config.source,
            fix=_BELONG,
        )


CHECKS: Mapping[str, Check] = {
    "tokenizer's files": check_entries,
    "fast tokenizer": check_fast,
    "tokenizer's size": check_vocabulary,
    "padding token": check_padding,
    "positions": check_positions,
    "layers": check_stack,
    "sight": check_sight,
}
"""All that every encoder must pass when it is loaded."""


def position_limit(model: PreTrainedModel) -> int | None:
    """Say how many tokens the encoder has positions for; ``None`` where it has no table of them."""
    for name, module in model.named_modules():
        if name.endswith(_POSITIONS) and isinstance(module, nn.Embedding):
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
