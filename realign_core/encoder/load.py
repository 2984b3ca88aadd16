"""Load an encoder: a hub id, a local folder, or the bundled one."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from torch import nn

from realign_core.encoder.bundled.convert import bundled_encoder
from realign_core.encoder.checks import CHECKS, check_weights
from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.files import check_files
from realign_core.encoder.padding import token_types
from realign_core.encoder.sentence_modules import Find, published_files
from realign_core.support.errors import EncoderError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

logger = logging.getLogger(__name__)

_PATIENCE = 5.0
"""Seconds that the hub has to answer."""


@dataclass(frozen=True, slots=True)
class LoadedEncoder:
    """An encoder with its tokenizer and a fingerprint of its weights.

    Dropout is off: it slows the CPU kernels by a multiple, and 100-step realignments do not
    overfit.

    Args:
        model: Without pooler.
        tokenizer: Its tokenizer.
        fingerprint: Hash of the model's weights.
        pooler: Weights of the pooler, if any were published.
        separator: Token after which a pair's tokens are of type 1, where the encoder tells both texts apart.
    """

    model: PreTrainedModel
    tokenizer: Any
    fingerprint: str
    pooler: Mapping[str, torch.Tensor] = field(default_factory=dict)
    separator: int | None = None

    @property
    def width(self) -> int:
        """Size d of the hidden states."""
        return int(self.model.config.hidden_size)

    @property
    def rows(self) -> int:
        """Rows of the input embedding."""
        embedding = self.model.get_input_embeddings()
        assert isinstance(embedding, nn.Embedding)
        return embedding.num_embeddings


def load_encoder(config: EncoderConfig) -> LoadedEncoder:
    """Load an encoder to be trained: without dropout and pooler.

    Args:
        config: Which encoder.

    Raises:
        EncoderError: If it cannot be found, is not stored as safetensors, or has no fast tokenizer.
        MissingExtraError: If the bundled encoder is asked for and not installed.
    """
    return made_trainable(*load_published(config))


def made_trainable(model: PreTrainedModel, tokenizer: Any) -> LoadedEncoder:
    """Take away what is not trained, pooler and dropout, of an encoder as it was published (in place)."""
    pooler = getattr(model, "pooler", None)
    weights = {} if pooler is None else pooler.state_dict()
    _drop_pooler(model)
    switch_off_dropout(model)
    separator = pair_separator(model, tokenizer)
    return LoadedEncoder(model.eval(), tokenizer, weights_fingerprint(model), weights, separator)


def load_published(config: EncoderConfig) -> tuple[PreTrainedModel, Any]:
    """Load weights (safetensors only, no remote code) and a fast tokenizer, as they were published.

    Args:
        config: Which encoder.

    Raises:
        EncoderError: As :func:`load_encoder`, or if model and tokenizer fail a check of
            :data:`realign_core.encoder.checks.CHECKS`.
        MissingExtraError: Likewise.
    """
    model, tokenizer = load_unchecked(config)
    for check in CHECKS.values():
        check(model, tokenizer, config)
    return model, tokenizer


def load_unchecked(config: EncoderConfig) -> tuple[PreTrainedModel, Any]:
    """Load as :func:`load_published`, whether or not encoder and tokenizer fit together.

    Args:
        config: Which encoder.

    Raises:
        EncoderError: If it cannot be found, is not stored as safetensors, or its weights are not all there.
        MissingExtraError: If the bundled encoder is asked for and not installed.
    """
    config.require_folder()
    from transformers import AutoModel, AutoTokenizer

    source = _source(config)
    here = Path(source).is_dir() or config.offline or not hub_answers()
    options: dict[str, Any] = {
        "revision": config.revision or "main",
        "local_files_only": here,
        "trust_remote_code": False,
    }
    part = "encoder"
    try:
        with quiet_loader():
            model, info = AutoModel.from_pretrained(
                source,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # they are told with their names
                **options,
            )
            check_weights(model, info, config)
            part = "tokenizer of the encoder"
            tokenizer = AutoTokenizer.from_pretrained(source, use_fast=True, **options)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise _not_loaded(part, config, error, asked_hub=not here) from error
    if any(name.startswith("pooler.") for name in info["missing_keys"]):
        _drop_pooler(model)  # there are no weights for it, so it is random
    return model, tokenizer


def _not_loaded(part: str, config: EncoderConfig, error: Exception, *, asked_hub: bool) -> EncoderError:
    """Say why an encoder or its tokenizer cannot be loaded."""
    if asked_hub or Path(config.source).is_dir() or config.name == "bundled":
        return EncoderError(
            f"the {part} '{config.name}' cannot be loaded ({_first_line(error)})",
            where="encoder.name",
            fix="give a local folder, or 'bundled' where no hub can be reached",
        )
    why = "encoder.offline is set" if config.offline else "the hub cannot be reached"
    return EncoderError(
        f"the {part} '{config.name}' is not in the hub's cache on this machine, and {why}",
        where="encoder.name",
        fix=f"where there is a network run: hf download {config.name}; or give a local folder, or 'bundled'",
    )


def hub_answers() -> bool:
    """Whether the hub can be asked now; its own client would wait half a minute to find out."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    try:
        with urllib.request.urlopen(
            urllib.request.Request(constants.ENDPOINT, method="HEAD"), timeout=_PATIENCE
        ):
            return True
    except urllib.error.HTTPError:  # it does not like the question, but it is there
        return True
    except OSError:
        return False


def _source(config: EncoderConfig) -> str:
    """Find the hub's name or the local folder; the bundled encoder is unpacked first.

    Raises:
        EncoderError: If a folder has no safetensors, or a file of it is not whole.
    """
    with quiet_loader():
        source = str(bundled_encoder()) if config.name == "bundled" else config.source
    if Path(source).is_dir():
        if not list(Path(source).glob("*.safetensors")):
            raise EncoderError(
                "no .safetensors file in this folder; other formats can run code when they are loaded",
                where=source,
                fix="convert it: model.save_pretrained(folder) writes safetensors, and "
                "tokenizer.save_pretrained(folder) the tokenizer beside them",
            )
        check_files(Path(source))
    return source


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__


def _drop_pooler(model: PreTrainedModel) -> None:
    """Take away the pooler, which only a head uses: it would count as something to train.

    Many published encoders have no weights for it, so the fingerprint would change with every load.
    """
    if getattr(model, "pooler", None) is not None:
        setattr(model, "pooler", None)  # noqa: B010, the class has no such annotation


def switch_off_dropout(model: nn.Module) -> None:
    """Set the share of dropped states to 0 in all modules."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        for name in ("dropout_prob", "attention_dropout"):
            if isinstance(getattr(module, name, None), float):
                setattr(module, name, 0.0)


def pair_separator(model: PreTrainedModel, tokenizer: Any) -> int | None:
    """Find the token after which the second text of a pair begins, for encoders that are told where it does.

    Args:
        model: The encoder.
        tokenizer: Its tokenizer; what it says of a pair decides.

    Returns:
        Token id; None where all tokens are of one type (XLM-R, DistilBERT).
    """
    takes = "token_type_ids" in inspect.signature(model.forward).parameters
    encoded = tokenizer("a", "b")
    types = encoded.get("token_type_ids", [])
    if not takes or getattr(model.config, "type_vocab_size", 0) < 2 or not any(types):
        return None
    ids = torch.tensor([encoded["input_ids"]])
    separator = int(tokenizer.sep_token_id)
    return separator if token_types(ids, separator).tolist() == [types] else None


def encoder_files(config: EncoderConfig) -> Find:
    """Return what finds the files that an encoder was published with."""
    source = _source(config)
    offline = Path(source).is_dir() or config.offline or not hub_answers()
    return published_files(source, config.revision or "main", offline=offline)


@contextlib.contextmanager
def quiet_loader() -> Iterator[None]:
    """Keep the bars of ``transformers`` out of ours, while it loads or saves."""
    from transformers.utils import logging as their_logging

    verbosity, bars = their_logging.get_verbosity(), their_logging.is_progress_bar_enabled()
    their_logging.set_verbosity_error()
    their_logging.disable_progress_bar()
    try:
        yield
    finally:
        their_logging.set_verbosity(verbosity)
        if bars:
            their_logging.enable_progress_bar()


def weights_fingerprint(model: nn.Module) -> str:
    """Hash an encoder's shapes and a sample of its weights.

    A stride of every tensor is read, which takes milliseconds and still tells any two
    trained encoders apart.

    Args:
        model: Any module.

    Returns:
        16 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name, parameter in model.state_dict().items():
        flat = parameter.detach().reshape(-1)
        sample = flat[:: max(1, flat.numel() // 64)].to("cpu", torch.float32)
        digest.update(f"{name}{tuple(parameter.shape)}".encode())
        digest.update(sample.numpy().tobytes())
    return digest.hexdigest()[:16]
